/** Owns which entries of two nodes, or of one node in two bundles, differ in content or are on one side alone. */
import type { Comparison } from "../../contract/logs/bundle.ts";
import type { EntryResult } from "../../contract/logs/entry.ts";
import type { MatrixEntry } from "../../contract/logs/matrix.ts";

type Side = Pick<EntryResult, "state" | "sizeBytes" | "sha256">;

/**
 * Only what differs, by path. Where a `target` is named, its entries alone, by path below its folder, so that nodes of
 * other names meet; where both are null, bundles as a whole.
 */
export function compareFiles(
  left: readonly MatrixEntry[],
  right: readonly MatrixEntry[],
  targets: { readonly left: string | null; readonly right: string | null },
): Comparison["files"] {
  const lefts = sidesOf(left, targets.left);
  const rights = sidesOf(right, targets.right);
  const paths = [...new Set([...lefts.keys(), ...rights.keys()])].sort();
  return paths
    .map((path) => ({ path, left: lefts.get(path) ?? null, right: rights.get(path) ?? null }))
    .filter(({ left: one, right: other }) => one?.sha256 !== other?.sha256 || one?.state !== other?.state);
}

function sidesOf(entries: readonly MatrixEntry[], target: string | null): Map<string, Side> {
  const own = target === null ? entries : entries.filter((entry) => entry.target === target);
  const below = target === null ? 0 : foldersOf(own);
  return new Map(
    own.flatMap(({ path, state, sizeBytes, sha256 }) => {
      if (state === "waiting") return [];
      const told = state === "withheld" ? "left-out" : state;
      return [[path.split("/").slice(below).join("/"), { state: told, sizeBytes, sha256 }] as const];
    }),
  );
}

/** `nodes/<name>`, `bmc/<name>`, ... are two folders, `here` is one. */
const foldersOf = ([first]: readonly MatrixEntry[]): number => (first?.path.startsWith("here/") ? 1 : 2);
