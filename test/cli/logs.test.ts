/** Logs without a window: each step a process of its own, its stream on stdout, its exit code saying whether all is there. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { faultSchema } from "../../electron/contract/fault-schema.ts";
import { bundleMessageSchema } from "../../electron/contract/logs/bundle.ts";
import { collectionPlanSchema, collectMessageSchema } from "../../electron/contract/logs/collect.ts";
import { logLineSchema } from "../../electron/contract/logs/reading.ts";
import { outputOf } from "../process-output.ts";
import { knownHostsLines } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";

const root = join(import.meta.dirname, "..", "..");
const fault = "2026-11-20T09:30:15.000+00:00 node01 kernel: mce: [Hardware Error]: Machine check events logged\n";
const log = `2026-11-20T09:30:14.000+00:00 node01 kernel: all is well\n${fault}`;

describe.skipIf(whyNoSshd)(`logs from the command line ${whyNoSshd}`, { timeout: 120_000 }, () => {
  let dir: string;
  let sshd: Sshd;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-cli-logs-"));
    sshd = await startSshd();
    const { host, port, identity: identityFile } = sshd;
    const device = { name: "node01", type: "dell-r610", ssh: { host, port, identityFile } };
    await writeFile(join(dir, "lab.yaml"), JSON.stringify({ halfrack: 1, name: "One", devices: [device] }));
    await writeFile(join(dir, "known_hosts"), knownHostsLines(sshd));
    await writeFile(join(sshd.dir, "messages"), log);
    await mkdir(join(dir, "profile"));
    const item = (id: string, name: string) =>
      `  - { id: ${id}, title: A file, why: It was seeded, group: logs, on: [linux], files: [${join(sshd.dir, name)}] }\n`;
    const catalogue = `halfrack: 1\nitems:\n${item("there", "messages")}${item("gone", "never-there")}`;
    await writeFile(join(dir, "profile", "log-catalogue.yaml"), catalogue);
  });
  afterAll(async () => {
    await sshd?.[Symbol.asyncDispose]();
    if (dir) await rm(dir, { recursive: true, force: true });
  });

  const selection = (items: readonly string[]) => ({
    targets: ["node01"],
    items,
    window: { fromMs: null, toMs: null },
  });

  /** Calls a method in a process of its own; what it printed, a value for each line. */
  async function call<S extends z.ZodType>(schema: S, method: string, input: object) {
    const options = ["--lab", join(dir, "lab.yaml"), "--known-hosts", join(dir, "known_hosts")];
    const child = spawn("npm", ["run", "-s", "halfrack", "--", "call", method, JSON.stringify(input), ...options], {
      cwd: root,
      env: {
        ...process.env,
        HALFRACK_PROFILE: join(dir, "profile"),
        HOME: dir,
        SSH_AUTH_SOCK: "",
        npm_config_update_notifier: "false",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, stdout, stderr } = await outputOf(child);
    const values = stdout.split("\n").filter((line) => line !== "");
    return { code, stderr, values: values.map((line) => schema.parse(JSON.parse(line))) };
  }

  async function collect(items: readonly string[]) {
    const { code, stderr, values } = await call(collectMessageSchema, "logs.collect", { selection: selection(items) });
    expect(stderr).toBe("");
    const last = values.at(-1);
    if (last?.kind !== "ended") throw new Error(`the last message is ${last?.kind}`);
    // Of what is not there, the plan knew: it is not tried.
    expect(values[0]).toMatchObject({ kind: "begun", id: last.id, entries: 1 });
    return { code, last };
  }

  async function bundle(id: string, path: string) {
    const input = { id, path, rules: { on: false } };
    const { code, stderr, values } = await call(bundleMessageSchema, "logs.bundle", input);
    expect(stderr).toBe("");
    return { code, last: values.at(-1) };
  }

  test("what is all there: planned, collected, packed and read, with exit code 0", async () => {
    const planned = await call(collectionPlanSchema, "logs.plan", selection(["there"]));
    expect({ code: planned.code, stderr: planned.stderr }).toEqual({ code: 0, stderr: "" });
    expect(planned.values[0]?.header.entries).toMatchObject([
      { target: "node01", item: "there", source: { how: "file", path: join(sshd.dir, "messages") } },
    ]);
    const collected = await collect(["there"]);
    expect(collected).toMatchObject({ code: 0, last: { complete: true, summary: { state: "ended" } } });
    const path = join(dir, "whole.tar.zst");
    expect(await bundle(collected.last.id, path)).toMatchObject({ code: 0, last: { kind: "ended", complete: true } });
    const read = await call(logLineSchema, "logs.read", { of: { path }, filter: { text: "machine check" } });
    expect({ code: read.code, stderr: read.stderr }).toEqual({ code: 0, stderr: "" });
    expect(read.values).toMatchObject([{ row: 0, target: "node01", line: 2, stamp: "own" }]);
    expect(`${read.values[0]?.text}\n`).toBe(fault);
  });

  test("what is not all there: the rest is collected and packed all the same, with exit code 3", async () => {
    const collected = await collect(["there", "gone"]);
    expect(collected).toMatchObject({ code: 3, last: { complete: false } });
    const shown = await call(
      z.object({ results: z.array(z.object({ n: z.number(), state: z.string(), sha256: z.string().nullable() })) }),
      "logs.collected",
      { id: collected.last.id },
    );
    const states = shown.values[0]?.results.map(({ state, sha256 }) => [state, sha256]).sort();
    expect(states).toEqual([
      ["got", createHash("sha256").update(log).digest("hex")],
      ["missing", null],
    ]);
    const path = join(dir, "part.tar.zst");
    expect(await bundle(collected.last.id, path)).toMatchObject({ code: 3, last: { kind: "ended", complete: false } });
  });

  test("an item that is not there is a fault, with exit code 1", async () => {
    const { code, values, stderr } = await call(z.unknown(), "logs.collect", {
      selection: selection(["nothing-such"]),
    });
    expect({ code, values }).toEqual({ code: 1, values: [] });
    expect(faultSchema.parse(JSON.parse(stderr)).code).toBe("logs.no-such-item");
  });
});
