/** Says what keeps a collection from being begun: one function per fault, so that codes and copy stay in one place. */
import { FaultError } from "../contract/error.ts";

export const alreadyRunning = (id: string): FaultError =>
  new FaultError({
    code: "logs.running",
    title: "A collection is being collected",
    detail: "One is collected at a time, so that hosts are not asked twice for the same.",
    next: "Wait for its end, or stop it: what it has is kept.",
    subject: id,
  });

export const noSuchPlan = (id: string): FaultError =>
  new FaultError({
    code: "logs.no-such-plan",
    title: "The plan is not known any more",
    detail: "Halfrack was started anew, or other plans were made since.",
    next: "Review what to collect once more.",
    subject: id,
  });

export const noTime = (why: "ends-before" | "ahead"): FaultError =>
  new FaultError({
    code: "logs.no-time",
    title: why === "ahead" ? "The time that is asked for has not come yet" : "The time that is asked for is empty",
    detail:
      why === "ahead"
        ? "It begins after now by the clock of this machine: no log has anything of it."
        : "It ends when it begins, or before: no log has anything of it.",
    next: "Ask for a time that begins before it ends, and before now.",
  });

export const nothingToCollect = (): FaultError =>
  new FaultError({
    code: "logs.nothing",
    title: "There is nothing to collect",
    detail: "What was chosen is on none of the targets.",
    next: "Choose more items, or other targets.",
  });
