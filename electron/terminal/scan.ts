/**
 * Owns what is read out of a terminal's output: its title (OSC 0 and 2), its bells, and where the stream may be cut.
 * Nothing else is interpreted. Total, and bounded whatever comes: output is hostile input.
 */
import { nextIndex, type ParserState, parserStates } from "./parser-state.ts";

/** Code units of an OSC payload that are kept; a title shows at most 200 characters. */
const maxTitlePayload = 4096;
/** Longer OSC payloads are dropped whole by xterm.js (its PAYLOAD_LIMIT). */
const oscPayloadLimit = 10_000_000;
/** xterm.js drops byte order marks wherever they stand. */
const byteOrderMark = 0xfeff;

const indexOf = (state: ParserState) => parserStates.indexOf(state);
const ground = indexOf("ground");
const osc = indexOf("osc");
/** Controls met inside these sequences are carried out at once; the states stand next to each other. */
const [firstExecuting, lastExecuting] = [indexOf("escape"), indexOf("csi-ignore")];

/** What one piece of output held. */
export interface Scan {
  /** The last title set, as the program wrote it (see `cleanTitle`), or null when none was. */
  readonly title: string | null;
  readonly bells: number;
  /** Index of the first line start outside any sequence, or -1. */
  readonly lineStart: number;
  /** Index of the first place outside any sequence and surrogate pair, or -1. */
  readonly cut: number;
}

/** Reads a stream piece by piece; the pieces may be split anywhere. */
export class StreamScanner {
  #state = ground;
  #afterNewline = true;
  readonly #osc = new OscReader();

  /** True while the stream stands inside an escape sequence. */
  get inSequence(): boolean {
    return this.#state !== ground;
  }

  scan(text: string): Scan {
    let title: string | null = null;
    let bells = 0;
    let lineStart = -1;
    let cut = -1;
    let state = this.#state;
    const length = text.length;
    if (state === ground && length > 0 && !isLowSurrogate(text.charCodeAt(0))) {
      cut = 0;
      if (this.#afterNewline) lineStart = 0;
    }
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (state === ground) {
        // The common case first: printable text costs three comparisons.
        if (code >= 0x20 && (code < 0x80 || code > 0x9f)) continue;
        if (code === 0x07) bells += 1;
        else if (code === 0x0a) {
          if (lineStart < 0 && index + 1 < length) lineStart = index + 1;
        } else if (code === 0x1b || code >= 0x80) {
          state = nextIndex(state, code);
          if (state === osc) this.#osc.start();
        }
        continue;
      }
      if (code === byteOrderMark) continue;
      if (state === osc) {
        const ended = this.#osc.take(code);
        if (ended !== null) title = ended;
      } else if (code === 0x07 && state >= firstExecuting && state <= lastExecuting) bells += 1;
      state = nextIndex(state, code);
      if (state === osc && (code === 0x9d || code === 0x5d) && !this.#osc.open) this.#osc.start();
      if (state === ground && cut < 0 && index + 1 < length && !isLowSurrogate(text.charCodeAt(index + 1))) {
        cut = index + 1;
      }
    }
    if (length > 0) this.#afterNewline = state === ground && text.charCodeAt(length - 1) === 0x0a;
    this.#state = state;
    return { title, bells, lineStart, cut };
  }
}

/** One OSC sequence: an identifier, a semicolon, a payload. */
class OscReader {
  #phase: "closed" | "id" | "payload" | "abort" = "closed";
  #id = -1;
  #payload = "";
  #length = 0;

  get open(): boolean {
    return this.#phase !== "closed";
  }

  start(): void {
    this.#phase = "id";
    this.#id = -1;
    this.#payload = "";
    this.#length = 0;
  }

  /** Takes one code unit; returns the title when the sequence ended and set one. */
  take(code: number): string | null {
    if (code === 0x07 || code === 0x1b || code === 0x9c) return this.#end();
    if (code === 0x18 || code === 0x1a || (code >= 0x80 && code <= 0x9f)) {
      this.#phase = "closed";
      return null;
    }
    if (code < 0x20) return null;
    if (this.#phase === "payload") {
      this.#length += 1;
      if (this.#payload.length < maxTitlePayload && this.#setsTitle()) this.#payload += String.fromCharCode(code);
    } else if (this.#phase === "id") {
      if (code === 0x3b) this.#phase = "payload";
      else if (code < 0x30 || code > 0x39) this.#phase = "abort";
      else this.#id = Math.min(Math.max(this.#id, 0) * 10 + code - 0x30, 1_000_000);
    }
    return null;
  }

  #end(): string | null {
    const sets = this.#phase !== "abort" && this.#setsTitle() && this.#length <= oscPayloadLimit;
    this.#phase = "closed";
    return sets ? this.#payload : null;
  }

  #setsTitle(): boolean {
    return this.#id === 0 || this.#id === 2;
  }
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
