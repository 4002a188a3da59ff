/** Sessions belong to the lab they were opened in: whichever way it is closed, they end and are gone. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRouter } from "../../electron/router.ts";
import type { Client } from "../contract/suite.ts";
import { type TestApp, testApp } from "../contract/transports.ts";

let app: TestApp;
let client: Client;
let other: string;

beforeEach(async () => {
  app = await testApp();
  client = createRouterClient(createRouter(app)) as Client;
  other = join(app.dir, "other.yaml");
  await writeFile(other, "halfrack: 1\nname: Other\nracks: [{ name: R, units: 12 }]\ndevices: []\ncables: []\n");
  await client.practice.start();
});
afterEach(() => app[Symbol.asyncDispose]());

const size = { cols: 80, rows: 24 };
const terminals = () => Object.values(app.terminal.state.get().terminals);

async function twoOpen(): Promise<string[]> {
  for (const device of ["node1", "node2"]) await client.terminal.open({ device, ...size });
  await vi.waitFor(() => expect(terminals().map(({ status }) => status)).toEqual(["open", "open"]), 20_000);
  return terminals().map(({ id }) => id);
}

describe("the terminals of a lab", () => {
  it.each([
    ["closed", () => client.lab.close()],
    ["replaced by another lab", () => client.lab.open({ path: other })],
    ["replaced by a new lab", () => client.lab.create({ path: join(app.dir, "new.yaml"), name: "New" })],
    ["stopped, as the practice lab is", () => client.practice.stop()],
  ])("end when it is %s", async (_how, close) => {
    const [terminal = ""] = await twoOpen();
    await close();
    expect(terminals()).toEqual([]);
    await expect(client.terminal.input({ terminal, data: "x" })).rejects.toMatchObject({
      data: { code: "terminal.unknown" },
    });
  });

  it("go on when the same lab is opened again", async () => {
    const ids = await twoOpen();
    await client.practice.start();
    expect(terminals().map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, "open"]));
  });

  it("keep their recordings", async () => {
    const [terminal = ""] = await twoOpen();
    const { recording } = await client.terminal.record({ terminal, on: true });
    await client.lab.close();
    expect(await client.terminal.recordings()).toMatchObject([{ id: recording?.id, device: "node1" }]);
  });
});
