/** Owns the connection to the main process: a message port in Electron, a WebSocket in the browser, both reconnecting. */
import { type ClientLink, createORPCClient } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { create } from "zustand";
import type { Contract } from "../electron/contract/index.ts";

type Link = ClientLink<Record<never, never>>;

/** Whether the main process answers; views keep what they last knew and say so while it does not. */
export const useConnection = create<{ readonly connected: boolean }>(() => ({ connected: false }));

const retryMs = { first: 250, most: 5000 };

function portLink(): Promise<Link> {
  const { port1, port2 } = new MessageChannel();
  window.postMessage("halfrack:connect", location.origin, [port2]);
  port1.start();
  useConnection.setState({ connected: true });
  return Promise.resolve(new PortLink({ port: port1 }));
}

/** Resolves once the socket is open; tries for as long as the page lives. */
function socketLink(onClose: () => void): Promise<Link> {
  return new Promise((resolve) => {
    let delayMs = retryMs.first;
    const attempt = () => {
      const socket = new WebSocket(`ws://${location.host}/contract`);
      socket.addEventListener("open", () => {
        useConnection.setState({ connected: true });
        resolve(new SocketLink({ websocket: socket }));
        socket.addEventListener("close", () => {
          useConnection.setState({ connected: false });
          onClose();
        });
      });
      socket.addEventListener("error", () => {
        setTimeout(attempt, delayMs);
        delayMs = Math.min(delayMs * 2, retryMs.most);
      });
    };
    attempt();
  });
}

function connect(): Promise<Link> {
  if (location.protocol === "app:") return portLink();
  return socketLink(() => {
    link = connect();
  });
}

let link = connect();

const currentLink: Link = {
  call: async (path, input, options) => (await link).call(path, input, options),
};

/** The contract, typed end to end. Every call rejects with an error that `faultOf` understands. */
export const client: ContractRouterClient<Contract> = createORPCClient(currentLink);
