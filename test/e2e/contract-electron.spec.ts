/** The contract's suite over real Electron: the page makes a port as the renderer does, this side speaks through it. */
import { dirname } from "node:path";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/message-port";
import type { Page } from "@playwright/test";
import { contractChecks } from "../contract/suite.ts";
import { test } from "./app.ts";

test("the contract over real Electron", async ({ halfrack, host }) => {
  test.skip(host !== "electron", "the other transports are covered without a window");
  const page = await halfrack.open();
  const port = await bridge(page);
  const opened = {
    client: createORPCClient<Parameters<(typeof contractChecks)[number]["run"]>[0]["client"]>(new RPCLink({ port })),
    dir: dirname(halfrack.profileDir),
    sendRaw: (data: string | Uint8Array) => port.postMessage(data),
  };
  for (const { name, run } of contractChecks) await test.step(name, () => run(opened));
});

/** A port whose far end was handed to the main process by the page. Messages of the protocol are strings. */
async function bridge(page: Page) {
  const listeners: ((event: { data: unknown }) => void)[] = [];
  await page.exposeFunction("fromMain", (data: string) => {
    for (const listener of listeners) listener({ data });
  });
  const handle = await page.evaluateHandle(() => {
    const { port1, port2 } = new MessageChannel();
    const { fromMain } = window as unknown as { fromMain: (data: unknown) => void };
    port1.onmessage = ({ data }) => fromMain(data);
    window.postMessage("halfrack:connect", location.origin, [port2]);
    return port1;
  });
  return {
    addEventListener(type: string, listener: (event: { data: unknown }) => void) {
      if (type === "message") listeners.push(listener);
    },
    postMessage(data: unknown) {
      void handle.evaluate((to, message) => to.postMessage(message), data);
    },
  } as unknown as MessagePort;
}
