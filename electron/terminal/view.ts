/** Owns what one view of a terminal is sent next, and how far behind it is. Offsets count UTF-16 code units. */
import type { TerminalOutput } from "../contract/terminal.ts";
import type { Scrollback } from "./scrollback.ts";

/** Code units of one message at most. */
const maxChunkUnits = 128 * 1024;
/** Code units sent and not yet acknowledged, at most: what the way to the view may hold. */
const maxInFlightUnits = 480 * 1024;
/**
 * While a view has this much to draw, output is gathered into larger chunks: a far side's terminal hands it out in
 * pieces of 4 KiB, and every message costs the view's one thread. What waits here would only wait there. Must exceed
 * the step in which views acknowledge (128 Ki code units), or the rest would wait for ever.
 */
const busyUnits = 192 * 1024;
const gatheredUnits = 96 * 1024;

/** What the views of one terminal share: who draws output first answers the queries in it, nobody else does. */
export interface Audience {
  /** Everything before this offset was sent to a view. */
  seenEnd: number;
}

/** A reader of a terminal's scrollback that draws what it is sent and acknowledges it. */
export class View {
  readonly #scrollback: Scrollback;
  readonly #audience: Audience;
  /** What comes before this offset is no news, seen or not. */
  #staleEnd: number;
  /** Where the next chunk begins; null when the view has to start over. */
  #cursor: number | null;
  #acked: number;
  #lagging = false;
  #ended = false;
  #wake: (() => void) | null = null;

  /** `from`: how far the view had drawn before, when it comes back. `staleEnd`: what is before it is too old to answer. */
  constructor(scrollback: Scrollback, audience: Audience, from: number | undefined, staleEnd: number) {
    this.#scrollback = scrollback;
    this.#audience = audience;
    this.#staleEnd = staleEnd;
    const known = from !== undefined && from >= scrollback.start && from <= scrollback.end;
    this.#cursor = known ? from : null;
    this.#acked = known ? from : scrollback.end;
  }

  /** True when the view stopped drawing: it is sent nothing and holds nobody back until it has drawn what it has. */
  get lagging(): boolean {
    return this.#lagging;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Code units that came in and are not drawn yet. */
  get behind(): number {
    return this.#scrollback.end - this.#acked;
  }

  /** The next message, or null when there is nothing to send or too much is on its way. */
  take(): TerminalOutput | null {
    const { start, end } = this.#scrollback;
    if (this.#lagging && this.#cursor !== null && this.#acked < this.#cursor) return null;
    this.#lagging = false;
    if (this.#cursor === null || this.#cursor < start) {
      if (this.#cursor !== null) this.#staleEnd = end;
      const offset = this.#scrollback.replayStart();
      this.#cursor = offset;
      this.#acked = offset;
      return { kind: "reset", offset, lost: offset };
    }
    const inFlight = this.#cursor - this.#acked;
    const units = Math.min(maxChunkUnits, end - this.#cursor, maxInFlightUnits - inFlight);
    if (units === 0 || (inFlight >= busyUnits && units < gatheredUnits)) return null;
    const offset = this.#cursor;
    const oldEnd = Math.max(this.#staleEnd, this.#audience.seenEnd);
    const replay = offset < oldEnd;
    const data = this.#scrollback.read(offset, replay ? Math.min(units, oldEnd - offset) : units);
    this.#cursor = offset + data.length;
    this.#audience.seenEnd = Math.max(this.#audience.seenEnd, this.#cursor);
    return replay ? { kind: "data", offset, data, replay } : { kind: "data", offset, data };
  }

  /** The view has drawn everything before `offset`; offsets it was never sent and older ones change nothing. */
  ack(offset: number): void {
    if (this.#cursor === null || offset > this.#cursor || offset <= this.#acked) return;
    this.#acked = offset;
    this.wake();
  }

  /** Marks the view as one that stopped drawing, or whose stream nobody reads. */
  lag(): void {
    this.#lagging = true;
  }

  /** Resolves when `take` may give something again. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  end(): void {
    this.#ended = true;
    this.wake();
  }
}
