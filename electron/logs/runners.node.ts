/** Owns how evidence is asked for where no shell is: a switch by its command line, and what Halfrack knows itself. */
import { Readable } from "node:stream";
import { FaultError, invariant, messageOf } from "../contract/error.ts";
import type { CollectionHeader, Entry } from "../contract/logs/entry.ts";
import { ownSchema } from "../contract/logs/item.ts";
import type { Gathered, SourceRunner } from "./collect/run.node.ts";
import { type OwnSources, ownText } from "./own.node.ts";

/** Types one line that shows into a switch. Throws a FaultError where it was not asked or did not answer. */
export type ShowOnSwitch = (
  device: string,
  line: string,
  signal: AbortSignal,
) => Promise<{ readonly text: string; readonly refused: string | null }>;

/** Asks the switch of an entry's target its line. */
export function switchRunner(show: ShowOnSwitch, deviceOf: (entry: Entry) => string): SourceRunner {
  return async (entry, { signal, absence }) => {
    const { source } = entry;
    invariant(source.how === "switch", "a switch is asked for a switch's line");
    const timed = AbortSignal.any([signal, AbortSignal.timeout(entry.timeoutMs)]);
    const { text, refused } = await show(deviceOf(entry), source.line, timed).catch((error: unknown) => {
      if (signal.aborted || !timed.aborted) throw error;
      throw new FaultError({
        code: "logs.timed-out",
        title: "The switch did not answer in time",
        detail: `“${source.line}” was not answered within ${entry.timeoutMs / 1000} s.`,
        next: "Collect it again while the switch is less busy.",
        subject: entry.target,
      });
    });
    if (refused === null) return content(text, entry.capBytes);
    const known = absence?.stderr !== undefined && new RegExp(absence.stderr, "iu").test(refused);
    return {
      state: known ? "not-applicable" : "refused",
      reason: `The switch refused it: ${refused}`,
      content: null,
      exitCode: null,
      stderr: "",
    };
  };
}

/** Gives what Halfrack itself knows, as it is now. */
export function ownRunner(header: CollectionHeader, sources: OwnSources): SourceRunner {
  return async (entry) => {
    const what = ownSchema.parse(entry.source.how === "own" ? entry.source.what : "");
    try {
      return content(await ownText(what, header, sources), entry.capBytes);
    } catch (error) {
      return { state: "failed", reason: messageOf(error), content: null, exitCode: null, stderr: "" };
    }
  };
}

function content(text: string, capBytes: number): Gathered {
  const bytes = Buffer.from(text);
  const whole = bytes.length <= capBytes;
  return {
    state: bytes.length === 0 ? "empty" : whole ? "got" : "truncated",
    reason: whole ? "" : `It has ${bytes.length} bytes; its cap is ${capBytes}.`,
    content: Readable.from([bytes.subarray(0, capBytes)]),
    exitCode: null,
    stderr: "",
  };
}
