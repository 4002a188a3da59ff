/** `npm start`: builds what is out of date, then opens the Electron window, or the browser host where Electron cannot run. */
import { type StdioOptions, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isOptionError, parseWindowOptions, windowUsage } from "./host-options.ts";

const root = join(import.meta.dirname, "..");
const args = process.argv.slice(2);
const parentCheckMs = 500;

checkOptions();
build();
const runtime = electronRuntime();
if (typeof runtime === "string") {
  run(runtime, [root, ...args.filter((arg) => arg !== "--no-open")]);
} else {
  console.log(`Electron cannot run here (${runtime.why}); opening Halfrack in the browser.`);
  // The channel tells the host when this process is gone, however it went.
  run(process.execPath, [join(root, "electron", "browser.ts"), ...args], ["inherit", "inherit", "inherit", "ipc"]);
}

function run(command: string, commandArgs: readonly string[], stdio: StdioOptions = "inherit"): void {
  const child = spawn(command, commandArgs, { stdio });
  endWithNpm(() => child.kill("SIGTERM"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`halfrack: Halfrack could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    if (code !== 0)
      console.error(
        `halfrack: Halfrack ${how}. Sessions ended with it; the lab file is as it was last saved. Start it again with: npm start`,
      );
    process.exit(code ?? 1);
  });
}

/**
 * npm hands a signal on to the shell it starts scripts in, which may end without handing it on: seen as another parent.
 * Not so without npm: then the shell that started Halfrack may go, as after setsid, and Halfrack stays.
 */
function endWithNpm(end: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, parentCheckMs).unref();
}

/** Before anything is built or opened, and the same for both hosts. */
function checkOptions(): void {
  try {
    if (!parseWindowOptions(args).help) return;
    console.log(windowUsage);
  } catch (error) {
    if (!isOptionError(error)) throw error;
    console.error(`halfrack: ${error.message}\n\n${windowUsage}`);
    process.exit(2);
  }
  process.exit(0);
}

function build(): void {
  const result = spawnSync(process.execPath, [join(root, "build", "build.mjs"), "--if-stale"], {
    stdio: "inherit",
    cwd: root,
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** The path of Electron's binary, fetched when it is not there yet; or why there is none. */
function electronRuntime(): string | { readonly why: string } {
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { why: "no display" };
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("electron/package.json"));
  if (!existsSync(join(folder, "dist")) && !process.env.ELECTRON_OVERRIDE_DIST_PATH) {
    const install = spawnSync(process.execPath, [join(folder, "install.js")], { stdio: "ignore", timeout: 600_000 });
    if (install.status !== 0) return { why: "its runtime is not installed and could not be fetched" };
  }
  try {
    const path = require("electron") as string;
    if (existsSync(path)) return path;
  } catch {
    // the package knows of no binary
  }
  return { why: "its runtime is not installed" };
}
