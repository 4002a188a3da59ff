/** One suite over every transport: whatever carries the contract, it behaves the same. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { type Client, type Opened, testApp, transports } from "./transports.ts";

const fault = async (work: Promise<unknown>) =>
  faultOf(
    await work.then(
      () => "did not fail",
      (error: unknown) => error,
    ),
  );

describe.each(transports)("the contract over $name", ({ open }) => {
  let app: Awaited<ReturnType<typeof testApp>>;
  let opened: Opened;
  let client: Client;

  beforeAll(async () => {
    app = await testApp();
    opened = await open(app);
    client = opened.client;
  });
  afterAll(async () => {
    await opened.close();
    await app[Symbol.asyncDispose]();
  });

  it("answers a call without input", async () => {
    expect(await client.app.info()).toEqual(app.info);
  });

  it("fills in defaults of the input", async () => {
    await mkdir(join(app.dir, "folder"), { recursive: true });
    await writeFile(join(app.dir, "lab.yaml"), "");
    await writeFile(join(app.dir, "notes.txt"), "");
    const { entries } = await client.app.files({});
    expect(entries.map(({ name }) => name)).toEqual(["folder", "profile", "lab.yaml"]);
  });

  it("carries a service's fault whole", async () => {
    const path = join(app.dir, "missing");
    expect(await fault(client.app.files({ dir: path }))).toEqual({
      code: "app.folder-unreadable",
      title: "The folder cannot be read",
      detail: `ENOENT: no such file or directory, scandir '${path}'`,
      next: "Choose another folder.",
      subject: path,
    });
  });

  it("refuses an input that does not fit, naming the place", async () => {
    const wrong = client.app.changeSettings({ terminalFontSizePx: 3 });
    expect(await fault(wrong)).toMatchObject({
      code: "input.invalid",
      detail: expect.stringContaining("terminalFontSizePx"),
    });
  });

  it("refuses a method the contract does not have", async () => {
    const unknown = client as unknown as Record<string, Record<string, () => Promise<unknown>>>;
    const call = (async () => unknown.app?.__proto__secret?.())();
    const seen = await call.then(
      (value) => ({ value }),
      (error: unknown) => ({ fault: faultOf(error) }),
    );
    expect([{ value: undefined }, { fault: expect.objectContaining({ code: "method.unknown" }) }]).toContainEqual(seen);
  });

  it("streams a snapshot, then patches, and lets go when asked", async () => {
    const letGo = new AbortController();
    const watch = await client.app.settings(undefined, { signal: letGo.signal });
    const first = await watch.next();
    expect(first.value).toMatchObject({ kind: "snapshot", seq: 0 });
    await client.app.changeSettings({ terminalFontSizePx: 17 });
    expect((await watch.next()).value).toEqual({
      kind: "patch",
      seq: 1,
      patches: [{ op: "replace", path: ["terminalFontSizePx"], value: 17 }],
    });
    letGo.abort();
    await watch.return?.(undefined);
    await client.app.changeSettings({ terminalFontSizePx: 13 });
  });

  it("keeps answering after messages no client of ours would send", async () => {
    for (const raw of [
      "",
      "{",
      "null",
      '{"i":1}',
      "[]",
      '"x"',
      '{"i":{"__proto__":1},"t":9,"p":{}}',
      "\u0000\uffff",
      new Uint8Array([255, 0, 1, 2]),
    ]) {
      opened.sendRaw?.(raw);
    }
    expect((await client.app.info()).version).toBe(app.info.version);
  });

  it("answers many calls at once, each with its own result", async () => {
    const dirs = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        client.app.files({ dir: index % 2 ? app.dir : join(app.dir, "profile") }),
      ),
    );
    expect(dirs.map(({ dir }) => dir)).toEqual(
      Array.from({ length: 200 }, (_, index) => (index % 2 ? app.dir : join(app.dir, "profile"))),
    );
  });
});
