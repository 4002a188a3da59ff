/** The one shape of everything that goes wrong and is told to a person or a script. */
import type { Fault } from "./fault-schema.ts";

export type { Fault } from "./fault-schema.ts";

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
