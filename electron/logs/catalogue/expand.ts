/** Owns what one item becomes on one target: what would be read, and what is known not to come before it is tried. */
import type { LogSelection } from "../../contract/logs/collect.ts";
import type { EntrySource, ResultState } from "../../contract/logs/entry.ts";
import type { FoundFile, TargetFindings } from "../../contract/logs/find.ts";
import type { Item, Own } from "../../contract/logs/item.ts";
import { commandPlace, filePlace } from "./place.ts";
import { programOf } from "./wanted.ts";
import { type HostWindow, windowWords } from "./window.ts";

/** An entry in the making. */
export interface Draft {
  readonly item: string;
  readonly source: EntrySource;
  /** Where it stands below its target's folder. */
  readonly place: string;
  readonly root: boolean;
  readonly keep: "head" | "tail";
  readonly text: boolean;
  readonly timeoutMs: number;
  readonly capBytes: number;
  readonly cost: Item["cost"];
  readonly estimateBytes: number | null;
  readonly modifiedAt: number | null;
  /** Why it is not tried; null where it is. */
  readonly settled: Settled | null;
}

export interface Settled {
  readonly state: ResultState;
  readonly reason: string;
}

export interface Asked {
  readonly findings: TargetFindings;
  /** Its files by item. */
  readonly files: ReadonlyMap<string, readonly FoundFile[]>;
  readonly window: HostWindow;
  readonly sudo: LogSelection["sudo"];
}

type Form<K extends string> = Extract<Item, Record<K, unknown>>;

/** At least one draft. */
export function expand(item: Item, asked: Asked): readonly Draft[] {
  if ("command" in item) return ofCommand(item, asked);
  if ("files" in item) return ofFiles(item, asked);
  if ("switch" in item) {
    const place = `${item.switch.replaceAll(/[^A-Za-z0-9.+=-]+/g, "_")}.txt`;
    return [draft(item, { how: "switch", line: item.switch }, place, asked)];
  }
  if ("ipmi" in item) return [draft(item, { how: "ipmi", argv: item.ipmi }, commandPlace(item.ipmi, item.text), asked)];
  if ("range" in item) return [ofRange(item, asked)];
  return [draft(item, { how: "own", what: item.own }, ownPlaces[item.own], asked, { modifiedAt: null })];
}

const ownPlaces: Readonly<Record<Own, string>> = {
  about: "halfrack.json",
  events: "events.jsonl",
  "lab-file": "lab.yaml",
  fabric: "fabric.json",
  switches: "switches.json",
  counters: "counters.json",
};

const megabyte = 1024 * 1024;

type More = Partial<Pick<Draft, "settled" | "estimateBytes" | "modifiedAt" | "keep" | "root">>;

function draft(item: Item, source: EntrySource, place: string, asked: Asked, more: More = {}): Draft {
  const { findings } = asked;
  const installed = findings.commands[item.id] ?? null;
  const rights = rightsFor(item, "", asked);
  const settled =
    more.settled ??
    (installed === false
      ? absent(item, "noCommand", `${programOf(item) ?? "ipmitool"} is not installed.`)
      : unknownOf(findings, installed, more)) ??
    rights.refused;
  return {
    item: item.id,
    source,
    place,
    root: settled === null && rights.root,
    keep: "head",
    text: item.text,
    timeoutMs: item.timeoutSeconds * 1000,
    capBytes: Math.max(1, Math.round(item.capMegabytes * megabyte)),
    cost: item.cost,
    estimateBytes: null,
    modifiedAt: null,
    ...more,
    settled,
  };
}

/** Of a target that told nothing, or not all: what it did not tell of is not tried. `modifiedAt` is given with what was found. */
function unknownOf({ fault }: TargetFindings, installed: boolean | null, more: More): Settled | null {
  const isKnown = installed === true || more.modifiedAt !== undefined;
  return fault === null || isKnown ? null : { state: "lost", reason: `${fault.title}: ${fault.detail}` };
}

function absent(item: Item, how: "noCommand" | "noFile", reason: string): Settled {
  return { state: item.absent?.[how] === true ? "not-applicable" : "missing", reason };
}

/** Whether it is read as root, and why it cannot be read where it needs root and may not have it. */
export function rightsFor(
  item: Pick<Item, "root"> & Partial<Pick<Item, "on">>,
  unreadable: string,
  { findings, sudo }: Asked,
): { readonly root: boolean; readonly refused: Settled | null } {
  const wanted = item.root !== "no" || unreadable !== "";
  if (!wanted || findings.becomesRoot === "is-root")
    return { root: false, refused: unreadable === "" ? null : { state: "refused", reason: unreadable } };
  if (!findings.target.kinds.some((kind) => withLogin.has(kind))) return { root: false, refused: null };
  const why =
    sudo === "never"
      ? "sudo was not allowed"
      : findings.becomesRoot === "no"
        ? `${findings.user || "the login"} may not become root by sudo`
        : findings.becomesRoot === "sudo-password" && sudo !== "ask"
          ? "sudo asks for a password there"
          : "";
  if (why === "") return { root: true, refused: null };
  const needed = item.root === "needed" || unreadable !== "";
  const reason = unreadable === "" ? `It needs root, and ${why}.` : `${unreadable.replace(/\.$/, "")}; ${why}.`;
  return { root: false, refused: needed ? { state: "refused", reason } : null };
}

const withLogin = new Set(["linux", "vsmp", "kvm", "esxi", "stick", "here"]);

function ofRange(item: Form<"range">, asked: Asked): Draft {
  const { stick, target } = asked.findings;
  const range = stick?.ranges.find((each) => each.range === item.range);
  const path = stick?.disk ?? target.disk ?? "";
  const place = `${item.range}.bin`;
  if (stick === null || range === undefined) {
    const reason =
      stick === null
        ? "Nothing is known of this stick."
        : `The layout ${stick.layout} does not say where it is on this stick: ${stick.reasons.join(" ")}`;
    const settled: Settled = {
      state: asked.findings.fault ? "lost" : stick === null ? "missing" : "not-applicable",
      reason,
    };
    return draft(item, { how: "range", path, offsetBytes: 0, lengthBytes: 0 }, place, asked, { settled });
  }
  const { offsetBytes, lengthBytes } = range;
  const { root, refused } = rightsFor(item, stick.unreadable, asked);
  return draft(item, { how: "range", path, offsetBytes, lengthBytes }, place, asked, {
    estimateBytes: lengthBytes,
    modifiedAt: null,
    root: root && refused === null,
    settled: refused,
  });
}

/** Each file that was found, and each path without a wildcard that was not; of an item that has neither, its first glob. */
function ofFiles(item: Form<"files">, asked: Asked): readonly Draft[] {
  const { findings } = asked;
  const found = asked.files.get(item.id) ?? [];
  const paths = new Set(found.map(({ path }) => path));
  const named = item.files.filter((path) => !wildcard.test(path) && !paths.has(path));
  const absentOnes = found.length === 0 && named.length === 0 ? item.files.slice(0, 1) : named;
  return [
    ...found.map((file) => ofFile(item, file, asked)),
    ...absentOnes.map((path) => {
      const reason = wildcard.test(path) ? `Nothing matches ${item.files.join(", ")}.` : "It is not there.";
      const settled = findings.fault === null ? absent(item, "noFile", reason) : null;
      return draft(item, { how: "file", path }, filePlace(path), asked, { settled, keep: item.keep });
    }),
  ];
}

const wildcard = /[*?[]/;

const notFiles: Readonly<Record<Exclude<FoundFile["kind"], "file">, string>> = {
  folder: "It is a folder.",
  fifo: "It is a named pipe and is not opened.",
  socket: "It is a socket and is not opened.",
  device: "It is a device and is not opened.",
  dangling: "It is a link that leads nowhere.",
};

function ofFile(item: Form<"files">, file: FoundFile, asked: Asked): Draft {
  const { path, kind, sizeBytes, modifiedAt, unreadable } = file;
  const { root, refused } = rightsFor(item, unreadable, asked);
  const settled: Settled | null =
    kind === "file"
      ? ((item.window ? outside(file, asked.window) : null) ?? refused)
      : { state: "not-applicable", reason: notFiles[kind] };
  return draft(item, { how: "file", path }, filePlace(path), asked, {
    settled,
    keep: item.keep,
    root: root && settled === null,
    // What the kernel makes up while it is read tells no size.
    estimateBytes: /^\/(proc|sys)\//.test(path) ? null : sizeBytes,
    modifiedAt: modifiedAt ?? null,
  });
}

function outside({ modifiedAt, reachesBackTo }: FoundFile, { fromMs, toMs }: HostWindow): Settled | null {
  if (fromMs !== null && modifiedAt !== null && modifiedAt < fromMs)
    return { state: "left-out", reason: "It was last changed before the window." };
  if (toMs !== null && reachesBackTo !== null && reachesBackTo > toMs)
    return { state: "left-out", reason: "It begins after the window." };
  return null;
}

function ofCommand(item: Form<"command">, asked: Asked): readonly Draft[] {
  const { findings, window } = asked;
  const words = windowWords(window, findings);
  const argv = [
    ...item.command,
    ...(window.fromMs === null ? [] : (item.since ?? [])),
    ...(window.toMs === null ? [] : (item.until ?? [])),
  ];
  const made = (also: Readonly<Record<string, string>>, more: More = {}) => {
    const filled = argv.map((each) => fill(each, { ...words, ...also }));
    const named =
      item.file ??
      commandPlace(
        item.command.map((each) => fill(each, also)),
        item.text,
      );
    const place = `commands/${fill(named, also).replaceAll("/", "_")}`;
    return draft(item, { how: "command", argv: filled }, place, asked, more);
  };
  if (item.each === undefined) return [made({})];
  const found = (asked.files.get(item.id) ?? []).filter(({ kind }) => kind !== "dangling");
  if (found.length === 0) {
    const [glob = "/"] = item.each;
    const settled = findings.fault === null ? absent(item, "noFile", `Nothing matches ${item.each.join(", ")}.`) : null;
    return [made({ path: glob, ...partsOf(glob, [glob]) }, { settled })];
  }
  return found.map(({ path }) => {
    const parts = partsOf(path, item.each ?? []);
    // What is written with an escape is no text, and a name with a dash in front would be taken for an option.
    const odd = path.includes("\\") || Object.values(parts).some((part) => part.startsWith("-"));
    const settled: Settled = { state: "failed", reason: "Its name cannot be given to a command." };
    return made({ path, ...parts }, odd ? { settled } : { modifiedAt: null });
  });
}

/** `{name}`, `{stem}` and the parts that wildcards stand in, by the first glob that has as many parts. */
function partsOf(path: string, globs: readonly string[]): Record<string, string> {
  const parts = path.split("/");
  const name = parts.at(-1) ?? "";
  const glob = globs.map((each) => each.split("/")).find((each) => each.length === parts.length && fits(each, parts));
  const wild = parts.filter((_, index) => wildcard.test(glob?.[index] ?? ""));
  return { name, stem: name.replace(/(.)\.[^.]*$/, "$1"), "1": wild[0] ?? name, "2": wild[1] ?? "" };
}

const fits = (glob: readonly string[], parts: readonly string[]) =>
  glob.every((part, index) => wildcard.test(part) || part === parts[index]);

const fill = (text: string, words: Readonly<Record<string, string>>) =>
  text.replaceAll(/\{([A-Za-z0-9]+)\}/g, (whole, name: string) =>
    Object.hasOwn(words, name) ? (words[name] ?? "") : whole,
  );
