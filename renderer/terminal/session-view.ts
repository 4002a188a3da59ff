/** Owns one view of one terminal: what is attached when, drawn in order, acknowledged, and sent back. */
import type { ContractRouterClient } from "@orpc/contract";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import type { TerminalOutput, terminalContract } from "../../electron/contract/terminal.ts";
import { Feed } from "./feed.ts";
import { AckStepper } from "./flow.ts";
import { InputQueue } from "./input-queue.ts";
import { clipboardText, isReport } from "./reports.ts";
import type { Screen } from "./screen.ts";

export type TerminalClient = ContractRouterClient<typeof terminalContract>;

/** A hidden view stays attached this long, so that switching tabs to and fro costs nothing. */
const hiddenGraceMs = 15_000;
/** After this pause in the output the last offset is acknowledged, whatever the step. */
const settleMs = 200;
const resizePauseMs = 80;
const retryMs = [250, 500, 1000, 2000, 5000];

/** CAN ends a sequence that was cut off, RIS clears screen, scrollback and modes: in order with what was written. */
const clearAll = "\u0018\u001bc";

export interface SessionViewDeps {
  readonly client: TerminalClient;
  readonly terminal: string;
  readonly screen: Screen;
  /** Where keystrokes go: this terminal, or all that are broadcast to. */
  readonly send: (data: string) => void;
  readonly onFault: (fault: Fault) => void;
  /** A program asked to write the clipboard (OSC 52); never called for replayed output. */
  readonly onClipboardWrite: (text: string) => void;
}

export class SessionView {
  readonly screen: Screen;
  readonly terminal: string;
  readonly #deps: SessionViewDeps;
  readonly #stepper = new AckStepper();
  readonly #input: InputQueue;
  readonly #feed: Feed;
  #view = "";
  #attached: AbortController | null = null;
  #shown = false;
  #disposed = false;
  /** Replayed chunks handed to xterm.js and not yet parsed. */
  #replaying = 0;
  #hideTimer: ReturnType<typeof setTimeout> | undefined;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: SessionViewDeps) {
    this.#deps = deps;
    this.screen = deps.screen;
    this.terminal = deps.terminal;
    this.#input = new InputQueue(
      (data) => deps.client.input({ terminal: deps.terminal, data }),
      (error) => deps.onFault(faultOf(error)),
    );
    const { term } = deps.screen;
    this.#feed = new Feed((data, parsed) => term.write(data, parsed));
    deps.screen.flooding = () => this.#feed.flooding;
    term.onData((data) => {
      if (isReport(data)) {
        // An answer belongs to the program that asked in this terminal; it is never broadcast, never given twice.
        if (this.#replaying === 0) this.#input.push(data);
      } else deps.send(data);
    });
    term.onBinary((data) => this.#input.push(data));
    term.parser.registerOscHandler(52, (request) => {
      const text = this.#replaying === 0 ? clipboardText(request) : null;
      if (text !== null) deps.onClipboardWrite(text);
      return true;
    });
  }

  /** True while the program asked for pastes in brackets. */
  get bracketedPaste(): boolean {
    return this.screen.term.modes.bracketedPasteMode;
  }

  /** Sends keystrokes to this terminal alone. */
  push(data: string): void {
    this.#input.push(data);
  }

  /** A view that cannot be seen frees its WebGL context at once and its stream after a while. */
  setShown(shown: boolean): void {
    if (this.#disposed || shown === this.#shown) return;
    this.#shown = shown;
    this.screen.setVisible(shown);
    clearTimeout(this.#hideTimer);
    if (!shown) {
      this.#hideTimer = setTimeout(() => this.#detach(), hiddenGraceMs);
      return;
    }
    this.fit();
    this.follow();
  }

  /** Attaches when it is shown and not attached yet: also after the stream ended and the session came back. */
  follow(): void {
    if (this.#disposed || !this.#shown || this.#attached) return;
    const attached = new AbortController();
    this.#attached = attached;
    void this.#read(attached, 0);
  }

  /** Fits to the container and tells the far side once the size holds still. */
  fit(): void {
    if (!this.#shown) return;
    this.screen.fit();
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => this.tellSize(), resizePauseMs);
  }

  /** Tells the far side the size of this view. */
  tellSize(): void {
    const { cols, rows } = this.screen.term;
    // A terminal that is just going away refuses; its state says so already.
    this.#deps.client.resize({ terminal: this.terminal, cols, rows }).catch(() => undefined);
  }

  dispose(): void {
    this.#disposed = true;
    this.#detach();
    clearTimeout(this.#hideTimer);
    clearTimeout(this.#settleTimer);
    clearTimeout(this.#resizeTimer);
    this.#feed.close();
    this.screen.dispose();
  }

  #detach(): void {
    clearTimeout(this.#retryTimer);
    this.#attached?.abort();
    this.#attached = null;
  }

  async #read(attached: AbortController, attempt: number): Promise<void> {
    const { client, terminal } = this.#deps;
    const from = this.#stepper.received;
    this.#view = crypto.randomUUID();
    let failure: Fault | null = null;
    let heard = false;
    try {
      const input = { terminal, view: this.#view, ...(from > 0 ? { from } : {}) };
      for await (const message of await client.attach(input, { signal: attached.signal })) {
        if (attached.signal.aborted) return;
        heard = true;
        this.#take(message);
      }
    } catch (error) {
      failure = faultOf(error);
    }
    if (attached.signal.aborted) return;
    if (failure === null || failure.code.startsWith("terminal.")) {
      // The session ended, or is gone: `follow` is called again when its state changes.
      this.#attached = null;
      return;
    }
    const next = heard ? 0 : attempt + 1;
    const waitMs = retryMs[Math.min(next, retryMs.length - 1)];
    this.#retryTimer = setTimeout(() => void this.#read(attached, next), waitMs);
  }

  #take(message: TerminalOutput): void {
    if (message.kind === "reset") {
      this.#stepper.restart(message.offset);
      this.#feed.push(clearAll);
      if (message.lost > 0)
        this.#feed.push(`\u001b[2m[${message.lost} characters of earlier output are no longer held]\u001b[0m\r\n`);
      return;
    }
    const fresh = this.#stepper.take(message.offset, message.data);
    const end = this.#stepper.received;
    const replay = message.replay === true;
    if (replay) this.#replaying += 1;
    this.#feed.push(fresh, () => {
      if (replay) this.#replaying -= 1;
      this.#ack(this.#stepper.drew(end));
      clearTimeout(this.#settleTimer);
      this.#settleTimer = setTimeout(() => this.#ack(this.#stepper.settle()), settleMs);
    });
  }

  #ack(offset: number | null): void {
    if (offset === null || !this.#attached) return;
    // A lost acknowledgement is made good by the next one; a lost connection starts a new view.
    this.#deps.client.ack({ terminal: this.terminal, view: this.#view, offset }).catch(() => undefined);
  }
}
