/** The browser host: the whole app on 127.0.0.1 for a machine without Electron's runtime or without a display. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createApp } from "./app.ts";
import { FaultError } from "./contract/error.ts";
import { faultOf } from "./contract/fault-of.ts";
import { endInOrder, watchUncaught } from "./ending.node.ts";
import { hostDeps, parseWindowOptions } from "./host-options.ts";
import { ownProfile } from "./profile.node.ts";
import { createRouter, startPractice } from "./router.ts";
import { startWebServer } from "./web-server.node.ts";

const rendererDir = join(import.meta.dirname, "..", "dist", "renderer");

/** Everything that has to be closed before the process ends, the last first. */
const held = new AsyncDisposableStack();
const end = endInOrder({ close: () => held.disposeAsync(), exit: (code) => process.exit(code) });
watchUncaught(end);
// SIGHUP: its terminal was closed. Node would end on it even under nohup, and at once.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => end(0));
// Started by another program of ours with a channel to it: this one ends when that one does.
process.once("disconnect", () => end(0));

async function run(): Promise<void> {
  const options = parseWindowOptions(process.argv.slice(2));
  const deps = hostDeps("browser", options);
  const owner = held.use(await ownProfile(deps.profileDir, "browser"));
  if (owner.fault) tell(new FaultError(owner.fault));
  const app = held.use(await createApp(deps));
  const server = held.use(await startWebServer({ router: createRouter(app), rendererDir, port: options.port }));
  await owner.tell(`http://127.0.0.1:${server.port}`);

  if (options.practice) await startPractice(app);
  else if (options.lab) await app.lab.open({ path: options.lab }).catch(tell);

  const address = server.address();
  console.log(`Halfrack: ${address}`);
  if (!options["no-open"]) openInBrowser(address);
  if (process.stdin.isTTY) {
    console.log("Press Enter for a new address, Ctrl-C to end.");
    createInterface({ input: process.stdin }).on("line", () => console.log(`Halfrack: ${server.address()}`));
  }
}

function tell(error: unknown): void {
  const { title, detail, next } = faultOf(error);
  console.error(`halfrack: ${title}. ${detail} ${next}`);
}

/** Best effort: the address is printed anyway. */
function openInBrowser(address: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", address]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", address]
        : ["xdg-open", address];
  if (!command) return;
  spawn(command, args, { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

run().catch((error: unknown) => {
  tell(error);
  end(1);
});
