/** Reads what algorithms a server offers from its first packet (KEXINIT, RFC 4253 7.1). Total: never throws. */

export interface OfferedAlgorithms {
  readonly kex: readonly string[];
  readonly hostKey: readonly string[];
  readonly cipher: readonly string[];
  readonly hmac: readonly string[];
}

/** A KEXINIT fits in the largest packet every SSH implementation must take (RFC 4253 6.1). */
export const maxKexInitBytes = 35_000;

/** Bytes after the identification line; "more" while the packet is not complete, null when it is no KEXINIT. */
export function readKexInit(bytes: Uint8Array): OfferedAlgorithms | "more" | null {
  if (bytes.length < 6) return "more";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0);
  if (length > maxKexInitBytes || bytes[5] !== 20) return null;
  if (bytes.length < 4 + length) return "more";
  const lists: string[][] = [];
  let at = 4 + 1 + 1 + 16;
  while (lists.length < 6) {
    if (at + 4 > 4 + length) return null;
    const size = view.getUint32(at);
    if (at + 4 + size > 4 + length) return null;
    const names = new TextDecoder("latin1").decode(bytes.subarray(at + 4, at + 4 + size));
    lists.push(names.split(",").filter((name) => /^[\x21-\x7e]{1,100}$/.test(name)));
    at += 4 + size;
  }
  const [kex = [], hostKey = [], , cipher = [], , hmac = []] = lists;
  return { kex, hostKey, cipher, hmac };
}
