/** What is known of each text of a collection before it is read: whose clock its lines go by, and when it last changed. */
import type { Clock, Entry, EntryResult } from "../../contract/logs/entry.ts";
import { here } from "../../contract/logs/target.ts";
import type { StoredCollection } from "../stored.node.ts";
import type { SourceFacts } from "./library.node.ts";

export interface ReadableEntry {
  readonly sizeBytes: number;
  readonly facts: SourceFacts;
}

/** The zone of the machine that reads, for clocks that nobody measured. */
export interface OwnZone {
  readonly name: string;
  readonly minutes: number;
}

/** Texts that have content, the smallest first: most of them are there at once. */
export function readableEntries(collection: StoredCollection, own: OwnZone): readonly ReadableEntry[] {
  const { header, results, clocks } = collection;
  const switches = new Set(header.targets.filter(({ kinds }) => kinds.includes("switch")).map(({ id }) => id));
  return header.entries
    .flatMap((entry) => {
      const result = results.get(entry.n);
      if (!entry.text || !result || result.sizeBytes === 0) return [];
      const facts = factsOf(entry, result, clocks, switches.has(entry.target), own);
      return [{ sizeBytes: result.sizeBytes, facts }];
    })
    .sort((a, b) => a.sizeBytes - b.sizeBytes || a.facts.n - b.facts.n);
}

function factsOf(
  entry: Entry,
  result: EntryResult,
  clocks: ReadonlyMap<string, Clock>,
  isSwitch: boolean,
  own: OwnZone,
): SourceFacts {
  const { source, target, path } = entry;
  // What Halfrack and its own tools write goes by this machine's clock; of a BMC's log only the zone does.
  const clock = clocks.get(source.how === "own" ? here : target);
  const zoned = source.how === "ipmi" ? clocks.get(here) : clock;
  const offsetMs = source.how === "own" ? 0 : (clock?.offsetMs ?? 0);
  const notes: string[] = [];
  if (!clock && source.how !== "own" && target !== here)
    notes.push("Its host's clock was not measured: it is taken to be right, and in this machine's zone.");
  if (result.fromByte > 0) notes.push(`Its first ${result.fromByte} bytes were not collected.`);
  if (result.state !== "got") notes.push(`It is not whole: ${result.reason || result.state}.`);
  return {
    n: entry.n,
    target,
    path,
    kind: isSel(source) ? "sel" : isSwitch ? "switch" : "log",
    judged: source.how === "file",
    zone: zoned?.zone ?? own.name,
    zoneMinutes: zoned?.zoneMinutes ?? own.minutes,
    zoneAskedMs: (zoned?.measuredAt ?? result.startedAt) + (zoned?.offsetMs ?? 0),
    offsetMs,
    uncertaintyMs: source.how === "own" ? null : (clock?.uncertaintyMs ?? null),
    bootedMs: clock?.bootedAt ?? null,
    lastMs: result.modifiedAt ?? result.startedAt + result.durationMs + offsetMs,
    notes,
  };
}

function isSel(source: Entry["source"]): boolean {
  if (source.how !== "ipmi" && source.how !== "command") return false;
  return (
    / sel e?list( |$)/.test(` ${source.argv.join(" ")}`) &&
    (source.how === "ipmi" || /ipmitool$/.test(source.argv[0] ?? ""))
  );
}
