/** Owns how packed files are opened: rotated logs are packed by gzip, zstd or xz, told by their first bytes, not their name. */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { messageOf } from "../../contract/error.ts";
import { unzstd } from "../unzstd.node.ts";
import { unxz } from "../xz.node.ts";

export interface Content {
  /** What is in it. Ends early, with a note, where what is packed is damaged or cut off. */
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly notes: string[];
}

const sniffedBytes = 6;
const pieceBytes = 256 * 1024;
const unzst = (packed: AsyncIterable<Uint8Array>) => unzstd(packed, { chunkSize: pieceBytes });

const magics: readonly (readonly [
  readonly number[],
  (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
])[] = [
  [[0x1f, 0x8b], (packed) => Readable.from(packed).pipe(createGunzip({ chunkSize: pieceBytes }))],
  [[0x28, 0xb5, 0x2f, 0xfd], unzst],
  // a frame to be skipped, with which pzstd begins
  [[0x50, 0x2a, 0x4d, 0x18], unzst],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unxz],
];

/** What packed sources may unpack to beyond {@link ratio} times their size, all together: a small one may not fill the disk. */
export interface Room {
  freeBytes: number;
}
/** As archives' (`archiveLimits` of `bundle/members.node.ts`). */
const ratio = 200;
export const usualRoom = (): Room => ({ freeBytes: 2 ** 32 });

export async function unpacked(source: AsyncIterable<Uint8Array>, room: Room): Promise<Content> {
  const notes: string[] = [];
  const pieces = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let held = 0;
  while (held < sniffedBytes) {
    const { value, done } = await pieces.next();
    if (done) break;
    first.push(value);
    held += value.length;
  }
  const head = Buffer.concat(first);
  const unpack = magics.find(([magic]) => magic.every((byte, at) => head[at] === byte))?.[1];
  const packed = { bytes: 0 };
  const whole = joined(head, pieces, packed);
  return { pieces: unpack ? within(tolerated(unpack(whole), notes), packed, room, notes) : whole, notes };
}

async function* joined(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
  given: { bytes: number },
): AsyncGenerator<Uint8Array> {
  given.bytes += head.length;
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    given.bytes += next.value.length;
    yield next.value;
  }
}

async function* within(
  pieces: AsyncIterable<Uint8Array>,
  packed: { readonly bytes: number },
  room: Room,
  notes: string[],
): AsyncGenerator<Uint8Array> {
  let allowed = 0;
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    const beyond = bytes - ratio * packed.bytes - allowed;
    if (beyond > room.freeBytes) {
      notes.push(
        `It unpacks to more than ${ratio} times its size, as what is made to fill a disk: its end is not here.`,
      );
      return;
    }
    if (beyond > 0) {
      room.freeBytes -= beyond;
      allowed += beyond;
    }
    yield piece;
  }
}

async function* tolerated(pieces: AsyncIterable<Uint8Array>, notes: string[]): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    notes.push(`Its packed content is damaged or cut off (${messageOf(error)}): what came before is here.`);
  }
}
