/** The Electron host against the stand-in: locked-down windows, one origin, ports only for our own frame. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  appOrigin,
  pickLabFile,
  portChannel,
  registerScheme,
  startElectronHost,
} from "../../electron/electron-host.ts";
import { createRouter, maxMessageBytes } from "../../electron/router.ts";
import type { Client } from "../contract/suite.ts";
import { testApp } from "../contract/transports.ts";
import { channel, type StandIn, standIn, type WebContentsStandIn } from "./stand-in.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let electron: StandIn;
let contents: WebContentsStandIn;
let rendererDir: string;

beforeAll(async () => {
  app = await testApp();
  rendererDir = await mkdtemp(join(tmpdir(), "halfrack-renderer-"));
  await writeFile(join(rendererDir, "index.html"), "<!doctype html><title>Halfrack</title>");
  electron = standIn();
  registerScheme(electron.module);
  const host = startElectronHost(electron.module, {
    router: createRouter(app),
    rendererDir,
    preload: "/app/preload.cjs",
    profileDir: app.info.profileDir,
  });
  await host.openWindow();
  const [window] = electron.windows;
  if (!window) throw new Error("no window");
  contents = window.webContents;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await rm(rendererDir, { recursive: true, force: true });
});

describe("the Electron host", () => {
  it("opens a sandboxed, isolated window on its own origin", () => {
    expect(electron.windows[0]?.url).toBe(`${appOrigin}/`);
    expect(electron.windows[0]?.options.webPreferences).toEqual({
      preload: "/app/preload.cjs",
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    });
    expect(electron.privilegedSchemes).toMatchObject([{ scheme: "app" }]);
  });

  it("serves the renderer with its policy, and nothing else", async () => {
    const page = await electron.fetch(`${appOrigin}/`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect((await electron.fetch("app://halfrack/../../etc/passwd")).status).toBe(404);
    expect((await electron.fetch("app://other/index.html")).status).toBe(404);
  });

  it("denies navigation, windows, webviews and permissions", () => {
    expect(contents.navigate("https://evil.example/")).toBe(false);
    for (const url of ["file:///etc/passwd", "javascript:alert(1)", "ssh://host", "app://halfrack/", "not a url"]) {
      expect(contents.windowOpenHandler({ url })).toEqual({ action: "deny" });
    }
    expect(electron.openedOutside).toEqual([]);
    expect(contents.windowOpenHandler({ url: "https://docs.example/page" })).toEqual({ action: "deny" });
    expect(electron.openedOutside).toEqual(["https://docs.example/page"]);
    for (const permission of ["media", "geolocation", "notifications", "clipboard-read", "openExternal", "usb"]) {
      expect(electron.asksPermission(permission, `${appOrigin}/`)).toBe(false);
    }
    expect(electron.asksPermission("clipboard-sanitized-write", `${appOrigin}/`)).toBe(true);
    for (const origin of ["https://evil.example", `${appOrigin}.evil.example`, `${appOrigin}@evil.example`, "null"]) {
      expect(electron.asksPermission("clipboard-sanitized-write", `${origin}/`)).toBe(false);
    }
  });

  it("saves what the page made itself, and downloads nothing else", () => {
    expect(electron.downloads(`blob:${appOrigin}/8f0c1c1e-3c5b-4b1e-9d52-2c3c8a6d7f10`)).toBe(true);
    for (const url of [
      "https://evil.example/a.exe",
      `${appOrigin}/index.html`,
      "blob:https://evil.example/1",
      `blob:${appOrigin}.evil.example/1`,
      "data:text/plain,x",
      "file:///etc/passwd",
    ]) {
      expect(electron.downloads(url)).toBe(false);
    }
  });

  it.each([
    ["another origin", { origin: "https://evil.example", url: "https://evil.example/" }],
    ["a frame inside the page", { origin: appOrigin, url: `${appOrigin}/frame` }],
    ["a frame that is gone", null],
  ])("closes a port sent by %s", async (_what, frame) => {
    const { page, main } = channel();
    const closed = vi.fn();
    page.on("close", closed);
    electron.postFromFrame(contents, frame, portChannel, main);
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });

  it("closes a port on a message larger than any of the contract's, and ignores what is no message", async () => {
    const { page, main } = channel();
    const closed = vi.fn();
    page.on("close", closed);
    electron.postFromFrame(contents, contents.mainFrame, portChannel, main);
    const client: Client = createORPCClient(new PortLink({ port: page as unknown as globalThis.MessagePort }));
    for (const message of [null, 7, { i: "1" }, []]) page.postMessage(message);
    expect((await client.app.info()).host).toBe("test");
    page.postMessage("x".repeat(maxMessageBytes + 1));
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });

  it("lets a lab file be chosen, or none", async () => {
    expect(await pickLabFile(electron.module)).toBeNull();
    for (const path of ["/labs/cube.yaml", "/labs/cube.yml"]) {
      electron.choose = () => path;
      expect(await pickLabFile(electron.module)).toBe(path);
    }
  });

  it("asks before a window with changes is left", async () => {
    contents.holdsBack = true;
    electron.answer = (_message, buttons) => buttons.indexOf("Keep editing");
    expect(electron.close(0)).toBe(false);
    await vi.waitFor(() => expect(electron.messages).toEqual(["Leave with changes that are not saved?"]));
    contents.holdsBack = false;
  });

  it("shows its window when it is started again", () => {
    expect(electron.windows[0]?.focused).toBe(0);
    electron.startAgain();
    expect(electron.windows[0]?.focused).toBe(1);
    expect(electron.windows).toHaveLength(1);
  });

  it("hands ports from preload to main, and no other message", async () => {
    const sent: unknown[][] = [];
    const page = Object.assign(new EventTarget(), {});
    vi.doMock("electron", () => ({ ipcRenderer: { postMessage: (...args: unknown[]) => sent.push(args) } }));
    vi.stubGlobal("window", page);
    vi.stubGlobal("location", { origin: appOrigin });
    try {
      await import("../../electron/preload.ts");
      const { page: port } = channel();
      const post = (more: object) =>
        page.dispatchEvent(
          Object.assign(new Event("message"), {
            source: page,
            origin: appOrigin,
            data: portChannel,
            ports: [port],
            ...more,
          }),
        );
      post({ data: "something else" });
      post({ origin: "https://evil.example" });
      post({ source: new EventTarget() });
      post({ ports: [] });
      expect(sent).toEqual([]);
      post({});
      expect(sent).toEqual([[portChannel, null, [port]]]);
      port.close();
    } finally {
      vi.unstubAllGlobals();
      vi.doUnmock("electron");
    }
  });
});
