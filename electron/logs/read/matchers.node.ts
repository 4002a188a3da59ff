/**
 * Owns how lines are looked through. A text is looked for in whole blocks of bytes, not line by line. A regular expression
 * comes from the admin and may be one that takes for ever: it runs in a context that is stopped when its time is over,
 * for many lines at once and, where that took too long, line by line.
 */
import { isAscii } from "node:buffer";
import { createContext, Script } from "node:vm";
import { FaultError, messageOf } from "../../contract/error.ts";
import type { LogFilter } from "../../contract/logs/reading.ts";
import { type Block, lineIn, type Matcher } from "./blocks.ts";
import type { Pattern } from "./known.ts";
import { escaped, literalOf } from "./literal.ts";

/** Of a longer line a regular expression sees no more. */
const regexBytes = 1 << 20;
/** One that is shorter leaves too many lines. */
const shortestLiteral = 3;
/** Made text at one time: V8 has new memory for larger texts only from the system. */
const partBytes = 64 * 1024;
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
  const both: Matcher = (block, lines, hits) => {
    if (block.later) return; // of a very long line they are looked for in its beginning
    first(block, lines, hits);
    for (const other of others) {
      const also = new Uint8Array(hits.length);
      other(block, lines, also);
      for (let i = block.from; i < block.to; i++) hits[i] = (hits[i] ?? 0) & (also[i] ?? 0);
    }
  };
  const watch = [first, ...others].find((matcher) => matcher.watch)?.watch;
  return watch ? Object.assign(both, { watch }) : both;
}

function textMatcher(text: string): Matcher {
  // Letters beyond ASCII have other bytes in capitals: such a text is looked for in each line, decoded.
  if (/[^\0-\x7f]/.test(text)) {
    const wanted = text.toLowerCase();
    return (block, lines, hits) => {
      for (let i = block.from; i < block.to; i++) {
        const line = lineIn(block, lines[i] ?? 0, regexBytes).toString("utf8");
        if (line.toLowerCase().includes(wanted)) hits[i] = 1;
      }
    };
  }
  const find = caseless(text);
  return (block, lines, hits) => mark(block, lines, hits, find(block.bytes), text.length);
}

/** Where a text of ASCII stands in bytes, case aside, from a place on; -1 where it does not. */
function caseless(text: string): (bytes: Buffer) => (from: number) => number {
  const regex = new RegExp(escaped(text), "gi");
  return (bytes) => {
    let at = 0;
    let part = "";
    return (from) => {
      for (let place = from; place < bytes.length; place = at + partBytes) {
        if (part === "" || place < at || place >= at + partBytes) {
          at = place;
          part = bytes.toString("latin1", at, Math.min(bytes.length, at + partBytes + text.length - 1));
        }
        regex.lastIndex = place - at;
        if (regex.test(part)) return at + regex.lastIndex - text.length;
      }
      return -1;
    };
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
    const candidates = placesIn(held, block);
    if (candidates.length > 0) regex(block, lines, hits, candidates);
  };
}

type RegexMatcher = Required<Matcher> &
  ((block: Block, lines: ArrayLike<number>, hits: Uint8Array, only?: readonly number[]) => void);

/** `only`: of the block's lines, those to be looked at. */
function regexMatcher(source: string, flags = "iu"): RegexMatcher {
  const regex = compiledRegex(source, flags);
  const literal = flags === "iu" ? literalOf(source) : "";
  const find = literal.length < shortestLiteral ? null : caseless(literal);
  // Their other cases are beyond ASCII: U+212A and U+017F.
  const foldsFurther = /[ks]/i.test(literal);
  const context = createContext({ work: () => {} });
  const script = new Script("work()");
  const inTime = (timeoutMs: number, work: () => void): boolean => {
    context.work = work;
    try {
      script.runInContext(context, { timeout: timeoutMs });
      return true;
    } catch (error) {
      // It is an error of the other context.
      if ((error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
      throw error;
    }
  };
  let watched = false;
  let slow = 0;
  const match = (block: Block, lines: ArrayLike<number>, hits: Uint8Array, only?: readonly number[]) => {
    if (block.later) return;
    let asked = only ?? null;
    if (asked === null && find && (!foldsFurther || isAscii(block.bytes))) {
      const held = new Uint8Array(hits.length);
      mark(block, lines, held, find(block.bytes), literal.length);
      asked = placesIn(held, block);
    }
    const look = (i: number) => {
      const [start, end] = textIn(block, lines[i] ?? 0);
      if (regex.test(block.bytes.toString("utf8", start, end))) hits[i] = 1;
    };
    const all = asked ?? Array.from({ length: block.to - block.from }, (_, i) => block.from + i);
    if (all.length === 0) return;
    if (watched) all.forEach(look);
    else if (!inTime(batchMs, () => all.forEach(look)))
      for (const i of all)
        if (!inTime(lineMs, () => look(i)) && ++slow >= slowLines)
          throw new FaultError(tooSlow(source, lineIn(block, lines[i] ?? 0, 500).toString()));
  };
  const watch = (work: () => void) => {
    watched = true;
    let ended = false;
    try {
      ended = inTime(batchMs, work);
    } finally {
      watched = false;
    }
    if (!ended) work();
  };
  return Object.assign(match, { watch });
}

function compiledRegex(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new FaultError({
      code: "logs.bad-regex",
      title: "The regular expression cannot be read",
      detail: messageOf(error),
      next: "Correct it. It is JavaScript's, with the flags i and u.",
      evidence: source,
    });
  }
}

/** Where a line's text stands in the block's bytes, without its line end, no more of it than an expression sees. */
function textIn({ source, offset, bytes }: Block, line: number): [start: number, end: number] {
  const start = source.table.offset(line) - offset;
  let end = Math.min(source.table.offset(line + 1) - offset, start + regexBytes);
  if (end > start && bytes[end - 1] === 10) end -= end - 1 > start && bytes[end - 2] === 13 ? 2 : 1;
  return [start, end];
}

function placesIn(hits: Uint8Array, { from, to }: Block): number[] {
  const places: number[] = [];
  for (let i = hits.indexOf(1, from); i !== -1 && i < to; i = hits.indexOf(1, i + 1)) places.push(i);
  return places;
}

const tooSlow = (source: string, line: string) => ({
  code: "logs.regex-slow",
  title: "The regular expression takes too long",
  detail: `${slowLines} lines took it more than ${lineMs} ms each. It was stopped.`,
  next: "Write it without a repeated group that holds a repetition, such as (a+)+.",
  evidence: `${source}\n${line.slice(0, 500)}`,
});
