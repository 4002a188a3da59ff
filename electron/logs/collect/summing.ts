/** What the thread that sums (`summing-worker.node.ts`) is told and answers. */
import type { Segment } from "./journal.ts";

/** How far an item stands on the disk; the last told counts. */
export interface Follow extends Pick<Segment, "pieces" | "storedBytes"> {
  /** One for each beginning of an item: after all that came was forgotten, the item has another. */
  readonly item: number;
  readonly path: string;
  /** Content beyond it is not read: more came than was asked for. */
  readonly limitBytes: number;
  /** The last piece is whole, or was cut off: its sums are wanted. */
  readonly ended: boolean;
}

export interface Summed {
  /** Of all content, unpacked. */
  readonly contentBytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sum: string;
  /** Of the content of the last piece. */
  readonly sumOfPiece: string;
}

export type Broken = { readonly why: "too-much" } | { readonly why: "unreadable"; readonly message: string };

/** What is wrong with an item is told as soon as it is known, the sums once for each piece that ended. */
export type SummingSaid = { readonly item: number } & ({ readonly summed: Summed } | { readonly broken: Broken });

/** An item that is followed no more. */
export interface Leave {
  readonly item: number;
  readonly leave: true;
}
