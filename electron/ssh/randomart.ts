/** Draws the picture ssh-keygen -lv shows of a key's fingerprint (OpenSSH, sshkey.c, fingerprint_randomart). */

const columns = 17;
const rows = 9;
/** How often the walk was on a field, then S for its start and E for its end. */
const marks = " .o+=*BOX@%&#/^SE";

/**
 * The drunken bishop's walk over a 17 x 9 board. `title` is e.g. `ED25519 256`, `hash` e.g. `SHA256`; `digest` is the
 * raw fingerprint. Lines are joined by newlines, without one at the end.
 */
export function drawRandomart(title: string, hash: string, digest: Uint8Array): string {
  const board = Array.from({ length: columns * rows }, () => 0);
  const top = marks.length - 1;
  let x = (columns - 1) / 2;
  let y = (rows - 1) / 2;
  const start = y * columns + x;
  for (const byte of digest) {
    for (let pair = 0; pair < 4; pair++) {
      const step = byte >> (pair * 2);
      x = Math.min(columns - 1, Math.max(0, x + (step & 1 ? 1 : -1)));
      y = Math.min(rows - 1, Math.max(0, y + (step & 2 ? 1 : -1)));
      const field = y * columns + x;
      const seen = board[field] ?? 0;
      if (seen < top - 2) board[field] = seen + 1;
    }
  }
  board[start] = top - 1;
  board[y * columns + x] = top;
  const lines = [border(`[${title}]`, title)];
  for (let row = 0; row < rows; row++) {
    const fields = board.slice(row * columns, (row + 1) * columns);
    lines.push(`|${fields.map((count) => marks[Math.min(count, top)]).join("")}|`);
  }
  lines.push(border(`[${hash}]`, hash));
  return lines.join("\n");
}

/** A caption in the middle of the frame; too long a one is left out, as OpenSSH falls back to the bare type. */
function border(caption: string, bare: string): string {
  const text = (caption.length <= columns ? caption : `[${bare.split(" ")[0] ?? ""}]`).slice(0, columns);
  const before = Math.floor((columns - text.length) / 2);
  return `+${"-".repeat(before)}${text}${"-".repeat(columns - before - text.length)}+`;
}
