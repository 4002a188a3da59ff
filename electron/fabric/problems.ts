/** Owns the form of a problem, and what is said of lines that a reader made nothing of. */
import type { FabricNode, Problem } from "../contract/fabric.ts";
import { type Beyond, mostUnread, type Unread } from "./reading.ts";

/** What a problem is about: in words, and which node and port where they were seen. */
export type Subject = Pick<Problem, "subject" | "node" | "port">;

/** A port of a seen node. */
export function portSubject({ guid, description }: Pick<FabricNode, "guid" | "description">, port: number): Subject {
  return { subject: `${description || guid} port ${port}`, node: guid, port };
}

/** `line` is 1-based in `source`; 0 where it is not one line that tells it. `detail` says in words what the code does not. */
export function problem(
  code: Problem["code"],
  severity: Problem["severity"],
  about: string | Subject,
  source: string,
  line: number,
  text: string,
  detail?: string,
): Problem {
  const subject = typeof about === "string" ? { subject: about } : about;
  const told = detail === undefined ? {} : { detail };
  return { code, severity, ...subject, ...told, evidence: { source, line, text } };
}

/** What a reader left: lines it did not understand, and the line from which on it read no more. */
export function unreadProblems(
  { unread, beyond }: { readonly unread: readonly Unread[]; readonly beyond?: Beyond },
  source: string,
): readonly Problem[] {
  const why = beyond?.damaged
    ? `More than ${mostUnread} lines look like the tool's own and cannot be read`
    : "It names more than one output may";
  const detail = `${why}; nothing was read from this line on.`;
  return [
    ...(beyond ? [problem("fabric.too-large", "error", source, source, beyond.line, beyond.text, detail)] : []),
    ...unread.map(({ line, text, before }) => {
      const more = before === 1 ? "1 more line before this one was" : `${before} more lines before this one were`;
      const others = before === undefined ? undefined : `${more} not understood.`;
      return problem("fabric.unread-line", "info", source, source, line, text, others);
    }),
  ];
}
