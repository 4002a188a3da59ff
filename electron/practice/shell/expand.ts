/** Expands words of the practice shell: parameters, command output, calculations, field splitting, file name patterns. */
import { calculate } from "./arithmetic.ts";
import type { FileSystem } from "./filesystem.ts";
import { cutPrefix, cutSuffix, globMatches, hasGlob } from "./glob.ts";
import { type Part, type Script, SyntaxFault, type Word } from "./syntax.ts";

export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  readonly positional: readonly string[];
  readonly files: FileSystem;
  readonly cwd: string;
  /** `set -f`: patterns stay as they are. */
  readonly noGlob: boolean;
  /** `set -u`: a parameter that is not set is an error. */
  readonly mustBeSet: boolean;
  output(script: Script): Promise<string>;
}

/** Fields one command line may expand to. */
const maxFields = 20_000;

/** What a part became; `break` is where one positional parameter ends and the next begins. */
type Piece = { readonly text: string; readonly quoted: boolean; readonly splits: boolean } | "break";

/** A word as one string, without splitting: an assignment's value, a redirection's target. */
export async function expandWord(word: Word, variables: Variables): Promise<string> {
  return (await pieces(word, variables, false)).map((piece) => (piece === "break" ? " " : piece.text)).join("");
}

/** A word as a pattern: what was quoted stands for itself. */
export async function expandPattern(word: Word, variables: Variables): Promise<string> {
  return (await pieces(word, variables, false))
    .map((piece) => (piece === "break" ? " " : piece.quoted ? escaped(piece.text) : piece.text))
    .join("");
}

const escaped = (text: string) => text.replace(/[*?[\\\]]/g, "\\$&");

/** All fields of all words, patterns resolved. */
export async function expandWords(words: readonly Word[], variables: Variables): Promise<string[]> {
  const result: string[] = [];
  for (const word of words) {
    for (const field of fieldsOf(await pieces(word, variables, false), variables.get("IFS"))) {
      const hits = field.glob && !variables.noGlob ? globPaths(field.pattern, variables) : [];
      if (hits.length > 0) result.push(...hits);
      else result.push(field.text);
      if (result.length > maxFields) return result.slice(0, maxFields);
    }
  }
  return result;
}

/** `inExpansion` for the word inside `${name:-word}`, whose plain text is split as what it stands for. */
async function pieces(word: Word, variables: Variables, inExpansion: boolean): Promise<Piece[]> {
  const result: Piece[] = [];
  for (const [index, part] of word.entries()) {
    const { quoted } = part;
    if (part.kind === "text") {
      const home = index === 0 && !quoted ? homeLength(part.text) : 0;
      if (home > 0) result.push({ text: variables.get("HOME") ?? "/root", quoted: true, splits: false });
      result.push({ text: part.text.slice(home), quoted, splits: inExpansion && !quoted });
    } else if (part.kind === "output") {
      const text = (await variables.output(part.script)).replace(/\n+$/, "");
      result.push({ text, quoted, splits: !quoted });
    } else if (part.kind === "arithmetic") {
      const text = calculate(await expandWord(part.expression, variables), variables);
      result.push({ text, quoted, splits: !quoted });
    } else result.push(...(await parameter(part, variables)));
  }
  return result;
}

const homeLength = (text: string) => (text === "~" || text.startsWith("~/") ? 1 : 0);

async function parameter(part: Extract<Part, { kind: "variable" }>, variables: Variables): Promise<Piece[]> {
  const { name, change, quoted } = part;
  const isList = name === "@" || name === "*";
  const values = isList ? variables.positional : [variables.get(name)].filter((one) => one !== undefined);
  if (change !== null && change !== "length" && /[-=?+]/.test(change.operator)) {
    const has = values.length > 0 && !(change.colon && values.every((one) => one === ""));
    if (change.operator === "+" ? has : !has) return instead(part, change, variables);
    if (change.operator === "+") return quoted ? [{ text: "", quoted, splits: false }] : [];
  } else if (values.length === 0 && !isList && variables.mustBeSet) throw new SyntaxFault(`${name}: unbound variable`);
  let shown = values;
  if (change === "length") {
    shown = [String(isList ? values.length : (values[0] ?? "").length)];
  } else if (change !== null && /[%#]/.test(change.operator)) {
    const pattern = await expandPattern(change.word, variables);
    const cut = change.operator.startsWith("%") ? cutSuffix : cutPrefix;
    shown = values.map((one) => cut(one, pattern, change.operator.length === 2));
  }
  if (!isList || change === "length") return [{ text: shown[0] ?? "", quoted, splits: !quoted }];
  if (name === "*" && quoted)
    return [{ text: shown.join((variables.get("IFS") ?? " ").slice(0, 1)), quoted, splits: false }];
  return shown.flatMap((text, at): Piece[] => [
    ...(at > 0 ? ["break" as const] : []),
    { text, quoted, splits: !quoted },
  ]);
}

/** The word in place of a parameter. */
async function instead(
  { name, quoted }: Extract<Part, { kind: "variable" }>,
  { operator, word }: { readonly operator: string; readonly word: Word },
  variables: Variables,
): Promise<Piece[]> {
  if (operator === "-" || operator === "+") {
    const found = await pieces(word, variables, !quoted);
    return quoted && found.length === 0 ? [{ text: "", quoted, splits: false }] : found;
  }
  const text = await expandWord(word, variables);
  if (operator === "?") throw new SyntaxFault(`${name}: ${text || "parameter null or not set"}`);
  variables.set(name, text);
  return [{ text, quoted, splits: !quoted }];
}

interface Field {
  text: string;
  /** The text with quoted pattern characters escaped. */
  pattern: string;
  glob: boolean;
}

/** Cuts what may be split at the characters of IFS, as POSIX has it. */
function fieldsOf(from: readonly Piece[], ifs = " \t\n"): Field[] {
  const fields: Field[] = [];
  let field: Field | null = null;
  // After blanks, one other separator still belongs to the same cut.
  let cutByBlank = false;
  const end = () => {
    if (field) fields.push(field);
    field = null;
  };
  const append = (text: string, quoted: boolean) => {
    field ??= { text: "", pattern: "", glob: false };
    field.text += text;
    field.pattern += quoted ? escaped(text) : text;
    if (!quoted && hasGlob(text)) field.glob = true;
    cutByBlank = false;
  };
  for (const piece of from) {
    if (fields.length > maxFields) break;
    if (piece === "break") end();
    else if (!piece.splits || ifs === "") {
      if (piece.quoted || piece.text !== "") append(piece.text, piece.quoted);
    } else {
      let run = "";
      const flush = () => {
        if (run !== "") append(run, false);
        run = "";
      };
      for (const char of piece.text) {
        if (!ifs.includes(char)) {
          run += char;
          continue;
        }
        flush();
        if (char === " " || char === "\t" || char === "\n") {
          if (field) cutByBlank = true;
          end();
        } else if (cutByBlank) cutByBlank = false;
        else {
          field ??= { text: "", pattern: "", glob: false };
          end();
        }
      }
      flush();
    }
  }
  end();
  return fields;
}

function globPaths(pattern: string, variables: Variables): string[] {
  const parts = pattern.split("/").filter((part) => part !== "");
  let found: string[] = [pattern.startsWith("/") ? "/" : ""];
  for (const part of parts) {
    const next: string[] = [];
    const plain = part.replace(/\\(.)/gs, "$1");
    for (const base of found) {
      const at = (name: string) => (base === "" || base.endsWith("/") ? `${base}${name}` : `${base}/${name}`);
      if (!hasGlob(part.replace(/\\./gs, ""))) {
        if (variables.files.find(variables.files.absolute(variables.cwd, at(plain)), false)) next.push(at(plain));
        continue;
      }
      const entry = variables.files.find(variables.files.absolute(variables.cwd, base || "."));
      if (entry?.kind !== "folder") continue;
      for (const name of [...entry.entries.keys()].sort()) {
        if (name.startsWith(".") && !part.startsWith(".")) continue;
        if (globMatches(part, name)) next.push(at(name));
      }
      if (next.length > maxFields) break;
    }
    found = next;
  }
  if (!pattern.endsWith("/")) return found.filter((path) => path !== "");
  return found
    .filter((path) => variables.files.find(variables.files.absolute(variables.cwd, path))?.kind === "folder")
    .map((path) => `${path}/`);
}
