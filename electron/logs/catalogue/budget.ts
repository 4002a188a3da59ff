/** Owns what a size budget leaves out, and how much each of the others may take. */
import type { Item } from "../../contract/logs/item.ts";

export interface Weighed {
  /** What it will probably be; null where nothing was measured. */
  readonly estimateBytes: number | null;
  readonly capBytes: number;
  readonly cost: Item["cost"];
  /** How much it was asked for: 0 by no preset but `everything`, 1 by a preset, 2 by name. */
  readonly asked: number;
  /** When it was last changed; null for what is no file. */
  readonly modifiedAt: number | null;
}

/** What an output is taken for of which nothing was measured: most are far smaller, few are larger. */
const typicalBytes = 64 * 1024;
const costs = ["low", "medium", "high"];

/** What one is taken for: at least a byte. */
export const needOf = ({ estimateBytes, capBytes }: Weighed) =>
  Math.max(1, Math.min(estimateBytes ?? typicalBytes, capBytes));

/**
 * The cap of each within the budget, in the order given; null for what is left out. First to go is what was least asked
 * for, of that the costliest, of that the files changed longest ago. What the budget has left is shared, so that logs
 * may grow and outputs be larger than expected: all caps together never exceed it.
 */
export function capsWithin(budgetBytes: number, entries: readonly Weighed[]): readonly (number | null)[] {
  const caps: (number | null)[] = entries.map(() => null);
  const first = entries.map((entry, index) => ({ entry, index })).sort((a, b) => compare(a.entry, b.entry));
  let left = budgetBytes;
  for (const { entry, index } of first) {
    const need = needOf(entry);
    if (need > left) continue;
    caps[index] = need;
    left -= need;
  }
  const growing = first
    .flatMap(({ entry, index }) => {
      const cap = caps[index];
      return cap === null || cap === undefined ? [] : [{ index, cap, room: entry.capBytes - cap }];
    })
    .sort((a, b) => a.room - b.room);
  for (const [place, { index, cap, room }] of growing.entries()) {
    const more = Math.min(room, Math.floor(left / (growing.length - place)));
    caps[index] = cap + more;
    left -= more;
  }
  return caps;
}

function compare(a: Weighed, b: Weighed): number {
  return (
    b.asked - a.asked ||
    costs.indexOf(a.cost) - costs.indexOf(b.cost) ||
    (b.modifiedAt ?? Number.MAX_VALUE) - (a.modifiedAt ?? Number.MAX_VALUE) ||
    needOf(a) - needOf(b)
  );
}
