/** Says what went wrong where a device could not be read. */
import { type Fault, FaultError, messageOf } from "../contract/error.ts";
import type { Beyond } from "./reading.ts";

export function faultFrom(error: unknown, device: string): Fault {
  if (error instanceof FaultError) return error.fault;
  return {
    code: "fabric.failed",
    title: `${device} could not be read`,
    detail: messageOf(error),
    next: "Try again.",
    retry: true,
    subject: device,
  };
}

/** The host answers with more than a lab can be; what was read of it up to there counts. */
export function tooLarge(device: string, tool: string, beyond: Beyond): Fault {
  const what = beyond.damaged
    ? "prints more lines that cannot be read than are looked at"
    : "names more nodes or ports than are read";
  return {
    code: "fabric.too-large",
    title: `${device} ${beyond.damaged ? "prints" : "names"} more than can be shown`,
    detail: `${tool} on ${device} ${what}; from line ${beyond.line} on nothing was.`,
    next: "Check what the tool prints there. Halfrack is for labs: a fabric beyond its limit is shown in part.",
    evidence: beyond.text,
    subject: device,
  };
}
