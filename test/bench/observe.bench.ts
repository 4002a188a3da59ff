/** One observation of all five hosts and the fabric, against pdsh and clush running the same commands on the same hosts. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FabricState } from "../../electron/contract/fabric.ts";
import { createFabricService } from "../../electron/fabric/service.ts";
import { createLabService } from "../../electron/lab/service.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { createSshService } from "../../electron/ssh/service.ts";
import { startTestLab } from "../lab/lab.ts";
import { available } from "./available.ts";
import { median, saveResult } from "./result.ts";

type Row = Parameters<typeof saveResult>[1]["rows"][number];

const run = promisify(execFile);
const rounds = 9;
const hosts = ["node01", "node02", "node03", "node04", "node05"];

await using lab = await startTestLab();
/** What Halfrack asks: every host for ibstat, one of them for the links. The slot files, which simulated hosts lack, are left out. */
const remote = `PATH=$PATH:/usr/sbin:/sbin; export LC_ALL=C; ibstat; case "$SSH_CONNECTION" in *" ${lab.hosts[0]?.address} "*) iblinkinfo --line;; esac; true`;
const work = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
try {
  const env = { ...process.env, PDSH_SSH_ARGS_APPEND: `-F ${lab.sshConfig}` };
  const tools = ["pdsh", "clush"].filter((tool) => available(tool));
  const commands: Record<string, () => Promise<string>> = {
    pdsh: async () => (await run("pdsh", ["-R", "ssh", "-f", "5", "-w", hosts.join(","), remote], { env })).stdout,
    clush: async () =>
      (await run("clush", ["-f", "5", "-o", `-F ${lab.sshConfig}`, "-w", hosts.join(","), remote], { env })).stdout,
    cli: async () => {
      const argv = ["electron/cli.ts", "call", "fabric.observe", "--lab", lab.labFile];
      const more = ["--profile", join(work, "cli"), "--known-hosts", lab.knownHosts];
      const { stdout } = await run(process.execPath, [...argv, ...more], { maxBuffer: 64 * 1024 * 1024 });
      return complete(JSON.parse(stdout) as FabricState);
    },
    cold: () => observeOnce(1).then(([ms]) => String(ms)),
  };
  const taken = new Map<string, number[]>([...tools, "cli", "cold"].map((name) => [name, []]));
  // One after the other in each round, so that a slow moment of the machine meets all of them.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, times] of taken) {
      const started = performance.now();
      const output = await commands[name]?.();
      if (tools.includes(name) && (output?.match(/Node GUID/g)?.length !== 5 || !output.includes("==>"))) {
        throw new Error(`${name} did not reach every host: ${output}`);
      }
      const ms = name === "cold" ? Number(output) : performance.now() - started;
      if (round > 0) times.push(ms);
    }
  }
  const warm = (await observeOnce(rounds + 1)).slice(1);
  const of = (name: string): number => median(taken.get(name) ?? []);
  const peers = tools.map((name) => ({ name, ms: of(name) }));
  const faster = peers.reduce((best, peer) => (peer.ms < best.ms ? peer : best));
  const rows: Row[] = [
    ...peers.map(
      ({ name, ms }): Row => ({
        measure: `${name}, from a cold shell`,
        value: ms,
        unit: "ms",
        how: "ibstat on each host, iblinkinfo on one; process start to end",
      }),
    ),
    {
      measure: "Halfrack, connections held",
      value: median(warm),
      unit: "ms",
      how: "fabric.observe in the running app: what the admin waits for",
    },
    {
      measure: "Halfrack, no connection yet",
      value: of("cold"),
      unit: "ms",
      how: "fabric.observe in the running app, five logins and a look for slot files included",
    },
    {
      measure: "Halfrack, a new process",
      value: of("cli"),
      unit: "ms",
      how: "halfrack call fabric.observe: process start to end",
    },
    {
      measure: `held connections, of ${faster.name}`,
      value: median(warm) / faster.ms,
      unit: "x",
      goal: { atMost: 0.5 },
      how: `against the faster of ${tools.join(" and ")}`,
    },
    {
      measure: `five logins included, of ${faster.name}`,
      value: of("cold") / faster.ms,
      unit: "x",
      goal: { atMost: 0.5 },
      how: `against the faster of ${tools.join(" and ")}`,
    },
    {
      measure: `a new process, of ${faster.name}`,
      value: of("cli") / faster.ms,
      unit: "x",
      how: "against the faster of pdsh and clush; Node's start, the app's modules and five logins are most of it",
    },
  ];
  saveResult("observe", {
    title: "One observation of all five hosts",
    setting: `Five OpenSSH hosts on loopback with infiniband-diags over a simulated fabric; medians of ${rounds} rounds, all tools in turn within each round.`,
    rows,
  });
} finally {
  await rm(work, { recursive: true, force: true });
}

/** Milliseconds of each of `count` observations on one set of connections; the first logs in. */
async function observeOnce(count: number): Promise<number[]> {
  await using labs = createLabService({ homeDir: lab.homeDir });
  await labs.open({ path: lab.labFile });
  await using ssh = createSshService({
    lab: labs.state,
    homeDir: lab.homeDir,
    agentSocket: null,
    secrets: memorySecrets(),
    knownHosts: () => ({ own: join(work, "known_hosts"), readOnly: [lab.knownHosts] }),
  });
  await using fabric = createFabricService({ lab: labs.state, ssh, pollIntervalMs: () => 60_000 });
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const started = performance.now();
    const state = await fabric.observe({ timeoutMs: 20_000 });
    times.push(performance.now() - started);
    complete(state);
  }
  return times;
}

/** An observation that misses something is not measured. */
function complete(state: FabricState): string {
  const healthy = state.cables.filter((cable) => cable.state === "healthy").length;
  const reached = Object.values(state.devices).filter((device) => device.reach === "reachable").length;
  if (healthy !== 5 || reached !== 5) throw new Error(`observed ${reached} hosts and ${healthy} healthy cables of 5`);
  return "complete";
}
