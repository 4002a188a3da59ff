/** Owns the clock of a replay: which events are due, and what is written after a jump. */
import { type Cast, countUntil, schedule } from "./cast.ts";

/** What a player draws on; xterm.js in the window. */
export interface PlaybackScreen {
  write(data: string): void;
  resize(cols: number, rows: number): void;
}

/** RIS: a jump backwards starts over from a clear screen. */
const clearAll = "\u0018\u001bc";

export class Playback {
  readonly #cast: Cast;
  readonly #screen: PlaybackScreen;
  #at: readonly number[];
  #drawn = 0;
  #positionMs = 0;

  constructor(cast: Cast, screen: PlaybackScreen, idleLimitMs: number) {
    this.#cast = cast;
    this.#screen = screen;
    this.#at = schedule(cast.events, idleLimitMs);
    screen.resize(cast.size.cols, cast.size.rows);
  }

  /** Length with pauses shortened. */
  get durationMs(): number {
    return this.#at.at(-1) ?? 0;
  }

  get positionMs(): number {
    return this.#positionMs;
  }

  get ended(): boolean {
    return this.#drawn >= this.#at.length;
  }

  /** Shortens pauses to another limit; the picture stays, the position is counted anew. */
  setIdleLimit(idleLimitMs: number): void {
    this.#at = schedule(this.#cast.events, idleLimitMs);
    this.#positionMs = this.#at[this.#drawn - 1] ?? 0;
  }

  /** Goes on by `elapsedMs` of shown time and draws what became due. */
  advance(elapsedMs: number): void {
    this.seek(this.#positionMs + elapsedMs);
  }

  /** Shows the screen as it was at `timeMs`. */
  seek(timeMs: number): void {
    const target = Math.min(Math.max(0, timeMs), this.durationMs);
    const until = countUntil(this.#at, target);
    if (until < this.#drawn) {
      this.#screen.write(clearAll);
      this.#screen.resize(this.#cast.size.cols, this.#cast.size.rows);
      this.#drawn = 0;
    }
    this.#draw(until);
    this.#positionMs = target;
  }

  #draw(until: number): void {
    let text = "";
    for (; this.#drawn < until; this.#drawn += 1) {
      const event = this.#cast.events[this.#drawn];
      if (event?.kind === "output") text += event.data;
      else if (event) {
        this.#screen.write(text);
        text = "";
        this.#screen.resize(event.cols, event.rows);
      }
    }
    if (text !== "") this.#screen.write(text);
  }
}
