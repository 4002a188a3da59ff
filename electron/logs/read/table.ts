/** Owns what is kept of each line: 13 bytes, and 4 more of those of system logs. Lines of a source stand one after the other in its content. */

const blockBits = 16;
const blockLines = 1 << blockBits;
const smallest = 64;
const kernelMark = 1 << 5;
/** The last that JavaScript's Date takes. */
const lastMs = 8.64e15;

interface Block {
  at: Float64Array;
  /** From `base`; 32 bits reach for most blocks. */
  offsets: Uint32Array | Float64Array;
  readonly base: number;
  marks: Uint8Array;
  /** What lines say (`said.ts`), from the first one on that says it. */
  said: Uint32Array | null;
}

/** How a line got its time, as kept in two bits. */
export const stampKinds = ["own", "line-before", "guessed", "collected"] as const;

export class LineTable {
  readonly #blocks: Block[] = [];
  #lines = 0;
  /** Where the last line ends. */
  endBytes = 0;
  /** Some of its lines say what can be compared. */
  comparable = false;

  get lines(): number {
    return this.#lines;
  }

  /** Bytes of memory it takes. */
  get memoryBytes(): number {
    return this.#blocks.reduce(
      (sum, b) => sum + b.at.byteLength + b.offsets.byteLength + b.marks.byteLength + (b.said?.byteLength ?? 0),
      0,
    );
  }

  /** `said` is 0 where nothing can be compared; `ofKernel`: its severity is the level that the kernel gave it. */
  add(at: number, offset: number, severity: number, stamp: number, said = 0, ofKernel = false): void {
    const index = this.#lines & (blockLines - 1);
    let block = this.#blocks[this.#lines >>> blockBits];
    if (!block) {
      block = {
        at: new Float64Array(smallest),
        offsets: new Uint32Array(smallest),
        base: offset,
        marks: new Uint8Array(smallest),
        said: null,
      };
      this.#blocks.push(block);
    } else if (index === block.at.length) resize(block, Math.min(blockLines, index * 4));
    if (offset - block.base > 0xffff_ffff && block.offsets instanceof Uint32Array)
      block.offsets = Float64Array.from(block.offsets);
    block.at[index] = at;
    block.offsets[index] = offset - block.base;
    block.marks[index] = severity | (stamp << 3) | (ofKernel ? kernelMark : 0);
    if (said !== 0) {
      block.said ??= new Uint32Array(block.at.length);
      block.said[index] = said;
      this.comparable = true;
    }
    this.#lines++;
  }

  /** Gives back what the last block has to spare. */
  trim(): void {
    const block = this.#blocks.at(-1);
    if (block) resize(block, ((this.#lines - 1) & (blockLines - 1)) + 1);
  }

  /** A whole millisecond that a calendar has, from 1970 on: offsets of clocks are finer, and clocks whose battery is flat run in zones east of Greenwich before it. */
  at(line: number): number {
    return Math.round(Math.max(0, Math.min(this.placedAt(line), lastMs)));
  }

  /** As it was placed; NaN where it has none. */
  placedAt(line: number): number {
    return this.#blocks[line >>> blockBits]?.at[line & (blockLines - 1)] ?? Number.NaN;
  }

  setAt(line: number, at: number): void {
    const block = this.#blocks[line >>> blockBits];
    if (block) block.at[line & (blockLines - 1)] = at;
  }

  /** Where it begins in its content; where the last one ends for the line after the last. */
  offset(line: number): number {
    if (line >= this.#lines) return this.endBytes;
    const block = this.#blocks[line >>> blockBits];
    return block ? block.base + (block.offsets[line & (blockLines - 1)] ?? 0) : 0;
  }

  severity(line: number): number {
    return (this.#blocks[line >>> blockBits]?.marks[line & (blockLines - 1)] ?? 0) & 7;
  }

  stamp(line: number): number {
    return ((this.#blocks[line >>> blockBits]?.marks[line & (blockLines - 1)] ?? 0) >> 3) & 3;
  }

  mark(line: number, severity: number, stamp: number): void {
    const block = this.#blocks[line >>> blockBits];
    if (block) block.marks[line & (blockLines - 1)] = severity | (stamp << 3);
  }

  setSeverity(line: number, severity: number): void {
    const block = this.#blocks[line >>> blockBits];
    const index = line & (blockLines - 1);
    if (block) block.marks[index] = ((block.marks[index] ?? 0) & ~7) | severity;
  }

  /** Its severity is the level that the kernel gave it. */
  ofKernel(line: number): boolean {
    return ((this.#blocks[line >>> blockBits]?.marks[line & (blockLines - 1)] ?? 0) & kernelMark) !== 0;
  }

  /** What it says, as a number; 0 where that is not known. */
  said(line: number): number {
    return this.#blocks[line >>> blockBits]?.said?.[line & (blockLines - 1)] ?? 0;
  }

  /** The line in which a place of the content stands. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#lines - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.offset(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function resize(block: Block, length: number): void {
  const at = new Float64Array(length);
  const offsets = block.offsets instanceof Uint32Array ? new Uint32Array(length) : new Float64Array(length);
  const marks = new Uint8Array(length);
  at.set(block.at.subarray(0, length));
  offsets.set(block.offsets.subarray(0, length));
  marks.set(block.marks.subarray(0, length));
  const said = block.said && new Uint32Array(length);
  said?.set(block.said?.subarray(0, length) ?? []);
  Object.assign(block, { at, offsets, marks, said });
}
