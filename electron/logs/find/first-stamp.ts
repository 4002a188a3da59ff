/** Finds the first time stamp in the beginning of a text log, as the reader of logs knows it: how far back it reaches. Total. */
import { headReader } from "../read/heads.ts";
import { Placing } from "../read/placing.ts";
import { zoneOf } from "../read/zone.ts";

export interface Around {
  /** Of the host, for stamps without a zone. */
  readonly zoneMinutes: number;
  readonly bootedAt: number | null;
  /** When the file was last changed: a stamp without a year is of the year before it. */
  readonly modifiedAt: number | null;
}

/** Years that a log of this kind of machine can be of; others are numbers that look like a stamp, or clocks never set. */
const earliest = Date.UTC(1990, 0);
const latest = Date.UTC(2100, 0);
const headChars = 200;

/** Milliseconds since 1970 by the host's clock; null where no line begins with a stamp. */
export function firstStamp(text: string, { zoneMinutes, bootedAt, modifiedAt }: Around): number | null {
  const read = headReader();
  const zone = zoneOf("", zoneMinutes, 0);
  const known = { zone, offsetMs: 0, lastMs: modifiedAt ?? latest, bootedMs: bootedAt };
  for (const line of text.split("\n")) {
    const stamp = read(line.slice(0, headChars), 0)?.stamp;
    if (!stamp || (stamp.kind === "yearless" && modifiedAt === null)) continue;
    const { at } = new Placing(known).place(stamp, 0);
    if (at >= earliest && at < latest) return at;
  }
  return null;
}
