/** The page's tables: what is absent, items by targets, and each entry with its file. */
import type { Manifest, ManifestEntry } from "../../contract/logs/bundle.ts";
import {
  type Cell,
  type CellState,
  cellStates,
  isIncomplete,
  type Matrix,
  type MatrixEntry,
  matrixOf,
  stateWords,
} from "../../contract/logs/matrix.ts";
import { sourceText } from "../../contract/logs/source-text.ts";
import { here, type TargetKind } from "../../contract/logs/target.ts";
import { sizeText } from "../../contract/size-text.ts";
import { count, escaped, href } from "./html.ts";
import type { ItemWords } from "./page.ts";
import { isThere } from "./tree.ts";

export type Entries = readonly MatrixEntry[];
type Targets = Manifest["targets"];

/** Beyond it entries stand in the manifest alone: no browser is quick with more rows. */
const maxRows = 20_000;

export const toneOf = (state: CellState): "got" | "bad" | "note" =>
  state === "got" ? "got" : isIncomplete(state) ? "bad" : "note";

export const stateText = (state: CellState): string => {
  const { mark, label } = stateWords[state];
  return `<span class="state"><span class="mark" aria-hidden="true">${mark}</span>${label}</span>`;
};

export const targetText = (id: string): string => (id === here ? "this machine" : id);

/** Which row of the entries' tables a cell leads to. */
const anchor = (target: number, item: number): string => `c${target}-${item}`;

const itemText = (id: string, items: ReadonlyMap<string, ItemWords>): string => {
  const words = items.get(id);
  return words === undefined
    ? `<code>${escaped(id)}</code>`
    : `<span class="item"><span title="${escaped(words.why)}">${escaped(words.title)}</span><small>${escaped(id)}</small></span>`;
};

/** Targets of one sort stand in one table, since the same is asked of them. */
const sorts: readonly { readonly title: string; readonly holds: (kinds: readonly TargetKind[]) => boolean }[] = [
  { title: "BMCs", holds: (kinds) => kinds.includes("bmc") },
  { title: "Boot sticks", holds: (kinds) => kinds.includes("stick") },
  { title: "Switches", holds: (kinds) => kinds.includes("switch") },
  { title: "The machine Halfrack runs on", holds: (kinds) => kinds.includes("here") },
  { title: "Hosts", holds: () => true },
];

/** Indexes of targets by sort, hosts first. */
export function sorted(targets: Targets): { title: string; indexes: number[] }[] {
  const groups = sorts.map(({ title }) => ({ title, indexes: [] as number[] }));
  for (const [index, { kinds }] of targets.entries()) {
    groups[sorts.findIndex(({ holds }) => holds(kinds))]?.indexes.push(index);
  }
  const hosts = groups.pop();
  return [...(hosts === undefined ? [] : [hosts]), ...groups].filter(({ indexes }) => indexes.length > 0);
}

/** Numbers of items, as they first come. */
export const itemNumbers = (entries: Entries): ReadonlyMap<string, number> =>
  new Map([...new Set(entries.map(({ item }) => item))].map((item, number) => [item, number]));

/** `11 got, 1 refused`, the worst first. */
export const countsText = ({ counts }: Pick<Cell, "counts">): string =>
  cellStates.flatMap((state) => (counts[state] ? [`${counts[state]} ${stateWords[state].label}`] : [])).join(", ");

export function matrixTables(entries: Entries, targets: Targets, items: ReadonlyMap<string, ItemWords>): string {
  const numbers = itemNumbers(entries);
  return sorted(targets)
    .map(({ title, indexes }) => {
      const ids = indexes.map((index) => targets[index]?.id ?? "");
      const { rows } = matrixOf(entries, ids);
      const table = (some: Matrix["rows"], label: string) => {
        const head = ids.map((id) => `<th scope="col">${escaped(targetText(id))}</th>`).join("");
        const body = some.map(({ item, cells }) => {
          const number = numbers.get(item) ?? 0;
          const row = cells.map((cell, column) => matrixCell(cell, anchor(indexes[column] ?? 0, number))).join("");
          return `<tr><th scope="row">${itemText(item, items)}</th>${row}</tr>`;
        });
        return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="matrix"><thead><tr><th scope="col">Item</th>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
      };
      const applies = ({ cells }: Matrix["rows"][number]) =>
        cells.some((cell) => cell && cell.state !== "not-applicable");
      const some = rows.filter(applies);
      const none = rows.filter((row) => !applies(row));
      const first = some.length === 0 ? "" : table(some, `${title}: items by targets`);
      const rest =
        none.length === 0
          ? ""
          : `<details><summary>${count(none.length, "item")} not applicable on any of them</summary>${table(none, `${title}: items that do not apply`)}</details>`;
      return rows.length === 0 ? "" : `<h3>${title}</h3>${first}${rest}`;
    })
    .join("\n");
}

function matrixCell(cell: Cell | null, to: string): string {
  if (cell === null) return `<td><span class="none" title="not planned on this target">not planned</span></td>`;
  const { state, entries, sizeBytes, reason } = cell;
  const several = entries.length > 1 ? `<small>${countsText(cell)}</small>` : "";
  const amount = sizeBytes > 0 ? `<small>${sizeText(sizeBytes)}</small>` : "";
  const title = reason === "" ? "" : ` title="${escaped(reason)}"`;
  return `<td class="${toneOf(state)}"><a href="#${to}"${title}>${stateText(state)}${several}${amount}</a></td>`;
}

/** What was asked for and is not there, or not whole. What is absent of a target for one reason is told once. */
export function absentTable(entries: Entries, targets: Targets, items: ReadonlyMap<string, ItemWords>): string {
  const absent = entries.filter(({ state }) => isIncomplete(state));
  if (absent.length === 0) return "<p>Everything that was asked for is in this bundle.</p>";
  const numbers = itemNumbers(entries);
  const columns = new Map(targets.map(({ id }, index) => [id, index]));
  const groups = Map.groupBy(absent.slice(0, maxRows), ({ target, state, reason }) =>
    JSON.stringify([target, state, reason]),
  );
  const rows = [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) return "";
    const { state, target, reason } = first;
    const list = group.map(({ item, path }) => {
      const to = anchor(columns.get(target) ?? 0, numbers.get(item) ?? 0);
      return `<li><a href="#${to}">${escaped(items.get(item)?.title ?? item)}</a><code>${escaped(path)}</code></li>`;
    });
    return `<tr class="bad"><td>${stateText(state)}</td><th scope="row">${escaped(targetText(target))}</th><td>${escaped(reason)}</td><td><ul class="plain">${list.join("")}</ul></td></tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th scope="col">State</th><th scope="col">Target</th><th scope="col">Why</th><th scope="col">What</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>${more(absent.length)}`;
}

const more = (rows: number): string =>
  rows <= maxRows ? "" : `<p>${count(rows - maxRows, "entry", "entries")} more: see manifest.json.</p>`;

/** Every entry, by target and item, with a link to its file. */
export function entryTables(
  manifest: Manifest,
  entries: Entries,
  items: ReadonlyMap<string, ItemWords>,
  complaints: ReadonlyMap<string, string>,
): string {
  const numbers = itemNumbers(entries);
  const shown = entries.slice(0, maxRows);
  const tables = sorted(manifest.targets)
    .flatMap(({ indexes }) => indexes)
    .map((index) => {
      const id = manifest.targets[index]?.id ?? "";
      const own = Map.groupBy(
        shown.filter(({ target }) => target === id),
        ({ item }) => item,
      );
      const bodies = [...own].map(([item, group]) => {
        const alone = group.length === 1;
        const rows = group.map((entry) => {
          const complaint = complaints.get(entry.path);
          return entryRow(entry, manifest.entries[entry.n], complaint, alone ? itemText(item, items) : "");
        });
        const head = alone
          ? ""
          : `<tr class="${rowClasses(group, manifest)}"><th scope="rowgroup" colspan="4">${itemText(item, items)}</th></tr>`;
        const none = group.every(({ state }) => state === "not-applicable") ? ' class="none"' : "";
        return `<tbody id="${anchor(index, numbers.get(item) ?? 0)}"${none}>${head}${rows.join("\n")}</tbody>`;
      });
      if (bodies.length === 0) return "";
      return `<h3 id="t${index}">${escaped(targetText(id))}</h3><div class="scroll"><table class="entries"><thead><tr><th scope="col">State</th><th scope="col">File in this bundle, where it came from, SHA-256</th><th scope="col" class="right">Size</th><th scope="col">What was said</th></tr></thead>${bodies.join("\n")}</table></div>`;
    });
  return tables.join("\n") + more(entries.length);
}

/** What a filter finds a row by. An item's head stays while one of its rows does. */
const rowClasses = (group: Entries, { entries }: Manifest): string =>
  [...new Set(group.flatMap((entry) => classesOf(entry, entries[entry.n])))].filter((word) => word !== "got").join(" ");

function classesOf({ state, reason }: MatrixEntry, of: ManifestEntry | undefined): string[] {
  const said = reason !== "" || (of !== undefined && (of.stderr !== "" || (of.exitCode ?? 0) !== 0));
  const there = of !== undefined && isThere(of);
  return [toneOf(state), ...(said ? ["said-something"] : []), ...(there ? ["there"] : [])];
}

/** `item` names what it is, where no row above does. */
function entryRow(
  entry: MatrixEntry,
  of: ManifestEntry | undefined,
  complaint: string | undefined,
  item: string,
): string {
  const { state, path, sizeBytes, sha256 } = entry;
  const linked = of !== undefined && isThere(of);
  const name = linked
    ? `<a href="${href(path)}"><code>${escaped(path)}</code></a>`
    : `<code class="dim">${escaped(path)}</code>`;
  const from = of === undefined ? "" : `<small><code>${escaped(sourceText(of.source))}</code></small>`;
  const sum = sha256 === null ? "" : `<small><code class="sum">${sha256}</code></small>`;
  return `<tr class="${classesOf(entry, of).join(" ")}"><td>${stateText(state)}</td><td>${item === "" ? "" : `<div>${item}</div>`}${name}${from}${sum}</td><td class="right">${linked ? sizeText(sizeBytes) : ""}</td><td class="said">${said(entry, of, complaint)}</td></tr>`;
}

/** Longer complaints are folded. */
const shortChars = 300;

function said({ reason }: MatrixEntry, of: ManifestEntry | undefined, complaint: string | undefined): string {
  if (of === undefined) return escaped(reason);
  const notes = [
    reason,
    of.exitCode !== null && of.exitCode !== 0 ? `exit code ${of.exitCode}` : "",
    of.fromByte > 0 ? `begins at byte ${of.fromByte.toLocaleString("en")} of its source` : "",
    of.redacted ? "redacted" : "",
    of.sumAgrees === true ? `sum equal to the target's own${of.redacted ? ", before redaction" : ""}` : "",
  ].filter((note) => note !== "");
  const text = `<div>${notes.map(escaped).join(" · ")}</div>`;
  if (of.stderr === "") return text;
  const file = complaint === undefined ? "" : ` <a href="${href(complaint)}">as a file</a>`;
  const printed = `<pre>${escaped(of.stderr)}</pre>`;
  return of.stderr.length <= shortChars
    ? `${text}<div class="dim">It complained (stderr),${file}:</div>${printed}`
    : `${text}<details><summary>It complained (stderr)</summary>${printed}${file}</details>`;
}
