/** A collection of everything from a node in which nothing is broken: what a healthy machine would give, and nothing that fails. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, createApp } from "../../electron/app.ts";
import { invariant } from "../../electron/contract/error.ts";
import { selectionSchema } from "../../electron/contract/logs/collect.ts";
import { memorySecrets } from "../../electron/secrets.ts";

let app: App;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-practice-"));
  const profileDir = join(dir, "profile");
  const own = { profileDir, homeDir: dir, agentSocket: null, secrets: memorySecrets(), knownHosts: [] };
  app = await createApp({ host: "cli", ...own });
  const { labPath } = await app.practice.start();
  invariant(labPath, "the practice lab runs");
  await app.lab.openPractice(labPath);
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

test("everything of two kinds of nodes: nothing fails, is refused or missing", { timeout: 90_000 }, async () => {
  const { signal } = new AbortController();
  const wanted = selectionSchema.parse({ preset: "everything", targets: ["node1", "node4"] });
  const { header } = await app.logs.planning.plan(wanted, signal);
  for await (const _ of await app.logs.collect({ plan: header.id }));
  const { results } = await app.logs.collected(header.id);
  const fine = new Set(["got", "empty", "not-applicable", "left-out"]);
  const told = results.map(({ n, state, reason }) => ({ item: header.entries[n]?.item, state, reason }));
  expect(told.filter(({ state }) => !fine.has(state))).toEqual([]);
  const items = (state: string) => new Set(told.filter((one) => one.state === state).map(({ item }) => item));
  for (const item of ["journal", "proc", "fstab", "numa-kernel", "thermal", "cpu-state", "hca-slots", "kernel-mm"])
    expect(items("got")).toContain(item);
});
