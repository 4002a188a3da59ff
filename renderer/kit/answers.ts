/** Owns what is known of a question that is asked again and again: which one the value answers, and which one failed. */
import type { Fault } from "../../electron/contract/error.ts";

/** Questions are told apart by their keys. */
export interface Known<T> {
  readonly answered: { readonly key: string; readonly value: T } | null;
  readonly failed: { readonly key: string; readonly fault: Fault } | null;
}

export const nothingKnown: Known<never> = { answered: null, failed: null };

/** What holds for the question `key`; with `keep`, another question's answer stays until its own is there. */
export function knownOf<T>(
  { answered, failed }: Known<T>,
  key: string,
  keep: boolean,
): { readonly value: T | null; readonly current: boolean; readonly fault: Fault | null } {
  const own = answered?.key === key;
  const fault = failed?.key === key ? failed.fault : null;
  return { value: answered && (own || keep) ? answered.value : null, current: own && fault === null, fault };
}
