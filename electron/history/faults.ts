/** Says what keeps the history from being kept, from the codes SQLite gives. */
import type { Fault } from "../contract/error.ts";

export type Trouble = "busy" | "corrupt" | "full" | "unwritable" | "other";

/** SQLite's primary result codes (sqlite.org/rescode.html); the extended ones have them in their last eight bits. */
const troubles: Readonly<Record<number, Trouble>> = {
  5: "busy",
  6: "busy",
  8: "unwritable",
  10: "full",
  11: "corrupt",
  13: "full",
  14: "unwritable",
  26: "corrupt",
};

export function troubleOf(error: unknown): Trouble {
  const code = error instanceof Error && "errcode" in error ? error.errcode : null;
  return typeof code === "number" ? (troubles[code & 0xff] ?? "other") : "other";
}

const words: Readonly<Record<Exclude<Trouble, "busy" | "corrupt">, readonly [title: string, next: string]>> = {
  full: ["The history cannot be written", "Free space on the disk that holds the profile folder."],
  unwritable: ["The history cannot be opened for writing", "Correct the rights of the profile folder and its files."],
  other: ["The history cannot be kept", "Move the file away, or name another profile folder with --profile."],
};

export function notKept(path: string, error: unknown): Fault {
  const trouble = troubleOf(error);
  const [title, next] = words[trouble === "busy" || trouble === "corrupt" ? "other" : trouble];
  return {
    code: `history.${trouble === "full" ? "full" : "not-kept"}`,
    title,
    detail: `${error instanceof Error ? error.message : String(error)}. Observing goes on; what is seen meanwhile is missing in the history, or lives only until Halfrack ends.`,
    next,
    retry: true,
    subject: path,
  };
}

export function movedAside(path: string, aside: string): Fault {
  return {
    code: "history.moved-aside",
    title: "The history was damaged and is begun anew",
    detail: "Its file could not be read as a database. It was moved aside, untouched; nothing else is lost.",
    next: `Delete it, or keep it for a look with sqlite3: ${aside}`,
    subject: path,
  };
}

/** `fault` is what keeps the file from being written, where that is known: without one somebody else holds it. */
export function notCleared(path: string, fault: Fault | null): Fault {
  if (fault !== null && fault.code !== "history.moved-aside") return fault;
  return {
    code: "history.busy",
    title: "The history was not deleted",
    detail: "Another process is writing to its file, or holds it open for a change. All of it is as it was.",
    next: "Try again; end other programs that use the file, such as sqlite3, where it goes on.",
    retry: true,
    subject: path,
  };
}

export function tooNew(path: string, version: number): Fault {
  return {
    code: "history.too-new",
    title: "The history was written by a newer Halfrack",
    detail: `Its file has version ${version}, which this one does not know. It stays as it is; what is seen now lives until Halfrack ends.`,
    next: "Use the newer Halfrack, or name another profile folder with --profile.",
    subject: path,
  };
}
