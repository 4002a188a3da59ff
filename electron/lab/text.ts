/** Owns what counts as readable text of a lab file: size, encoding, no binary. */

/**
 * Largest lab file read, in bytes. A device takes about 150 bytes, so this is some thousands of devices; YAML made to
 * be slow takes seconds at this size and minutes beyond it.
 */
export const maxLabBytes = 512 * 1024;

export type LabTextProblem = {
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
};
export type LabText =
  | { readonly text: string; readonly problem: null }
  | { readonly text: null; readonly problem: LabTextProblem };

/** Decodes a lab file's bytes as UTF-8; says what stands in the way, with the line and column of the first bad byte. */
export function decodeLabText(bytes: Uint8Array, sizeBytes = bytes.length): LabText {
  if (sizeBytes > maxLabBytes) {
    const message = `The file has ${sizeBytes} bytes; a lab file may have ${maxLabBytes} (${maxLabBytes / 1024} KiB) at most.`;
    return { text: null, problem: { code: "lab.too-large", message, line: 0, column: 0 } };
  }
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const message = "The file holds a NUL byte here: it is binary, or text in another encoding than UTF-8.";
    return { text: null, problem: { code: "lab.binary", message, ...positionOf(bytes, nul) } };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), problem: null };
  } catch {
    const message = "The file is not valid UTF-8 from here on; save it as UTF-8.";
    return { text: null, problem: { code: "lab.not-utf8", message, ...positionOf(bytes, firstBadByte(bytes)) } };
  }
}

/** Offset of the first byte that is not UTF-8, by halving: the longest prefix a streaming decoder accepts. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}

function positionOf(bytes: Uint8Array, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = 0; at < offset; at++) {
    if (bytes[at] !== 0x0a) continue;
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
