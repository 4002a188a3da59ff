/**
 * Starts Halfrack as an admin would, in a profile and a home folder of its own, and shows its window to a test. What
 * the host and the page say is kept; a page that errs, or asks anything beyond this machine, fails its test.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, test as base, expect, type Page } from "@playwright/test";
import axe from "axe-core";
import type { Settings } from "../../electron/contract/app.ts";
import { findCommand } from "../lab/packages.ts";
import { inEachTheme } from "./themes.ts";

export { expect } from "@playwright/test";

const root = join(import.meta.dirname, "..", "..");
/** Nothing listens there: what is not on this machine cannot be reached. */
const deadProxy = { server: "http://127.0.0.1:9", bypass: "127.0.0.1" };

export interface HostOption {
  readonly host: "browser" | "electron";
}

export interface OpenOptions {
  readonly lab?: string;
  readonly practice?: boolean;
  /** Settings the profile starts with. */
  readonly settings?: Partial<Settings>;
  /** Home folder whose `.ssh` is read; an empty one when left out. */
  readonly home?: string;
  readonly viewport?: Viewport;
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** A usual screen; tests use a smaller window unless they say otherwise. */
export const wide: Viewport = { width: 1920, height: 1080 };

export interface Halfrack {
  /** Starts a host and opens its window. */
  open(options?: OpenOptions): Promise<Page>;
  /** Where the host keeps settings and accepted host keys. */
  readonly profileDir: string;
  /** Empty until something is put there. */
  readonly homeDir: string;
  /** What the hosts of this test printed so far. */
  output(): string;
  /** Lets the page say what matches without failing the test. */
  tolerate(pattern: RegExp): void;
  /**
   * Saves what the window shows as test-results/screens/HOST/NAME-light.png and NAME-dark.png; with `also`, at that
   * size too, as NAME-WIDTH-light.png and NAME-WIDTH-dark.png.
   */
  screenshot(page: Page, name: string, also?: Viewport): Promise<void>;
}

/** Why the window of this host cannot be tested here, or an empty string. */
function whyNot(host: HostOption["host"]): string {
  if (host === "browser")
    return chromiumPath() === null ? "no Chromium: install Debian's chromium or set CHROMIUM_PATH" : "";
  if (electronPath() === null) return "Electron's runtime is not installed";
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return "Electron: no display";
  return process.getuid?.() === 0 ? "Electron's sandbox does not run as root" : "";
}

const chromiumPath = (): string | null => process.env.CHROMIUM_PATH ?? findCommand("chromium");

/** Electron's binary where it is unpacked already; asking the package itself could start a download. */
function electronPath(): string | null {
  const folder = join(root, "node_modules", "electron");
  const pathFile = join(folder, "path.txt");
  if (!existsSync(pathFile)) return null;
  const binary = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, "dist"), readFileSync(pathFile, "utf8"));
  return existsSync(binary) ? binary : null;
}

export const test = base.extend<{ halfrack: Halfrack }, HostOption & { chromium: Browser | null }>({
  host: ["browser", { option: true, scope: "worker" }],

  chromium: [
    async ({ playwright, host }, use) => {
      if (host !== "browser" || whyNot(host) !== "") return use(null);
      const browser = await playwright.chromium.launch({
        executablePath: chromiumPath() ?? "",
        proxy: deadProxy,
        args: ["--force-color-profile=srgb", "--font-render-hinting=none"],
      });
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],

  halfrack: async ({ host, chromium, playwright }, use, testInfo) => {
    const reason = whyNot(host);
    testInfo.skip(reason !== "", reason);
    const dir = await mkdtemp(join(tmpdir(), "halfrack-e2e-"));
    const profileDir = join(dir, "profile");
    const homeDir = join(dir, "home");
    await mkdir(profileDir, { mode: 0o700 });
    await mkdir(join(homeDir, ".ssh"), { recursive: true, mode: 0o700 });
    const closers: (() => Promise<void>)[] = [];
    const tolerated: RegExp[] = [];
    const problems: string[] = [];
    let output = "";
    const hear = (text: string): void => {
      output += text;
    };

    const open = async (options: OpenOptions = {}): Promise<Page> => {
      const args = ["--profile", profileDir];
      if (options.settings) await writeFile(join(profileDir, "settings.json"), JSON.stringify(options.settings));
      if (options.lab !== undefined) args.push("--lab", options.lab);
      if (options.practice) args.push("--practice");
      const env = environment(options.home ?? homeDir);
      const view = { viewport: options.viewport ?? { width: 1280, height: 800 }, colorScheme: "dark" as const };
      if (chromium) {
        const server = await startBrowserHost(args, env, hear);
        closers.push(() => end(server.child));
        const context = await chromium.newContext(view);
        closers.push(() => context.close());
        const page = await context.newPage();
        watch(page, problems);
        await page.goto(server.address);
        return page;
      }
      const electron = await playwright._electron.launch({
        executablePath: electronPath() ?? "",
        args: [root, ...args],
        cwd: root,
        env,
        colorScheme: view.colorScheme,
      });
      closers.push(() => electron.close());
      electron.process().stdout?.on("data", (data) => hear(String(data)));
      electron.process().stderr?.on("data", (data) => hear(String(data)));
      const page = await electron.firstWindow();
      watch(page, problems);
      await page.setViewportSize(view.viewport);
      return page;
    };

    try {
      await use({
        open,
        profileDir,
        homeDir,
        output: () => output,
        tolerate: (pattern) => tolerated.push(pattern),
        screenshot: async (page, name, also) => {
          const save = (file: string) =>
            inEachTheme(page, async (theme) => {
              const path = join(root, "test-results", "screens", host, `${file}-${theme}.png`);
              await page.screenshot({ path, animations: "disabled" });
            });
          await save(name);
          if (!also) return;
          const own = page.viewportSize();
          await page.setViewportSize(also);
          await save(`${name}-${also.width}`);
          if (own) await page.setViewportSize(own);
        },
      });
    } finally {
      for (const close of closers.reverse()) await close();
      await rm(dir, { recursive: true, force: true });
      if (testInfo.status !== testInfo.expectedStatus)
        await testInfo.attach("host output", { body: output, contentType: "text/plain" });
    }
    expect(problems.filter((problem) => !tolerated.some((pattern) => pattern.test(problem)))).toEqual([]);
  },
});

/** Fails on anything axe-core calls serious or critical, in either theme. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await seriousFaults(page)).toEqual([]);
}

/**
 * What axe-core calls serious or critical, one line each that begins with the theme. It runs as one piece in the page,
 * which has no frames: its package for Playwright joins what each frame says in a page of its own, and takes thrice
 * the time.
 */
export async function seriousFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const faults: string[] = [];
  await inEachTheme(page, async (theme) => {
    const violations = await page.evaluate(async () => {
      const { axe: inPage } = window as unknown as { axe: typeof axe };
      return (await inPage.run(document, { resultTypes: ["violations"] })).violations.map(
        ({ id, help, impact, nodes }) => ({ id, help, impact, targets: nodes.map(({ target }) => target.join(" ")) }),
      );
    });
    for (const { id, help, impact, targets } of violations)
      if (impact === "serious" || impact === "critical")
        faults.push(...targets.map((target) => `${theme}: ${id}: ${help}: ${target}`));
  });
  return faults;
}

export function environment(home: string): Record<string, string> {
  const { SSH_AUTH_SOCK: _agent, FORCE_COLOR: _colour, ...inherited } = process.env;
  const own = { ...inherited, HOME: home, XDG_CONFIG_HOME: join(home, ".config") };
  return Object.fromEntries(Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

interface BrowserHost {
  readonly child: ChildProcess;
  /** With the one-time token. */
  readonly address: string;
}

export async function startBrowserHost(
  args: readonly string[],
  env: Record<string, string>,
  hear: (text: string) => void,
): Promise<BrowserHost> {
  const script = join(root, "electron", "browser.ts");
  const child = spawn(process.execPath, [script, "--no-open", "--port", "0", ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.setEncoding("utf8").on("data", hear);
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      hear(text);
      said += text;
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said)?.[0];
      if (found) resolve(found);
    });
    child.stderr.on("data", (text: string) => {
      said += text;
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the browser host ended with ${code}:\n${said}`)));
  });
  return { child, address };
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(impatience);
}

/** Notes what a page must not do: err, warn of an error, or ask anything beyond this machine. */
function watch(page: Page, problems: string[]): void {
  page.on("pageerror", (error) => problems.push(`page error: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console error: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.hostname !== "127.0.0.1")
      problems.push(`request beyond this machine: ${url.href}`);
  });
}
