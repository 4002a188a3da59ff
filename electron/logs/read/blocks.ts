/** Reads wanted lines of a source in few large pieces, in order: neighbours and what is near are read together. */
import type { LineTable } from "./table.ts";

export interface Source {
  readonly target: string;
  readonly path: string;
  /** What its stamps are of; while it is read, of what came so far. */
  readonly format: string;
  /** When its host started, on this machine's clock; null where that is not known. */
  readonly bootedAt: number | null;
  readonly table: LineTable;
  /** Part of its content, from a place in it; `into` what is given, which has room for it. */
  read(offset: number, length: number, into?: Buffer): Buffer;
}

export interface Block {
  readonly source: Source;
  /** Until the next block, of whatever source, is asked for. */
  readonly bytes: Buffer;
  /** Where `bytes` stand in the content. */
  readonly offset: number;
  /** The lines that were asked for and stand in it, from `from` to before `to` in the list. */
  readonly from: number;
  readonly to: number;
  /** It is part of a line that is longer than a block, and not its first part. */
  readonly later: boolean;
}

/** Marks the lines of a block that match: `hits[i]` for `lines[i]`. Lines it cannot decide it leaves as they are. */
export type Matcher = ((block: Block, lines: ArrayLike<number>, hits: Uint8Array) => void) & {
  /** Does `work`, which matches many blocks; once more, from its beginning, where that took so long that it was stopped. */
  watch?(work: () => void): void;
};

const blockBytes = 1 << 20;
/** Of what is not wanted, as much is read rather than skipped. */
const gapBytes = 64 * 1024;
/** Pieces of a long line overlap by this much: more than any text that is looked for. */
const overlapBytes = 8192;
/** All blocks stand in it: new memory for each takes as long as to look through it. */
const space = Buffer.allocUnsafeSlow(blockBytes + overlapBytes);

/** `lines` in rising order. */
export function* blocks(source: Source, lines: ArrayLike<number>): Generator<Block> {
  const { table } = source;
  for (let from = 0; from < lines.length; ) {
    const offset = table.offset(lines[from] ?? 0);
    let end = table.offset((lines[from] ?? 0) + 1);
    let to = from + 1;
    for (; to < lines.length; to++) {
      const line = lines[to] ?? 0;
      const next = table.offset(line + 1);
      if (table.offset(line) - end > gapBytes || next - offset > blockBytes) break;
      end = next;
    }
    for (let at = offset; at === offset || at < end; at += blockBytes) {
      const length = Math.min(end - at, blockBytes + overlapBytes);
      yield { source, bytes: source.read(at, length, space), offset: at, from, to, later: at > offset };
    }
    from = to;
  }
}

/** The bytes of one line in a block, no more of it than `maxBytes`. */
export function lineIn(block: Block, line: number, maxBytes: number): Buffer {
  const start = block.source.table.offset(line) - block.offset;
  return block.bytes.subarray(start, Math.min(block.source.table.offset(line + 1) - block.offset, start + maxBytes));
}
