/** Owns when two lines say the same: without stamp, host and process, and whatever numbers, addresses and names differ. */
import { headReader } from "./heads.ts";

const maxChars = 400;

/** Of text as shown. */
export function normalOf(text: string): string {
  const head = headReader()(text, 0);
  const message = text.slice(head?.end ?? 0, (head?.end ?? 0) + 4 * maxChars).trimStart();
  // `host program[pid]: ` of syslog: the program stays.
  const named = head === null ? null : /^(?:\S{0,254}[^\s:] )?([^\s:[\]]{1,80}?)(?:\[\d+\])?: /.exec(message);
  const said = named ? `${named[1]}: ${message.slice(named[0].length)}` : message;
  return said
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
