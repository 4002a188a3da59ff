/**
 * Owns how much of a terminal's past is held and where it may be cut: never inside an escape sequence or a surrogate
 * pair, at a line start where there is one near. Offsets count UTF-16 code units since the terminal was opened.
 *
 * The past lies in buffers outside the JavaScript heap, used again when their text is dropped: as strings, a flood made
 * the garbage collector copy and promote every byte, and the process grew by 200 MB.
 */
import { invariant } from "../contract/error.ts";

/** Code units of one block at most; text is dropped by blocks. */
export const blockUnits = 64 * 1024;
/** How far past the oldest block a line start is looked for before any place between sequences will do. */
const lineSearchUnits = 2 * blockUnits;

/** Text that will not change any more; one byte for each code unit where all of them fit, else two. */
interface Block {
  readonly offset: number;
  readonly units: number;
  readonly bytes: Buffer;
  readonly wide: boolean;
  readonly lineStart: number;
  readonly cut: number;
}

/** Where a piece of text may be cut; indices into it, or -1 (see `Scan`). */
export interface Cuts {
  readonly lineStart: number;
  readonly cut: number;
}

/** The newest text of one terminal, at most `limit` code units (and at least the newest block) of it. */
export class Scrollback {
  #blocks: Block[] = [];
  /** The newest text, at most one block, still growing. */
  #tail = "";
  #tailOffset = 0;
  #tailCuts: Cuts = { lineStart: -1, cut: -1 };
  #limit: number;
  /** The buffer of a dropped block, for the next one. */
  #spare: Buffer | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Offset of the oldest code unit held. */
  get start(): number {
    return this.#blocks[0]?.offset ?? this.#tailOffset;
  }

  /** Offset just past the newest. */
  get end(): number {
    return this.#tailOffset + this.#tail.length;
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
    if (this.#tail.length + text.length > blockUnits) this.#seal();
    const { lineStart, cut } = this.#tailCuts;
    const at = this.#tail.length;
    this.#tailCuts = {
      lineStart: lineStart < 0 && cuts.lineStart >= 0 ? at + cuts.lineStart : lineStart,
      cut: cut < 0 && cuts.cut >= 0 ? at + cuts.cut : cut,
    };
    this.#tail += text;
    this.#trim();
  }

  /**
   * Where a view that knows nothing may begin. Equals `end` when all that is held is the inside of one endless
   * sequence.
   */
  replayStart(): number {
    const { start } = this;
    if (start === 0) return 0;
    const places = [...this.#blocks, { offset: this.#tailOffset, ...this.#tailCuts }];
    const line = places.find(({ offset, lineStart }) => offset - start >= lineSearchUnits || lineStart >= 0);
    if (line && line.offset - start < lineSearchUnits) return line.offset + line.lineStart;
    const place = places.find(({ cut }) => cut >= 0);
    return place ? place.offset + place.cut : this.end;
  }

  /** Text from `offset` (within what is held), at most `maxUnits` of it; a surrogate pair is not split. */
  read(offset: number, maxUnits: number): string {
    invariant(offset >= this.start && offset <= this.end, "the offset is held");
    let text = "";
    for (let index = this.#find(offset); index < this.#blocks.length && text.length < maxUnits; index += 1) {
      const block = this.#blocks[index];
      invariant(block, "the index is within the blocks");
      text += textOf(block, Math.max(0, offset - block.offset), maxUnits - text.length);
    }
    if (text.length < maxUnits) {
      const from = Math.max(0, offset - this.#tailOffset);
      text += this.#tail.slice(from, from + maxUnits - text.length);
    }
    const splitsPair = offset + text.length < this.end && isHighSurrogate(text.charCodeAt(text.length - 1));
    return splitsPair && text.length > 1 ? text.slice(0, -1) : text;
  }

  /** Moves the tail into a block. */
  #seal(): void {
    const text = this.#tail;
    if (text.length === 0) return;
    const wide = twoBytes.test(text);
    const sizeBytes = wide ? 2 * blockUnits : blockUnits;
    const bytes = this.#spare?.length === sizeBytes ? this.#spare : Buffer.allocUnsafeSlow(sizeBytes);
    if (bytes === this.#spare) this.#spare = null;
    bytes.write(text, wide ? "utf16le" : "latin1");
    this.#blocks.push({ offset: this.#tailOffset, units: text.length, bytes, wide, ...this.#tailCuts });
    this.#tailOffset += text.length;
    this.#tail = "";
    this.#tailCuts = { lineStart: -1, cut: -1 };
  }

  #trim(): void {
    let dropped = 0;
    for (const { offset, units, bytes } of this.#blocks) {
      const isLast = offset + units === this.end;
      if (this.end - offset <= this.#limit || isLast) break;
      this.#spare = bytes;
      dropped += 1;
    }
    if (dropped > 0) this.#blocks.splice(0, dropped);
  }

  /** Index of the block that holds `offset`, by bisection; the number of blocks when the tail does. */
  #find(offset: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.#blocks[middle];
      invariant(block, "the middle is within the blocks");
      if (block.offset + block.units <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const twoBytes = /[^\0-\xff]/;

function textOf({ bytes, units, wide }: Block, from: number, maxUnits: number): string {
  const to = Math.min(units, from + maxUnits);
  return wide ? bytes.toString("utf16le", 2 * from, 2 * to) : bytes.toString("latin1", from, to);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
