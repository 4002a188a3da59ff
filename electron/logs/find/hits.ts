/** Reads what a search printed. Total: what makes no sense is left out. */
import type { FileSearch, SearchMessage } from "../../contract/logs/find.ts";
import { writePath } from "../../contract/logs/remote-path.ts";
import { textOf } from "../far/parts.ts";

type Hit = Extract<SearchMessage, { kind: "hits" }>["hits"][number];

/** How many parts each kind of record has. */
const lengths: Readonly<Record<string, number>> = { H: 4, U: 2, T: 2, Z: 1 };
const maxPathBytes = 4096;
const maxLineChars = 500;
const maxRefused = 200;

export class HitsReader {
  readonly #device: string;
  readonly #search: Pick<FileSearch, "changedWithinMs" | "content">;
  #open: Uint8Array[] = [];
  #hits: Hit[] = [];
  #nowMs: number | null = null;
  /** Paths that may not be read there. */
  readonly refused: string[] = [];
  /** Paths beyond the bound of {@link refused}. */
  moreRefused = 0;
  /** Whether the search came to its end. */
  whole = false;

  constructor(device: string, search: Pick<FileSearch, "changedWithinMs" | "content">) {
    this.#device = device;
    this.#search = search;
  }

  take(part: Uint8Array): void {
    this.#open.push(part);
    const [head = part, one = part, path = part, line = part] = this.#open;
    const letter = textOf(head.subarray(0, 2));
    if (this.#open.length < (lengths[letter] ?? 1)) return;
    this.#open = [];
    if (letter === "H") this.#hit(textOf(one), path, line);
    else if (letter === "T") this.#nowMs = /^\d{1,12}$/.test(textOf(one)) ? Number(textOf(one)) * 1000 : null;
    else if (letter === "Z") this.whole = true;
    else if (letter === "U") this.refuse(writePath(one.subarray(0, maxPathBytes)));
  }

  refuse(what: string): void {
    if (this.refused.length < maxRefused) this.refused.push(what);
    else this.moreRefused += 1;
  }

  /** Hits since the last time. */
  drain(): Hit[] {
    const hits = this.#hits;
    this.#hits = [];
    return hits;
  }

  #hit(about: string, path: Uint8Array, line: Uint8Array): void {
    const [, size, seconds] = /^(\d{1,16}) (-?\d{1,12})(?:\.\d+)?$/.exec(about) ?? [];
    if (path[0] !== 0x2f || path.length > maxPathBytes) return;
    const modifiedAt = seconds === undefined ? null : Math.max(0, Number(seconds) * 1000);
    const { changedWithinMs, content } = this.#search;
    // find counts in minutes where it counts at all; the host's clock may run ahead or behind of ours
    if (changedWithinMs !== undefined && this.#nowMs !== null && modifiedAt !== null)
      if (modifiedAt + 1000 < this.#nowMs - changedWithinMs) return;
    const shown =
      textOf(line)
        .split("\n", 1)[0]
        ?.replace(/\p{Cc}/gu, " ")
        .slice(0, maxLineChars) ?? "";
    this.#hits.push({
      device: this.#device,
      path: writePath(path),
      sizeBytes: Number(size ?? 0),
      modifiedAt: modifiedAt ?? 0,
      line: content === undefined ? null : shown,
    });
  }
}
