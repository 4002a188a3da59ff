/** Collecting over a wire that loses packets: real OpenSSH, the kernel's TCP, and a rule that drops what arrives. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EntryResult } from "../../electron/contract/logs/entry.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { whyNoSshd } from "../ssh/sshd.ts";
import { entryOf, headerOf } from "./collection-samples.ts";
import type { Came, Order, Segments, Told } from "./lossy-process.ts";

const whyNoLoss = (() => {
  if (whyNoSshd) return whyNoSshd;
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux for a network namespace";
  if (spawnSync("nft", ["--version"]).status !== 0) return "no nft (Debian: nftables)";
  if (spawnSync("ip", ["-V"]).status !== 0) return "no ip (Debian: iproute2)";
  const rule = "add table inet t; add chain inet t c { type filter hook input priority 0; }";
  const drop = "add rule inet t c numgen random mod 10 < 1 drop";
  const tried = spawnSync("unshare", ["-n", "nft", `${rule}; ${drop}`], { encoding: "utf8" });
  return tried.status === 0 ? "" : "the kernel drops no packets at random (nf_tables, numgen)";
})();

const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const sumOfStream = async (stream: Readable) => {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
};

describe.skipIf(whyNoLoss)(`packets that are lost ${whyNoLoss}`, { timeout: 120_000 }, () => {
  const noise = randomBytes(6_000_000);
  const text = Array.from({ length: 300_000 }, (_, line) => `${sumOf(`${line}`).slice(0, 40)} ${line}\n`).join("");
  const sums = [sumOf(noise), sumOf(text), sumOf("said\n")];
  let dir: string;
  let wire: Wire;
  let number = 0;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-loss-"));
    await writeFile(join(dir, "noise"), noise);
    await writeFile(join(dir, "text"), text);
    wire = await Wire.open(join(dir, "collections"));
  });
  afterAll(async () => {
    await wire?.[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });
  const store = () => createCollectionStore({ dir: join(dir, "collections") });
  async function begin(): Promise<string> {
    const id = `c${number++}`;
    const entries = [
      entryOf(0, { source: { how: "file", path: join(dir, "noise") } }),
      entryOf(1, { source: { how: "file", path: join(dir, "text") } }),
      entryOf(2, { source: { how: "command", argv: ["echo", "said"] } }),
    ];
    await (await store().create(headerOf(id, entries), { kind: "collection", path: null })).close();
    return id;
  }
  const resultsOf = async (id: string): Promise<EntryResult[]> =>
    [...(await store().get(id)).results.values()].sort((a, b) => a.n - b.n);
  async function isWhole(id: string): Promise<void> {
    const results = await resultsOf(id);
    for (const [n, sha256] of sums.entries()) {
      expect(results[n]).toMatchObject({ state: "got", sha256, sumAgrees: true, reason: "" });
      expect(await sumOfStream(await (await store().get(id)).open(n))).toBe(sha256);
    }
  }

  test.each([2, 10])(
    "%i in a hundred, each way, from the first packet to the last: every byte is right",
    async (percent) => {
      await wire.order({ do: "lose", percent });
      const id = await begin();
      const before = await wire.order({ do: "connect" });
      const after = await wire.order({ do: "collect", id, backMs: 60_000 });
      await isWhole(id);
      // the packets were lost indeed, and sent again
      const again = (after.again - before.again) / (after.sent - before.sent);
      expect(again).toBeGreaterThan(percent / 400);
      await wire.order({ do: "lose", percent: 0 });
    },
  );

  test("all of them until the connection is taken for dead, again and again: it goes on by itself once some arrive", async () => {
    const id = await begin();
    const collecting = wire.order({ do: "collect", id, backMs: 60_000 });
    for (const bytes of [500_000, 3_000_000]) {
      await wire.came((told) => told.bytes > bytes);
      await wire.order({ do: "lose", percent: 100 });
      await wire.came((told) => told.standsStill !== "");
      await wire.order({ do: "lose", percent: 5 });
      await wire.came((told) => told.standsStill === "");
    }
    await collecting;
    await isWhole(id);
    expect(Math.max(...(await resultsOf(id)).map(({ attempts }) => attempts))).toBeGreaterThan(2);
    await wire.order({ do: "lose", percent: 0 });
  });

  test("all of them for longer than a host may be away: what had come is kept, the reason is told, going on brings the rest", async () => {
    const id = await begin();
    const collecting = wire.order({ do: "collect", id, backMs: 2500 });
    await wire.came(({ bytes }) => bytes > 1_500_000);
    await wire.order({ do: "lose", percent: 100 });
    await collecting;
    const lost = (await resultsOf(id)).filter(({ state }) => state === "lost");
    expect(lost.length).toBeGreaterThan(0);
    for (const { reason } of lost) expect(reason).toMatch(/node01/);
    const [half] = lost.filter(({ sizeBytes }) => sizeBytes > 0);
    const [whole, come] = half?.n === 0 ? [noise, half.sizeBytes] : [Buffer.from(text), half?.sizeBytes ?? 0];
    const kept = await (await store().get(id)).open(half?.n ?? -1);
    expect(await sumOfStream(kept)).toBe(sumOf(whole.subarray(0, come)));
    // by hand: the host is connected to, and the collection gone on with
    await wire.order({ do: "lose", percent: 0 });
    await wire.order({ do: "connect" });
    await wire.order({ do: "collect", id, backMs: 2500 });
    await isWhole(id);
    for (const { n, attempts } of lost) expect((await resultsOf(id))[n]?.attempts).toBeGreaterThan(attempts);
  });
});

/** The process that collects over the wire. Orders are carried out side by side. */
class Wire implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #orders: PromiseWithResolvers<Segments>[] = [];
  readonly #watching = new Set<(came: Came) => void>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (told: Told) => {
      if (told.is === "came") for (const watch of this.#watching) watch(told);
      else if (told.is === "done") this.#orders[told.order]?.resolve(told);
      else this.#orders[told.order]?.reject(new Error(told.why));
    });
    child.on("exit", () => {
      for (const order of this.#orders) order.reject(new Error("the process ended"));
    });
  }

  static async open(collections: string): Promise<Wire> {
    const script = join(import.meta.dirname, "lossy-process.ts");
    const args = ["-n", process.execPath, script, collections];
    const wire = new Wire(spawn("unshare", args, { stdio: ["ignore", "inherit", "inherit", "ipc"] }));
    await wire.order({ do: "lose", percent: 0 });
    return wire;
  }

  order(order: Order): Promise<Segments> {
    const answer = Promise.withResolvers<Segments>();
    answer.promise.catch(() => undefined); // who waits for it is told
    this.#child.send({ ...order, order: this.#orders.push(answer) - 1 });
    return answer.promise;
  }

  /** Settles once a collection that is under way is so far. */
  async came(isSo: (came: Came) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = (came: Came) => isSo(came) && resolve();
    this.#watching.add(watch);
    await promise;
    this.#watching.delete(watch);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
