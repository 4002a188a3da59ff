/**
 * The same secrets where no file of a host holds them: in the bytes of boot sticks and in what a BMC answers. Found and
 * collected as ever, packed redacted: none stands in any byte of the bundle.
 */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invariant } from "../../electron/contract/error.ts";
import { type Manifest, manifestSchema } from "../../electron/contract/logs/bundle.ts";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { BundleThreads } from "../../electron/logs/bundle/bundling-thread.node.ts";
import { loadCatalogue } from "../../electron/logs/catalogue.node.ts";
import { createIpmiRunner } from "../../electron/logs/collect/ipmi.node.ts";
import type { StoredCollection } from "../../electron/logs/stored.node.ts";
import { type Bench, deviceFor, trustingBench } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { imageBytes, logBytes, noise, writeImage } from "../sticks/image.ts";
import { foundAndCollected } from "./found-and-collected.ts";
import { loop, whyNoLoop } from "./hosts.ts";
import { fruOf, type IpmiSim, startIpmiSim, whyNoIpmiSim } from "./ipmi-sim.ts";
import { aloud, devices, leftBelow, leftIn, ownWord, planted, secrets } from "./planted-secrets.ts";

const skipped = whyNoSshd || whyNoIpmiSim || whyNoLoop;
const firstOf = (of: string) => planted.find(({ kind }) => kind === of)?.secret ?? "";
/** What a unit's fields tell; the last four are free text, in which nothing but the words tells what they are. */
const fru = fruOf(
  ["Maker", "Board", firstOf("serial"), "Part", ""],
  [
    "Maker",
    "Server",
    "Part",
    "1",
    planted.findLast(({ kind }) => kind === "serial")?.secret ?? "",
    "",
    "",
    `in ${firstOf("hostname")}`,
    `by ${firstOf("user")}`,
    `at ${firstOf("ipv4")}`,
    `of ${ownWord}`,
  ],
);

describe.skipIf(skipped)(`secrets on sticks and in a BMC ${skipped}`, () => {
  let dir: string;
  let sshd: Sshd;
  let sim: IpmiSim;
  let bench: Bench;
  const [name] = devices;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-devices-"));
    sshd = await startSshd();
    sim = await startIpmiSim({ fru });
    const { host, port, user } = sim.login;
    bench = await trustingBench([sshd], {
      devices: [{ ...deviceFor(name, sshd), bmc: { kind: "ipmi", host, port, user } }],
    });
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    await sim?.[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  /** Collects the sticks that are there, what the BMC answers, and files in which each secret's place tells what it is. */
  async function collected(disks: readonly string[], profile: string): Promise<StoredCollection> {
    const root = join(dir, "host");
    for (const [path, all] of Map.groupBy(planted, ({ path }) => path)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), `${all.map(({ line }) => line).join("\n")}\n`);
    }
    await mkdir(profile);
    const globs = [2, 3, 4, 5, 6, 7, 8].map((deep) => `${root}${"/*".repeat(deep)}`);
    const told = { id: "planted", title: "Planted", why: "Secrets", group: "logs", on: ["linux"], files: globs };
    await writeFile(join(profile, "log-catalogue.yaml"), JSON.stringify({ halfrack: 1, items: [told] }));
    return foundAndCollected(bench, {
      id: "c1",
      profile,
      device: name,
      disks,
      items: ["planted", "bmc-fru", "stick-version", "stick-log"],
      files: true,
      ipmi: createIpmiRunner({ loginOf: async () => sim.login }),
    });
  }

  async function unpacked(profile: string): Promise<{ readonly out: string; readonly manifest: Manifest }> {
    const { shippedIds } = await loadCatalogue(profile);
    const job = {
      ...{ collections: join(profile, "collections"), id: "c1", pseudonyms: join(profile, "pseudonyms"), shippedIds },
      ...{ hosts: devices, users: [], rules: redactionRulesSchema.parse({ words: [ownWord] }) },
      ...{ to: join(profile, "bundle.tar.zst"), overwrite: false, format: "tar.zst" as const, items: new Map() },
      ...{ unfinished: join(profile, "unfinished"), writtenBy: "Halfrack 0.1.0" },
    } as const;
    for await (const _ of new BundleThreads().write(job, new AbortController().signal));
    const out = join(profile, "out");
    await mkdir(out);
    execFileSync("tar", ["--zstd", "-xf", job.to, "-C", out]);
    const [top = ""] = await readdir(out);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(out, top, "manifest.json"), "utf8")));
    return { out: join(out, top), manifest };
  }

  test("none is in the bundle: a stick's part that holds one is kept out, what the BMC said is told with pseudonyms", {
    timeout: 240_000,
  }, async () => {
    const log = noise(logBytes, 99);
    log.set(Buffer.from(aloud), 5 * 1024 ** 2);
    const whole = new Uint8Array(imageBytes);
    whole.set(Buffer.from(aloud, "utf16le"), 20 * 1024 ** 2);
    const at = (image: string) => join(dir, image);
    writeImage(at("known"), { log, version: `vSMP Foundation version 10.0.1595.57\n${aloud}` });
    writeImage(at("clean"), { log: new Uint8Array(logBytes) });
    await writeFile(at("unknown"), whole);
    using known = loop(at("known"));
    using clean = loop(at("clean"));
    using unknown = loop(at("unknown"));
    const profile = join(dir, "profile");
    const collection = await collected([known.disk, clean.disk, unknown.disk], profile);

    /** How many secrets came, by the end of where they come from. */
    const came = new Map<string, number>();
    for (const { n, source, item } of collection.header.entries) {
      if (item === "planted" || !collection.results.get(n)?.sha256) continue;
      const bytes = Buffer.concat(await (await collection.open(n)).toArray());
      const from = source.how === "range" ? `${source.path} ${source.lengthBytes}` : source.how;
      came.set(from, new Set(leftIn(bytes, "")).size);
    }
    const mib = 1024 ** 2;
    expect(Object.fromEntries(came)).toEqual({
      ipmi: 6,
      [`${known.disk} ${mib}`]: secrets.length,
      [`${known.disk} ${logBytes}`]: secrets.length,
      [`${clean.disk} ${mib}`]: 0,
      [`${clean.disk} ${logBytes}`]: 0,
      [`${unknown.disk} ${imageBytes}`]: secrets.length,
    });

    const { out, manifest } = await unpacked(profile);
    expect(leftIn(await readFile(join(profile, "bundle.tar.zst")), "the archive")).toEqual([]);
    expect(await leftBelow(out)).toEqual([]);
    const parts = manifest.entries.flatMap(({ source, sizeBytes, withheld }) =>
      source.how === "range" && (sizeBytes > 0 || withheld !== "")
        ? [[`${source.path} ${source.lengthBytes}`, withheld !== ""] as const]
        : [],
    );
    expect(Object.fromEntries(parts)).toEqual({
      [`${known.disk} ${mib}`]: true,
      [`${known.disk} ${logBytes}`]: true,
      [`${clean.disk} ${mib}`]: false,
      [`${clean.disk} ${logBytes}`]: false,
      [`${unknown.disk} ${imageBytes}`]: true,
    });
    const bmc = manifest.entries.find(({ item }) => item === "bmc-fru");
    invariant(bmc, "the BMC was asked");
    const said = await readFile(join(out, bmc.path), "utf8");
    expect(said).toMatch(/Board Serial +: serial-\d+\n/);
    expect(said).toMatch(/Product Extra +: in host-\d+\n/);
    expect(said).toMatch(/Product Extra +: of word-1\n/);
  });
});
