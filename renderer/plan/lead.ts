/** Owns where a finding leads: to its cable, its port or its device, and which findings a thing has. */
import type { CableLive, FabricState, Finding } from "../../electron/contract/fabric.ts";
import type { Selection } from "../rack/selection.ts";
import { go, select } from "../stores.ts";

/** What to select for a finding; null for one of the fabric as a whole. */
function selectionOf({ subject }: Finding, cables: readonly CableLive[]): Selection | null {
  const cable = cables.find(({ id }) => id === subject.cable);
  if (cable) return { kind: "cable", id: cable.id };
  if (subject.device === "") return null;
  return subject.port === undefined
    ? { kind: "device", device: subject.device }
    : { kind: "port", device: subject.device, port: subject.port };
}

/** Selects what the finding is about; null where there is nothing to lead to. */
export function leadTo(finding: Finding, fabric: Pick<FabricState, "cables">): (() => void) | null {
  const selection = selectionOf(finding, fabric.cables);
  if (selection === null) return null;
  return () => {
    go("rack");
    select(selection);
  };
}

/** Findings of a cable: its own, and what the plan says of all that it is told together with; not their other faults. */
export function findingsOfCable({ findings, cables }: FabricState, cable: CableLive): readonly Finding[] {
  return findings.filter(({ rule, subject }) => {
    if (subject.cable === cable.id) return true;
    const other =
      cable.story === null || !rule.startsWith("plan.") ? undefined : cables.find(({ id }) => id === subject.cable);
    return other !== undefined && other.story === cable.story;
  });
}

/** Findings of a device, or of one of its ports: its own and of its cables. */
export function findingsAt({ findings, cables }: FabricState, device: string, port?: string): readonly Finding[] {
  return findings.filter(({ subject }) => {
    const cable = subject.cable === undefined ? undefined : cables.find(({ id }) => id === subject.cable);
    const ends = cable ? [cable.a, cable.b] : [{ device: subject.device, port: subject.port }];
    return ends.some((end) => end.device === device && (port === undefined || end.port === port));
  });
}
