/**
 * Owns how lines are looked through. A text is looked for in whole blocks of bytes, not line by line. A regular expression
 * comes from the admin and may be one that takes for ever: it runs in a context that is stopped when its time is over,
 * for many lines at once and, where that took too long, line by line.
 */
import { createContext, Script } from "node:vm";
import { FaultError, messageOf } from "../../contract/error.ts";
import type { LogFilter } from "../../contract/logs/reading.ts";
import { type Block, lineIn } from "./blocks.ts";
import type { Pattern } from "./known.ts";

/** Marks the lines of a block that match: `hits[i]` for `lines[i]`. Lines it cannot decide it leaves as they are. */
export type Matcher = (block: Block, lines: ArrayLike<number>, hits: Uint8Array) => void;

/** Of a longer line a regular expression sees no more. */
const regexBytes = 1 << 20;
const batchMs = 1000;
const lineMs = 50;
/** So many lines that take too long are enough to call the expression too slow. */
const slowLines = 5;

/** What the filter's words ask for; null where they ask nothing. */
export function matcherOf(filter: LogFilter, patterns: readonly Pattern[]): Matcher | null {
  const asked: Matcher[] = [];
  if (filter.text) asked.push(textMatcher(filter.text));
  if (filter.pattern) asked.push(patternMatcher(patterns.find(({ id }) => id === filter.pattern) ?? null));
  if (filter.regex) asked.push(regexMatcher(filter.regex));
  const [first, ...others] = asked;
  if (!first) return null;
  return others.length === 0 ? first : all(first, others);
}

function all(first: Matcher, others: readonly Matcher[]): Matcher {
  return (block, lines, hits) => {
    first(block, lines, hits);
    for (const other of others) {
      const also = new Uint8Array(hits.length);
      other(block, lines, also);
      for (let i = block.from; i < block.to; i++) hits[i] = (hits[i] ?? 0) & (also[i] ?? 0);
    }
  };
}

export function textMatcher(text: string): Matcher {
  const wanted = text.toLowerCase();
  // Letters beyond ASCII have other bytes in capitals: such a text is looked for in each line, decoded.
  if (/[^\0-\x7f]/.test(text))
    return (block, lines, hits) =>
      eachLine(block, lines, regexBytes, (i, line) => {
        if (line.toString("utf8").toLowerCase().includes(wanted)) hits[i] = 1;
      });
  return (block, lines, hits) => {
    const there = block.bytes.toString("latin1").toLowerCase();
    mark(block, lines, hits, (from) => there.indexOf(wanted, from), wanted.length);
  };
}

/** Marks lines by where a text stands in the block; what runs over a line's end is in neither. */
function mark(
  block: Block,
  lines: ArrayLike<number>,
  hits: Uint8Array,
  find: (from: number) => number,
  length: number,
): void {
  const { table } = block.source;
  let i = block.from;
  for (let at = find(0); at !== -1; ) {
    const place = block.offset + at;
    while (i < block.to && table.offset((lines[i] ?? 0) + 1) <= place) i++;
    if (i === block.to) return;
    const line = lines[i] ?? 0;
    if (table.offset(line) <= place && place + length <= table.offset(line + 1)) {
      hits[i] = 1;
      at = find(table.offset(line + 1) - block.offset);
    } else at = find(Math.max(at + 1, table.offset(line) - block.offset));
  }
}

/** Lines that hold one of its texts, letter by letter, and match its expression. */
export function patternMatcher(pattern: Pattern | null): Matcher {
  if (pattern === null) return () => {};
  const regex = regexMatcher(pattern.regex, "");
  const literals = pattern.literals.map((literal) => Buffer.from(literal));
  return (block, lines, hits) => {
    if (pattern.formats.length > 0 && !pattern.formats.includes(block.source.format)) return;
    if (!literals.some((literal) => block.bytes.includes(literal))) return;
    const held = new Uint8Array(hits.length);
    for (const literal of literals)
      mark(block, lines, held, (from) => block.bytes.indexOf(literal, from), literal.length);
    const candidates: number[] = [];
    for (let i = block.from; i < block.to; i++) if (held[i] === 1) candidates.push(i);
    if (candidates.length > 0) regex(block, lines, hits, candidates);
  };
}

type RegexMatcher = (block: Block, lines: ArrayLike<number>, hits: Uint8Array, only?: readonly number[]) => void;

export function regexMatcher(source: string, flags = "iu"): RegexMatcher {
  const texts: string[] = [];
  const found: number[] = [];
  const context = createContext({ source, flags, texts, found });
  try {
    new Script("const regex = new RegExp(source, flags)").runInContext(context);
  } catch (error) {
    throw new FaultError({
      code: "logs.bad-regex",
      title: "The regular expression cannot be read",
      detail: messageOf(error),
      next: "Correct it. It is JavaScript's, with the flags i and u.",
      evidence: source,
    });
  }
  const script = new Script(
    "{ const t = texts, f = found, n = t.length; f.length = 0; for (let i = 0; i < n; i++) if (regex.test(t[i])) f.push(i) }",
  );
  let slow = 0;
  const run = (timeoutMs: number): boolean => {
    try {
      script.runInContext(context, { timeout: timeoutMs });
      return true;
    } catch (error) {
      // It is an error of the other context.
      if ((error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
      throw error;
    }
  };
  return (block, lines, hits, only) => {
    if (block.later) return;
    const asked: number[] = [];
    texts.length = 0;
    eachLine(
      block,
      lines,
      regexBytes,
      (i, line) => {
        asked.push(i);
        texts.push(line.toString("utf8").replace(/\r?\n$/, ""));
      },
      only,
    );
    if (run(batchMs)) {
      for (const index of found) hits[asked[index] ?? 0] = 1;
      return;
    }
    const all = texts.splice(0);
    for (const [index, text] of all.entries()) {
      texts[0] = text;
      if (!run(lineMs)) {
        if (++slow >= slowLines) throw new FaultError(tooSlow(source, text));
      } else if (found.length > 0) hits[asked[index] ?? 0] = 1;
    }
  };
}

function eachLine(
  block: Block,
  lines: ArrayLike<number>,
  maxBytes: number,
  visit: (i: number, line: Buffer) => void,
  only?: readonly number[],
): void {
  if (only) for (const i of only) visit(i, lineIn(block, lines[i] ?? 0, maxBytes));
  else for (let i = block.from; i < block.to; i++) visit(i, lineIn(block, lines[i] ?? 0, maxBytes));
}

const tooSlow = (source: string, line: string) => ({
  code: "logs.regex-slow",
  title: "The regular expression takes too long",
  detail: `${slowLines} lines took it more than ${lineMs} ms each. It was stopped.`,
  next: "Write it without a repeated group that holds a repetition, such as (a+)+.",
  evidence: `${source}\n${line.slice(0, 500)}`,
});
