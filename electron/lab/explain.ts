/** Words for what the schema refuses: what is wrong at a place of the lab file, and what would be right. */
import * as z from "zod";
import { labSchema } from "../contract/lab.ts";
import { didYouMean } from "./nearest.ts";
import type { Path } from "./tree.ts";

export type Explained = { readonly code: string; readonly message: string };
type SchemaNode = {
  readonly description?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
};

const labJsonSchema = z.toJSONSchema(labSchema, { io: "input", unrepresentable: "any" }) as SchemaNode;

function schemaAt(path: Path): SchemaNode | undefined {
  let at: SchemaNode | undefined = labJsonSchema;
  for (const step of path) at = typeof step === "number" ? at?.items : at?.properties?.[step];
  return at;
}

const quoted = (value: unknown) => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "keys and values",
  record: "keys and values",
  array: "a list",
  null: "empty",
};

function typeWord(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  return typeWords[Array.isArray(value) ? "array" : typeof value] ?? typeof value;
}

export function explainMissing(path: Path): Explained {
  const about = schemaAt(path)?.description;
  const holds = about === undefined ? "" : ` It holds: ${about}.`;
  return { code: "lab.missing-key", message: `${quoted(path.at(-1))} is missing here.${holds}` };
}

export function explainUnknownKey(path: Path): Explained {
  const known = Object.keys(schemaAt(path.slice(0, -1))?.properties ?? {});
  const key = String(path.at(-1));
  const list = known.length === 0 ? "" : ` Known here: ${known.join(", ")}.`;
  return { code: "lab.unknown-key", message: `${quoted(key)} is not a known key.${didYouMean(key, known)}${list}` };
}

/** Explains any other issue; `value` is what the file has at the issue's path. */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown): Explained {
  const key = issue.path.at(-1);
  const subject = typeof key === "number" ? "This entry" : key === undefined ? "The file" : quoted(String(key));
  switch (issue.code) {
    case "invalid_type": {
      const wanted = typeWords[issue.expected] ?? issue.expected;
      const advice = value === null && issue.expected === "array" ? " Write [] for none, or remove the key." : "";
      const shown = value === null || typeof value === "object" ? "" : ` (${quoted(value)})`;
      return {
        code: "lab.wrong-type",
        message: `${subject} must be ${wanted}, but is ${typeWord(value)}${shown}.${advice}`,
      };
    }
    case "invalid_value": {
      const close = typeof value === "string" ? didYouMean(value, issue.values.map(String)) : "";
      return bad(
        `${subject} is ${quoted(value)}; it may be ${issue.values.map((each) => String(each)).join(", ")}.${close}`,
      );
    }
    case "too_small":
      return bad(
        issue.origin === "string" && issue.minimum === 1
          ? `${subject} must not be empty.`
          : `${subject} is ${quoted(value)}; it must be ${issue.inclusive ? "at least" : "more than"} ${issue.minimum}.`,
      );
    case "too_big":
      return bad(
        issue.origin === "string"
          ? `${subject} has ${String(value).length} characters; it may have ${issue.maximum}.`
          : `${subject} is ${quoted(value)}; it may be ${issue.maximum} at most.`,
      );
    case "invalid_union":
      return bad(`${subject} is of no known kind.`);
    default:
      return bad(`${subject} (${quoted(value)}) ${issue.message}.`);
  }
}

const bad = (message: string): Explained => ({ code: "lab.bad-value", message });
