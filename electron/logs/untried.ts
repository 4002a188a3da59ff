import type { EntryResult } from "../contract/logs/entry.ts";

/** The result of an entry that nobody tried to collect. */
export const untried = (told: Pick<EntryResult, "n" | "state" | "reason" | "startedAt">): EntryResult => ({
  ...told,
  sizeBytes: 0,
  sha256: null,
  sumAgrees: null,
  exitCode: null,
  stderr: "",
  fromByte: 0,
  modifiedAt: null,
  durationMs: 0,
  attempts: 0,
});
