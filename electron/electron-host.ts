/**
 * The Electron host: windows, the app:// protocol, permission policy, menus and handing message ports to the contract.
 * It gets the `electron` module as a value, so that tests run it against an in-memory stand-in.
 */
import { join } from "node:path";
import { RPCHandler } from "@orpc/server/ws";
import type {
  BrowserWindow,
  IpcMainEvent,
  MenuItemConstructorOptions,
  MessagePortMain,
  Session,
  WebContents,
} from "electron";
import { createLeaving } from "./leaving.ts";
import { type AppRouter, maxMessageBytes } from "./router.ts";
import { securityHeaders, staticFile } from "./static-files.node.ts";
import { openWindowState } from "./window-state.node.ts";

/** The part of the `electron` module this host uses. */
export type ElectronModule = Pick<
  typeof import("electron"),
  "app" | "BrowserWindow" | "dialog" | "ipcMain" | "Menu" | "protocol" | "session" | "shell"
>;

/** The one origin that is ever shown. */
export const appOrigin = "app://halfrack";
/** The one channel the preload script sends on; a message port travels with it. */
export const portChannel = "halfrack:connect";

/** Must run before Electron's `ready`: app:// becomes a standard, secure scheme. */
export function registerScheme({ protocol }: ElectronModule): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

export interface ElectronHost {
  openWindow(): Promise<BrowserWindow>;
}

export function startElectronHost(
  electron: ElectronModule,
  options: {
    readonly router: AppRouter;
    readonly rendererDir: string;
    readonly preload: string;
    readonly profileDir: string;
  },
): ElectronHost {
  const { app, BrowserWindow, ipcMain, session } = electron;
  const handler = new RPCHandler(options.router);
  const windowState = openWindowState(join(options.profileDir, "window.json"));

  serveRenderer(session.defaultSession, options.rendererDir);
  denyByDefault(session.defaultSession);
  app.on("web-contents-created", (_event, contents) => confine(contents, electron.shell));

  ipcMain.on(portChannel, (event: IpcMainEvent) => {
    const [port] = event.ports;
    if (!port) return;
    if (!isOurs(event)) {
      port.close();
      return;
    }
    void handler.upgrade(asSocket(port));
    port.start();
  });

  const askBeforeLeaving = createLeaving(electron);
  const host: ElectronHost = {
    async openWindow() {
      const state = await windowState.read();
      const window = new BrowserWindow({
        ...(state.bounds ?? { width: 1440, height: 900 }),
        minWidth: 960,
        minHeight: 600,
        title: "Halfrack",
        backgroundColor: "#0f1317",
        show: false,
        webPreferences: {
          preload: options.preload,
          contextIsolation: true,
          sandbox: true,
          nodeIntegration: false,
          nodeIntegrationInSubFrames: false,
          nodeIntegrationInWorker: false,
          webSecurity: true,
          webviewTag: false,
          spellcheck: false,
        },
      });
      window.once("ready-to-show", () => {
        if (state.maximized) window.maximize();
        window.show();
      });
      askBeforeLeaving(window);
      window.on("close", () =>
        windowState.write({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }),
      );
      await window.loadURL(`${appOrigin}/`);
      return window;
    },
  };

  electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(menu(() => void host.openWindow())));
  app.on("activate", () => {
    if (BrowserWindow.getAllWindows().length === 0) void host.openWindow();
  });
  app.on("window-all-closed", () => app.quit());
  // Another start with the same profile ends at once; what it asks for is this window.
  app.on("second-instance", () => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) return void host.openWindow();
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  return host;
}

/**
 * A port as the WebSocket handler sees one. oRPC's own message-port handler lets a message that is no message of the
 * protocol end as an unhandled rejection; its WebSocket handler, with the same encoding, reports it and goes on.
 */
function asSocket(port: MessagePortMain): Parameters<RPCHandler<Record<never, never>>["upgrade"]>[0] {
  return {
    send: (data: unknown) => port.postMessage(data),
    addEventListener: (type: "message" | "close", listener: (event: { data: unknown }) => void) => {
      if (type === "close") port.on("close", () => listener({ data: null }));
      else
        port.on("message", ({ data }) => {
          const bytes = sizeBytes(data);
          if (bytes === null) return;
          if (bytes <= maxMessageBytes) return listener({ data });
          // As the WebSocket server does: who sends this is no window of ours, or is broken.
          port.close();
          port.emit("close");
        });
    },
  } as never;
}

/** Null for what is no message of the protocol: that is text or bytes. */
function sizeBytes(data: unknown): number | null {
  if (typeof data === "string") return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : null;
}

/** Only the main frame of one of our windows, showing our origin, may reach the contract. */
function isOurs(event: IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && frame.origin === appOrigin;
}

/** Not URL's own origin: Node calls that of every scheme it does not know "null". */
function originOf(address: string): string | null {
  const url = URL.parse(address);
  return url && `${url.protocol}//${url.host}`;
}

function serveRenderer(session: Session, rendererDir: string): void {
  session.protocol.handle("app", async (request) => {
    const ours = request.method === "GET" && originOf(request.url) === appOrigin;
    const file = ours ? await staticFile(rendererDir, new URL(request.url).pathname) : null;
    if (!file) return new Response("Not Found", { status: 404, headers: securityHeaders });
    return new Response(new Uint8Array(file.body), {
      headers: { ...securityHeaders, "content-type": file.contentType },
    });
  });
}

/** Writing the clipboard is the one permission the app needs: a terminal's copy. */
function denyByDefault(session: Session): void {
  const allowed = (permission: string, origin: string) =>
    permission === "clipboard-sanitized-write" && originOf(origin) === appOrigin;
  session.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(allowed(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
  // What the page made itself (a sheet, a CSV) may be saved: Electron asks where, and before it overwrites.
  session.on("will-download", (event, item) => {
    if (!item.getURL().startsWith(`blob:${appOrigin}/`)) event.preventDefault();
  });
}

/**
 * No navigation away, no windows of ours for other pages, no webviews. A link the admin has confirmed opens in the
 * system's browser: http and https only, never a scheme that starts a program.
 */
function confine(contents: WebContents, shell: ElectronModule["shell"]): void {
  contents.on("will-navigate", (event) => event.preventDefault());
  contents.on("will-redirect", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    const protocol = URL.parse(url)?.protocol;
    if (protocol === "https:" || protocol === "http:") void shell.openExternal(url);
    return { action: "deny" };
  });
}

function menu(openWindow: () => void): MenuItemConstructorOptions[] {
  const mac: MenuItemConstructorOptions[] = process.platform === "darwin" ? [{ role: "appMenu" }] : [];
  return [
    ...mac,
    {
      label: "File",
      submenu: [
        { label: "New window", accelerator: "CmdOrCtrl+Shift+N", click: openWindow },
        { role: "close" },
        { role: "quit" },
      ],
    },
    { role: "editMenu" },
    { label: "View", submenu: [{ role: "reload" }, { role: "togglefullscreen" }] },
    { role: "windowMenu" },
  ];
}

/** Asks for a lab file with the system's dialog; null when the admin cancelled. */
export async function pickLabFile({ dialog }: Pick<ElectronModule, "dialog">): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({
    filters: [{ name: "Lab files", extensions: ["yaml", "yml"] }],
    properties: ["openFile", "showHiddenFiles"],
  });
  return filePaths[0] ?? null;
}
