/** Owns the one spelling of a GUID: `0x` and 16 lower-case hex digits. */

const spelled = /^0x(?=[0-9a-f]*[1-9a-f])[0-9a-f]{16}$/;

/** Reads a GUID with or without `0x` and leading zeros; null when it is none. Zero is no GUID. */
export function readGuid(text: string): string | null {
  // Most tools write it so: the same text stands for it thousands of times.
  if (spelled.test(text)) return text;
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text)?.[1];
  if (digits === undefined || /^0+$/.test(digits)) return null;
  return `0x${digits.toLowerCase().padStart(16, "0")}`;
}

/** The GUID that many further; wraps at 64 bits. `guid` in the one spelling. */
export function plus(guid: string, count: number): string {
  return `0x${BigInt.asUintN(64, BigInt(guid) + BigInt(count))
    .toString(16)
    .padStart(16, "0")}`;
}
