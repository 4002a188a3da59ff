/**
 * Owns how YAML becomes plain data with places: each value's line and column can be asked for later. Bounded by
 * itself (depth, aliases) and linear, unlike the library's own conversion on files made to be slow.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from "yaml";

/** A lab file nests seven deep. */
const maxDepth = 32;
/** Values aliases may stand for in all: 50 anchored blocks of 200 values are more than any lab shares. */
const maxAliasValues = 10_000;

export type Path = readonly (string | number)[];
export type Place = { readonly line: number; readonly column: number };
export type Report = (code: string, message: string, path: Path, place: Place) => void;
type Holder = Record<string, unknown> | unknown[];

export class Tree {
  readonly value: unknown;
  readonly #nodes = new WeakMap<object, Node>();
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  readonly #lines: LineCounter;
  readonly #report: Report;
  #aliasValues = 0;
  #aliasDepth = 0;

  constructor(doc: Document, lines: LineCounter, report: Report) {
    this.#lines = lines;
    this.#report = report;
    this.value = doc.contents === null ? null : this.#plain(doc.contents, []);
  }

  /** Where the value at `path` stands; its nearest parent's place when there is none. */
  placeOf(path: Path): Place {
    for (let length = path.length; length > 0; length--) {
      const node = this.#nodeAt(path.slice(0, length));
      if (node?.range) return this.#place(node.range[0]);
    }
    const top = isObject(this.value) ? this.#nodes.get(this.value) : undefined;
    return this.#place(top?.range?.[0] ?? 0);
  }

  /** Where the key at the end of `path` stands. */
  placeOfKey(path: Path): Place {
    const key = path.at(-1);
    const holder = this.#holderAt(path.slice(0, -1));
    const node = holder && this.#nodes.get(holder);
    const pair = isMap(node) ? node.items.find((item) => keyOf(item.key) === key) : undefined;
    const at = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    return at === undefined ? this.placeOf(path.slice(0, -1)) : this.#place(at);
  }

  /** True where the file has something at `path`, be it an empty value. */
  has(path: Path): boolean {
    const holder = this.#holderAt(path.slice(0, -1));
    const key = path.at(-1);
    return holder !== undefined && key !== undefined && Object.hasOwn(holder, key);
  }

  /**
   * Takes a number or a yes/no at `path` as the text it was written as, so that `port: 3` and `guid: 0x2c9` need no
   * quotes. False when there is no such scalar.
   */
  takeAsText(path: Path): boolean {
    const node = this.#nodeAt(path);
    const holder = this.#holderAt(path.slice(0, -1));
    const key = path.at(-1);
    if (!isScalar(node) || holder === undefined || key === undefined) return false;
    if (node.value === null || typeof node.value === "string" || node.source === undefined) return false;
    node.value = node.source;
    node.type = "QUOTE_DOUBLE";
    Object.assign(holder, { [key]: node.source });
    return true;
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }

  #holderAt(path: Path): Holder | undefined {
    let at: unknown = this.value;
    for (const key of path) at = isObject(at) ? (at as Record<string | number, unknown>)[key] : undefined;
    return isObject(at) ? at : undefined;
  }

  #nodeAt(path: Path): Node | undefined {
    const holder = this.#holderAt(path.slice(0, -1));
    const node = holder && this.#nodes.get(holder);
    const key = path.at(-1);
    const found = isSeq(node)
      ? node.items[Number(key)]
      : isMap(node)
        ? node.items.find((item) => keyOf(item.key) === key)?.value
        : undefined;
    if (!isNode(found)) return undefined;
    return isAlias(found) ? (this.#anchors.get(found.source) ?? found) : found;
  }

  #fail(code: string, message: string, path: Path, node: Node): undefined {
    this.#report(code, message, path, this.#place(node.range?.[0] ?? 0));
  }

  #plain(node: Node, path: Path): unknown {
    if (isAlias(node)) return this.#resolve(node.source, node, path);
    if (this.#aliasDepth > 0 && ++this.#aliasValues > maxAliasValues) return undefined;
    if ("anchor" in node && node.anchor) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return node.value;
    if (path.length > maxDepth)
      return this.#fail("lab.too-deep", `Values nest deeper than ${maxDepth} here.`, path, node);
    this.#open.add(node);
    const value = isMap(node) ? this.#record(node, path) : isSeq(node) ? this.#list(node.items, path) : undefined;
    this.#open.delete(node);
    if (isObject(value)) this.#nodes.set(value, node);
    return value;
  }

  #list(items: readonly unknown[], path: Path): unknown[] {
    return items.map((item, index) => (isNode(item) ? this.#plain(item, [...path, index]) : null));
  }

  #record(node: YAMLMap, path: Path): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const pair of node.items) {
      const key = keyOf(pair.key);
      const keyNode = isNode(pair.key) ? pair.key : node;
      if (key === null || key === "__proto__") this.#fail("lab.bad-key", "This key is not a word.", path, keyNode);
      else if (Object.hasOwn(value, key))
        this.#fail("lab.duplicate-key", `${JSON.stringify(key)} stands twice here; keep one.`, [...path, key], keyNode);
      else value[key] = isNode(pair.value) ? this.#plain(pair.value, [...path, key]) : null;
    }
    return value;
  }

  #resolve(name: string, node: Node, path: Path): unknown {
    const source = this.#anchors.get(name);
    if (source === undefined)
      return this.#fail("lab.bad-alias", `*${name} has no anchor &${name} before it.`, path, node);
    if (this.#open.has(source)) return this.#fail("lab.bad-alias", `*${name} holds itself.`, path, node);
    if (this.#aliasValues > maxAliasValues) return undefined;
    this.#aliasDepth++;
    const value = this.#plain(source, path);
    this.#aliasDepth--;
    if (this.#aliasDepth === 0 && this.#aliasValues > maxAliasValues)
      this.#fail(
        "lab.too-many-aliases",
        `Aliases stand for more than ${maxAliasValues} values; the rest is not read.`,
        path,
        node,
      );
    return value;
  }
}

const isObject = (value: unknown): value is Holder => typeof value === "object" && value !== null;
const isNode = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);

function keyOf(key: unknown): string | null {
  if (typeof key === "string") return key;
  if (!isScalar(key)) return null;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

/** `devices[2].unit`; a key that is not a plain word is quoted. */
export function pathText(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[\w-]{1,64}$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${JSON.stringify(step.slice(0, 64))}]`;
  }
  return text;
}
