import type { Comparison } from "../../electron/contract/logs/bundle.ts";
import { byNumber } from "../../electron/contract/order.ts";

type Fact = Comparison["facts"][number];

const rank = ({ same, left, right, note }: Fact) => {
  if (same) return 3;
  if (left === null || right === null) return 2;
  return note === "" ? 1 : 0;
};

/** The facts of one group: what differs first, of that what has a remark, then as people count (`DIMM 2`, `DIMM 10`). */
export const inOrder = (facts: readonly Fact[]): readonly Fact[] =>
  facts.toSorted((a, b) => rank(a) - rank(b) || byNumber(a.name, b.name));
