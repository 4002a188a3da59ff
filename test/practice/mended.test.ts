/** What was broken on purpose and is mended is tried at once, also where nothing is tried again by itself. */
import { createRouterClient } from "@orpc/server";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createRouter } from "../../electron/router.ts";
import { type TestApp, testApp } from "../contract/transports.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app[Symbol.asyncDispose]());

it("a host whose changed key is mended is reached again, and its refusal is forgotten", async () => {
  const client = createRouterClient(createRouter(app));
  await client.practice.start();
  await client.ssh.connect({ device: "node3" });
  await client.practice.set({ scenario: "changed-host-key", active: true });
  await vi.waitFor(() => expect(app.ssh.state.get().changedKeys).toMatchObject([{ device: "node3" }]), 20_000);
  await vi.waitFor(() => expect(app.ssh.state.get().connections.node3?.status).toBe("failed"), 20_000);

  await client.practice.set({ scenario: "changed-host-key", active: false });
  await vi.waitFor(() => expect(app.ssh.state.get().connections.node3?.status).toBe("connected"), 20_000);
  expect(app.ssh.state.get().changedKeys).toEqual([]);
});
