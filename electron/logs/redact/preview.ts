/** Gathers what was replaced, with some places each, bounded. */
import { Buffer } from "node:buffer";
import type { RedactionPreview, Replacement } from "../../contract/logs/redact.ts";
import type { Match } from "./match.ts";

/** In one answer. */
const mostReplacements = 2000;
const mostPlaces = 5;
/** Bytes of text on either side. */
const around = 48;

type Gathered = { -readonly [Key in keyof Replacement]: Replacement[Key] };

export class Previewing {
  readonly #replacements = new Map<string, Gathered>();
  #more = 0;
  #files = 0;
  #bytes = 0;

  entry(path: string) {
    this.#files++;
    let line = 1;
    let counted = 0;
    const lineAt = (bytes: Uint8Array, at: number) => {
      for (let next = bytes.indexOf(0x0a, counted); next !== -1 && next < at; next = bytes.indexOf(0x0a, next + 1)) {
        line++;
        counted = next + 1;
      }
      return line;
    };
    return {
      match: (match: Match, bytes: Uint8Array, start: number, end: number) => {
        this.#add(match, () => ({
          path,
          line: lineAt(bytes, start),
          before: shown(bytes.subarray(Math.max(0, start - around), start), "end"),
          after: shown(bytes.subarray(end, end + around), "start"),
        }));
      },
      /** The next window begins elsewhere: lines are counted to here. */
      passed: (bytes: Uint8Array, from: number, to: number) => {
        this.#bytes += to - from;
        lineAt(bytes, to);
        counted = Math.min(to, 4096);
      },
    };
  }

  get(): Omit<RedactionPreview, "binary" | "noRoom"> {
    const replacements = [...this.#replacements.values()].sort(
      (a, b) =>
        (a.class < b.class ? -1 : a.class > b.class ? 1 : 0) || b.times - a.times || (a.original < b.original ? -1 : 1),
    );
    return { replacements, more: this.#more, files: this.#files, bytes: this.#bytes };
  }

  #add({ kind, original, text }: Match, place: () => Replacement["places"][number]): void {
    const key = `${kind} ${text} ${original}`;
    const known = this.#replacements.get(key);
    if (!known && this.#replacements.size >= mostReplacements) {
      this.#more++;
      return;
    }
    const gathered: Gathered = known ?? {
      class: kind === "gone" ? "key" : kind,
      original: original || "(private key or password hash: never shown)",
      pseudonym: text.trim(),
      times: 0,
      places: [],
    };
    this.#replacements.set(key, gathered);
    gathered.times++;
    if (gathered.places.length < mostPlaces) gathered.places = [...gathered.places, place()];
  }
}

/** One line of text, from its end or its beginning. */
function shown(bytes: Uint8Array, side: "start" | "end"): string {
  const lines = Buffer.from(bytes)
    .toString("utf8")
    .replaceAll("\0", "")
    .split(/[\r\n]/);
  return (side === "end" ? lines.at(-1) : lines[0]) ?? "";
}
