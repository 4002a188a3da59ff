/**
 * Owns how changes reach the file's text: applied to the YAML document, so that comments and order survive; then only
 * the lines that differ are taken over, so that the admin's own formatting survives too.
 */
import { diffIndices } from "node-diff3";
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  visit,
  type YAMLMap,
  YAMLSeq,
} from "yaml";
import { invariant } from "../contract/error.ts";
import type { Change } from "./edit.ts";
import { readYaml } from "./parse.ts";
import { type Path, Tree } from "./tree.ts";

/** Pairs of differing lines compared at most; beyond it the file is written in the library's own format. */
const maxMergedPairs = 1_000_000;

/** Two texts of the changed file: `merged` keeps untouched lines as they were, `plain` is the library's formatting. */
export type Rewritten = { readonly merged: string; readonly plain: string };

/**
 * Applies `changes` to a valid lab file's text. `asText` names the scalars that are text although they look like
 * numbers (`port: 3`). Throws when the document cannot hold the changes (an anchor that others use is removed).
 */
export function rewrite(text: string, changes: readonly Change[], asText: readonly Path[]): Rewritten {
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const windows = text.includes("\r\n");
  const source = (windows ? text.replaceAll("\r\n", "\n") : text).slice(bom.length);
  const { doc, lines } = readYaml(source);
  const tree = new Tree(doc, lines, () => undefined);
  const options = { lineWidth: 0, ...styleOf(source) };
  keepPadding(doc, source);
  const asWritten = unquotedText(doc, asText);
  const takeText = () => {
    for (const path of asText) tree.takeAsText(path);
  };
  takeText();
  asWritten();
  const before = doc.toString(options);
  takeText();
  for (const change of changes) apply(doc, change);
  asWritten();
  const after = doc.toString(options);
  const finish = (result: string) => bom + (windows ? result.replaceAll("\n", "\r\n") : result);
  return { merged: finish(merge(source, before, after)), plain: finish(after) };
}

/** Has each `[...]` and `{...}` written with blanks inside where it has them now; new ones with the library's. */
function keepPadding(doc: Document, source: string): void {
  visit(doc, {
    Collection: (_, node) => {
      const [start, end] = node.range ?? [0, 0];
      if (!node.flow || end - start <= 2) return;
      const write = node.toString.bind(node);
      const flowCollectionPadding = /\s/.test(source.charAt(start + 1)) ? " " : "";
      // The library takes one padding for all; what it hands on to the inner ones is set anew by each of them.
      node.toString = (ctx, ...rest) => write(ctx && { ...ctx, flowCollectionPadding }, ...rest);
    },
  });
}

/** Remembers text that looks like a number (`port: 12`); returns what has it written unquoted again where it stayed. */
function unquotedText(doc: Document, asText: readonly Path[]): () => void {
  const scalars = asText.flatMap((path) => {
    const scalar = doc.getIn(path, true);
    // In other notations the number the library writes may differ from what stands there.
    const asWritten = isScalar(scalar) && /^(0|[1-9]\d{0,14})$/.test(scalar.source ?? "");
    return asWritten ? [{ scalar, value: scalar.value, type: scalar.type }] : [];
  });
  return () => {
    for (const { scalar, value, type } of scalars) {
      if (scalar.value !== scalar.source) continue;
      scalar.value = value;
      if (type === undefined) delete scalar.type;
      else scalar.type = type;
    }
  };
}

/** Indentation of the file as it is, so that new lines fit in. */
function styleOf(source: string): { indent: number; indentSeq: boolean } {
  const list = /^[\w-]+:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*( *)- /m.exec(source);
  const map = /^[\w-]+:[ \t]*(?:#.*)?\n( +)[^\s#-]/m.exec(source);
  const width = list?.[1] || map?.[1] || "  ";
  return { indent: Math.min(Math.max(width.length, 2), 8), indentSeq: list === null || list[1] !== "" };
}

/**
 * Takes over into `source` what differs between `before` and `after`; `before` is `source` in the library's format.
 * Lines are told apart without blanks and quotes, so that lines only written differently count as the same.
 */
function merge(source: string, before: string, after: string): string {
  const [own, plain, edited] = [source.split("\n"), before.split("\n"), after.split("\n")];
  const shape = (line: string) => line.replace(/[\s"']+/g, "");
  const known = new Set(plain);
  const plainShapes = plain.map(shape);
  const written = differences(own.map(shape), plainShapes);
  const edits = differences(
    plainShapes,
    edited.map((line) => (known.has(line) ? shape(line) : `\0${line}`)),
  );
  if (written === null || edits === null) return after;
  const lines: string[] = [];
  let done = 0;
  for (const { buffer1, buffer2 } of edits) {
    const [start, length] = buffer1;
    const begin = placeInOwn(start, "begin", written);
    const end = placeInOwn(start + length, "end", written);
    // Two edits within lines that have no counterpart of their own: there is nothing to keep apart.
    if (begin.own < done) return after;
    lines.push(...own.slice(done, begin.own), ...plain.slice(begin.plain, start));
    lines.push(...edited.slice(buffer2[0], buffer2[0] + buffer2[1]), ...plain.slice(start + length, end.plain));
    done = end.own;
  }
  return [...lines, ...own.slice(done)].join("\n");
}

type Difference = { readonly buffer1: readonly [number, number]; readonly buffer2: readonly [number, number] };

/** Where two lists of lines differ; null when comparing would take too long (the time grows with the product). */
function differences(a: readonly string[], b: readonly string[]): Difference[] | null {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [restA, restB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (restA.length * restB.length > maxMergedPairs) return null;
  return diffIndices(restA, restB).map(({ buffer1, buffer2 }) => ({
    buffer1: [buffer1[0] + head, buffer1[1]],
    buffer2: [buffer2[0] + head, buffer2[1]],
  }));
}

/** Where a line of the plain form stands in the file; within a stretch that differs, that stretch's begin or end. */
function placeInOwn(
  line: number,
  side: "begin" | "end",
  written: readonly Difference[],
): { own: number; plain: number } {
  let shift = 0;
  for (const { buffer1, buffer2 } of written) {
    const [ownEnd, plainEnd] = [buffer1[0] + buffer1[1], buffer2[0] + buffer2[1]];
    if (line <= buffer2[0]) break;
    if (line < plainEnd)
      return side === "begin" ? { own: buffer1[0], plain: buffer2[0] } : { own: ownEnd, plain: plainEnd };
    shift = ownEnd - plainEnd;
  }
  return { own: line + shift, plain: line };
}

function apply(doc: Document, change: Change): void {
  const key = change.path.at(-1);
  invariant(key !== undefined, "a change has a path");
  const holder = follow(doc, change.path.slice(0, -1));
  if (change.kind === "remove") removeFrom(holder, key);
  else if (change.kind === "set") setIn(doc, holder, key, change.value);
  else {
    const existing = valueAt(doc, holder, key);
    const list = isSeq(existing) ? existing : new YAMLSeq();
    if (!isSeq(existing)) holder.set(key, list);
    if (list.items.length === 0) list.flow = false;
    const created = create(doc, change.value);
    // One line each where its neighbours have one line each.
    const last = list.items.at(-1);
    if (isMap(created) && isMap(last)) created.flow = last.flow === true;
    list.add(created);
  }
}

function follow(doc: Document, path: Path): YAMLMap | YAMLSeq {
  let at: unknown = doc.contents;
  for (const step of path) at = isMap(at) || isSeq(at) ? valueAt(doc, at, step) : undefined;
  invariant(isMap(at) || isSeq(at), "a change leads through maps and lists that are there");
  return at;
}

function valueAt(doc: Document, holder: YAMLMap | YAMLSeq, key: string | number): unknown {
  const value = holder.get(key, true);
  return isAlias(value) ? value.resolve(doc) : value;
}

/** Cable ends are written on one line each, as people write them. */
function create(doc: Document, value: unknown): Node {
  const node = doc.createNode(value);
  invariant(isNode(node), "what is created is a node");
  if (isMap(node) && node.has("from") && node.has("to"))
    for (const end of ["from", "to"]) {
      const each = node.get(end, true);
      if (isMap(each)) each.flow = true;
    }
  return node;
}

function setIn(doc: Document, holder: YAMLMap | YAMLSeq, key: string | number, value: unknown): void {
  const raw = holder.get(key, true);
  // A value written as an alias is replaced: what other places share is not theirs to change.
  if (isAlias(raw) || !isNode(raw)) holder.set(key, create(doc, value));
  else if (isMap(raw) && typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const pair of [...raw.items]) {
      const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      if (!Object.hasOwn(value, name)) removeFrom(raw, name);
    }
    for (const [name, each] of Object.entries(value)) if (each !== undefined) setIn(doc, raw, name, each);
  } else if (isSeq(raw) && Array.isArray(value)) {
    while (raw.items.length > value.length) removeFrom(raw, raw.items.length - 1);
    for (const [index, each] of value.entries()) {
      if (index < raw.items.length) setIn(doc, raw, index, each);
      else raw.add(create(doc, each));
    }
  } else if (isScalar(raw) && (typeof value !== "object" || value === null)) setScalar(raw, value);
  else holder.set(key, withComments(raw, create(doc, value)));
}

function setScalar(scalar: Scalar, value: unknown): void {
  if (scalar.value === value) return;
  const wasText = typeof scalar.value === "string";
  scalar.value = value;
  // A number's notation (hexadecimal, decimals) belonged to the old value; block text may not suit the new one.
  delete scalar.format;
  delete scalar.minFractionDigits;
  if (!wasText || scalar.type === "BLOCK_FOLDED" || scalar.type === "BLOCK_LITERAL") delete scalar.type;
}

function withComments(from: Node, to: Node): Node {
  if (from.commentBefore) to.commentBefore = from.commentBefore;
  if (from.comment) to.comment = from.comment;
  if (from.spaceBefore) to.spaceBefore = true;
  return to;
}

/** Removes an entry. A comment above it stays, at what follows; a comment within it or behind it goes with it. */
function removeFrom(holder: YAMLMap | YAMLSeq, key: string | number): void {
  const index = isMap(holder)
    ? holder.items.findIndex((pair) => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key)) === key)
    : Number(key);
  const items: readonly unknown[] = holder.items;
  const gone = headOf(items[index]);
  const above = gone?.commentBefore;
  const follower = headOf(items[index + 1]);
  if (above && follower) follower.commentBefore = join(above, follower.commentBefore);
  else if (above) holder.comment = join(above, holder.comment);
  if (gone?.spaceBefore && follower) follower.spaceBefore = true;
  holder.items.splice(index, 1);
  if (holder.items.length > 0) return;
  // An empty list is written `[]`, which has room for a comment only before it.
  holder.flow = true;
  if (!holder.comment) return;
  holder.commentBefore = holder.commentBefore ? join(holder.commentBefore, holder.comment) : holder.comment;
  holder.comment = null;
}

const join = (first: string, second: string | null | undefined) => (second ? `${first}\n${second}` : first);

/** The node that carries the comment above an entry. */
function headOf(item: unknown): Node | undefined {
  if (isNode(item)) return item;
  if (typeof item === "object" && item !== null && "key" in item && isNode(item.key)) return item.key;
  return undefined;
}
