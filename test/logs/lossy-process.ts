/**
 * Collects over a wire that loses packets: meant for a network namespace of its own (`unshare -n`), whose loopback is
 * the wire. A real sshd, and the kernel's own TCP at both ends; an nftables rule drops packets at random as they arrive,
 * so that neither end is told. `lossy-process.ts <collections folder>`; told what to do by messages, says what came of it.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { CollectRun } from "../../electron/logs/collect/run.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { deviceFor, trustingBench } from "../ssh/bench.ts";
import { startSshd } from "../ssh/sshd.ts";

export type Order =
  | { readonly do: "lose"; readonly percent: number }
  | { readonly do: "collect"; readonly id: string; readonly backMs: number }
  | { readonly do: "connect" };

/** Segments of TCP that were sent in this namespace, and those sent again because they were lost. */
export interface Segments {
  readonly sent: number;
  readonly again: number;
}

export interface Came {
  readonly bytes: number;
  /** Why nothing moves; empty while it does. */
  readonly standsStill: string;
}

export type Told =
  | ({ readonly is: "done"; readonly order: number } & Segments)
  | { readonly is: "failed"; readonly order: number; readonly why: string }
  | ({ readonly is: "came" } & Came);

const tell = (told: Told) => process.connected && process.send?.(told);
const none = () => Promise.reject(new Error("no such source here"));

// packets as on Ethernet: neither the device's larger ones nor the kernel's bundles of them are lost as one
execFileSync("ip", ["link", "set", "dev", "lo", "mtu", "1500", "gso_max_size", "1500", "up"]);
const sshd = await startSshd();
const bench = await trustingBench([sshd], {
  devices: [deviceFor("node01", sshd)],
  deps: {
    timings: { stageTimeoutMs: 3000, keepaliveIntervalMs: 500 },
    backoff: { firstDelayMs: 50, maxDelayMs: 200, maxAttempts: 1000 },
  },
});
const store = createCollectionStore({ dir: process.argv[2] ?? "" });

function lose(percent: number): void {
  const chain = "add table inet wire; add chain inet wire arriving { type filter hook input priority 0; }";
  const some = percent < 100 ? `numgen random mod 1000 < ${percent * 10}` : "";
  const rule = `add rule inet wire arriving iif lo meta l4proto tcp ${some} drop`;
  execFileSync("nft", [["flush ruleset", chain, ...(percent > 0 ? [rule] : [])].join("; ")]);
}

async function collect(id: string, backMs: number): Promise<void> {
  const writer = await store.resume(id);
  const deps = {
    ssh: bench.ssh,
    sudo: "never",
    askPassword: async () => null,
    absenceOf: () => undefined,
    runners: { switch: none, ipmi: none, own: none },
    limits: { backMs, perHost: { all: 2, large: 2 } },
  } as const;
  const run = new CollectRun(writer, deps, new AbortController().signal);
  const timer = setInterval(
    () => tell({ is: "came", bytes: run.progress.bytes, standsStill: run.progress.targets()[0]?.fault?.code ?? "" }),
    10,
  );
  await run.run().finally(() => clearInterval(timer));
  await writer.close();
}

function segments(): Segments {
  const [names = [], values = []] = readFileSync("/proc/net/snmp", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("Tcp: "))
    .map((line) => line.split(" "));
  const of = (name: string) => Number(values[names.indexOf(name)]);
  return { sent: of("OutSegs"), again: of("RetransSegs") };
}

process.on("message", async (order: Order & { readonly order: number }) => {
  try {
    if (order.do === "lose") lose(order.percent);
    else if (order.do === "connect") await bench.ssh.connect("node01");
    else await collect(order.id, order.backMs);
    tell({ is: "done", order: order.order, ...segments() });
  } catch (error) {
    tell({ is: "failed", order: order.order, why: String(error instanceof Error ? error.stack : error) });
  }
});
process.on("disconnect", async () => {
  await bench[Symbol.asyncDispose]();
  await sshd[Symbol.asyncDispose]();
  process.exit();
});
