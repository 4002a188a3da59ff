/** Owns the connection to the main process: a message port in Electron, a WebSocket in the browser, both reconnecting. */
import { type ClientLink, createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { create } from "zustand";
import { FaultError } from "../electron/contract/error.ts";
import type { Contract } from "../electron/contract/index.ts";

type Link = ClientLink<Record<never, never>>;

export interface ConnectionToMain {
  readonly connected: boolean;
  /** Since when it does not answer; null while it does, and before it ever did. */
  readonly lostAt: number | null;
  /** True when a Halfrack answers that does not know this window: it was started anew and printed another address. */
  readonly foreign: boolean;
}

/** When nothing has answered for this long, only the admin can help: a host that was started anew has another address. */
export const goneAfterMs = 15_000;

/** Whether the main process answers; views keep what they last knew and say so while it does not. */
export const useConnection = create<ConnectionToMain>(() => ({ connected: false, lostAt: null, foreign: false }));

const connected: ConnectionToMain = { connected: true, lostAt: null, foreign: false };

const retryMs = { first: 250, most: 5000 };

function portLink(): Promise<Link> {
  const { port1, port2 } = new MessageChannel();
  window.postMessage("halfrack:connect", location.origin, [port2]);
  port1.start();
  useConnection.setState(connected);
  return Promise.resolve(new PortLink({ port: port1 }));
}

/** Resolves once the socket is open; tries for as long as the page lives. */
function socketLink(onClose: () => void): Promise<Link> {
  return new Promise((resolve) => {
    let delayMs = retryMs.first;
    const attempt = () => {
      const socket = new WebSocket(`ws://${location.host}/contract`);
      socket.addEventListener("open", () => {
        useConnection.setState(connected);
        resolve(new SocketLink({ websocket: socket }));
        socket.addEventListener("close", () => {
          useConnection.setState({ connected: false, lostAt: Date.now() });
          onClose();
        });
      });
      socket.addEventListener("error", () => {
        void tellForeign();
        setTimeout(attempt, delayMs);
        delayMs = Math.min(delayMs * 2, retryMs.most);
      });
    };
    attempt();
  });
}

/** A refused socket does not say why; the page itself does: 401 stands for another session. */
async function tellForeign(): Promise<void> {
  const status = await fetch("/", { method: "HEAD", cache: "no-store" }).then(
    (response) => response.status,
    () => null,
  );
  useConnection.setState({ foreign: status === 401 });
}

function connect(): Promise<Link> {
  if (location.protocol === "app:") return portLink();
  return socketLink(() => {
    link = connect();
  });
}

let link = connect();

/** What is asked once the connection was lost fails at once: an edit must not be made minutes after its click. */
const currentLink: Link = {
  call: async (path, input, options) => {
    if (useConnection.getState().lostAt !== null) throw lost();
    return (await link).call(path, input, options);
  },
};

const lost = () =>
  new FaultError({
    code: "app.not-connected",
    title: "Halfrack does not answer",
    detail: "The connection between this window and Halfrack is lost. Nothing was sent.",
    next: "Repeat this once the window is connected again; if Halfrack was ended, start it again and open the address it prints.",
    retry: true,
  });

/** The contract, typed end to end. Every call rejects with an error that `faultOf` understands. */
export const client: ContractRouterClient<Contract> = createORPCClient(currentLink);
