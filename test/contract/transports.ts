/** Every way to reach the contract, opened over one running app. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import { createRouterClient } from "@orpc/server";
import { WebSocket } from "ws";
import { type App, createApp, type HostDeps } from "../../electron/app.ts";
import { portChannel, startElectronHost } from "../../electron/electron-host.ts";
import { createRouter } from "../../electron/router.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { startWebServer } from "../../electron/web-server.node.ts";
import { channel, standIn } from "../electron/stand-in.ts";
import type { Client, Opened } from "./suite.ts";

export type TestApp = App & { readonly dir: string };

export interface Transport {
  readonly name: string;
  open(app: TestApp): Promise<Opened & { close(): Promise<void> }>;
}

export const transports: readonly Transport[] = [
  {
    name: "in memory",
    open: async (app) => ({
      client: createRouterClient(createRouter(app)) as Client,
      dir: app.dir,
      close: async () => undefined,
    }),
  },
  {
    name: "WebSocket",
    async open(app) {
      const server = await startWebServer({ router: createRouter(app), rendererDir: tmpdir(), port: 0 });
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/contract`, {
        headers: { cookie: await redeem(server.address()), origin: `http://127.0.0.1:${server.port}` },
      });
      await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
      const websocket = socket as unknown as globalThis.WebSocket;
      return {
        client: createORPCClient(new SocketLink({ websocket })),
        dir: app.dir,
        sendRaw: (data) => socket.send(data),
        async close() {
          socket.terminate();
          await server[Symbol.asyncDispose]();
        },
      };
    },
  },
  {
    name: "message port of an Electron stand-in",
    async open(app) {
      const electron = standIn();
      const host = startElectronHost(electron.module, {
        router: createRouter(app),
        rendererDir: tmpdir(),
        preload: "/preload.cjs",
        profileDir: app.info.profileDir,
      });
      await host.openWindow();
      const contents = electron.windows[0]?.webContents;
      if (!contents) throw new Error("the host opened no window");
      const { page, main } = channel();
      electron.postFromFrame(contents, contents.mainFrame, portChannel, main);
      return {
        client: createORPCClient(new PortLink({ port: page as unknown as globalThis.MessagePort })),
        dir: app.dir,
        sendRaw: (data) => page.postMessage(data),
        close: async () => page.close(),
      };
    },
  },
];

/** Goes in with the printed address as a browser does and returns the session cookie. */
export async function redeem(address: string): Promise<string> {
  const response = await fetch(address, { redirect: "manual" });
  const cookie = response.headers.get("set-cookie")?.split(";")[0];
  if (response.status !== 303 || !cookie) throw new Error(`the token was not taken: ${response.status}`);
  return cookie;
}

/** An app with a profile and a home of its own, both gone afterwards. */
export async function testApp(more: Partial<HostDeps> = {}): Promise<TestApp> {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-test-"));
  const app = await createApp({
    host: "test",
    profileDir: join(dir, "profile"),
    homeDir: dir,
    agentSocket: null,
    secrets: memorySecrets(),
    ...more,
  });
  return {
    ...app,
    dir,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
