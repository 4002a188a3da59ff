/** Boot sticks on real disks: images made to the documented layout, on loop devices of a real host. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StickLayout } from "../../electron/contract/logs/stick-layout.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { readDiskArgv } from "../../electron/logs/far/disks.ts";
import { hereReach, hostReach, type Reach } from "../../electron/logs/far/reach.node.ts";
import { readDisks } from "../../electron/logs/find/disks.ts";
import { find } from "../../electron/logs/find/find.node.ts";
import { findSticks, type StickFound } from "../../electron/logs/find/sticks.node.ts";
import { loadStickLayouts } from "../../electron/sticks/layouts.node.ts";
import { type Bench, deviceFor, labState, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { imageBytes, logAt, logBytes, noise, writeImage } from "../sticks/image.ts";
import { loop, makeAccount, whyNoLoop } from "./hosts.ts";

const [layout] = (await loadStickLayouts(join(tmpdir(), "halfrack-no-such-profile"))).layouts as [StickLayout];
const log = noise(logBytes, 20);

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Reads a range the way a disk is read, and tells its sum. */
async function sumOf(reach: Reach, disk: string, offsetBytes: number, lengthBytes: number): Promise<string> {
  const hash = createHash("sha256");
  await reach.run(readDiskArgv(disk, offsetBytes, lengthBytes, false), {
    timeoutMs: 60_000,
    onStdout: (chunk) => void hash.update(chunk),
  });
  return hash.digest("hex");
}

describe.skipIf(whyNoLoop || whyNoSshd)(`boot sticks on disks ${whyNoLoop || whyNoSshd}`, () => {
  let dir = "";
  let sshd: Sshd;
  let bench: Bench;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "halfrack-stick-"));
    writeImage(join(dir, "known"), { log });
    writeImage(join(dir, "partly"), { log, marker: "" });
    writeFileSync(join(dir, "unknown"), noise(imageBytes + 1024 * 1024, 7));
    writeImage(join(dir, "small"), { sizeBytes: 16 * 1024 });
    sshd = await startSshd();
    bench = await trustingBench([sshd], { devices: [deviceFor("node1", sshd)] });
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  const searchFor = { layouts: [layout], becomesRoot: "is-root", loops: true } as const;
  async function foundAt(reach: Reach, disk: string, search: Parameters<typeof findSticks>[1] = searchFor) {
    const found: StickFound[] = [];
    for await (const one of findSticks(reach, search)) if (one.stick.disk === disk) found.push(one);
    return found[0];
  }

  test("a stick made to the layout is found on a host, and its log is read bit for bit", async () => {
    using stick = loop(join(dir, "known"));
    const reach = hostReach(bench.ssh, "node1");
    const found = await foundAt(reach, stick.disk);
    expect(found).toMatchObject({
      fault: null,
      stick: {
        sizeBytes: imageBytes,
        removable: true,
        layout: "scalemp-10.0",
        verdict: "matches",
        version: "vSMP Foundation version 10.0.1595.57",
        unreadable: "",
      },
    });
    const range = found?.stick.ranges.find((one) => one.range === "log");
    expect(range).toEqual({ range: "log", offsetBytes: logAt, lengthBytes: logBytes });
    expect(await sumOf(reach, stick.disk, logAt, logBytes)).toBe(sha256(log));
  });

  test("a stick that is partly so, and a disk that is not, give the whole, which holds what there is", async () => {
    using partly = loop(join(dir, "partly"));
    using unknown = loop(join(dir, "unknown"));
    const whole = { range: "whole", offsetBytes: 0, lengthBytes: imageBytes };
    expect((await foundAt(hereReach, partly.disk))?.stick).toMatchObject({ verdict: "partly", ranges: [whole] });
    expect((await foundAt(hereReach, unknown.disk))?.stick).toMatchObject({
      verdict: "not",
      version: null,
      ranges: [whole],
    });
    const first = noise(imageBytes + 1024 * 1024, 7).subarray(0, imageBytes);
    expect(await sumOf(hereReach, unknown.disk, 0, imageBytes)).toBe(sha256(first));
  });

  test("a disk smaller than what decides is read as far as it goes", async () => {
    using small = loop(join(dir, "small"));
    expect((await foundAt(hereReach, small.disk))?.stick).toMatchObject({
      verdict: "partly",
      sizeBytes: 16 * 1024,
      ranges: [{ range: "whole", offsetBytes: 0, lengthBytes: 16 * 1024 }],
    });
  });

  test("a login that may not read disks is told so, and what it would take", async () => {
    using plain = makeAccount("hrstick", false);
    using stick = loop(join(dir, "known"));
    execFileSync("chmod", ["755", sshd.dir]);
    await using other = await trustingBench([sshd], { devices: [deviceFor("node1", sshd, { user: plain.user })] });
    const found = await foundAt(hostReach(other.ssh, "node1"), stick.disk, { ...searchFor, becomesRoot: "no" });
    expect(found).toMatchObject({
      fault: null,
      stick: { verdict: "unread", unreadable: expect.stringContaining("root"), ranges: [{ range: "whole" }] },
    });
  });

  test("a disk that vanishes between being listed and being read is a result", async () => {
    using stick = loop(join(dir, "known"));
    const vanishing: Reach = {
      device: here,
      run: (argv, options) => {
        if (argv.includes(`if=${stick.disk}`)) stick[Symbol.dispose]();
        return hereReach.run(argv, options);
      },
    };
    expect(await foundAt(vanishing, stick.disk)).toMatchObject({
      fault: { code: "logs.disk-unreadable", subject: stick.disk },
      stick: { verdict: "unread" },
    });
  });

  test("each is a target of its own beside its host, with what to read of it", async () => {
    using stick = loop(join(dir, "known"));
    const deps = {
      ssh: bench.ssh,
      lab: () => labState([deviceFor("node1", sshd)], []),
      items: () => [],
      layouts: () => [layout],
    };
    const targets = new Map<string, unknown>();
    for await (const one of find(deps, { devices: ["node1"], loops: true })) targets.set(one.target.id, one);
    const name = stick.disk.replace("/dev/", "");
    expect(targets.get(`node1 stick ${name}`)).toMatchObject({
      target: { device: "node1", kinds: ["stick"], disk: stick.disk },
      fault: null,
      clock: { target: `node1 stick ${name}` },
      stick: { verdict: "matches" },
    });
    // disks that stay in their host and have nothing of a stick are no findings
    const ordinary: string[] = [];
    for await (const one of find(deps, { devices: ["node1"] })) ordinary.push(one.target.id);
    expect(ordinary).not.toContain(`node1 stick ${name}`);
  });
});

test("whatever a host tells of its disks, their names are safe in a command and bad nodes are told", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom("sdb", "8:16", "62333", "1", "$(x)").map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      for (const { path, sizeBytes } of readDisks(parts)) {
        expect(path).toMatch(/^\/dev\/[A-Za-z0-9][A-Za-z0-9_.:/-]*$/);
        expect(Number.isSafeInteger(sizeBytes)).toBe(true);
      }
    }),
  );
  const told = (node: string) =>
    readDisks(["cciss!c0d0", "100", "104:0", node, "/sys/x", "0", "m", "s", "r"].map((text) => Buffer.from(text)))[0];
  expect(told("68:0")).toMatchObject({ path: "/dev/cciss/c0d0", sizeBytes: 51_200, wrong: "", removable: false });
  expect(told("-")?.wrong).toBe("");
  expect(told("")?.wrong).toBe("There is no block device /dev/cciss/c0d0.");
  expect(told("8:0")?.wrong).toContain("another device (8:0)");
});
