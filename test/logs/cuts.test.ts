/** Connections that are cut at every stage, each in every way: all comes in the end, or is told with its reason. */
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CollectDeps, CollectRun } from "../../electron/logs/collect/run.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { find } from "../../electron/logs/find/find.node.ts";
import { type Bench, createBench, deviceFor } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { entryOf, headerOf } from "./collection-samples.ts";
import { type Cut, type CuttingProxy, cuts, type Stage, startCuttingProxy } from "./cutting-proxy.ts";
import { filesItem } from "./hosts.ts";

const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const noSource = () => Promise.reject(new Error("no such source here"));

/** Cut by the proxy, which reads what is said in clear; the later ones by what comes of the commands. */
const inClear: readonly Stage[] = ["banner", "key exchange", "authentication"];
const later = ["first command", "clock", "mid file", "between files", "last sum"] as const;
/** Of the finder: the first command asks what the host is, the second for paths. */
const finding: readonly string[] = ["finding", "finding paths"];
const stages = [...inClear, ...later, ...finding];

const isFinding = (stage: string) => finding.includes(stage);

interface Place {
  readonly device: string;
  readonly stage: string;
  readonly how: Cut;
  readonly proxy: CuttingProxy;
  /** Files with bytes of their own, which do not pack. */
  readonly files: readonly { readonly path: string; readonly content: Buffer }[];
}

describe.skipIf(whyNoSshd)(`connections cut at every stage ${whyNoSshd}`, () => {
  let sshd: Sshd;
  let bench: Bench;
  let dir: string;
  let far: string;
  const places: Place[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-cuts-"));
    far = join(dir, "far");
    await mkdir(join(dir, "bin"));
    await mkdir(far);
    // sums as openssl does, and keeps back the sum of what has a file of its name, until that is gone
    const stand = `#!/bin/sh\nsum=$(PATH=/usr/bin:/bin openssl "$@")\nwhile [ -e "${dir}/held-\${sum%% *}" ]; do sleep 0.05; done\necho "$sum"\n`;
    await writeFile(join(dir, "bin/openssl"), stand);
    await chmod(join(dir, "bin/openssl"), 0o755);
    sshd = await startSshd({
      config: ["MaxStartups 200", `SetEnv HOME=${dir} PATH=${dir}/bin:/usr/bin:/bin`],
    });
    for (const stage of stages)
      for (const how of cuts) {
        const device = `${stage}-${how}`.replaceAll(" ", "-");
        const files = [6_000_000, 300_000].map((size, index) => ({
          path: join(far, `${device}-${index}.gz`),
          content: randomBytes(size),
        }));
        for (const { path, content } of files) await writeFile(path, content);
        const at = inClear.find((each) => each === stage) ?? null;
        places.push({ device, stage, how, files, proxy: await startCuttingProxy(sshd, how, at) });
      }
    bench = await createBench({
      devices: places.map(({ device, proxy }) => deviceFor(device, { ...sshd, host: "127.0.0.1", port: proxy.port })),
      deps: {
        // a stalled connection is taken for dead after three signs of life without an answer
        timings: { stageTimeoutMs: 4000, keepaliveIntervalMs: 1000 },
        backoff: { firstDelayMs: 20, maxDelayMs: 200, maxAttempts: 200 },
      },
    });
    const trusted = places.flatMap(({ proxy }) => sshd.hostKeys.map((key) => `[127.0.0.1]:${proxy.port} ${key}\n`));
    await writeFile(bench.userKnownHosts, trusted.join(""));
  });
  afterAll(async () => {
    await bench?.[Symbol.asyncDispose]();
    for (const { proxy } of places) await proxy[Symbol.asyncDispose]();
    await sshd?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  const placeOf = (device: string): Place => {
    const place = places.find((each) => each.device === device);
    if (!place) throw new Error(`no ${device}`);
    return place;
  };

  /** The service, which cuts a device's connection once when its commands are so far as its stage says. */
  function cutting(): CollectDeps["ssh"] {
    const runs = new Map<string, number>();
    return {
      state: bench.ssh.state,
      run: async (device, argv, options = {}) => {
        const { stage, proxy, files } = placeOf(device);
        const number = (runs.get(device) ?? 0) + 1;
        runs.set(device, number);
        let bytes = 0;
        const whole = files[0]?.content.length ?? 0;
        const isNow = () =>
          (stage === "first command" && number === 1) ||
          (stage === "clock" && number === 2) ||
          (stage === "mid file" && bytes > 1_000_000) ||
          (stage === "last sum" && bytes > whole);
        // less than what the server says to any command that answers
        if (number === finding.indexOf(stage) + 1) proxy.cutAfter(200);
        return bench.ssh.run(device, argv, {
          ...options,
          onStdout: async (chunk) => {
            bytes += chunk.length;
            if (proxy.cut === 0 && isNow()) {
              proxy.cutNow();
              for (const { content } of files) await rm(join(dir, `held-${sumOf(content)}`), { force: true });
            }
            await options.onStdout?.(chunk);
          },
        });
      },
    };
  }

  test("collecting: every byte is there in the end, from each of them, and the sums agree", {
    timeout: 90_000,
  }, async () => {
    const asked = places.filter(({ stage }) => !isFinding(stage));
    for (const { stage, files } of asked)
      if (stage === "last sum") await writeFile(join(dir, `held-${sumOf(files[0]?.content ?? "")}`), "");
    const entries = asked
      .flatMap(({ device, files }) => files.map(({ path }) => ({ device, path })))
      .map(({ device, path }, n) => entryOf(n, { target: device, source: { how: "file", path } }));
    const store = createCollectionStore({ dir: join(dir, "collections") });
    const header = headerOf(
      "c",
      entries,
      asked.map(({ device }) => device),
    );
    const writer = await store.create(header, { kind: "collection", path: null });
    const deps: CollectDeps = {
      ssh: cutting(),
      sudo: "never",
      askPassword: async () => null,
      absenceOf: () => undefined,
      runners: { switch: noSource, ipmi: noSource, own: noSource },
      limits: { lanes: asked.length, perHost: { all: 1, large: 1 }, backMs: 40_000 },
      onResult: ({ target }) => {
        const { stage, proxy } = placeOf(target);
        if (stage === "between files" && proxy.cut === 0) proxy.cutNow();
      },
    };
    await new CollectRun(writer, deps, new AbortController().signal).run();
    await writer.close();
    const { results, open } = await store.get("c");
    for (const { device, proxy } of asked) expect({ device, cut: proxy.cut }).toEqual({ device, cut: 1 });
    for (const { n, target, source } of entries) {
      const { content } = placeOf(target).files.find(({ path }) => source.how === "file" && source.path === path) ?? {};
      const sha256 = sumOf(content ?? "");
      const { state, reason, sumAgrees } = results.get(n) ?? {};
      expect({ target, state, reason, sumAgrees, sha256: results.get(n)?.sha256 }).toEqual({
        target,
        state: "got",
        reason: "",
        sumAgrees: true,
        sha256,
      });
      const kept = Buffer.concat(await (await open(n)).toArray());
      expect(sumOf(kept)).toBe(sha256);
    }
    // more of the file than a channel's window was still to come
    for (const [n, { target }] of entries.entries())
      if (placeOf(target).stage === "mid file" && n % 2 === 0) expect(results.get(n)?.attempts).toBe(2);
  });

  test("finding: the host's fault is told and keeps none of the others back; asked again it answers", {
    timeout: 60_000,
  }, async () => {
    const asked = places.filter(({ stage }) => isFinding(stage));
    const deps = {
      ssh: cutting(),
      lab: () => bench.lab.get(),
      items: () => [filesItem("kept", [`${far}/finding-*`])],
      layouts: () => [],
      timeoutMs: 20_000,
    };
    const devices = [...asked.map(({ device }) => device), "banner-stall"];
    const look = async () => {
      const found = new Map<string, { readonly fault: string; readonly files: number }>();
      for await (const { target, fault, files } of find(deps, { devices, sudo: false }))
        if (!target.id.includes(" stick ")) found.set(target.id, { fault: fault?.code ?? "", files: files.length });
      return found;
    };
    const files = asked.flatMap((place) => place.files).length;
    for (const { device } of asked) await bench.ssh.connect(device);
    const first = await look();
    for (const { device, proxy } of asked) {
      expect({ device, cut: proxy.cut }).toEqual({ device, cut: 1 });
      expect({ device, ...first.get(device) }).toEqual({ device, fault: "ssh.connection-lost", files: 0 });
    }
    expect(first.get("banner-stall")).toEqual({ fault: "", files });
    for (const { device } of asked) await bench.ssh.connect(device);
    const again = await look();
    for (const device of devices) expect({ device, ...again.get(device) }).toEqual({ device, fault: "", files });
  });
});
