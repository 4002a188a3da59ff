/** What an opened bundle of somebody who means harm can do to this machine: nothing that it names is run. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { App } from "../../electron/app.ts";
import { savedLimits } from "../../electron/contract/saved-limits.ts";
import { writeBundle } from "../../electron/logs/bundle/write.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { fabricParts } from "../../electron/logs/fabric.node.ts";
import { Unfinished } from "../../electron/unfinished.node.ts";
import { appIn, openedIn } from "../app.ts";
import { rejectedWith } from "../ssh/bench.ts";
import { collected, headerOf, type Piece, writing } from "./bundle-scene.ts";
import { toldOf } from "./collection-samples.ts";

let dir = "";
let app: App;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-hostile-"));
  app = await appIn(dir);
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

async function opened(pieces: readonly Piece[]): Promise<string> {
  const collection = await collected(createCollectionStore({ dir: mkdtempSync(join(dir, "made-")) }), pieces);
  const { path } = await writeBundle(collection, writing({ to: mkdtempSync(join(dir, "to-")) }));
  return (await openedIn(app, path)).collection.id;
}

const { signal } = new AbortController();

test("commands that a bundle names for this machine as lost are not run by going on with it", async () => {
  const ran = join(dir, "ran");
  const id = await opened([
    {
      ...{ target: "/", item: "uname", path: "here/commands/uname.txt", content: null },
      source: { how: "command", argv: ["touch", ran] },
      result: { state: "lost", reason: "the host did not answer" },
    },
  ]);
  const goOn = async () => {
    for await (const _ of await app.logs.collect({ id }, signal));
  };
  expect((await rejectedWith(goOn())).code).toBe("logs.collection-is-bundle");
  expect(existsSync(ran)).toBe(false);
});

test("what a process left that ended while it opened an archive is removed at the next start", async () => {
  const profileDir = join(dir, "left");
  const collections = join(profileDir, "collections");
  const store = createCollectionStore({ dir: collections });
  for (const [id, kind] of [
    ["half-a-bundle", "bundle"],
    ["half-a-collection", "collection"],
  ] as const) {
    const piece = { target: "node1", item: "syslog", path: "nodes/node1/files/m", content: null };
    const header = headerOf([piece, { ...piece, path: "nodes/node1/files/n" }], { id });
    const writer = await store.create(header, { kind, path: null });
    await writer.put(0, Readable.from([Buffer.from("x")]), toldOf());
    await writer.close();
  }
  await using next = await appIn(dir, { profileDir });
  await vi.waitFor(() => expect(readdirSync(collections)).toEqual(["half-a-collection"]));
  await vi.waitFor(() => expect(next.logs.state.get().collections.map(({ id }) => id)).toEqual(["half-a-collection"]));
});

test("of a collection with gigabytes of logs no more is copied for the fabric than its reader takes", async () => {
  const mib = 2 ** 20;
  const files = Array.from({ length: 40 }, (_, n) => ({
    ...{ target: "node1", item: "syslog", path: `nodes/node1/files/${n}`, content: "ibstat\n" },
  }));
  const collection = await collected(createCollectionStore({ dir: mkdtempSync(join(dir, "large-")) }), files);
  const results = new Map([...collection.results].map(([n, told]) => [n, { ...told, sizeBytes: 60 * mib + n }]));
  let copied = 0;
  const open = (n: number) => {
    copied += results.get(n)?.sizeBytes ?? 0;
    return collection.open(n);
  };
  await fabricParts({ ...collection, results, open }, new Unfinished(mkdtempSync(join(dir, "u-"))));
  expect(copied).toBeGreaterThan(400 * mib);
  expect(copied).toBeLessThanOrEqual(savedLimits.bytes);
});
