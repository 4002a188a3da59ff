/** A collection of everything from a node in which nothing is broken: what a healthy machine would give, and nothing that fails. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { App } from "../../electron/app.ts";
import { invariant } from "../../electron/contract/error.ts";
import { selectionSchema } from "../../electron/contract/logs/collect.ts";
import { appIn } from "../app.ts";

let app: App;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-practice-"));
  app = await appIn(dir);
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

test("a failing module counts once, though the journal, the kernel and /var/log tell of it", {
  timeout: 90_000,
}, async () => {
  const { signal } = new AbortController();
  await app.practice.set({ scenario: "failing-memory", active: true });
  const wanted = selectionSchema.parse({ preset: "everything", targets: ["node4"] });
  const { header } = await app.logs.planning.plan(wanted, signal);
  for await (const _ of await app.logs.collect({ plan: header.id }));
  await app.logs.readings.use(header.id, async (reading) => {
    await vi.waitFor(() => expect(reading.state.get().done).toBe(true), 30_000);
    const ofModule = (path: string) => ({ filter: { targets: ["node4"], text: "CE error", paths: [path] } });
    const paths = reading.state.get().sources.map(({ path }) => path);
    const each = await Promise.all(paths.map(async (path) => (await reading.errors(ofModule(path)))[0]?.times ?? 0));
    const told = each.filter((times) => times > 0);
    expect(told.length).toBeGreaterThanOrEqual(3);
    const [all, ...others] = await reading.errors({ filter: { targets: ["node4"], text: "CE error" } });
    expect(all?.lines).toBe(told.reduce((sum, times) => sum + times, 0));
    expect({ ...all, others }).toMatchObject({
      severity: "warning",
      times: Math.max(...told),
      pattern: "ecc-corrected",
      others: [],
    });
  });
});
