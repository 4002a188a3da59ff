/** Owns how edits change a lab file's text: planned on the lab, written to the text, proved by reading it back. */
import { type Document, isNode, visit } from "yaml";
import type { DeviceType } from "../contract/device-type.ts";
import { FaultError, invariant, messageOf } from "../contract/error.ts";
import { type Lab, type LabEdit, labSchema } from "../contract/lab.ts";
import { type Change, changed, planEdit } from "./edit.ts";
import { explainIssue, explainUnknownKey } from "./explain.ts";
import { type ParsedLab, parseLab, readYaml } from "./parse.ts";
import { typesOf } from "./ports.ts";
import { rewrite } from "./rewrite.ts";
import { checkLab } from "./rules.ts";
import { maxLabBytes } from "./text.ts";
import { pathText } from "./tree.ts";

type BuiltIn = Readonly<Record<string, DeviceType>>;

/**
 * Applies `edits` as one step to a valid lab file's text. Throws FaultError: `lab.edit-refused` (the result would not
 * be a valid lab; the problems are listed), `lab.edit-no-such-...`, `lab.edit-by-hand` (the file shares values by
 * anchors in a way the edit cannot keep), `lab.too-large`. The text given stays as it is then.
 */
export function editLabText(
  text: string,
  edits: readonly LabEdit[],
  builtIn: BuiltIn,
): { text: string; parsed: ParsedLab } {
  const before = parseLab(text, builtIn);
  invariant(before.valid && before.lab, "only a valid lab file is edited");
  let lab: Lab = before.lab;
  const changes: Change[] = [];
  for (const edit of edits) {
    const planned = planEdit(lab, edit);
    lab = checkShape(changed(lab, planned));
    changes.push(...planned);
  }
  checkRules(lab, builtIn);
  if (sameLab(lab, before.lab)) return { text, parsed: before };
  const written = write(text, changes, before);
  const bytes = new TextEncoder().encode(written.plain).length;
  if (bytes > maxLabBytes) throw tooLarge(bytes);
  const comments = commentsOf(written.plain);
  for (const candidate of [written.merged, written.plain]) {
    const parsed = parseLab(candidate, builtIn);
    if (!parsed.valid || parsed.lab === null || !sameLab(parsed.lab, lab)) continue;
    if (commentsOf(candidate) === comments) return { text: candidate, parsed };
  }
  throw byHand("Reading the changed file back gave another lab than the edit meant.");
}

/** The schema gives keys one order and fills in defaults, so equal labs have equal text. */
const sameLab = (a: Lab, b: Lab) => JSON.stringify(a) === JSON.stringify(b);

function write(text: string, changes: readonly Change[], before: ParsedLab) {
  try {
    return rewrite(text, changes, before.asText);
  } catch (error) {
    throw byHand(messageOf(error), error);
  }
}

function checkShape(value: unknown): Lab {
  const result = labSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    const at = path.reduce<unknown>(
      (from, step) => (from as Record<string | number, unknown> | undefined)?.[step],
      value,
    );
    const messages =
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => explainUnknownKey([...path, key]).message)
        : [explainIssue(issue, at).message];
    return messages.map((message) => `${pathText(path)}: ${message}`);
  });
  throw refused(problems);
}

function checkRules(lab: Lab, builtIn: BuiltIn): void {
  const context = { types: typesOf(lab, builtIn), unreadable: new Set<string>(), whole: true };
  const errors = checkLab(lab, context).filter((found) => found.severity === "error");
  if (errors.length === 0) return;
  throw refused(errors.slice(0, 20).map((found) => `${pathText(found.path)}: ${found.message()}`));
}

/** All comments of a text in one string, sorted: equal when none was lost, whatever moved. */
function commentsOf(text: string): string {
  const { doc } = readYaml(text);
  const found: string[] = [];
  const take = (of: Pick<Document, "comment" | "commentBefore">) => {
    for (const each of [of.commentBefore, of.comment])
      found.push(
        ...(each ?? "")
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== ""),
      );
  };
  take(doc);
  visit(doc, (_, node) => {
    if (isNode(node)) take(node as Pick<Document, "comment" | "commentBefore">);
  });
  return found.sort().join("\n");
}

function refused(problems: readonly string[]): FaultError {
  return new FaultError({
    code: "lab.edit-refused",
    title: "The edit was not made: the lab would not be valid",
    detail: problems.join("\n"),
    next: "Change what is listed, then make the edit again. Nothing was changed.",
  });
}

function byHand(detail: string, cause?: unknown): FaultError {
  return new FaultError(
    {
      code: "lab.edit-by-hand",
      title: "The edit cannot be made without changing something else in the file",
      detail: `${detail} This happens where YAML anchors (&name) and aliases (*name) share a value.`,
      next: "Make this change in a text editor; Halfrack notices when the file is saved.",
    },
    { cause },
  );
}

function tooLarge(bytes: number): FaultError {
  return new FaultError({
    code: "lab.too-large",
    title: "The lab file would become too large",
    detail: `It would have ${bytes} bytes; ${maxLabBytes} are allowed.`,
    next: "Remove what is not needed, or split the lab. Nothing was changed.",
  });
}
