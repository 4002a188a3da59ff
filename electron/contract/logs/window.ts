/** The time that is asked for: chosen before collecting, told by the bundle. */
import * as z from "zod";
import { timestampMs } from "../base.ts";

/** From when to when: `boot` begins at each host's own last boot. Null ends are open. */
export const windowSchema = z.union([
  z.strictObject({ last: z.enum(["boot", "good-boot"]) }),
  z.strictObject({ lastMs: z.number().int().positive() }),
  z.strictObject({ fromMs: timestampMs.nullable(), toMs: timestampMs.nullable() }),
]);
export type Window = z.infer<typeof windowSchema>;

/** Why nothing can lie in a window; null where something can. A time on this machine's clock, as its ends are. */
export function whyNoTime(window: Window, nowMs: number): "ends-before" | "ahead" | null {
  if (!("fromMs" in window) || window.fromMs === null) return null;
  if (window.toMs !== null && window.toMs <= window.fromMs) return "ends-before";
  return window.fromMs > nowMs ? "ahead" : null;
}
