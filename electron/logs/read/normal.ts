/** Owns when two lines say the same: without stamp, host and process, and whatever numbers, addresses and names differ. */
import { headReader } from "./heads.ts";
import { escaped } from "./literal.ts";
import { saidIn, shownLineEnd, writtenLineEnds } from "./said.ts";

const maxChars = 400;
const lineEnds = new RegExp(writtenLineEnds.map(escaped).join("|"), "g");

/** Without stamp, host and process, of a line as shown; `format` is its source's. */
export function messageIn(text: string, format: string): string {
  const head = headReader()(text, 0);
  const said = saidIn(text, head?.end ?? 0, text.length, head?.format ?? format);
  const message = text
    .slice(said?.from ?? head?.end ?? 0)
    .slice(0, 4 * maxChars)
    .replaceAll(lineEnds, shownLineEnd)
    .trim();
  if (said === null) return message;
  // The program stays, whatever its number.
  return said.kernel ? `kernel: ${message}` : message.replace(/^([^\s:[\]]{1,80})\[\d+\]: /, "$1: ");
}

/** Of what {@link messageIn} gives. */
export function normalOf(message: string): string {
  return message
    .replace(/\[ *\d+\.\d+\] ?/g, "")
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "#")
    .replace(/\b(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\b/gi, "#")
    .replace(/\b(?:[0-9a-f]{2,4}:){3,}[0-9a-f]{2,4}\b/gi, "#")
    .replace(/\b0x[0-9a-f]+\b/gi, "#")
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, "#")
    .replace(/\d+(?:\.\d+)*/g, "#")
    .replace(/"[^"]{0,200}"|'[^']{0,200}'/g, '"#"')
    .replace(/(?:#[ ,:/.-]*){3,}/g, "# ")
    .slice(0, maxChars)
    .trim();
}
