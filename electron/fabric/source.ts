/** Owns what is kept of a command's outputs to show where a value is from, and which time it counts for. */
import type { Source } from "../contract/fabric.ts";
import type { CommandResult } from "../contract/ssh.ts";

/** Kept of each of a command's two outputs. */
const maxEvidenceChars = 256 * 1024;

export function sourceOf(result: CommandResult, maxChars: number = maxEvidenceChars): Source {
  return {
    device: result.device,
    argv: [...result.argv],
    observedAt: endOf(result),
    exitCode: result.exitCode,
    stdout: beginningOf(result.stdout, maxChars),
    stderr: beginningOf(result.stderr, maxChars),
  };
}

export function endOf(result: Pick<CommandResult, "startedAt" | "durationMs">): number {
  return Math.round(result.startedAt + result.durationMs);
}

/** A copy: a slice keeps all of the text that it is of, which may be megabytes, in memory for as long as it lives. */
export function beginningOf(text: string, maxChars: number = maxEvidenceChars): string {
  return text.length <= maxChars ? text : Buffer.from(text.slice(0, maxChars)).toString();
}
