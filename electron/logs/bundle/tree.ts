/** Owns what a bundle is made of besides entries: its manifest, files that stand beside them, their order and sums. */
import type { BundleRun, Manifest, ManifestEntry } from "../../contract/logs/bundle.ts";
import type { Clock, CollectionHeader, Entry, EntryResult } from "../../contract/logs/entry.ts";
import { isIncomplete, manifestEntries } from "../../contract/logs/matrix.ts";
import { untried } from "../untried.ts";
import { Paths } from "./paths.ts";

/** Files of the bundle's top folder that are not evidence. Their names are never an entry's. */
export const ownFiles = {
  sums: "SHA256SUMS",
  page: "index.html",
  run: "run.json",
  manifest: "manifest.json",
  notes: "notes.md",
} as const;

/** What came of reading an entry's content, as it will stand in the bundle. */
export interface Content {
  readonly sizeBytes: number;
  /** Null where it could not be read. */
  readonly sha256: string | null;
  readonly redacted: boolean;
  /** What is wrong with it; empty where nothing is. */
  readonly fault: string;
}

/** How strings and names are told in the bundle. */
export interface Telling {
  value(text: string): string;
  /** Of an item or a preset: those that ship with Halfrack stay, others are the admin's words. */
  id(id: string): string;
  name(path: string): string;
}

export interface ManifestParts {
  readonly writtenBy: string;
  readonly header: CollectionHeader;
  readonly results: ReadonlyMap<number, EntryResult>;
  /** By entry; those without content have none. */
  readonly contents: ReadonlyMap<number, Content>;
  /** Why an entry's content is kept out, by entry. */
  readonly withheld: ReadonlyMap<number, string>;
  readonly redaction: Manifest["redaction"];
  readonly telling: Telling;
}

/** Entries keep their order: what is at an index of the manifest is the header's entry there. */
export function manifestOf(parts: ManifestParts): Manifest {
  const { header, results, contents, withheld, telling } = parts;
  const { value } = telling;
  const paths = pathsOfOwn();
  const entries = header.entries.map((entry): ManifestEntry => {
    const { target, item, path, text, capBytes, timeoutMs } = entry;
    const content = contents.get(entry.n);
    const { n: _, startedAt, durationMs, attempts, ...result } = results.get(entry.n) ?? notCollected(header);
    const broken = content !== undefined && content.fault !== "";
    return {
      target: value(target),
      item: telling.id(item),
      source: toldSource(entry.source, value),
      path: paths.take(telling.name(path)),
      text,
      capBytes,
      timeoutMs,
      ...result,
      modifiedAt: isMadeUp(entry.source) ? null : result.modifiedAt,
      state: broken ? "failed" : result.state,
      reason: value(broken ? content.fault : result.reason),
      stderr: value(result.stderr),
      sizeBytes: content?.sizeBytes ?? 0,
      sha256: content?.sha256 ?? null,
      redacted: content?.redacted ?? false,
      withheld: value(withheld.get(entry.n) ?? ""),
    };
  });
  return {
    halfrack: 1,
    writtenBy: parts.writtenBy,
    name: value(header.name),
    lab: value(header.lab),
    preset: telling.id(header.preset),
    ...(header.window === undefined ? {} : { window: header.window }),
    fromMs: header.fromMs,
    toMs: header.toMs,
    redaction: parts.redaction,
    targets: header.targets.map(({ id, device, kinds, disk }) => ({
      id: value(id),
      device: value(device),
      kinds,
      ...(disk === undefined ? {} : { disk: value(disk) }),
    })),
    entries,
    notes: value(header.notes),
    complete: manifestEntries({ entries }).every(({ state }) => !isIncomplete(state)),
  };
}

/** What tells of the run. Entries stand as in the manifest. */
export function runOf(
  { header, results, telling: { value } }: Pick<ManifestParts, "header" | "results" | "telling">,
  clocks: Iterable<Clock>,
  entries: Manifest["entries"],
): BundleRun {
  return {
    halfrack: 1,
    createdAt: header.createdAt,
    clocks: [...clocks].map((clock) => ({ ...clock, target: value(clock.target), zone: value(clock.zone) })),
    entries: entries.map(({ path }, index) => {
      const { startedAt, durationMs, attempts } = results.get(header.entries[index]?.n ?? -1) ?? notCollected(header);
      return { path, startedAt, durationMs, attempts };
    }),
  };
}

/** One line for each record: this file is read by people as well. */
export const runText = ({ clocks, entries, ...of }: BundleRun): string => {
  const line = (record: object) =>
    JSON.stringify(record, (key, value: unknown) => (key.endsWith("At") ? written(value) : value));
  const list = (records: readonly object[]) =>
    records.length === 0 ? "[]" : `[\n${records.map((record) => `  ${line(record)}`).join(",\n")}\n ]`;
  return `${line(of).slice(0, -1)},\n "clocks": ${list(clocks)},\n "entries": ${list(entries)}\n}\n`;
};

/** The end of the year 9999: a bundle of somebody else's may claim any time. */
const written = (at: unknown) =>
  typeof at === "number" && at <= 253_402_300_799_000 ? new Date(at).toISOString() : at;

/** The kernel makes such a file up when it is looked at, with the time of that moment. */
const isMadeUp = (source: Entry["source"]) => source.how === "file" && /^\/(?:proc|sys)\//.test(source.path);

/** Stands for the result of an entry that waits. */
const notCollected = ({ createdAt }: CollectionHeader): EntryResult =>
  untried({ n: 0, state: "cancelled", reason: "not collected yet: the run was ended before", startedAt: createdAt });

function toldSource(source: Entry["source"], value: (text: string) => string): Entry["source"] {
  switch (source.how) {
    case "command":
    case "ipmi":
      return { ...source, argv: source.argv.map(value) };
    case "file":
    case "range":
      return { ...source, path: value(source.path) };
    case "switch":
      return { ...source, line: value(source.line) };
    case "own":
      return { ...source, what: value(source.what) };
  }
}

function pathsOfOwn(): Paths {
  const paths = new Paths();
  for (const name of Object.values(ownFiles)) paths.take(name);
  return paths;
}

/** Whether the entry's content stands in the bundle. */
export const isThere = ({ sha256, withheld }: Pick<ManifestEntry, "sha256" | "withheld">): boolean =>
  sha256 !== null && withheld === "";

/** Where what a command complained of stands, by the entry's path: beside its output. */
export function complaintPaths(entries: Manifest["entries"]): Map<string, string> {
  const paths = pathsOfOwn();
  for (const { path } of entries) paths.take(path);
  return new Map(
    entries.flatMap(({ path, stderr }) => (stderr === "" ? [] : [[path, paths.take(`${path}.stderr.txt`)] as const])),
  );
}

/** As `sha256sum -c` takes it. Paths of a bundle need no escapes. */
export const sumsText = (files: readonly { readonly path: string; readonly sha256: string }[]): string =>
  files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join("");
