/** How often the admin is asked for BMC passwords, in the real app: nothing answers for the BMCs, and that is told. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { App } from "../../electron/app.ts";
import { selectionSchema } from "../../electron/contract/logs/collect.ts";
import { appIn } from "../app.ts";
import { findCommand } from "../lab/packages.ts";

const lab = `halfrack: 1
name: Two BMCs
devices:
  - name: node1
    type: hp-dl380-g7
    bmc: { host: 127.0.0.1, kind: ipmi, port: 9, user: ADMIN }
  - name: node2
    type: hp-dl380-g7
    bmc: { host: 127.0.0.1, kind: ipmi, port: 9, user: root }
`;
const skipped = findCommand("ipmitool") === null ? "(skipped: ipmitool missing; Debian: ipmitool)" : "";

describe.skipIf(skipped)(`passwords of BMCs ${skipped}`, () => {
  let dir: string;
  let app: App;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-bmcs-"));
    await mkdir(join(dir, "profile"));
    await writeFile(join(dir, "lab.yaml"), lab);
    app = await appIn(dir, { lab: join(dir, "lab.yaml") });
  });
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  const questions = () =>
    app.ssh.state
      .get()
      .questions.flatMap((each) => (each.kind === "secret" ? [{ id: each.id, subject: each.subject }] : []));

  test.each([
    [false, ["ADMIN on the BMC of node1", "root on the BMC of node2"]],
    [true, ["the BMCs of node1, node2: one password for all"]],
  ])("are asked for once, the same for all: %s", { timeout: 60_000 }, async (oneBmcPassword, subjects) => {
    const selection = selectionSchema.parse({ targets: ["node1 bmc", "node2 bmc"], oneBmcPassword, sudo: "never" });
    const messages = await app.logs.collect({ selection });
    const asked = new Set<string>();
    const enough = new AbortController();
    const answering = (async () => {
      for await (const _ of app.ssh.state.watch(enough.signal))
        for (const { id, subject } of questions()) {
          asked.add(`${id} ${subject}`);
          await app.ssh.answer({ id, answer: { kind: "secret", values: ["wrong"], remember: false } });
        }
    })();
    const results: string[] = [];
    for await (const message of messages)
      if (message.kind === "result" && message.target.endsWith("bmc") && message.result.attempts > 0)
        results.push(message.target);
    enough.abort();
    await answering;
    expect(new Set(results)).toEqual(new Set(["node1 bmc", "node2 bmc"]));
    expect(results.length).toBeGreaterThan(4);
    expect([...asked].map((one) => one.slice(one.indexOf(" ") + 1)).toSorted()).toEqual(subjects);
  });
});
