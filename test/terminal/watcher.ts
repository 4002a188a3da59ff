/** A view as the window has one: an xterm.js that draws a terminal's stream and acknowledges what it has drawn. */
import serialize from "@xterm/addon-serialize";
import { Terminal } from "@xterm/headless";
import type { TerminalService } from "../../electron/terminal/service.ts";

export interface Watcher extends AsyncDisposable {
  /** The screen and scrollback with colours, as text that would draw it again. */
  screen(): string;
  /** All text received, without what came before the last reset. */
  readonly text: string;
  /** What came that was not marked as a replay: queries in it are answered. */
  readonly news: string;
  readonly resets: readonly { readonly offset: number; readonly lost: number }[];
  readonly receivedUnits: number;
  readonly offset: number;
  /** Resolves when `text` holds `part`. */
  sees(part: string | RegExp): Promise<void>;
  /** Stops drawing and acknowledging until `wake` is called: a hidden window. */
  sleep(): void;
  wake(): void;
}

export interface WatchOptions {
  readonly view?: string;
  readonly from?: number;
  /** Text kept for `sees`; a flood would fill the memory of the test itself. */
  readonly keepUnits?: number;
  readonly draw?: boolean;
}

export function watchTerminal(service: TerminalService, terminal: string, options: WatchOptions = {}): Watcher {
  const { view = "view", keepUnits = Number.POSITIVE_INFINITY, draw = true } = options;
  const abort = new AbortController();
  const screen = new Terminal({ cols: 80, rows: 24, scrollback: 1000, allowProposedApi: true, logLevel: "off" });
  const serializer = new serialize.SerializeAddon();
  screen.loadAddon(serializer as unknown as Parameters<typeof screen.loadAddon>[0]);
  const resets: { offset: number; lost: number }[] = [];
  const waiting = new Set<() => void>();
  let asleep: PromiseWithResolvers<void> | null = null;
  let text = "";
  let news = "";
  let offset = 0;
  let receivedUnits = 0;

  const run = async () => {
    const input = { terminal, view, ...(options.from === undefined ? {} : { from: options.from }) };
    for await (const message of service.attach(input, abort.signal)) {
      if (asleep) await asleep.promise;
      if (message.kind === "reset") {
        resets.push({ offset: message.offset, lost: message.lost });
        screen.reset();
        text = "";
        offset = message.offset;
      } else {
        if (draw) await new Promise<void>((resolve) => screen.write(message.data, resolve));
        text = `${text}${message.data}`.slice(-keepUnits);
        if (!message.replay) news = `${news}${message.data}`.slice(-keepUnits);
        receivedUnits += message.data.length;
        offset = message.offset + message.data.length;
      }
      service.ack({ terminal, view, offset });
      for (const look of waiting) look();
    }
  };
  const over = run();

  return {
    screen: () => serializer.serialize(),
    get text() {
      return text;
    },
    get news() {
      return news;
    },
    resets,
    get receivedUnits() {
      return receivedUnits;
    },
    get offset() {
      return offset;
    },
    sees: (part) =>
      new Promise((resolve) => {
        const look = () => {
          if (typeof part === "string" ? !text.includes(part) : !part.test(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    sleep() {
      asleep ??= Promise.withResolvers();
    },
    wake() {
      asleep?.resolve();
      asleep = null;
    },
    async [Symbol.asyncDispose]() {
      asleep?.resolve();
      abort.abort();
      await over;
      screen.dispose();
    },
  };
}
