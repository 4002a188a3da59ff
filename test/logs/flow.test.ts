/**
 * The whole way on five hosts: plan, collect, two hosts killed on the way, gone on with, bundle, opened again. What is
 * there to be read is in the bundle byte for byte; what is not has its state and its reason.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { App } from "../../electron/app.ts";
import { invariant } from "../../electron/contract/error.ts";
import { type BundleResult, type Manifest, manifestSchema } from "../../electron/contract/logs/bundle.ts";
import { type CollectionPlan, type CollectMessage, selectionSchema } from "../../electron/contract/logs/collect.ts";
import { incompleteStates } from "../../electron/contract/logs/entry.ts";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { readPath } from "../../electron/contract/logs/remote-path.ts";
import { appIn, openedIn } from "../app.ts";
import { outputOf } from "../process-output.ts";
import {
  catalogue,
  expectedOf,
  guarded,
  items,
  type Name,
  names,
  type SeededHosts,
  seededFolder,
  seededHosts,
  seededNames,
  whyNoSeededHosts,
} from "./seeded-hosts.ts";

/** So long on the way that it can be cut off in the middle. */
const bigBytes = 24 * 1024 * 1024;
const timeout = 180_000;
const { signal } = new AbortController();
/** As collected: what redaction does to contents is tested elsewhere. */
const rules = redactionRulesSchema.parse({ on: false });

describe.skipIf(whyNoSeededHosts)(`five hosts with seeded logs ${whyNoSeededHosts}`, () => {
  let hosts: SeededHosts;
  let app: App;
  let profileDir: string;
  beforeAll(async () => {
    hosts = await seededHosts(["node02", "node04"], bigBytes);
    profileDir = join(hosts.dir, "profile");
    await mkdir(profileDir);
    await writeFile(join(profileDir, "log-catalogue.yaml"), catalogue);
    app = await appIn(hosts.dir, { profileDir, knownHosts: [hosts.knownHosts], lab: hosts.labFile });
  }, timeout);
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    await hosts?.[Symbol.asyncDispose]();
  });

  /** Plans; everything that is seeded is planned, whatever its name. */
  async function plan(): Promise<CollectionPlan> {
    await hosts.restore();
    const window = { fromMs: null, toMs: null };
    const made = await app.logs.planning.plan(selectionSchema.parse({ targets: [...names], items, window }), signal);
    for (const name of names) {
      const planned = made.header.entries.flatMap(({ target, source }) =>
        target === name && source.how === "file" ? [Buffer.from(readPath(source.path)).toString("hex")] : [],
      );
      const seeded = (await seededNames(hosts, name)).map((each) =>
        Buffer.concat([Buffer.from(`${seededFolder}/`), each]).toString("hex"),
      );
      expect(planned).toEqual(expect.arrayContaining(seeded));
    }
    return made;
  }

  /** Follows a run to its end. */
  async function follow(
    messages: AsyncGenerator<CollectMessage, void, void>,
    done: Set<number> = new Set(),
  ): Promise<CollectMessage | undefined> {
    let last: CollectMessage | undefined;
    for await (const message of messages) {
      last = message;
      if (message.kind === "result") done.add(message.result.n);
    }
    return last;
  }

  /** The big file's entry of a host. */
  function bigOf({ header }: CollectionPlan, name: Name): number {
    const entry = header.entries.find(
      ({ target, source }) => target === name && source.how === "file" && source.path.endsWith("/big.log"),
    );
    invariant(entry, "the big file is planned");
    return entry.n;
  }

  const resultOf = async (id: string, n: number) =>
    (await app.logs.collected(id)).results.find((result) => result.n === n);

  /** Ends the host with everything on it once part of its big file came. */
  async function killMidway(planned: CollectionPlan, name: Name): Promise<void> {
    const item = join(profileDir, "collections", planned.header.id, "items", `${bigOf(planned, name)}`);
    const came = () =>
      stat(item).then(
        ({ size }) => size,
        () => 0,
      );
    await expect.poll(came, { interval: 1, timeout: 60_000 }).toBeGreaterThan(500_000);
    await hosts.servers[name].kill();
  }

  /** Collects; two hosts are killed in the middle: one comes back within the run, with the other it is gone on with. */
  async function collectCut(planned: CollectionPlan): Promise<void> {
    const { id } = planned.header;
    const done = new Set<number>();
    const following = follow(await app.logs.collect({ plan: id }), done);
    const comesBack = killMidway(planned, "node02").then(() => hosts.servers.node02.start());
    await Promise.all([comesBack, killMidway(planned, "node04")]);
    // The host that is gone on with in the same run; the dead one keeps nobody from being done.
    const others = planned.header.entries.filter(({ target }) => target !== "node04").map(({ n }) => n);
    const settled = new Set(planned.leftOut.map(({ n }) => n));
    await expect.poll(() => others.filter((n) => !done.has(n) && !settled.has(n)), { timeout: 60_000 }).toEqual([]);
    await app.logs.cancel();
    expect(await following).toMatchObject({ kind: "ended", complete: false, summary: { state: "stopped" } });
    expect(await resultOf(id, bigOf(planned, "node04"))).toMatchObject({ state: "cancelled" });
    expect((await resultOf(id, bigOf(planned, "node04")))?.sizeBytes).toBeGreaterThan(0);
    await hosts.servers.node04.start();
    expect(await follow(await app.logs.collect({ id }))).toMatchObject({ kind: "ended", summary: { state: "ended" } });
    for (const name of ["node02", "node04"] as const)
      expect((await resultOf(id, bigOf(planned, name)))?.attempts).toBeGreaterThan(1);
  }

  /** Writes the bundle, unpacks it with tar, and compares all that is in it with what the hosts hold. */
  async function bundled({ header }: CollectionPlan): Promise<{ readonly manifest: Manifest; readonly root: string }> {
    const path = join(hosts.dir, `${header.id}.tar.zst`);
    let result: BundleResult | undefined;
    const writing = { id: header.id, path, overwrite: false, format: "tar.zst", rules } as const;
    for await (const message of app.logs.bundle(writing, signal)) if (message.kind === "ended") result = message.result;
    expect(result?.verified).toBe(result?.files);
    const out = join(hosts.dir, header.id);
    await mkdir(out);
    const tar = spawn("tar", ["-x", "-C", out], { stdio: ["pipe", "ignore", "inherit"] });
    await Promise.all([pipeline(createReadStream(path), createZstdDecompress(), tar.stdin), outputOf(tar)]);
    const [top = ""] = await readdir(out);
    const root = join(out, top);
    expect(await outputOf(spawn("sha256sum", ["--quiet", "-c", "SHA256SUMS"], { cwd: root }))).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(root, "manifest.json"), "utf8")));
    const told = (entries: Manifest["entries"] | CollectionPlan["header"]["entries"]) =>
      entries.map(({ target, item, source, path: at }) => ({ target, item, source, path: at.replace(/\.gz$/, "") }));
    expect(told(manifest.entries)).toEqual(told(header.entries));
    for (const { target, source, path: at, state, reason, sha256, sizeBytes } of manifest.entries) {
      const from = source.how === "file" ? source.path : `${seededFolder}/messages`;
      const name = names.find((each) => each === target);
      invariant(name, "all targets are hosts");
      const expected = await expectedOf(hosts, name, from, sizeBytes);
      expect({ at, state, sha256, reason }).toEqual({ at, ...expected, reason: expect.any(String) });
      if (state !== "got" && state !== "empty") expect(`${at}: ${reason}`).not.toBe(`${at}: `);
      const there = await sumOfStream(createReadStream(join(root, at))).catch(() => null);
      expect({ at, there }).toEqual({ at, there: sha256 });
    }
    await opens(path, manifest);
    return { manifest, root };
  }

  /** Opened again, it says and holds the same. */
  async function opens(path: string, manifest: Manifest): Promise<void> {
    const { collection, problems, manifest: isOwn } = await openedIn(app, path);
    expect({ problems, isOwn }).toEqual({ problems: [], isOwn: true });
    const stored = await app.logs.store.get(collection.id);
    for (const [n, { state, reason, sha256 }] of manifest.entries.entries()) {
      expect(stored.results.get(n)).toMatchObject({ state, reason, sha256 });
      if (sha256 !== null) expect(await sumOfStream(await stored.open(n))).toBe(sha256);
    }
    await app.logs.remove(collection.id);
  }

  test("two that are killed on the way and gone on with: what could be read is in the bundle, the rest has its reason", {
    timeout,
  }, async () => {
    const planned = await plan();
    const before = new Map<Name, string[]>();
    {
      using _ = await hosts.change();
      for (const name of names) before.set(name, hosts.listing(name));
      await collectCut(planned);
    }
    // Nothing on a host, nor changed there.
    for (const name of names) expect(hosts.listing(name)).toEqual(before.get(name));
    const { manifest } = await bundled(planned);
    expect(manifest.complete).toBe(false);
    expect(manifest.entries.some(({ state }) => incompleteStates.has(state))).toBe(true);
    const reasons = manifest.entries.filter(({ target }) => target === guarded).map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringMatching(/permission|root/i));
  });

  test("two that are killed and gone on with give the bundle of an undisturbed run, byte for byte but for run.json", {
    timeout,
  }, async () => {
    const cut = await plan();
    {
      using _ = await hosts.change(false);
      await collectCut(cut);
    }
    const whole = await plan();
    {
      using _ = await hosts.change(false);
      const following = await app.logs.collect({ plan: whole.header.id });
      expect(await follow(following)).toMatchObject({ kind: "ended", summary: { state: "ended" } });
    }
    const [one, other] = [await bundled(cut), await bundled(whole)];
    const files = await filesBelow(one.root);
    expect(await filesBelow(other.root)).toEqual(files);
    expect(files).toContain("run.json");
    const differing: string[] = [];
    for (const file of files) {
      const [a, b] = await Promise.all([one, other].map(({ root }) => readFile(join(root, file))));
      invariant(a && b, "both are there");
      if (!a.equals(b)) differing.push(file);
    }
    expect(differing).toEqual(["SHA256SUMS", "run.json"]);
    const lines = async ({ root }: { readonly root: string }) =>
      (await readFile(join(root, "SHA256SUMS"), "utf8")).split("\n").filter((line) => !line.endsWith("  run.json"));
    expect(await lines(one)).toEqual(await lines(other));
  });
});

/** Paths below a folder, in order. */
async function filesBelow(root: string): Promise<string[]> {
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  return all
    .filter((each) => each.isFile())
    .map((each) => relative(root, join(each.parentPath, each.name)))
    .sort();
}

async function sumOfStream(stream: Readable): Promise<string> {
  const sum = createHash("sha256");
  for await (const chunk of stream) sum.update(chunk);
  return sum.digest("hex");
}
