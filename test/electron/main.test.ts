/** The desktop program's start, up to the question whether it is the first with its profile. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { standIn } from "./stand-in.ts";

let dir: string;
let profile: string;
const before = process.argv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-main-"));
  profile = join(dir, "new", "profile");
  vi.resetModules();
});
afterEach(async () => {
  process.argv = before;
  vi.unstubAllEnvs();
  vi.doUnmock("electron");
  await rm(dir, { recursive: true, force: true });
});

/** Starts as the second with its profile, which ends at once; what Electron was given as the place of its data. */
async function placeOfData(args: readonly string[]): Promise<unknown> {
  const setPath = vi.fn();
  const exited = Promise.withResolvers<unknown>();
  vi.doMock("electron", () => ({
    app: {
      isPackaged: true,
      enableSandbox: () => undefined,
      setPath,
      requestSingleInstanceLock: () => false,
      exit: exited.resolve,
    },
    protocol: { registerSchemesAsPrivileged: () => undefined },
    dialog: { showErrorBox: (...said: unknown[]) => exited.resolve(said) },
  }));
  process.argv = ["halfrack", ...args];
  await import("../../electron/main.ts");
  expect(await exited.promise).toBe(0);
  expect(setPath).toHaveBeenCalledTimes(1);
  return setPath.mock.calls[0];
}

test("a profile that is not there yet, named by a relative path, is made and told whole", async () => {
  expect(await placeOfData(["--profile", relative(process.cwd(), profile)])).toEqual(["userData", profile]);
  expect((await stat(profile)).mode & 0o777).toBe(0o700);
});

test("without a word it is the profile of the other hosts", async () => {
  vi.stubEnv("HALFRACK_PROFILE", profile);
  expect(await placeOfData([])).toEqual(["userData", profile]);
});

test("Ctrl-C that comes twice ends it in order: Electron's own handlers let the second kill it", async () => {
  const { module } = standIn();
  const calls: string[] = [];
  const listening = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const ended = Promise.withResolvers<unknown>();
  const app = Object.assign(module.app, {
    isPackaged: true,
    enableSandbox: () => undefined,
    setPath: () => undefined,
    requestSingleInstanceLock: () => true,
    whenReady: async () => undefined,
    quit: () => {
      calls.push("quit");
      module.app.emit("will-quit", { preventDefault: () => calls.push("kept") });
    },
    exit: (code: number) => ended.resolve(code),
  });
  vi.doMock("electron", () => ({ ...module, app, safeStorage: { isEncryptionAvailable: () => false } }));
  process.argv = ["halfrack", "--profile", profile];
  await import("../../electron/main.ts");
  const owner = join(profile, "owner.json");
  await vi.waitFor(() => expect(module.BrowserWindow.getAllWindows()).toHaveLength(1), 10_000);
  await stat(owner);
  try {
    process.emit("SIGINT");
    process.emit("SIGINT");
    expect(await ended.promise).toBe(0);
    expect(calls).toEqual(["quit", "kept", "quit", "kept"]);
    await expect(stat(owner)).rejects.toThrow("ENOENT");
  } finally {
    for (const signal of signals)
      for (const listener of process.listeners(signal)) if (!listening.has(listener)) process.off(signal, listener);
  }
});

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
