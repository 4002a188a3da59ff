/**
 * What everything that works on collected evidence sees of it: reader, redaction, comparison and bundle do not know how
 * it was collected, nor whether it came out of a bundle.
 */
import type { Readable } from "node:stream";
import type { Clock, CollectionHeader, EntryResult } from "../contract/logs/entry.ts";

export interface StoredCollection {
  readonly id: string;
  /** `bundle`: opened from a file; nothing more can be collected into it. */
  readonly kind: "collection" | "bundle";
  readonly header: CollectionHeader;
  /** The bundle's file; null for a collection. */
  readonly path: string | null;
  /** By the entry's number; one without a result waits. */
  readonly results: ReadonlyMap<number, EntryResult>;
  /** By the target's id; the last that was measured. */
  readonly clocks: ReadonlyMap<string, Clock>;
  /** The entry's content from its first byte, unpacked. Throws FaultError `logs.entry-gone` where there is none. */
  open(n: number): Promise<Readable>;
}

/** Writes what comes of entries; everything it was told survives the end of the process at any moment. */
export interface CollectionWriter {
  /** Takes the content of entry `n` as a whole and notes its result, whose size and sum it computes. */
  put(n: number, content: Readable, result: Omit<EntryResult, "n" | "sizeBytes" | "sha256">): Promise<EntryResult>;
  note(result: EntryResult): Promise<void>;
  noteClock(clock: Clock): Promise<void>;
  close(): Promise<void>;
}

/** All collections of the profile, in `<profile>/collections/<id>/`. */
export interface CollectionStore {
  list(): Promise<readonly StoredCollection[]>;
  /** Throws FaultError `logs.no-such-collection`. */
  get(id: string): Promise<StoredCollection>;
  create(header: CollectionHeader, of: Pick<StoredCollection, "kind" | "path">): Promise<CollectionWriter>;
  remove(id: string): Promise<void>;
}
