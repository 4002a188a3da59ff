/**
 * Owns one terminal's stream: scrollback, views, flow control. Knows nothing of how the bytes come (see `link.ts`).
 *
 * Flow: the session holds its source back while its slowest governing reader is more than `highWaterUnits` behind.
 * A reader that does not draw for `stallMs` stops governing, so that a hidden window cannot freeze a session; with no
 * reader the stream goes on into the scrollback. Views read from the scrollback, so any number of them costs nothing.
 */
import type { TerminalOutput } from "../contract/terminal.ts";
import { StreamScanner } from "./scan.ts";
import { blockUnits, Scrollback } from "./scrollback.ts";
import { type Audience, View } from "./view.ts";

/**
 * Code units behind at which the source is held back, and at which it goes on: near each other, because on a busy
 * machine every turn of the way to the window and back waits for its processor, and what is under way is the speed.
 */
const highWaterUnits = 480 * 1024;
const lowWaterUnits = 320 * 1024;
/** How long the source may be held back without a pause before readers that are behind stop governing. */
const defaultStallMs = 2000;

/**
 * Output that no view has seen is news for this long: a program that asks the terminal something as its first act gets
 * its answer from the view that attaches a moment later. An answer to an older question would be typed into whatever
 * runs by then.
 */
const freshMs = 2000;

/** What a session tells its owner. */
export interface SessionEvents {
  /** Output passed by that set a title (raw) or rang bells. */
  onMarks(marks: { readonly title: string | null; readonly bells: number }): void;
  /** The source is to be held back, or to go on. */
  onHold(held: boolean): void;
}

/** A second reader of the stream beside the views, such as a recording. */
export interface Tap {
  /** Text as it came, at most one block. */
  output(text: string): void;
  /** Code units taken in and not yet dealt with. */
  readonly pendingUnits: number;
  /** The session goes on without the tap: it was too slow for too long. */
  onStalled(): void;
}

export class Session {
  readonly #events: SessionEvents;
  readonly #scrollback: Scrollback;
  readonly #scanner = new StreamScanner();
  readonly #views = new Map<string, View>();
  readonly #stallMs: number;
  #decoder = newDecoder();
  #tap: Tap | null = null;
  readonly #audience: Audience = { seenEnd: 0 };
  /** When the oldest output came that no view was there for. */
  #unseenSinceMs: number | null = null;
  #held = false;
  #stallTimer: NodeJS.Timeout | null = null;

  constructor(options: {
    readonly events: SessionEvents;
    readonly scrollbackUnits: number;
    readonly stallMs?: number;
  }) {
    this.#events = options.events;
    this.#scrollback = new Scrollback(options.scrollbackUnits);
    this.#stallMs = options.stallMs ?? defaultStallMs;
  }

  /** Offset just past the newest output, and of the oldest that is held. */
  get extent(): { readonly start: number; readonly end: number } {
    return { start: this.#scrollback.start, end: this.#scrollback.end };
  }

  setScrollbackLimit(units: number): void {
    this.#scrollback.setLimit(units);
  }

  /** Takes bytes of the shell: UTF-8, split anywhere; what is not UTF-8 becomes U+FFFD. */
  receive(bytes: Uint8Array): void {
    this.#append(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Writes a line of Halfrack's own between the shell's output, after putting the terminal into a usable state. */
  notice(line: string): void {
    const rest = this.#decoder.decode();
    this.#decoder = newDecoder();
    this.#append(rest);
    this.#append(`${this.#scanner.inSequence ? cancelSequence : ""}${usableState}\r\n-- ${line} --\r\n`);
  }

  /** Sets or takes away the tap; there is at most one. */
  setTap(tap: Tap | null): void {
    this.#tap = tap;
    this.regulate();
  }

  /** Output for one view: held scrollback first (or from where it was), then live. A second attach ends the first. */
  async *attach(
    id: string,
    from: number | undefined,
    signal?: AbortSignal,
  ): AsyncGenerator<TerminalOutput, void, void> {
    this.#views.get(id)?.end();
    const fresh = this.#unseenSinceMs === null || performance.now() - this.#unseenSinceMs < freshMs;
    this.#unseenSinceMs = null;
    const view = new View(this.#scrollback, this.#audience, from, fresh ? 0 : this.#scrollback.end);
    this.#views.set(id, view);
    const end = () => view.end();
    signal?.addEventListener("abort", end, { once: true });
    try {
      while (!view.ended && !signal?.aborted) {
        const message = view.take();
        if (!message) {
          await view.wait();
          continue;
        }
        if (message.kind === "reset") this.regulate();
        yield message;
      }
    } finally {
      signal?.removeEventListener("abort", end);
      if (this.#views.get(id) === view) this.#views.delete(id);
      this.regulate();
    }
  }

  /** A view has drawn everything before `offset`. Unknown views are ignored: their stream may just have ended. */
  ack(id: string, offset: number): void {
    this.#views.get(id)?.ack(offset);
    this.regulate();
  }

  /** Holds the source back or lets it go on, by how far behind its readers are. */
  regulate(): void {
    const behind = this.#behind();
    if (!this.#held && behind > highWaterUnits) this.#hold(true);
    else if (this.#held && behind <= lowWaterUnits) this.#hold(false);
  }

  /** Ends every view. */
  end(): void {
    this.#tap = null;
    for (const view of this.#views.values()) view.end();
    if (this.#stallTimer) clearTimeout(this.#stallTimer);
    this.#stallTimer = null;
  }

  #append(text: string): void {
    for (const piece of pieces(text)) {
      const scan = this.#scanner.scan(piece);
      this.#scrollback.append(piece, scan);
      this.#tap?.output(piece);
      if (scan.title !== null || scan.bells > 0) this.#events.onMarks(scan);
    }
    if (this.#views.size === 0 && text.length > 0) this.#unseenSinceMs ??= performance.now();
    for (const view of this.#views.values()) view.wake();
    this.regulate();
  }

  #behind(): number {
    let behind = this.#tap?.pendingUnits ?? 0;
    for (const view of this.#views.values()) {
      if (!view.lagging) behind = Math.max(behind, view.behind);
    }
    return behind;
  }

  #hold(held: boolean): void {
    this.#held = held;
    if (this.#stallTimer) clearTimeout(this.#stallTimer);
    this.#stallTimer = held ? setTimeout(() => this.#stalled(), this.#stallMs).unref() : null;
    this.#events.onHold(held);
  }

  #stalled(): void {
    for (const view of this.#views.values()) {
      if (view.behind > lowWaterUnits) view.lag();
    }
    const tap = this.#tap;
    if (tap && tap.pendingUnits > lowWaterUnits) {
      this.#tap = null;
      tap.onStalled();
    }
    this.#held = false;
    this.#stallTimer = null;
    this.#events.onHold(false);
    this.regulate();
  }
}

/** CAN ends any sequence the shell left open. */
const cancelSequence = "\x18";
/**
 * What a shell that vanished may have left on: alternate screen (47 keeps the cursor, 1049 would move it), mouse and
 * focus reports, bracketed paste; DECSTR resets cursor, margins, character sets and attributes.
 */
const usableState = "\x1b[?47l\x1b[?1000;1002;1003;1004;1005;1006;1015;2004l\x1b[!p";

function newDecoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

/** `text` in pieces of at most one block that split no surrogate pair. */
function* pieces(text: string): Generator<string, void, void> {
  let from = 0;
  while (text.length - from > blockUnits) {
    const last = text.charCodeAt(from + blockUnits - 1);
    const to = from + (last >= 0xd800 && last <= 0xdbff ? blockUnits - 1 : blockUnits);
    yield text.slice(from, to);
    from = to;
  }
  if (from < text.length) yield from === 0 ? text : text.slice(from);
}
