/** Owns how a schema becomes tables of a Markdown page. */
import * as z from "zod";

export type Node = {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
};

/** What people write: before defaults are filled in. */
export const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;

/** A table of the keys of `node`, then one for each that holds keys itself. */
export function section(title: string, path: string, node: Node): string[] {
  const rows = Object.entries(node.properties ?? {}).map(([key, each]) => {
    const needed = node.required?.includes(key)
      ? "yes"
      : each.default === undefined
        ? "no"
        : `no, ${inline(each.default)}`;
    return `| \`${key}\` | ${typeText(each)} | ${needed} | ${cell(each.description ?? "")} |`;
  });
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, each]) => {
    const deeper = each.properties ? each : each.items?.properties ? each.items : undefined;
    if (!deeper) return [];
    const at = `${path === "" ? "" : `${path}.`}${key}${each.items ? "[]" : ""}`;
    return section(`\`${at}\``, at, deeper);
  });
  return [`## ${title}`, "", "| key | holds | needed, default | meaning |", "|---|---|---|---|", ...rows, "", ...inner];
}

export const inline = (value: unknown) => `\`${JSON.stringify(value)}\``;
export const cell = (text: string) => text.replaceAll("|", "\\|");

function typeText(node: Node): string {
  if (node.const !== undefined) return inline(node.const);
  if (node.enum) return node.enum.map((each) => `\`${each}\``).join(", ");
  if (node.type === "array") return `list of ${node.items?.properties ? "entries" : typeText(node.items ?? {})}`;
  if (node.type === "object") return "keys and values";
  if (node.type === "string") return node.maxLength === undefined ? "text" : `text, up to ${node.maxLength} characters`;
  if (node.type === "integer" || node.type === "number") {
    const kind = node.type === "integer" ? "whole number" : "number";
    const bounded = node.maximum !== undefined && node.maximum < Number.MAX_SAFE_INTEGER;
    return bounded ? `${kind}, ${node.minimum ?? 0} to ${node.maximum}` : kind;
  }
  return node.type ?? "one of several forms";
}
