/** Owns what completeness is: items by targets, the worst state where several entries meet, and the words of the states. */
import type { Manifest } from "./bundle.ts";
import type { Collected } from "./collect.ts";
import { type EntryResult, incompleteStates, type ResultState } from "./entry.ts";

/** `waiting`: nothing came of it yet. `withheld`: it was collected, and redaction keeps it out of the bundle. */
export type CellState = ResultState | "waiting" | "withheld";

/** How a state is told: by a mark, a word and what it means. The worst comes first; a cell shows the first it has. */
export const stateWords = {
  failed: { mark: "!", label: "failed", meaning: "broke in a way that has no other name; the reason says how" },
  lost: { mark: "↯", label: "lost", meaning: "the target could not be reached or was lost; what had come is here" },
  cancelled: { mark: "■", label: "cancelled", meaning: "the run was ended before it was whole; what had come is here" },
  "timed-out": { mark: "◔", label: "timed out", meaning: "its time limit was reached; what had come by then is here" },
  refused: { mark: "⊘", label: "refused", meaning: "it is there and may not be read" },
  missing: { mark: "✗", label: "missing", meaning: "it should be there on such a target and is not" },
  truncated: { mark: "◐", label: "truncated", meaning: "larger than its cap; the part that is here is right" },
  withheld: { mark: "▒", label: "withheld", meaning: "collected, and kept out of the bundle by redaction" },
  waiting: { mark: "…", label: "not collected", meaning: "nothing was collected of it yet" },
  "left-out": { mark: "·", label: "left out", meaning: "left out by choice or by the size budget" },
  got: { mark: "✓", label: "got", meaning: "every byte that was there, or all that the command printed" },
  empty: { mark: "○", label: "empty", meaning: "it is there and has no content" },
  "not-applicable": { mark: "–", label: "not applicable", meaning: "it need not be there on this target" },
} as const satisfies Readonly<Record<CellState, { mark: string; label: string; meaning: string }>>;

export const cellStates = Object.keys(stateWords) as readonly CellState[];
const rank = new Map(cellStates.map((state, place) => [state, place]));

/** Whether something is absent that was asked for. */
export const isIncomplete = (state: CellState): boolean =>
  state === "waiting" || state === "withheld" || incompleteStates.has(state);

export interface MatrixEntry extends Pick<EntryResult, "n" | "reason" | "sizeBytes" | "durationMs" | "sha256"> {
  readonly target: string;
  readonly item: string;
  readonly path: string;
  readonly state: CellState;
}

const nothing = { reason: "", sizeBytes: 0, durationMs: 0, sha256: null } as const;

/** The entries of a collection; those without a result wait. */
export function collectedEntries({ header, results }: Collected): MatrixEntry[] {
  const byNumber = new Map(results.map((result) => [result.n, result]));
  return header.entries.map(({ n, target, item, path }) => {
    const { state, reason, sizeBytes, durationMs, sha256 } = byNumber.get(n) ?? { ...nothing, state: "waiting" };
    return { n, target, item, path, state, reason, sizeBytes, durationMs, sha256 };
  });
}

/** The entries of a bundle, as its manifest tells them: it does not say how long each took. */
export function manifestEntries({ entries }: Pick<Manifest, "entries">): MatrixEntry[] {
  return entries.map(({ target, item, path, state, reason, withheld, sizeBytes, sha256 }, n) => {
    const told = withheld === "" ? { state, reason } : { state: "withheld" as const, reason: withheld };
    return { n, target, item, path, ...told, sizeBytes, durationMs: 0, sha256 };
  });
}

/** Several entries together. */
export interface Cell {
  /** The worst of them. */
  readonly state: CellState;
  /** Of the first that has that state. */
  readonly reason: string;
  readonly counts: Readonly<Partial<Record<CellState, number>>>;
  readonly entries: readonly MatrixEntry[];
  readonly sizeBytes: number;
  /** All together. */
  readonly durationMs: number;
  /** Of a single entry; null for several. */
  readonly sha256: string | null;
  readonly complete: boolean;
}

export interface Matrix {
  readonly targets: readonly string[];
  /** Items in the order in which they first come, with one cell for each target; null where nothing was planned. */
  readonly rows: readonly { readonly item: string; readonly cells: readonly (Cell | null)[] }[];
  /** One for each target. */
  readonly totals: readonly (Cell | null)[];
}

export function matrixOf(entries: readonly MatrixEntry[], targets: readonly string[]): Matrix {
  const column = new Map(targets.map((target, index) => [target, index]));
  const rows = new Map<string, MatrixEntry[][]>();
  const totals: MatrixEntry[][] = targets.map(() => []);
  for (const entry of entries) {
    const index = column.get(entry.target);
    if (index === undefined) continue;
    const row = rows.get(entry.item) ?? targets.map(() => []);
    rows.set(entry.item, row);
    row[index]?.push(entry);
    totals[index]?.push(entry);
  }
  return {
    targets,
    rows: [...rows].map(([item, cells]) => ({ item, cells: cells.map(cellOf) })),
    totals: totals.map(cellOf),
  };
}

/** Null for no entry. */
export function cellOf(entries: readonly MatrixEntry[]): Cell | null {
  const [first] = entries;
  if (first === undefined) return null;
  const counts: Partial<Record<CellState, number>> = {};
  let worst = first;
  let sizeBytes = 0;
  let durationMs = 0;
  let complete = true;
  for (const entry of entries) {
    counts[entry.state] = (counts[entry.state] ?? 0) + 1;
    if ((rank.get(entry.state) ?? 0) < (rank.get(worst.state) ?? 0)) worst = entry;
    sizeBytes += entry.sizeBytes;
    durationMs += entry.durationMs;
    complete &&= !isIncomplete(entry.state);
  }
  const { state, reason } = worst;
  const sha256 = entries.length === 1 ? first.sha256 : null;
  return { state, reason, counts, entries, sizeBytes, durationMs, sha256, complete };
}
