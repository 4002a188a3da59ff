/** Owns what came of an entry, from values: how a command ended, what a file's opening said, what the item's own rule is. */
import type { EntryResult } from "../../contract/logs/entry.ts";
import type { Absence } from "../../contract/logs/item.ts";

export type Outcome = Pick<EntryResult, "state" | "reason">;

const forbidden =
  /permission denied|operation not permitted|access denied|not authori[sz]ed|must be (?:run as )?(?:root|super-?user)|(?:need|requires?) (?:to be )?(?:root|super-?user)|only root|you are not root|root privileges/i;
const gone = /no such file|not a directory|no such device/i;

/** The last line that was complained of, cut: for a reason. */
function said(complaint: string): string {
  const line = complaint.trim().split("\n").at(-1) ?? "";
  return line === "" ? "" : ` It said: ${line.slice(0, 300)}`;
}

function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return false;
  try {
    return new RegExp(pattern, "iu").test(text);
  } catch {
    return false;
  }
}

/** The command is not installed there. */
export function absentCommand(program: string, absence: Absence | undefined): Outcome {
  return absence?.noCommand
    ? { state: "not-applicable", reason: `${program} is not installed.` }
    : { state: "missing", reason: `${program} is not installed.` };
}

/** A command that came to its end: by its exit code, what it complained of, and how much it printed. */
export function ofCommand(
  told: {
    readonly exitCode: number | null;
    readonly stderr: string;
    readonly sizeBytes: number;
    readonly capBytes: number;
    readonly timedOut: boolean;
    readonly timeoutMs: number;
  },
  absence: Absence | undefined,
): Outcome {
  const { exitCode, stderr, sizeBytes, capBytes } = told;
  if (sizeBytes >= capBytes)
    return { state: "truncated", reason: `It printed more than its cap of ${capBytes} bytes.` };
  if (told.timedOut)
    return {
      state: "timed-out",
      reason: `It ran longer than ${told.timeoutMs / 1000} s and was ended.${said(stderr)}`,
    };
  const isAbsent = (exitCode !== null && absence?.exitCodes?.includes(exitCode)) || matches(absence?.stderr, stderr);
  if (sizeBytes === 0 && isAbsent)
    return { state: "not-applicable", reason: `It ended with exit code ${exitCode}.${said(stderr)}` };
  if (exitCode === 127 && sizeBytes === 0)
    return { state: absence?.noCommand ? "not-applicable" : "missing", reason: `It is not installed.${said(stderr)}` };
  if (exitCode === 0)
    return sizeBytes > 0 ? { state: "got", reason: "" } : { state: "empty", reason: said(stderr).trim() };
  const ended = exitCode === null ? "It did not end by itself." : `It ended with exit code ${exitCode}.`;
  if (sizeBytes > 0) return { state: "got", reason: `${ended}${said(stderr)}` };
  if (forbidden.test(stderr)) return { state: "refused", reason: `${ended}${said(stderr)}` };
  return { state: "failed", reason: `${ended} It printed nothing.${said(stderr)}` };
}

/** A file that could not be opened, by what was complained of. */
export function unopened(complaint: string, absence: Absence | undefined): Outcome {
  if (forbidden.test(complaint)) return { state: "refused", reason: `It may not be read.${said(complaint)}` };
  if (/too many (?:levels of )?symbolic links|loop/i.test(complaint))
    return { state: "failed", reason: "Its symbolic links lead in a circle." };
  if (gone.test(complaint))
    return absence?.noFile
      ? { state: "not-applicable", reason: "There is no such file." }
      : { state: "missing", reason: "There is no such file." };
  return { state: "failed", reason: `It could not be opened.${said(complaint)}` };
}

/** What is no file is never opened. */
export const notAFile = (kind: string): Outcome => ({
  state: "failed",
  reason: `It is a ${kind === "" ? "thing of another kind" : kind}, not a file; it is not read.`,
});

/** A file that was read: by what it held when it was opened, what came, and what it holds now. */
export function ofFile(told: {
  readonly sizeBytes: number;
  readonly capBytes: number;
  /** Null for what is read to its end. */
  readonly lengthBytes: number | null;
  readonly openedBytes: number;
  readonly afterBytes: number | null;
  readonly unread: boolean;
  readonly complaint: string;
}): Outcome {
  const { sizeBytes, capBytes, lengthBytes, openedBytes, afterBytes } = told;
  if (told.unread)
    return forbidden.test(told.complaint) && sizeBytes === 0
      ? { state: "refused", reason: `It may not be read.${said(told.complaint)}` }
      : { state: "failed", reason: `Reading it failed after ${sizeBytes} bytes.${said(told.complaint)}` };
  if (lengthBytes === null) {
    if (sizeBytes >= capBytes)
      return { state: "truncated", reason: `It holds more than its cap of ${capBytes} bytes.` };
    return { state: sizeBytes > 0 ? "got" : "empty", reason: "" };
  }
  if (sizeBytes < lengthBytes)
    return {
      state: "failed",
      reason: `It became shorter while it was read: ${sizeBytes} of ${lengthBytes} bytes came.`,
    };
  if (lengthBytes < openedBytes)
    return { state: "truncated", reason: `It holds ${openedBytes} bytes; its cap is ${capBytes}.` };
  const grown = afterBytes === null ? 0 : afterBytes - openedBytes;
  return { state: "got", reason: grown > 0 ? `It grew by ${grown} bytes while it was read, which are not here.` : "" };
}
