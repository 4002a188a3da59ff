/** The practice switch as the app reads and changes it: the same session as with a real one, and links that follow. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { App } from "../../electron/app.ts";
import type { SwitchChange } from "../../electron/contract/switch.ts";
import { startPractice } from "../../electron/router.ts";
import { appIn } from "../app.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let dir: string;
let app: App;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-practice-switch-"));
  app = await appIn(dir);
  await startPractice(app);
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const live = () => app.switches.state.get().switches.sw1;

test("the practice switch tells what a real one would, and what it cannot is said", async () => {
  await app.fabric.observe({ timeoutMs: 20_000 });
  expect(live()).toMatchObject({
    fault: null,
    host: "sw1",
    version: { release: "3.6.8012" },
    sm: { running: false, why: null },
    supplies: [],
  });
  expect(live()?.ports).toHaveLength(18);
  expect(live()?.sources.filter(({ unread, refused }) => unread > 0 && refused === null)).toEqual([]);
  expect(
    live()
      ?.sources.filter(({ refused }) => refused !== null)
      .map(({ command }) => command),
  ).toEqual(["show power"]);
  expect(app.fabric.state.get().findings.filter(({ rule }) => rule.startsWith("switch."))).toEqual([]);
});

const make = async (change: SwitchChange) => {
  const shown = await app.switches.plan({ device: "sw1", change });
  return app.switches.apply({ device: "sw1", change, shown });
};

test("a port that is shut takes its link down for the hosts too, and comes back", async () => {
  const shut = { kind: "shut", port: "1/4" } as const;
  const plan = await app.switches.plan({ device: "sw1", change: shut });
  expect(plan.effects[0]).toMatch(/^node4 loses the link of mlx4_0\/1[.,]/);
  expect(await app.switches.apply({ device: "sw1", change: shut, shown: plan, confirm: "1/4" })).toMatchObject({
    verified: true,
    told: "Port 1/4 is Down, physically Disabled.",
  });
  const { cables } = await app.fabric.observe({ timeoutMs: 20_000 });
  expect(cables.map(({ state }) => state)).toEqual(["healthy", "healthy", "healthy", "down", "healthy"]);
  expect(await make({ kind: "enable", port: "1/4" })).toMatchObject({ verified: true });
  const again = await app.fabric.observe({ timeoutMs: 20_000 });
  expect(again.cables.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => "healthy"));
});

test("a description is set and read back", async () => {
  const change = { kind: "describe", port: "1/2", description: "to node2, rear" } as const;
  expect(await make(change)).toMatchObject({ verified: true });
  await app.switches.observe({ timeoutMs: 20_000 });
  expect(live()?.ports[1]?.description).toBe("to node2, rear");
});
