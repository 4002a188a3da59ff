/**
 * Owns the page that whoever receives a bundle opens first: whether it is whole, what is absent and why, and where each
 * each file is. It is made of the manifest alone, needs no script and loads nothing but `run.json` in a frame; what hosts
 * said is text in it.
 */
import type { Manifest } from "../../contract/logs/bundle.ts";
import { cellOf, cellStates, isIncomplete, manifestEntries, stateWords } from "../../contract/logs/matrix.ts";
import { type TargetKind, targetKindWords } from "../../contract/logs/target.ts";
import { sizeText } from "../../contract/size-text.ts";
import { count, escaped, href, moment } from "./html.ts";
import { style } from "./page-style.ts";
import {
  absentTable,
  countsText,
  type Entries,
  entryTables,
  matrixTables,
  sorted,
  stateText,
  targetText,
  toneOf,
} from "./page-tables.ts";
import { ownFiles } from "./tree.ts";

/** What the catalogue says of an item. */
export interface ItemWords {
  readonly title: string;
  readonly why: string;
}

export interface PageParts {
  readonly manifest: Manifest;
  /** By the item's id; one that is not known is told by its id. */
  readonly items: ReadonlyMap<string, ItemWords>;
  /** Files that hold what commands complained of, by the entry's path. */
  readonly complaints: ReadonlyMap<string, string>;
}

export function pageOf({ manifest, items, complaints }: PageParts): string {
  const entries = manifestEntries(manifest);
  const title = manifest.name || `Evidence of ${manifest.lab}`;
  const links = [
    ...(manifest.notes === "" ? [] : [["#notes", "Case notes"] as const]),
    ["#absent", "What is not here"] as const,
    ["#targets", "Targets"] as const,
    ["#matrix", "Items by targets"] as const,
    ["#run", "The run: clocks and times"] as const,
    ["#entries", "All entries"] as const,
    ["#legend", "States, and how to check"] as const,
  ];
  const nav = links.map(([to, words]) => `<li><a href="${to}">${words}</a></li>`).join("");
  const notes = manifest.notes === "" ? "" : `<h2 id="notes">Case notes</h2><pre>${escaped(manifest.notes)}</pre>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; frame-src 'self' file:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
${verdict(manifest, entries)}
${facts(manifest, entries)}
<nav aria-label="Sections"><ul>${nav}</ul></nav>
</header>
<main>
${notes}
<h2 id="absent">What is not here, or not whole</h2>
${absentTable(entries, manifest.targets, items)}
<h2 id="targets">Targets</h2>
${targetTable(manifest, entries)}
<h2 id="matrix">Items by targets</h2>
<p class="dim">A cell shows the worst state of its entries and leads to them.</p>
${matrixTables(entries, manifest.targets, items)}
<h2 id="run">The run: clocks and times</h2>
<p>When collecting began, each host's clock against the collecting machine's (<code>offsetMs</code>: its time less that machine's, right within <code>uncertaintyMs</code>; its zone; when it started, by its clock), and when each entry was asked for, how long that took and in how many attempts. Times are UTC. This file alone tells of the run: another run over the same content differs in nothing else. <a href="${href(ownFiles.run)}">${ownFiles.run}</a></p>
<iframe class="run" src="${href(ownFiles.run)}" title="${ownFiles.run}" sandbox></iframe>
<h2 id="entries">All entries</h2>
<p class="dim paper">On paper without those that are not applicable: the tables above and the manifest have them.</p>
${filter}
${entryTables(manifest, entries, items, complaints)}
${legend(manifest)}
</main>
<footer>Written by ${escaped(manifest.writtenBy)}. The same facts, for programs: <a href="${href(ownFiles.manifest)}">${ownFiles.manifest}</a>.</footer>
</body>
</html>
`;
}

function verdict({ complete }: Manifest, entries: Entries): string {
  const all = cellOf(entries);
  if (all === null) return `<p class="verdict bad"><strong>Nothing was collected.</strong></p>`;
  const absent = entries.filter(({ state }) => isIncomplete(state)).length;
  return complete
    ? `<p class="verdict"><strong>Complete.</strong> Everything that was asked for is here: ${countsText(all)}.</p>`
    : `<p class="verdict bad"><strong>Not complete.</strong> Of ${count(entries.length, "entry", "entries")}, ${absent.toLocaleString("en")} ${absent === 1 ? "is" : "are"} absent or not whole; <a href="#absent">each with its reason</a>. In all: ${countsText(all)}.</p>`;
}

function facts(manifest: Manifest, entries: Entries): string {
  const { redaction } = manifest;
  const masked = redaction.classes.length === 0 ? "" : `: ${redaction.classes.join(", ")}`;
  const rows: readonly (readonly [string, string])[] = [
    ["Lab", escaped(manifest.lab)],
    ["Collected", `see <a href="#run">the run</a>`],
    ["Time asked for", timeText(manifest)],
    ["Preset", escaped(manifest.preset)],
    ["Content", `${sizeText(entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))}, unpacked`],
    [
      "Redaction",
      redaction.on
        ? `on; equal names have equal pseudonyms throughout${escaped(masked)}`
        : "off; private keys and password hashes are removed all the same",
    ],
  ];
  return `<dl class="facts">${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join("")}</dl>`;
}

/** A boot is each host's own: then no one time was asked for. */
function timeText({ window, fromMs, toMs }: Manifest): string {
  if (window !== undefined && "last" in window)
    return `since the last ${window.last === "boot" ? "boot" : "good boot"} of each host`;
  return `${fromMs === null ? "the beginning" : moment(fromMs)} to ${toMs === null ? "when it was collected" : moment(toMs)}`;
}

function targetTable({ targets }: Manifest, entries: Entries): string {
  const own = Map.groupBy(entries, ({ target }) => target);
  const rows = sorted(targets)
    .flatMap(({ indexes }) => indexes)
    .map((index) => {
      const target = targets[index];
      if (target === undefined) return "";
      const cell = cellOf(own.get(target.id) ?? []);
      const state =
        cell === null
          ? `<span class="dim">nothing planned</span>`
          : `${cell.complete ? stateText("got") : stateText(cell.state)}<small>${countsText(cell)}</small>`;
      const disk = target.disk === undefined ? "" : `<small><code>${escaped(target.disk)}</code></small>`;
      return `<tr class="${cell === null ? "note" : cell.complete ? "got" : toneOf(cell.state)}"><th scope="row"><a href="#t${index}">${escaped(targetText(target.id))}</a>${disk}</th><td>${kindsText(target.kinds)}</td><td>${state}</td><td class="right">${sizeText(cell?.sizeBytes ?? 0)}</td></tr>`;
    });
  return `<div class="scroll"><table class="targets"><thead><tr><th scope="col">Target</th><th scope="col">Kind</th><th scope="col">Entries</th><th scope="col" class="right">Size</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

const kindsText = (kinds: readonly TargetKind[]): string => kinds.map((kind) => targetKindWords[kind]).join(", ");

const choices = [
  ["show-all", "all", true],
  ["show-bad", "absent or not whole", false],
  ["show-said", "with something said", false],
  ["show-there", "with a file here", false],
] as const;
const filter = `<fieldset class="filter"><legend>Show</legend>${choices
  .map(
    ([id, words, on]) =>
      `<label><input type="radio" name="show" id="${id}"${on ? " checked" : ""} autocomplete="off"> ${words}</label>`,
  )
  .join("")}</fieldset>`;

function legend({ redaction }: Manifest): string {
  const rows = cellStates.map(
    (state) =>
      `<tr class="${toneOf(state)}"><td>${stateText(state)}</td><td>${stateWords[state].meaning}${isIncomplete(state) ? "; counts as not complete" : ""}</td></tr>`,
  );
  const masked = redaction.on ? " Sums are of the content as it is here, after redaction." : "";
  return `<h2 id="legend">States</h2>
<div class="scroll"><table class="legend"><thead><tr><th scope="col">State</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>
<h2>How to check</h2>
<p>In the folder of this page: <code>sha256sum -c ${ownFiles.sums}</code>.${masked} Times are UTC. What vendors' tools recorded in their own binary formats is here as it was read, not decoded.</p>`;
}
