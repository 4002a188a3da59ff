/**
 * Owns how much of a terminal's past is held and where it may be cut: never inside an escape sequence or a surrogate
 * pair, at a line start where there is one near. Offsets count UTF-16 code units since the terminal was opened.
 */
import { invariant } from "../contract/error.ts";

/** Code units of one block at most; text is dropped by blocks. */
export const blockUnits = 64 * 1024;
/** Small writes are merged up to this size: every read after a merge copies the block once more. */
const mergedUnits = 8 * 1024;
/** How far past the oldest block a line start is looked for before any place between sequences will do. */
const lineSearchUnits = 2 * blockUnits;

interface Block {
  readonly offset: number;
  text: string;
  lineStart: number;
  cut: number;
}

/** Where a piece of text may be cut; indices into it, or -1 (see `Scan`). */
export interface Cuts {
  readonly lineStart: number;
  readonly cut: number;
}

/** The newest text of one terminal, at most `limit` code units (and at least one block) of it. */
export class Scrollback {
  #blocks: Block[] = [];
  #start = 0;
  #end = 0;
  #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Offset of the oldest code unit held. */
  get start(): number {
    return this.#start;
  }

  /** Offset just past the newest. */
  get end(): number {
    return this.#end;
  }

  /** Changes how much is held; what is too much is dropped at once. */
  setLimit(limit: number): void {
    this.#limit = limit;
    this.#trim();
  }

  /** Appends at most one block of text. */
  append(text: string, cuts: Cuts): void {
    invariant(text.length <= blockUnits, "a piece is at most one block");
    if (text.length === 0) return;
    const last = this.#blocks.at(-1);
    if (last && last.text.length + text.length <= mergedUnits) {
      if (last.lineStart < 0 && cuts.lineStart >= 0) last.lineStart = last.text.length + cuts.lineStart;
      if (last.cut < 0 && cuts.cut >= 0) last.cut = last.text.length + cuts.cut;
      last.text += text;
    } else {
      this.#blocks.push({ offset: this.#end, text, lineStart: cuts.lineStart, cut: cuts.cut });
    }
    this.#end += text.length;
    this.#trim();
  }

  /**
   * Where a view that knows nothing may begin. Equals `end` when all that is held is the inside of one endless
   * sequence.
   */
  replayStart(): number {
    if (this.#start === 0) return 0;
    for (const block of this.#blocks) {
      if (block.offset - this.#start >= lineSearchUnits) break;
      if (block.lineStart >= 0) return block.offset + block.lineStart;
    }
    const block = this.#blocks.find((candidate) => candidate.cut >= 0);
    return block ? block.offset + block.cut : this.#end;
  }

  /** Text from `offset` (within what is held), at most `maxUnits` of it; a surrogate pair is not split. */
  read(offset: number, maxUnits: number): string {
    invariant(offset >= this.#start && offset <= this.#end, "the offset is held");
    let text = "";
    for (let index = this.#find(offset); index < this.#blocks.length && text.length < maxUnits; index += 1) {
      const block = this.#blocks[index];
      invariant(block, "the index is within the blocks");
      const from = Math.max(0, offset - block.offset);
      text += block.text.slice(from, from + maxUnits - text.length);
    }
    const splitsPair = offset + text.length < this.#end && isHighSurrogate(text.charCodeAt(text.length - 1));
    return splitsPair && text.length > 1 ? text.slice(0, -1) : text;
  }

  #trim(): void {
    let dropped = 0;
    while (this.#end - this.#start > this.#limit && dropped < this.#blocks.length - 1) {
      dropped += 1;
      const next = this.#blocks[dropped];
      invariant(next, "one block is always kept");
      this.#start = next.offset;
    }
    if (dropped > 0) this.#blocks.splice(0, dropped);
  }

  /** Index of the block that holds `offset`, by bisection. */
  #find(offset: number): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const block = this.#blocks[middle];
      invariant(block, "the middle is within the blocks");
      if (block.offset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
