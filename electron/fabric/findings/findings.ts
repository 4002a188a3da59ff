/** Decides what is wrong with the fabric as a whole: every rule, in order, over what was observed. */
import type { CableLive, CountersState, DeviceLive, Finding, SubnetManagement } from "../../contract/fabric.ts";
import type { Lab } from "../../contract/lab.ts";
import { worstFirst } from "../../contract/severity.ts";
import type { SwitchLive } from "../../contract/switch.ts";
import { itemsAStep, type Steps } from "../../steps.ts";
import type { Places } from "../places.ts";
import type { CounterTrend } from "../trends.ts";
import { counterRules } from "./counters.ts";
import type { Evidence } from "./evidence.ts";
import { firmwareRules } from "./firmware.ts";
import { identityRules } from "./identity.ts";
import { linkRules } from "./link.ts";
import { planRules } from "./plan.ts";
import { slotRules } from "./slot.ts";
import { subnetManagerRules } from "./subnet-manager.ts";
import { switchRules } from "./switch.ts";

/** What rules judge. Each rule passes over what was not observed. */
export interface FindingInputs {
  readonly lab: Lab;
  readonly devices: Readonly<Record<string, DeviceLive>>;
  readonly cables: readonly CableLive[];
  /** What the ports counted lately, and how that was read; nothing where counters were never read. */
  readonly trends: readonly CounterTrend[];
  readonly counters: CountersState | null;
  /** What switches say of themselves, by device. */
  readonly switches: Readonly<Record<string, SwitchLive>>;
  /** Devices whose last login was the factory's, as far as Halfrack logged in to them. */
  readonly factoryLogins: readonly string[];
  /** Where the lab file's ports stand in what was seen. */
  readonly places: Places;
  readonly subnetManager: SubnetManagement | null;
  /** Lines of the outputs that tell of a port. */
  readonly evidence: Evidence;
}

/** One group of rules; it never throws and finds each thing once. Rules that take long over thousands stop in between. */
export type Rule = (inputs: FindingInputs) => readonly Finding[] | Steps<readonly Finding[]>;

const rules: readonly Rule[] = [
  planRules,
  linkRules,
  slotRules,
  subnetManagerRules,
  ...identityRules,
  counterRules,
  firmwareRules,
  switchRules,
];

/** Of one rule; a broken fabric of thousands of links breaks one rule thousands of times. */
const foundAtMost = 50;

/** Errors first; within a severity by rule, then in the lab file's order. Of each rule a bounded number, the rest counted. */
export function* findingsInSteps(inputs: FindingInputs): Steps<Finding[]> {
  const isLarge = inputs.cables.length + inputs.places.nodes.length > itemsAStep;
  const found: Finding[] = [];
  for (const rule of rules) {
    if (isLarge) yield;
    const told = rule(inputs);
    for (const finding of "next" in told ? yield* told : told) found.push(finding);
  }
  const counts = new Map<string, number>();
  const bounded = found.filter(({ rule }) => {
    const count = (counts.get(rule) ?? 0) + 1;
    counts.set(rule, count);
    return count <= foundAtMost;
  });
  for (const [rule, count] of counts) {
    const severity = found.find((finding) => finding.rule === rule)?.severity ?? "info";
    if (count > foundAtMost) bounded.push(uncounted(rule, severity, count - foundAtMost));
  }
  return bounded.sort(worstFirst);
}

function uncounted(rule: string, severity: Finding["severity"], more: number): Finding {
  return {
    id: `${rule} more`,
    rule,
    severity,
    subject: { device: "" },
    title: `${more} more of the same kind`,
    detail: `Only the first ${foundAtMost} findings of a kind are listed.`,
    next: "Mend those first; the rest may have the same cause.",
    evidence: [],
  };
}
