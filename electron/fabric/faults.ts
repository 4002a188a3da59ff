/** Says what went wrong where a device could not be read. */
import { type Fault, FaultError, messageOf } from "../contract/error.ts";

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
