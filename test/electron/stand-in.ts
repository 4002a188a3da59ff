/**
 * A stand-in for the `electron` module, faithful where the host depends on it: messages are structured-cloned and
 * asynchronous, a port keeps what comes before `start()`, frames have origins, `handle` answers Requests with Responses,
 * permission handlers are asked. Written from electron.d.ts; nothing here knows Halfrack.
 */
import { EventEmitter } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { ElectronModule } from "../../electron/electron-host.ts";

/** MessagePortMain: an EventEmitter over a real (structured-cloning) port. */
export class PortMain extends EventEmitter {
  readonly #port: MessagePort;
  #started = false;
  #early: unknown[] = [];

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on("message", (data: unknown) =>
      this.#started ? this.emit("message", { data, ports: [] }) : this.#early.push(data),
    );
    port.on("close", () => this.emit("close"));
  }

  start(): void {
    this.#started = true;
    for (const data of this.#early.splice(0)) this.emit("message", { data, ports: [] });
  }

  postMessage(data: unknown): void {
    this.#port.postMessage(data);
  }

  close(): void {
    this.#port.close();
  }
}

export interface Frame {
  readonly origin: string;
  readonly url: string;
}

type WindowOpenHandler = (details: { url: string }) => { action: "allow" | "deny" };

export class WebContentsStandIn extends EventEmitter {
  mainFrame: Frame = { origin: "null", url: "about:blank" };
  windowOpenHandler: WindowOpenHandler = () => ({ action: "allow" });
  /** True while the page's `beforeunload` prevents that it is left. */
  holdsBack = false;
  loads = 1;

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.windowOpenHandler = handler;
  }

  /** Loads the page anew, unless it holds back and nobody overrules it. */
  reload(): void {
    if (!this.unload()) return;
    this.holdsBack = false;
    this.loads++;
  }

  /** True when the page may go: it does not hold back, or `will-prevent-unload` was prevented. */
  unload(): boolean {
    if (!this.holdsBack) return true;
    let overruled = false;
    this.emit("will-prevent-unload", { preventDefault: () => (overruled = true) });
    return overruled;
  }

  /** What a page does by `location = url`: true when nothing prevented it. */
  navigate(url: string): boolean {
    let prevented = false;
    this.emit("will-navigate", { url, preventDefault: () => (prevented = true) });
    return !prevented;
  }
}

export type WindowOptions = { readonly webPreferences?: Readonly<Record<string, unknown>> } & Readonly<
  Record<string, unknown>
>;

type SchemeHandler = (request: Request) => Promise<Response> | Response;
type PermissionHandler = (
  contents: unknown,
  permission: string,
  callback: (allowed: boolean) => void,
  details: { requestingUrl: string },
) => void;

type PermissionCheck = (contents: unknown, permission: string, requestingOrigin: string) => boolean;

export interface StandIn {
  readonly module: ElectronModule;
  readonly windows: {
    readonly options: WindowOptions;
    readonly webContents: WebContentsStandIn;
    readonly url: string;
    readonly focused: number;
  }[];
  /** Answers message boxes: the index of the button for what is shown. */
  answer: (message: string, buttons: readonly string[]) => number;
  /** Chooses in a file dialog, which shows only what fits its filters; null cancels it. */
  choose: () => string | null;
  /** Questions shown as message boxes. */
  readonly messages: string[];
  /** Closes a window as its frame's button does; false when it stayed. */
  close(index: number): boolean;
  /** What the menu's Quit does; true when every window closed and the app would end. */
  quit(): boolean;
  /** What Electron tells the first instance when another one starts. */
  startAgain(): void;
  readonly privilegedSchemes: { readonly scheme: string }[];
  /** Addresses handed to the system's browser. */
  readonly openedOutside: string[];
  fetch(url: string): Promise<Response>;
  asksPermission(permission: string, url: string): boolean;
  /** What a link with `download`, or an answer that is no page, does; true when nothing prevented it. */
  downloads(url: string): boolean;
  /** What a renderer's ipcRenderer.postMessage does: the message reaches ipcMain with a port of main's kind. */
  postFromFrame(contents: WebContentsStandIn, frame: Frame | null, channel: string, port: MessagePort): void;
}

export function standIn(): StandIn {
  const app = new EventEmitter();
  const ipcMain = new EventEmitter();
  const sessionEvents = new EventEmitter();
  const handlers = new Map<string, SchemeHandler>();
  const privilegedSchemes: { scheme: string }[] = [];
  const openedOutside: string[] = [];
  const windows: { options: WindowOptions; webContents: WebContentsStandIn; url: string; focused: number }[] = [];
  const all: { close(): boolean }[] = [];
  const messages: string[] = [];
  let checkPermission: PermissionCheck = () => true;
  let askPermission: PermissionHandler = (_contents, _permission, callback) => callback(true);

  class BrowserWindow extends EventEmitter {
    readonly webContents = new WebContentsStandIn();
    readonly #record: (typeof windows)[number];
    #minimized = false;

    static getAllWindows(): unknown[] {
      return all;
    }

    constructor(options: WindowOptions) {
      super();
      this.#record = { options, webContents: this.webContents, url: "", focused: 0 };
      windows.push(this.#record);
      all.push(this);
      app.emit("web-contents-created", {}, this.webContents);
    }

    loadURL(url: string): Promise<void> {
      this.#record.url = url;
      const { protocol, host } = new URL(url);
      this.webContents.mainFrame = { origin: `${protocol}//${host}`, url };
      this.emit("ready-to-show");
      return Promise.resolve();
    }

    show(): void {}
    maximize(): void {}
    isMinimized(): boolean {
      return this.#minimized;
    }
    isDestroyed(): boolean {
      return !all.includes(this);
    }
    /** `close` comes before the page is asked. */
    close(): boolean {
      this.emit("close", {});
      if (!this.webContents.unload()) return false;
      all.splice(all.indexOf(this), 1);
      this.emit("closed");
      return true;
    }
    restore(): void {
      this.#minimized = false;
    }
    focus(): void {
      this.#record.focused++;
    }
    isMaximized(): boolean {
      return false;
    }
    getNormalBounds() {
      return { x: 10, y: 20, width: 1300, height: 820 };
    }
  }

  function quit(): boolean {
    app.emit("before-quit", {});
    // One that stays ends the quitting.
    if (![...all].every((window) => window.close())) return false;
    app.emit("will-quit", { preventDefault: () => undefined });
    return true;
  }

  const module = {
    app: Object.assign(app, { quit }),
    ipcMain,
    BrowserWindow,
    dialog: {
      async showOpenDialog({ filters }: { filters: { extensions: string[] }[] }) {
        const fits = (path: string) =>
          filters.some(({ extensions }) => extensions.some((end) => path.endsWith(`.${end}`)));
        const path = held.choose();
        return { canceled: path === null, filePaths: path !== null && fits(path) ? [path] : [] };
      },
      async showMessageBox(_window: unknown, { message, buttons }: { message: string; buttons: string[] }) {
        messages.push(message);
        return { response: held.answer(message, buttons), checkboxChecked: false };
      },
    },
    shell: { openExternal: async (url: string) => void openedOutside.push(url) },
    protocol: { registerSchemesAsPrivileged: (schemes: { scheme: string }[]) => privilegedSchemes.push(...schemes) },
    session: {
      defaultSession: {
        protocol: { handle: (scheme: string, handler: SchemeHandler) => handlers.set(scheme, handler) },
        setPermissionRequestHandler: (handler: PermissionHandler) => {
          askPermission = handler;
        },
        setPermissionCheckHandler: (handler: PermissionCheck) => {
          checkPermission = handler;
        },
        setDevicePermissionHandler: () => undefined,
        on: (name: string, listener: (...args: unknown[]) => void) => sessionEvents.on(name, listener),
      },
    },
    Menu: { setApplicationMenu: () => undefined, buildFromTemplate: (template: unknown) => template },
  };

  const held: StandIn = {
    messages,
    answer: () => 0,
    choose: () => null,
    close: (index) => all[index]?.close() ?? true,
    quit,
    module: module as unknown as ElectronModule,
    windows,
    privilegedSchemes,
    openedOutside,
    startAgain: () => void app.emit("second-instance", {}, [], "/"),
    async fetch(url) {
      const handler = handlers.get(new URL(url).protocol.slice(0, -1));
      if (!handler) throw new TypeError("net::ERR_UNKNOWN_URL_SCHEME");
      return handler(new Request(url));
    },
    asksPermission(permission, requestingUrl) {
      let answer = true;
      askPermission({}, permission, (allowed) => (answer = allowed), { requestingUrl });
      return answer && checkPermission(null, permission, requestingUrl);
    },
    downloads(url) {
      let prevented = false;
      const item = { getURL: () => url, getFilename: () => "file" };
      sessionEvents.emit("will-download", { preventDefault: () => (prevented = true) }, item, null);
      return !prevented;
    },
    postFromFrame(sender, senderFrame, channel, port) {
      ipcMain.emit(channel, { sender, senderFrame, ports: [new PortMain(port)] }, null);
    },
  };
  return held;
}

/** The renderer's end of a channel whose other end travels to main. */
export function channel(): { readonly page: MessagePort; readonly main: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  return { page: port1, main: port2 };
}
