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
