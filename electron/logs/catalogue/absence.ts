/** Owns what a command says when it rightly brings nothing, by its item's own rule. */
import type { EntryResult } from "../../contract/logs/entry.ts";
import type { Item } from "../../contract/logs/item.ts";

/** Why a command that ended and printed nothing is not applicable; null where its item does not say so. */
export function absentBy(
  { absent }: Pick<Item, "absent">,
  { exitCode, stderr, sizeBytes }: Pick<EntryResult, "exitCode" | "stderr" | "sizeBytes">,
): string | null {
  if (absent === undefined || exitCode === null || sizeBytes > 0) return null;
  if (absent.exitCodes?.includes(exitCode)) return `It printed nothing and ended with exit code ${exitCode}.`;
  const complaint = absent.stderr === undefined ? null : new RegExp(absent.stderr, "iu").exec(stderr);
  return complaint === null ? null : `It printed nothing and said: ${complaint[0].slice(0, 200)}`;
}
