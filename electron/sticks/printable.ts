/** Finds printable text in bytes that nobody here can decode, as `strings` does. What it means is for nobody to say. */

const minLength = 5;
/** Longer ones are cut: a line is shown, not read. */
const maxLength = 200;

/** The first `count` runs of printable ASCII that `fits` takes, in the order of the bytes. */
export function printableStrings(
  pieces: readonly Uint8Array[],
  count: number,
  fits: (line: string) => boolean = () => true,
): string[] {
  const found: string[] = [];
  for (const bytes of pieces) {
    let from = 0;
    for (let at = 0; at <= bytes.length && found.length < count; at += 1) {
      const byte = bytes[at];
      if (byte !== undefined && (byte === 0x09 || (byte >= 0x20 && byte <= 0x7e))) continue;
      if (at - from >= minLength) {
        const line = new TextDecoder()
          .decode(bytes.subarray(from, Math.min(at, from + maxLength)))
          .replaceAll("\t", " ")
          .trim();
        if (line.length >= minLength && fits(line)) found.push(line);
      }
      from = at + 1;
    }
  }
  return found;
}
