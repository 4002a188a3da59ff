/** The benchmark's window: the app's own terminal views, without the frame around them, driven by the benchmark. */
import "@xterm/xterm/css/xterm.css";
import { client } from "../../../renderer/client.ts";
import { Screen } from "../../../renderer/terminal/screen.ts";
import { SessionView } from "../../../renderer/terminal/session-view.ts";

/** Programs at the far side put `OSC 777 ; text BEL` where the benchmark looks for `text`. */
const markOsc = 777;
/** Size of the pieces written from memory, and how many may wait: what the session sends at most. */
const pieceUnits = 128 * 1024;
const piecesAhead = 3;

class Pane {
  readonly #container: HTMLElement;
  readonly #screen: Screen;
  readonly #view: SessionView | null;
  readonly #waiting = new Map<string, (atMs: number) => void>();

  constructor(container: HTMLElement, terminal: string | null) {
    this.#container = container;
    const look = { scheme: "dark", fontSizePx: 13, scrollbackLines: 5000, screenReader: false } as const;
    this.#screen = new Screen(look, {});
    // From memory it is xterm.js as it comes, without what the app changes in it.
    if (terminal === null) this.#screen.term.open(container);
    else this.#screen.open(container);
    this.#screen.term.parser.registerOscHandler(markOsc, (text) => {
      this.#waiting.get(text)?.(performance.now());
      this.#waiting.delete(text);
      return true;
    });
    this.#view =
      terminal === null
        ? null
        : new SessionView({
            client: client.terminal,
            terminal,
            screen: this.#screen,
            send: (data) => this.#view?.push(data),
            onFault: (fault) => {
              throw new Error(fault.title);
            },
            onClipboardWrite: () => undefined,
          });
    if (this.#view) this.#view.setShown(true);
    else {
      this.#screen.setVisible(true);
      this.#screen.fit();
    }
  }

  get renderer(): string {
    return this.#screen.renderer;
  }

  /** Milliseconds from sending `keys` until `mark` was parsed. */
  async keysUntil(keys: string, mark: string): Promise<number> {
    const seen = this.seen(mark);
    const sentAt = performance.now();
    this.#view?.push(keys);
    return (await seen) - sentAt;
  }

  seen(mark: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(mark, resolve));
  }

  /** Milliseconds xterm.js takes for `text` `times` over, written from memory. */
  async fromMemory(text: string, times: number): Promise<number> {
    const pieces: string[] = [];
    for (let from = 0; from < text.length; from += pieceUnits) pieces.push(text.slice(from, from + pieceUnits));
    const startedAt = performance.now();
    let ahead = 0;
    let room: (() => void) | null = null;
    for (let time = 0; time < times; time += 1) {
      for (const piece of pieces) {
        ahead += 1;
        this.#screen.term.write(piece, () => {
          ahead -= 1;
          room?.();
        });
        if (ahead >= piecesAhead) {
          await new Promise<void>((resolve) => {
            room = resolve;
          });
        }
      }
    }
    await new Promise<void>((resolve) => this.#screen.term.write("", resolve));
    return performance.now() - startedAt;
  }

  dispose(): void {
    if (this.#view) this.#view.dispose();
    else this.#screen.dispose();
    this.#container.replaceChildren();
  }
}

const panes = new Map<string, Pane>();

const bench = {
  /** Opens a shell (or, with no device, an xterm.js without one) in the element named `pane`. */
  async open(pane: string, device: string | null): Promise<string> {
    const container = document.getElementById(pane);
    if (!container) throw new Error(`no element ${pane}`);
    const terminal = device === null ? null : await client.terminal.open({ device, cols: 80, rows: 24 });
    const opened = new Pane(container, terminal?.id ?? null);
    panes.set(pane, opened);
    return opened.renderer;
  },
  close(pane: string): void {
    paneOf(pane).dispose();
    panes.delete(pane);
  },
  keysUntil: (pane: string, keys: string, mark: string) => paneOf(pane).keysUntil(keys, mark),
  fromMemory: (pane: string, text: string, times: number) => paneOf(pane).fromMemory(text, times),
};
export type Bench = typeof bench;

function paneOf(name: string): Pane {
  const pane = panes.get(name);
  if (!pane) throw new Error(`no pane ${name}`);
  return pane;
}

Object.assign(window, { bench: () => bench });
