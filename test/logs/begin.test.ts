/** What a run says of itself when it begins, in the real app and on this machine: what it will try, and since when it is. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { App } from "../../electron/app.ts";
import { type CollectMessage, selectionSchema } from "../../electron/contract/logs/collect.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { appIn } from "../app.ts";

let dir: string;
let app: App;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-begin-"));
  await mkdir(join(dir, "profile"));
  await writeFile(join(dir, "small.log"), "a line\n");
  await writeFile(join(dir, "large.log"), "a line\n".repeat(1000));
  const item = (id: string) =>
    `  - { id: ${id}, title: A log, why: It was seeded, group: logs, on: [here], files: [${join(dir, `${id}.log`)}] }\n`;
  await writeFile(join(dir, "profile", "log-catalogue.yaml"), `halfrack: 1\nitems:\n${item("small")}${item("large")}`);
  await writeFile(join(dir, "lab.yaml"), "halfrack: 1\nname: Nobody else\ndevices: []\n");
  app = await appIn(dir, { lab: join(dir, "lab.yaml") });
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

test("its entries are those that it tries, and its time is when it began, not when it was planned", async () => {
  const plan = await app.logs.planning.plan(
    selectionSchema.parse({ targets: [here], items: ["small", "large"], budgetBytes: 1000 }),
  );
  expect(plan.header.entries).toHaveLength(2);
  expect(plan.leftOut).toMatchObject([{ state: "left-out" }]);
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(plan.header.createdAt));
  const now = Date.now();
  const messages: CollectMessage[] = [];
  const running = new Set<number>();
  for await (const message of await app.logs.collect({ plan: plan.header.id })) {
    messages.push(message);
    for (const { entries } of app.logs.state.get().running?.targets ?? []) running.add(entries);
  }
  expect(messages[0]).toMatchObject({ kind: "begun", entries: 1, estimateBytes: 7 });
  expect([...running]).toEqual([1]);
  const last = messages.at(-1);
  expect(last).toMatchObject({ kind: "ended", summary: { entries: 2, results: { got: 1, "left-out": 1 } } });
  expect(last?.kind === "ended" && last.summary.createdAt).toBeGreaterThanOrEqual(now);
});
