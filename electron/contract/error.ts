/** The one shape of everything that goes wrong and is told to a person or a script. */
import * as z from "zod";

/** A fault as data: what happened (title, detail), what to do next, and the raw evidence one click away. */
export const faultSchema = z.object({
  /** Stable machine name, `feature.reason`, e.g. `ssh.host-key-changed`. */
  code: z.string(),
  /** What happened, one neutral sentence without a trailing full stop. */
  title: z.string(),
  /** What it means. */
  detail: z.string(),
  /** What to do next. */
  next: z.string(),
  /** Raw text that proves it (tool output, file excerpt). Hostile input: show it as text only. */
  evidence: z.string().optional(),
  /** True when the same call may succeed later without anybody changing anything. */
  retry: z.boolean().optional(),
  /** The device, file or port it is about. */
  subject: z.string().optional(),
});

export type Fault = z.infer<typeof faultSchema>;

/** An Error that carries a {@link Fault}; the router turns it into the contract's typed error. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(fault: Fault, options?: ErrorOptions) {
    super(`${fault.title}: ${fault.detail}`, options);
    this.name = "FaultError";
    this.fault = fault;
  }
}

/** Throws with `why` when `condition` does not hold: a broken promise of the code itself, never of its input. */
export function invariant(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`invariant: ${why}`);
}

/** What was thrown, in its own words: for a fault's `detail` or `evidence`. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The name the system gives what was thrown (`ENOSPC`); an empty text when it gives none. */
export function errorCode(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}
