/** Decides what is wrong with the fabric as a whole: every rule, in order, over what was observed. */
import type { CableLive, CountersState, DeviceLive, Finding } from "../../contract/fabric.ts";
import type { Lab } from "../../contract/lab.ts";
import type { SwitchLive } from "../../contract/switch.ts";
import type { JoinedFabric } from "../join.ts";
import type { CounterTrend } from "../trends.ts";
import { counterRules } from "./counters.ts";
import { firmwareRules } from "./firmware.ts";
import { switchRules } from "./switch.ts";

/** What rules judge. Each rule passes over what was not observed. */
export interface FindingInputs {
  readonly lab: Lab;
  readonly devices: Readonly<Record<string, DeviceLive>>;
  readonly cables: readonly CableLive[];
  readonly joined: JoinedFabric | null;
  /** What the ports counted lately, and how that was read; nothing where counters were never read. */
  readonly trends?: readonly CounterTrend[];
  readonly counters?: CountersState | null;
  /** What switches say of themselves, by device. */
  readonly switches?: Readonly<Record<string, SwitchLive>>;
}

/** One group of rules; it never throws and finds each thing once. */
export type Rule = (inputs: FindingInputs) => readonly Finding[];

const rules: readonly Rule[] = [counterRules, firmwareRules, switchRules];

const order: readonly Finding["severity"][] = ["error", "warning", "info"];

/** Errors first; within a severity by rule, then in the lab file's order. */
export function findingsOf(inputs: FindingInputs): Finding[] {
  const found = rules.flatMap((rule) => rule(inputs));
  return found.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
