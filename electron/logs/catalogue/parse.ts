/** Owns how a catalogue file's text becomes items: YAML, schema, then what the schema cannot say; problems by line. */
import { LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import {
  type CatalogueFile,
  type CatalogueProblem,
  catalogueFileSchema,
  type Item,
  itemForms,
  type Preset,
  placeholders,
  presetSchema,
} from "../../contract/logs/item.ts";
import { nearest } from "../../lab/nearest.ts";
import { type Path, type Place, pathText, Tree } from "../../lab/tree.ts";

/** Problems told of one file; a file of garbage would make one per line. */
const maxProblems = 100;

export interface ParsedCatalogue {
  /** What could be understood; an entry with a problem is left out as a whole. */
  readonly file: CatalogueFile;
  readonly problems: readonly CatalogueProblem[];
}

type Tell = (path: Path, message: string, ofKey?: boolean) => void;

/** Reads a catalogue file's text. Never throws. `name` is what problems call the file. */
export function parseCatalogue(text: string, name: string): ParsedCatalogue {
  const problems: CatalogueProblem[] = [];
  const note = ({ line, column }: Place, path: Path, message: string) => {
    if (problems.length < maxProblems) problems.push({ file: name, line, column, path: pathText(path), message });
  };
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  for (const error of doc.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    note({ line, column: col }, [], `This is not YAML: ${firstLine(error.message)}.`);
  }
  const tree = new Tree(doc, lines, (_code, message, path, place) => note(place, path, message));
  const tell: Tell = (path, message, ofKey = false) => {
    const place = ofKey ? tree.placeOfKey(path) : tree.placeOf(path);
    note(place, path, message);
  };
  const file = readFile(tree, tell);
  return { file, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

const firstLine = (text: string) => (text.split("\n")[0] ?? "").replace(/[.:]$/, "").slice(0, 300);

function readFile(tree: Tree, tell: Tell): CatalogueFile {
  const file: CatalogueFile = { halfrack: 1, presets: [], items: [], without: [] };
  const top = tree.value;
  if (!isRecord(top)) {
    if (top !== null && top !== undefined) tell([], "The file must hold keys and values.");
    return file;
  }
  const { halfrack, without } = catalogueFileSchema.shape;
  const known = Object.keys(catalogueFileSchema.shape);
  for (const key of Object.keys(top)) if (!known.includes(key)) tell([key], unknownKey(key, known), true);
  if (!halfrack.safeParse(top.halfrack).success)
    tell(["halfrack"], "`halfrack: 1` is missing: the version of this format.");
  const names = without.safeParse(top.without ?? undefined);
  if (names.success) file.without = names.data;
  else tell(["without"], "It must be a list of ids.");
  file.presets = eachOf(top.presets, "presets", tell, (value, path) =>
    checked(tree, presetSchema, value, path, tell),
  ) as Preset[];
  file.items = eachOf(top.items, "items", tell, (value, path) => readItem(tree, value, path, tell));
  return file;
}

function eachOf<T extends { readonly id: string }>(
  list: unknown,
  section: string,
  tell: Tell,
  read: (value: unknown, path: Path) => T | null,
): T[] {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) {
    tell([section], "It must be a list.");
    return [];
  }
  const seen = new Set<string>();
  return list.flatMap((value: unknown, index) => {
    const entry = read(value, [section, index]);
    if (entry === null) return [];
    if (seen.has(entry.id)) {
      tell([section, index, "id"], `${JSON.stringify(entry.id)} stands twice in this file; the first counts.`);
      return [];
    }
    seen.add(entry.id);
    return [entry];
  });
}

const forms = Object.keys(itemForms) as (keyof typeof itemForms)[];

function readItem(tree: Tree, value: unknown, path: Path, tell: Tell): Item | null {
  if (!isRecord(value)) {
    tell(path, "An item must hold keys and values.");
    return null;
  }
  const [form, second] = forms.filter((each) => Object.hasOwn(value, each));
  if (form === undefined || second !== undefined) {
    const which = form === undefined ? "none" : `${form} and ${second}`;
    tell(path, `An item has one of ${forms.join(", ")}; this one has ${which}.`);
    return null;
  }
  const item = checked<Item>(tree, itemForms[form] as z.ZodType<Item>, value, path, tell);
  const wrong = item === null ? [] : wrongWith(item);
  for (const { key, message } of wrong) tell([...path, key], message);
  return wrong.length > 0 ? null : item;
}

/** What the schema cannot say. */
function wrongWith(item: Item): { key: string; message: string }[] {
  const wrong: { key: string; message: string }[] = [];
  for (const [key, value] of Object.entries(item))
    if (Array.isArray(value) && value.some((text) => text.includes("\0") || !text.isWellFormed()))
      wrong.push({ key, message: "It holds a character that no command can be given." });
  if (!("command" in item)) return wrong;
  if (item.command[0] === "") wrong.push({ key: "command", message: "There is no command." });
  for (const key of ["command", "since", "until", "file"] as const) {
    const texts = [item[key] ?? []].flat();
    for (const name of texts.flatMap(namesIn)) {
      if (!Object.hasOwn(placeholders, name)) {
        const meant = nearest(name, Object.keys(placeholders));
        const hint = meant[0] === undefined ? "" : ` {${meant[0]}} was perhaps meant.`;
        wrong.push({ key, message: `{${name}} is not a placeholder.${hint}` });
      } else if (item.each === undefined && !name.startsWith("since") && !name.startsWith("until"))
        wrong.push({ key, message: `{${name}} needs \`each\`.` });
    }
  }
  const windowed = (key: "since" | "until") =>
    [...item.command, item.file ?? ""].flatMap(namesIn).some((name) => name.startsWith(key));
  for (const key of ["since", "until"] as const)
    if (windowed(key)) wrong.push({ key: "command", message: `{${key}} may be open: it belongs into \`${key}\`.` });
  if (item.holding !== undefined && item.each === undefined)
    wrong.push({ key: "holding", message: "`holding` needs `each`." });
  return wrong;
}

const namesIn = (text: string) => [...text.matchAll(/\{([A-Za-z0-9]+)\}/g)].map((match) => match[1] ?? "");

function checked<T>(tree: Tree, schema: z.ZodType<T>, value: unknown, path: Path, tell: Tell): T | null {
  let result = schema.safeParse(value);
  let asText = false;
  for (const issue of result.error?.issues ?? [])
    if (issue.code === "invalid_type" && issue.expected === "string")
      asText = tree.takeAsText([...path, ...toPath(issue.path)]) || asText;
  if (asText) result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const at = [...path, ...toPath(issue.path)];
    if (issue.code === "unrecognized_keys") {
      const known = "shape" in schema ? Object.keys(schema.shape as object) : [];
      for (const key of issue.keys) tell([...at, key], unknownKey(key, issue.path.length === 0 ? known : []), true);
    } else if (!tree.has(at)) tell(at, `${pathText(toPath(issue.path))} is missing.`);
    else tell(at, `${firstLine(issue.message)}.`);
  }
  return null;
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known)[0];
  const hint = meant === undefined ? "" : ` ${meant} was perhaps meant.`;
  return `${JSON.stringify(key.slice(0, 64))} is not a key of this format.${hint}`;
}

const toPath = (path: readonly PropertyKey[]): Path =>
  path.map((step) => (typeof step === "number" ? step : String(step)));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
