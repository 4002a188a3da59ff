/** Reads a time line from its beginning to its end, for scripts. */
import { FaultError } from "../contract/error.ts";
import type { LogFilter, LogLine } from "../contract/logs/reading.ts";
import { maxLines, type Reading } from "./read/reading.node.ts";

/** The lines that `filter` lets through, at most `limit`, once all are in order. Throws FaultError where reading failed. */
export async function* readLines(
  reading: Reading,
  { filter, limit = Number.POSITIVE_INFINITY }: { readonly filter: LogFilter; readonly limit?: number | undefined },
  signal?: AbortSignal,
): AsyncGenerator<LogLine, void, void> {
  for await (const _ of reading.state.watch(signal)) {
    const { done, fault } = reading.state.get();
    if (fault) throw new FaultError(fault);
    if (done) break;
  }
  for (let from = 0; from < limit && !signal?.aborted; ) {
    const { lines, complete } = await reading.lines({ filter, from, count: Math.min(maxLines, limit - from) }, signal);
    yield* lines;
    from += lines.length;
    if (lines.length === 0 && complete) return;
  }
}
