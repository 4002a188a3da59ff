/** Owns how logs are spoken of in the window: targets, results, times. */
import type { EntryResult } from "../../electron/contract/logs/entry.ts";
import type { CellState } from "../../electron/contract/logs/matrix.ts";
import { here } from "../../electron/contract/logs/target.ts";
import type { StateName } from "../kit/StateMark.tsx";
import { numberText } from "../kit/time.ts";

export const targetName = (id: string) => (id === here ? "This machine" : id);

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

export const durationText = ({ durationMs }: Pick<EntryResult, "durationMs">) =>
  durationMs < 1000
    ? `${Math.round(durationMs)} ms`
    : `${numberText(durationMs / 1000, { maximumFractionDigits: durationMs < 10_000 ? 1 : 0 })} s`;
