/** Owns what is said of a collection as a whole: whether it can be gone on with, and whether anything is missing. */
import type { CollectionSummary } from "../contract/logs/collect.ts";
import { incompleteStates, type ResultState } from "../contract/logs/entry.ts";
import type { StoredCollection } from "./stored.node.ts";

/** What a further try may bring: the target was away, or the run was ended. */
export const unfinished: ReadonlySet<ResultState> = new Set<ResultState>(["lost", "cancelled"]);

export function summaryOf(
  { header, kind, path, results }: Pick<StoredCollection, "header" | "kind" | "path" | "results">,
  running: boolean,
): CollectionSummary {
  const states: Record<string, number> = {};
  let sizeBytes = 0;
  let waits = false;
  let complete = true;
  for (const { n } of header.entries) {
    const result = results.get(n);
    if (result === undefined) {
      waits = true;
      continue;
    }
    states[result.state] = (states[result.state] ?? 0) + 1;
    sizeBytes += result.sizeBytes;
    waits ||= unfinished.has(result.state);
    complete &&= !incompleteStates.has(result.state);
  }
  const { id, name, lab, createdAt, targets, entries } = header;
  return {
    id,
    name,
    lab,
    createdAt,
    kind,
    path,
    state: running ? "running" : waits && kind === "collection" ? "stopped" : "ended",
    targets: targets.map((target) => target.id),
    entries: entries.length,
    results: states,
    sizeBytes,
    complete: complete && header.entries.every(({ n }) => results.has(n)),
  };
}
