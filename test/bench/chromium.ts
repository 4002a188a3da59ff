/**
 * A page of Chromium that is told nothing but what to evaluate. Playwright has every WebSocket message reported to it,
 * which costs browser, page and benchmark more than the app's own way does.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import * as z from "zod";
import { chromiumPath } from "../run/packages.ts";

const answerSchema = z.object({
  id: z.number(),
  error: z.object({ message: z.string() }).optional(),
  result: z
    .object({
      result: z.object({ value: z.unknown().optional() }).optional(),
      exceptionDetails: z.object({ text: z.string(), exception: z.object({ description: z.string() }).optional() }),
    })
    .partial()
    .optional(),
});
type Answer = z.infer<typeof answerSchema>;
const targetsSchema = z.array(z.object({ type: z.string(), webSocketDebuggerUrl: z.string() }));

/** One headless Chromium with one page of 1280 x 800, until it is disposed of. */
export class BenchPage implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #close: () => Promise<void>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #sent = 0;

  private constructor(socket: WebSocket, close: () => Promise<void>) {
    this.#socket = socket;
    this.#close = close;
    socket.on("message", (data) => {
      // No domain is enabled, so everything that comes is an answer.
      const answer = answerSchema.parse(JSON.parse(String(data)));
      this.#waiting.get(answer.id)?.(answer);
    });
  }

  static async open(address: string): Promise<BenchPage> {
    const profile = mkdtempSync(join(tmpdir(), "halfrack-bench-browser-"));
    const chromium = spawn(
      chromiumPath() ?? "chromium",
      [
        "--headless=new",
        "--no-sandbox",
        "--no-first-run",
        "--disable-quic",
        "--disable-sync",
        "--disable-background-networking",
        "--disable-background-timer-throttling",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
        "--window-size=1280,800",
        "--remote-debugging-port=0",
        `--user-data-dir=${profile}`,
        ...(process.env.BENCH_CHROMIUM_ARGS?.split(" ") ?? []),
        "about:blank",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const close = async () => {
      const ended = chromium.exitCode === null ? once(chromium, "exit") : null;
      chromium.kill("SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
    };
    try {
      const port = await debuggingPort(chromium.stderr);
      const targets = targetsSchema.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
      const target = targets.find(({ type }) => type === "page");
      if (!target) throw new Error("Chromium opened no page");
      const socket = new WebSocket(target.webSocketDebuggerUrl);
      await once(socket, "open");
      const page = new BenchPage(socket, close);
      await page.#call("Page.navigate", { url: address });
      return page;
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Runs `work` in the page with `input`, both handed over as text; throws what it throws. */
  async evaluate<Input, Output>(work: (input: Input) => Output, input: Input): Promise<Awaited<Output>> {
    const expression = `(${work})(${JSON.stringify(input)})`;
    const { result } = await this.#call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const thrown = result?.exceptionDetails;
    if (thrown) throw new Error(thrown.exception?.description ?? thrown.text);
    return result?.result?.value as Awaited<Output>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await this.#close();
  }

  async #call(method: string, params: object): Promise<Answer> {
    const id = ++this.#sent;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const answer = await promise;
    this.#waiting.delete(id);
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  }
}

/** The port that Chromium took, from the line it prints. */
async function debuggingPort(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line);
    if (found?.[1]) {
      stderr.resume();
      return found[1];
    }
  }
  throw new Error("Chromium ended without telling its port");
}
