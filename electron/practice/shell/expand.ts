/** Expands words of the practice shell: variables, command output, field splitting, home and file name patterns. */
import type { FileSystem } from "./filesystem.ts";
import { globMatches, hasGlob } from "./glob.ts";
import type { Script, Word } from "./syntax.ts";

export interface Variables {
  get(name: string): string | undefined;
  readonly positional: readonly string[];
  readonly files: FileSystem;
  readonly cwd: string;
  output(script: Script): Promise<string>;
}

/** Fields one command line may expand to. */
const maxFields = 20_000;

interface Field {
  text: string;
  /** The text with quoted pattern characters escaped. */
  pattern: string;
  glob: boolean;
  /** Quoted somewhere: stays even when empty. */
  firm: boolean;
}

const newField = (): Field => ({ text: "", pattern: "", glob: false, firm: false });

function append(field: Field, text: string, quoted: boolean): void {
  field.text += text;
  field.pattern += quoted ? text.replace(/[*?[\\\]]/g, "\\$&") : text;
  if (quoted) field.firm = true;
  else if (hasGlob(text)) field.glob = true;
}

/** All fields of all words, patterns resolved. */
export async function expandWords(words: readonly Word[], variables: Variables): Promise<string[]> {
  const result: string[] = [];
  for (const word of words) {
    for (const field of await fieldsOf(word, variables)) {
      const hits = field.glob ? globPaths(field.pattern, variables) : [];
      if (hits.length > 0) result.push(...hits);
      else if (field.text !== "" || field.firm) result.push(field.text);
      if (result.length > maxFields) return result.slice(0, maxFields);
    }
  }
  return result;
}

/** A word as one string, without splitting: the value of an assignment or the target of a redirection. */
export async function expandWord(word: Word, variables: Variables): Promise<string> {
  let result = "";
  for (const part of word) {
    if (part.kind === "text") result += part.text;
    else if (part.kind === "variable") result += variableText(part.name, part.fallback, variables);
    else result += (await variables.output(part.script)).replace(/\n+$/, "");
  }
  return word[0]?.kind === "text" && !word[0].quoted ? homeIn(result, variables) : result;
}

function homeIn(text: string, variables: Variables): string {
  return text === "~" || text.startsWith("~/") ? (variables.get("HOME") ?? "/root") + text.slice(1) : text;
}

function variableText(name: string, fallback: string | null, variables: Variables): string {
  const value = name === "@" || name === "*" ? variables.positional.join(" ") : variables.get(name);
  return (value === undefined || value === "") && fallback !== null ? fallback : (value ?? "");
}

async function fieldsOf(word: Word, variables: Variables): Promise<Field[]> {
  const fields: Field[] = [newField()];
  const last = () => fields.at(-1) ?? newField();
  for (const [index, part] of word.entries()) {
    if (part.kind === "text") {
      append(last(), index === 0 && !part.quoted ? homeIn(part.text, variables) : part.text, part.quoted);
      continue;
    }
    if (part.kind === "variable" && part.name === "@" && part.quoted) {
      variables.positional.forEach((value, at) => {
        if (at > 0) fields.push(newField());
        append(last(), value, true);
      });
      continue;
    }
    const text =
      part.kind === "variable"
        ? variableText(part.name, part.fallback, variables)
        : (await variables.output(part.script)).replace(/\n+$/, "");
    if (part.quoted) append(last(), text, true);
    else {
      text.split(/[ \t\n]+/).forEach((piece, at) => {
        if (at > 0) fields.push(newField());
        append(last(), piece, false);
      });
    }
  }
  return fields;
}

function globPaths(pattern: string, variables: Variables): string[] {
  const rooted = pattern.startsWith("/");
  const parts = pattern.split("/").filter((part) => part !== "");
  let found: string[] = [rooted ? "/" : ""];
  for (const part of parts) {
    const next: string[] = [];
    for (const base of found) {
      const entry = variables.files.find(variables.files.absolute(variables.cwd, base || "."));
      if (entry?.kind !== "folder") continue;
      if (part === "..") {
        next.push(`${base}/..`);
        continue;
      }
      for (const name of [...entry.entries.keys()].sort()) {
        if (name.startsWith(".") && !part.startsWith(".")) continue;
        if (globMatches(part, name))
          next.push(base === "" || base.endsWith("/") ? `${base}${name}` : `${base}/${name}`);
      }
      if (next.length > maxFields) break;
    }
    found = next;
  }
  return found.filter((path) => path !== "");
}
