/** The shape of a fault as it crosses the contract; who only throws one needs no schema (`error.ts`). */
import * as z from "zod";

/** A fault as data: what happened (title, detail), what to do next, and the raw evidence one click away. */
export const faultSchema = z.object({
  /** Stable machine name, `feature.reason`, e.g. `ssh.host-key-changed`. */
  code: z.string(),
  /** What happened, one neutral sentence without a trailing full stop. */
  title: z.string(),
  /** What it means. */
  detail: z.string(),
  /** What to do next. */
  next: z.string(),
  /** Raw text that proves it (tool output, file excerpt). Hostile input: show it as text only. */
  evidence: z.string().optional(),
  /** True when the same call may succeed later without anybody changing anything. */
  retry: z.boolean().optional(),
  /** The device, file or port it is about. */
  subject: z.string().optional(),
});

export type Fault = z.infer<typeof faultSchema>;
