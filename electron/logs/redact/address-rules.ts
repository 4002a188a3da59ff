/** What an address that was found says by itself: whether it stays, whether it is a version number, what IPv6 it is. */

/** Unspecified, loopback, multicast, netmasks, and 240.0.0.0/4: nobody has those addresses, so pseudonyms are made of them. */
export function standsForItself(plain: string): boolean {
  const [first = 0, second = 0, third = 0, fourth = 0] = plain.split(".").map(Number);
  if (first === 0 || first === 127 || first >= 224) return true;
  // A short netmask: 128.0.0.0, 192.0.0.0; longer ones begin with 240 to 255.
  return second === 0 && third === 0 && fourth === 0 && (first === 128 || first === 192);
}

/** Right before: a word that announces a version, or `v`. Right behind: what a package's name goes on with. */
export function versionBefore(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 24), start);
  if (/(?:version|\bver|release|firmware|\bfw|\brev(?:ision)?|driver|build|\bv)["']?[\s:=.("'-]{0,4}$/i.test(before))
    return true;
  return (
    /[A-Za-z]-$/.test(before) &&
    !/\bip-$/i.test(before) &&
    /^-\d+(?!\d|\.\d+\.\d+\.\d)|^[.-][a-z_]{2}/i.test(text.slice(end, end + 24))
  );
}

/** The eight groups of an IPv6 address, in any way it is written (RFC 4291); null where it is none. */
export function groupsOf(text: string): readonly number[] | null {
  let head = text;
  const tail: number[] = [];
  if (text.includes(".")) {
    const colon = text.lastIndexOf(":");
    const four = text.slice(colon + 1);
    const parts = four.split(".").map(Number);
    if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(four) || parts.some((part) => part > 255)) return null;
    const [a = 0, b = 0, c = 0, d = 0] = parts;
    tail.push(a * 256 + b, c * 256 + d);
    head = text.slice(0, text[colon - 1] === ":" ? colon + 1 : colon);
  }
  const halves = head.split("::");
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (groups.flat().some((group) => !/^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  const [left = [], right = []] = groups.map((half) => half.map((group) => Number.parseInt(group, 16)));
  const missing = 8 - left.length - right.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...left, ...Array<number>(missing).fill(0), ...right, ...tail];
}

/**
 * The default GID of an InfiniBand port is fe80:: and its GUID; the kernel writes it in full. As a link-local address of
 * IPoIB it is written short: there, a GUID is known by the bytes 03 00 in its middle, as Mellanox gives them. What has ff
 * fe there was made of a MAC.
 */
export function isGid(written: string, plain: string): boolean {
  if (!plain.startsWith("fe80000000000000") || plain.slice(22, 26) === "fffe") return false;
  return written.length === 39 || plain.slice(22, 26) === "0300" || plain.startsWith("fdfdfd00", 16);
}
