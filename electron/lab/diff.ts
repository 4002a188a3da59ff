/** Owns how a change of the lab file is shown before it is made: as a unified diff. */
import { diffIndices } from "node-diff3";

/** Lines that stay, around each change. */
const contextLines = 3;

interface Change {
  readonly before: readonly [start: number, length: number];
  readonly after: readonly [start: number, length: number];
}

/** The change of a text line by line, as `diff -u` writes it; empty when there is none. `name` stands in its head. */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return "";
  const [old, now] = [linesOf(before), linesOf(after)];
  const changes = diffIndices(old, now).map(({ buffer1, buffer2 }): Change => ({ before: buffer1, after: buffer2 }));
  const hunks = grouped(changes).map((hunk) => hunkText(hunk, old, now));
  return [`--- ${name}`, `+++ ${name}`, ...hunks].join("\n");
}

/** Each line; what follows the last line's end is none. A text that ends without one is told as diff tells it. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const rest = lines.pop() ?? "";
  return rest === "" ? lines : [...lines, `${rest}\n\\ No newline at end of file`];
}

/** Changes whose context would meet stand in one hunk. */
function grouped(changes: readonly Change[]): readonly (readonly Change[])[] {
  const hunks: Change[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const change of changes) {
    const [start, length] = change.before;
    const last = hunks.at(-1);
    if (last && start - end <= 2 * contextLines) last.push(change);
    else hunks.push([change]);
    end = start + length;
  }
  return hunks;
}

function hunkText(hunk: readonly Change[], old: readonly string[], now: readonly string[]): string {
  const [first, last] = [hunk[0], hunk.at(-1)];
  if (first === undefined || last === undefined) return "";
  const lead = Math.min(contextLines, first.before[0]);
  const from = first.before[0] - lead;
  const to = Math.min(old.length, last.before[0] + last.before[1] + contextLines);
  const lines: string[] = [];
  let at = from;
  for (const { before, after } of hunk) {
    lines.push(...old.slice(at, before[0]).map((line) => ` ${line}`));
    lines.push(...old.slice(before[0], before[0] + before[1]).map((line) => `-${line}`));
    lines.push(...now.slice(after[0], after[0] + after[1]).map((line) => `+${line}`));
    at = before[0] + before[1];
  }
  lines.push(...old.slice(at, to).map((line) => ` ${line}`));
  const added = lines.filter((line) => !line.startsWith("-")).length;
  return [`@@ -${from + 1},${to - from} +${first.after[0] - lead + 1},${added} @@`, ...lines].join("\n");
}
