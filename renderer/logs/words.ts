/** Owns how logs are spoken of in the window: targets, results, times, items. */
import type { EntryResult } from "../../electron/contract/logs/entry.ts";
import type { Item, itemGroups } from "../../electron/contract/logs/item.ts";
import { type Cell, type CellState, stateWords } from "../../electron/contract/logs/matrix.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import type { StateName } from "../kit/StateMark.tsx";
import { countText, numberText } from "../kit/time.ts";

export const targetName = (id: string) => (id === here ? "This machine" : id);

/** `65 times`, `65 times, in 195 lines of 3 sources` where several tell of the same. */
export const timesText = ({ times, lines, sources }: { times: number; lines: number; sources: number }) =>
  `${countText(times, "time")}${lines > times ? `, in ${numberText(lines)} lines of ${numberText(sources)} sources` : ""}`;

export const stateMarks: Readonly<Record<CellState, StateName>> = {
  got: "healthy",
  empty: "healthy",
  truncated: "degraded",
  withheld: "degraded",
  refused: "down",
  "timed-out": "down",
  missing: "down",
  "not-applicable": "absent",
  "left-out": "absent",
  lost: "down",
  cancelled: "unknown",
  failed: "down",
  waiting: "unknown",
};

type OfCell = Pick<Cell, "state" | "counts" | "entries" | "sizeBytes">;

export const inSeveral = ({ entries }: Pick<OfCell, "entries">) => (entries.length > 1 ? ` in ${entries.length}` : "");

/** `got in 3, 12 KiB`, `left out`, `1 of 3 left out, 12 KiB`: the worst of several is not told as if it were all. */
export function cellWords(cell: OfCell): string {
  const { state, counts, entries, sizeBytes } = cell;
  const { label } = stateWords[state];
  if (state === "got") return `${label}${inSeveral(cell)}, ${sizeText(sizeBytes)}`;
  const some = counts[state] ?? 0;
  if (some === entries.length) return `${label}${inSeveral(cell)}`;
  return `${some} of ${entries.length} ${label}${sizeBytes > 0 ? `, ${sizeText(sizeBytes)}` : ""}`;
}

export const durationText = ({ durationMs }: Pick<EntryResult, "durationMs">) =>
  durationMs < 1000
    ? `${Math.round(durationMs)} ms`
    : `${numberText(durationMs / 1000, { maximumFractionDigits: durationMs < 10_000 ? 1 : 0 })} s`;

export const groupWords: Readonly<Record<(typeof itemGroups)[number], string>> = {
  system: "System",
  logs: "Logs",
  hardware: "Hardware",
  infiniband: "InfiniBand",
  vsmp: "vSMP",
  bmc: "BMC",
  switch: "Switch",
  kvm: "Virtual machines",
  scheduler: "Schedulers",
  sticks: "Boot sticks",
  halfrack: "Halfrack",
};

/** What an item runs or reads, as one line. */
export function commandOf(item: Item): string {
  if ("command" in item) return item.command.join(" ");
  if ("files" in item) return item.files.join("  ");
  if ("switch" in item) return item.switch;
  if ("ipmi" in item) return `ipmitool ${item.ipmi.join(" ")}`;
  if ("range" in item) return `${item.range} of the stick`;
  return "what Halfrack knows";
}
