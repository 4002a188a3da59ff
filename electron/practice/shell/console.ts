/** Owns one interactive session: whose turn the keyboard is (prompt, running command, full-screen command). */
import { asBytes, utf8 } from "./bytes.ts";
import type { Terminal } from "./command.ts";
import { Interrupted, orInterrupted, type Sink, type Source } from "./io.ts";
import { KeyReader } from "./keys.ts";
import { LineEditor, type LineHost } from "./line.ts";

/** What an interactive program behind the prompt does; the shell and the switch CLI are two. */
export interface Program {
  readonly greeting: string;
  prompt(): string;
  /** Runs one line; true ends the session. */
  run(line: string, console: Console, signal: AbortSignal): Promise<boolean>;
  complete: LineHost["complete"];
  /** Text for `?`; a program without it takes `?` as a character. */
  help?(before: string): string;
  /** True when the line needs more lines to be whole. */
  continues?(line: string): boolean;
  readonly goodbye: string;
}

/** Keys typed ahead that are kept; more are dropped. */
const maxTypeAhead = 4096;

export class Console implements Terminal {
  readonly #wire: Sink;
  readonly #keys = new KeyReader();
  readonly #hangup = new AbortController();
  readonly #editor: LineEditor;
  readonly #program: Program;
  #queue: string[] = [];
  #wake: (() => void) | null = null;
  #running: AbortController | null = null;
  cols: number;
  rows: number;

  constructor(program: Program, wire: Sink, size: { readonly cols: number; readonly rows: number }) {
    this.#program = program;
    this.#wire = wire;
    this.cols = size.cols;
    this.rows = size.rows;
    this.#editor = new LineEditor(
      { cols: () => this.cols, complete: (before) => program.complete(before) },
      program.help !== undefined,
    );
  }

  get history(): readonly string[] {
    return this.#editor.history;
  }

  /** Output of a command, whose bytes become text, with the newlines a terminal needs. */
  output(signal: AbortSignal): Sink {
    const decoder = new TextDecoder();
    const decoded = (bytes: string) => decoder.decode(Buffer.from(asBytes(bytes), "latin1"), { stream: true });
    return { write: (bytes) => orInterrupted(signal, this.#wire.write(decoded(bytes).replace(/\n/g, "\r\n"))) };
  }

  /** Keyboard input of a command, line by line, with echo. */
  input(signal: AbortSignal): Source {
    return { read: () => this.#cookedLine(signal) };
  }

  /** Takes what the terminal sent. Ctrl-C reaches a running command at once. */
  feed(text: string): void {
    for (const key of this.#keys.feed(text)) {
      if (key === "\x03" && this.#running) {
        this.#queue = [];
        this.#running.abort();
        continue;
      }
      if (this.#queue.length < maxTypeAhead) this.#queue.push(key);
    }
    this.#wake?.();
  }

  resize(cols: number, rows: number): void {
    this.cols = Math.max(2, Math.min(1000, cols));
    this.rows = Math.max(1, Math.min(1000, rows));
  }

  /** The session is gone: everything that waits or runs ends. */
  hangup(): void {
    this.#hangup.abort();
    this.#running?.abort();
    this.#wake?.();
  }

  async readKey(signal: AbortSignal): Promise<string> {
    const key = await this.#nextKey(signal);
    if (key.startsWith("\x1b")) return key;
    const [first = "", ...rest] = key;
    if (rest.length > 0) this.#queue.unshift(rest.join(""));
    return first;
  }

  /** The next key, or a run of printable ones. */
  async #nextKey(signal: AbortSignal): Promise<string> {
    for (;;) {
      const key = this.#queue.shift();
      if (key !== undefined) return key;
      await orInterrupted(
        signal,
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
      );
    }
  }

  /** Runs until the program ends, Ctrl-D on an empty line, or hang-up. */
  async serve(): Promise<void> {
    try {
      await this.#send(this.#program.greeting);
      for (;;) {
        const line = await this.#readLine();
        if (line === null) {
          await this.#send(this.#program.goodbye);
          return;
        }
        if (await this.#runLine(line)) return;
      }
    } catch (error) {
      if (!(error instanceof Interrupted) && !this.#hangup.signal.aborted) throw error;
    }
  }

  /** Runs one line without a prompt, for a command on a terminal. */
  async runOnce(line: string): Promise<void> {
    try {
      await this.#runLine(line);
    } catch (error) {
      if (!(error instanceof Interrupted) && !this.#hangup.signal.aborted) throw error;
    }
  }

  async #runLine(line: string): Promise<boolean> {
    if (this.#hangup.signal.aborted) throw new Interrupted();
    const running = new AbortController();
    this.#running = running;
    let done = false;
    try {
      done = await this.#program.run(line, this, running.signal);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      this.#running = null;
    }
    if (running.signal.aborted && !this.#hangup.signal.aborted) await this.#send("^C\r\n");
    return done;
  }

  #send(text: string): Promise<void> {
    return orInterrupted(this.#hangup.signal, this.#wire.write(text));
  }

  async #readLine(): Promise<string | null> {
    let before = "";
    let kept = "";
    for (;;) {
      await this.#send(this.#editor.start(before === "" ? this.#program.prompt() : "> ", kept));
      kept = "";
      const outcome = await this.#oneLine();
      if (outcome === "again") {
        before = "";
      } else if (outcome === null) return null;
      else if (typeof outcome === "object") {
        await this.#send(this.#program.help?.(outcome.help) ?? "");
        kept = outcome.help;
      } else {
        const line = before === "" ? outcome : `${before}\n${outcome}`;
        if (!this.#program.continues?.(line)) return line;
        before = line;
      }
    }
  }

  async #oneLine(): Promise<string | null | "again" | { readonly help: string }> {
    for (;;) {
      const key = await this.#nextKey(this.#hangup.signal);
      if (key === "\x03") {
        await this.#send("^C\x1b[?2004l\r\n");
        return "again";
      }
      const pieces = this.#program.help !== undefined && key.length > 1 && !key.startsWith("\x1b") ? [...key] : [key];
      for (const [index, piece] of pieces.entries()) {
        const { echo, event } = this.#editor.key(piece);
        if (echo !== "") await this.#send(echo);
        if (!event) continue;
        this.#queue.unshift(...pieces.slice(index + 1));
        if (event.kind === "end") return null;
        if (event.kind === "help") return { help: this.#editor.text };
        return event.line;
      }
    }
  }

  async #cookedLine(signal: AbortSignal): Promise<string | null> {
    let line = "";
    for (;;) {
      const key = await this.#nextKey(signal);
      if (key === "\r" || key === "\n") {
        await this.#send("\r\n");
        return utf8(`${line}\n`);
      }
      if (key === "\x04") {
        return line === "" ? null : utf8(line);
      }
      if (key === "\x7f" || key === "\b") {
        if (line !== "") await this.#send("\b \b");
        line = line.slice(0, -1);
      } else if (!key.startsWith("\x1b") && line.length < 4096) {
        line += key;
        await this.#send(key);
      }
    }
  }
}
