/** Faults of keeping what was collected. */
import { errorCode, type Fault, FaultError, messageOf } from "../../contract/error.ts";

export function noSuchCollection(id: string): FaultError {
  return new FaultError({
    code: "logs.no-such-collection",
    title: "There is no such collection",
    detail: `No collection of this profile has the id ${id}, or its header cannot be read.`,
    next: "Choose one of the collections that are listed.",
    subject: id,
  });
}

export function collectionExists(id: string): FaultError {
  return new FaultError({
    code: "logs.collection-exists",
    title: "There is already such a collection",
    detail: `A collection of this profile has the id ${id}.`,
    next: "Go on with it, or remove it first.",
    subject: id,
  });
}

export function collectionBusy(id: string, pid: number): FaultError {
  return new FaultError({
    code: "logs.collection-busy",
    title: "The collection is being written",
    detail: `Process ${pid} collects into ${id}.`,
    next: "Wait until it has ended, or end it.",
    retry: true,
    subject: id,
  });
}

export function bundleIsWhole(id: string): FaultError {
  return new FaultError({
    code: "logs.collection-is-bundle",
    title: "Nothing is collected into an opened bundle",
    detail:
      "It was collected elsewhere: what it names as commands and files is its sender's, and is not asked for here.",
    next: "Plan a new collection.",
    subject: id,
  });
}

export function entryGone(id: string, n: number): FaultError {
  return new FaultError({
    code: "logs.entry-gone",
    title: "There is no content",
    detail: `Nothing was kept of entry ${n} of ${id}, or its file is no longer whole.`,
    next: "Look at its result for the reason.",
    subject: id,
  });
}

const noRoom: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** What went wrong on this machine's own disk, which no further entry can be kept on; null for anything else. */
export function diskFault(error: unknown, dir: string): Fault | null {
  const code = errorCode(error);
  if (noRoom.has(code))
    return {
      code: "logs.disk-full",
      title: "The disk is full",
      detail: `${dir} takes no more: ${messageOf(error)}. What was collected so far is kept.`,
      next: "Free space, then go on with the collection: it continues where it stopped.",
      retry: true,
      subject: dir,
    };
  if (!/^E[A-Z]+$/.test(code)) return null;
  return {
    code: "logs.disk-failed",
    title: "The collection cannot be written",
    detail: `${messageOf(error)}. What was collected so far is kept.`,
    next: "Mend what keeps the folder from being written, then go on with the collection.",
    subject: dir,
  };
}
