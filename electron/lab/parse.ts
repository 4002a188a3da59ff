/** Owns how a lab file's text becomes a Lab: YAML, schema, then the rules; errors with line, column and path. */
import { type Document, LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { type DeviceType, deviceTypeSchema } from "../contract/device-type.ts";
import { cableSchema, deviceSchema, type Lab, type LabProblem, labSchema, rackSchema } from "../contract/lab.ts";
import { explainIssue, explainMissing, explainUnknownKey } from "./explain.ts";
import { typesOf } from "./ports.ts";
import { checkLab } from "./rules.ts";
import { type Path, type Place, pathText, Tree } from "./tree.ts";

/** Problems told of one file; a file of garbage would make one per character. */
const maxProblems = 100;

export type ParsedLab = {
  /** What could be understood; null when nothing could. Complete when `valid`. */
  readonly lab: Lab | null;
  /** In file order; warnings do not make a file invalid. */
  readonly problems: readonly LabProblem[];
  readonly valid: boolean;
  /** Built-in types and the lab's own. */
  readonly deviceTypes: Readonly<Record<string, DeviceType>>;
  /** Where a number or yes/no was taken as the text it was written as (`port: 3`). */
  readonly asText: readonly Path[];
};
type BuiltIn = Readonly<Record<string, DeviceType>>;

/** How a lab's YAML is read, everywhere: YAML 1.2, keys checked for duplicates by {@link Tree}. */
export function readYaml(text: string): { doc: Document; lines: LineCounter } {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  return { doc, lines };
}

/** Parses and checks a lab file's text. Never throws; a broken file still yields what can be understood of it. */
export function parseLab(text: string, builtIn: BuiltIn): ParsedLab {
  const problems = new Problems();
  const { doc, lines } = readYaml(text);
  for (const error of doc.errors) problems.add(...yamlProblem(error.code, error.message, lines.linePos(error.pos[0])));
  for (const warning of doc.warnings) {
    const place = toPlace(lines.linePos(warning.pos[0]));
    problems.add("warning", "lab.yaml-warning", `${firstLine(warning.message)}.`, [], place);
  }
  const tree = new Tree(doc, lines, (code, message, path, place) => problems.add("error", code, message, path, place));
  const read = validate(tree, problems);
  const deviceTypes = typesOf(read.lab, builtIn);
  if (read.lab !== null) {
    const { lab, indices } = read;
    const context = { types: deviceTypes, unreadable: read.unreadable, whole: problems.errors === 0 };
    for (const found of checkLab(lab, context)) {
      const path = inFile(found.path, indices);
      problems.add(found.severity, found.code, found.message, path, tree.placeOf(path));
    }
  }
  const valid = problems.errors === 0 && read.lab !== null;
  const lab = read.lab !== null && !valid ? withoutDuplicates(read.lab) : read.lab;
  return { lab, problems: problems.sorted(), valid, deviceTypes, asText: read.asText };
}

const firstLine = (text: string) => (text.split("\n")[0] ?? "").replace(/[.:]$/, "").slice(0, 300);
const toPlace = ({ line, col }: { line: number; col: number }): Place => ({ line, column: col });

function yamlProblem(code: string, message: string, at: { line: number; col: number }): Parameters<Problems["add"]> {
  const place = toPlace(at);
  if (code === "MULTIPLE_DOCS") {
    const text = "A second YAML document begins here; a lab file holds one. Remove it, or the line ---.";
    return ["error", "lab.multiple-documents", text, [], place];
  }
  if (code === "RESOURCE_EXHAUSTION")
    return ["error", "lab.too-deep", "Values nest too deep here to be read.", [], place];
  return ["error", "lab.yaml-syntax", `This is not YAML: ${firstLine(message)}.`, [], place];
}

/** Collects problems up to a limit, and counts the rest. */
class Problems {
  readonly #list: LabProblem[] = [];
  #more = 0;
  errors = 0;

  add(severity: "error" | "warning", code: string, message: string | (() => string), path: Path, place: Place): void {
    if (severity === "error") this.errors++;
    if (this.#list.length >= maxProblems) {
      this.#more++;
      return;
    }
    const words = typeof message === "string" ? message : message();
    this.#list.push({ code, severity, message: words, ...place, path: pathText(path) });
  }

  sorted(): LabProblem[] {
    const sorted = this.#list.sort((a, b) => a.line - b.line || a.column - b.column);
    if (this.#more === 0) return sorted;
    const message = `${this.#more} more problems are not listed.`;
    const severity = this.errors > 0 ? "error" : "warning";
    return [...sorted, { code: "lab.more-problems", severity, message, line: 0, column: 0, path: "" }];
  }
}

type Indices = Readonly<Record<string, readonly number[]>>;
type Read = {
  readonly lab: Lab | null;
  readonly indices: Indices;
  readonly unreadable: ReadonlySet<string>;
  readonly asText: readonly Path[];
};
const none: ReadonlySet<string> = new Set();

function validate(tree: Tree, problems: Problems): Read {
  const top = tree.value;
  if (typeof top !== "object" || top === null || Array.isArray(top)) {
    const empty = top === null || top === undefined;
    const message = empty ? "The file is empty." : "The file must hold keys and values; see the lab file reference.";
    if (!empty || problems.errors === 0) problems.add("error", "lab.not-a-lab", message, [], { line: 1, column: 1 });
    return { lab: null, indices: {}, unreadable: none, asText: [] };
  }
  let result = labSchema.safeParse(top);
  const asText: Path[] = [];
  for (const issue of result.error?.issues ?? []) {
    if (issue.code !== "invalid_type" || issue.expected !== "string") continue;
    const path = toPath(issue.path);
    if (tree.takeAsText(path)) asText.push(path);
  }
  if (asText.length > 0) result = labSchema.safeParse(top);
  if (result.success) return { lab: result.data, indices: {}, unreadable: none, asText };
  for (const issue of result.error.issues) tell(issue, tree, problems);
  return { ...salvage(top as Record<string, unknown>), asText };
}

const toPath = (path: readonly PropertyKey[]): Path =>
  path.map((step) => (typeof step === "number" ? step : String(step)));

function tell(issue: z.core.$ZodIssue, tree: Tree, problems: Problems): void {
  const path = toPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const at = [...path, key];
      const { code, message } = explainUnknownKey(at);
      problems.add("error", code, message, at, tree.placeOfKey(at));
    }
    return;
  }
  if (path.length > 0 && !tree.has(path)) {
    const { code, message } = explainMissing(path);
    problems.add("error", code, message, path, tree.placeOf(path.slice(0, -1)));
    return;
  }
  const value = path.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)?.[step], tree.value);
  const { code, message } = explainIssue(issue, value);
  problems.add("error", code, message, path, value === null ? tree.placeOfKey(path) : tree.placeOf(path));
}

/** Keeps every entry that can be understood: keys the schema refuses are left out, then entries it still refuses. */
function salvage(top: Record<string, unknown>): Omit<Read, "asText"> {
  const racks = keep(top.racks, rackSchema, {});
  const devices = keep(top.devices, deviceSchema, { type: "unknown" });
  const cables = keep(top.cables, cableSchema, {});
  const types = keep(top.deviceTypes, deviceTypeSchema, {});
  const name = labSchema.shape.name.safeParse(top.name);
  const lab: Lab = {
    halfrack: 1,
    name: name.success ? name.data : "unnamed",
    racks: racks.items,
    devices: devices.items,
    cables: cables.items,
    ...(types.items.length > 0 ? { deviceTypes: types.items } : {}),
  };
  const indices = {
    racks: racks.indices,
    devices: devices.indices,
    cables: cables.indices,
    deviceTypes: types.indices,
  };
  const unreadable = new Set([...namesIn(top.racks, "rack"), ...namesIn(top.devices, "device")]);
  return { lab, indices, unreadable };
}

function keep<S extends z.ZodType>(
  list: unknown,
  schema: S,
  fallback: Record<string, unknown>,
): { items: z.output<S>[]; indices: number[] } {
  const items: z.output<S>[] = [];
  const indices: number[] = [];
  for (const [index, item] of (Array.isArray(list) ? list : []).entries()) {
    if (typeof item !== "object" || item === null) continue;
    const whole = schema.safeParse(item);
    const result = whole.success ? whole : schema.safeParse({ ...fallback, ...prune(item, whole.error.issues) });
    if (!result.success) continue;
    items.push(result.data);
    indices.push(index);
  }
  return { items, indices };
}

function prune(item: Record<string, unknown>, issues: readonly z.core.$ZodIssue[]): Record<string, unknown> {
  const copy = structuredClone(item);
  for (const issue of issues) {
    const first = issue.path[0];
    if (first !== undefined) delete copy[String(first)];
    else if (issue.code === "unrecognized_keys") for (const key of issue.keys) delete copy[key];
  }
  return copy;
}

function namesIn(list: unknown, kind: string): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const name = typeof item === "object" && item !== null && "name" in item ? item.name : undefined;
    return typeof name === "string" ? [`${kind} ${name}`] : [];
  });
}

/** Entries of a broken file are shown by name: of two with the same name the first stays. */
function withoutDuplicates(lab: Lab): Lab {
  return { ...lab, racks: firstOfName(lab.racks), devices: firstOfName(lab.devices) };
}

function firstOfName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** Turns a path of the understood lab into one of the file, where left-out entries count. */
function inFile(path: Path, indices: Indices): Path {
  const [section, index, ...rest] = path;
  if (typeof section !== "string" || typeof index !== "number") return path;
  return [section, indices[section]?.[index] ?? index, ...rest];
}
