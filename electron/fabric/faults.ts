/** Says what went wrong where a device could not be read. */
import { type Fault, FaultError } from "../contract/error.ts";

export function faultFrom(error: unknown, device: string): Fault {
  if (error instanceof FaultError) return error.fault;
  return {
    code: "fabric.failed",
    title: `${device} could not be read`,
    detail: error instanceof Error ? error.message : String(error),
    next: "Try again.",
    retry: true,
    subject: device,
  };
}
