/** 200 shells on the practice lab through our SSH service, beside 200 OpenSSH clients; and the time to a first prompt. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLabService } from "../../electron/lab/service.ts";
import { createPracticeService } from "../../electron/practice/service.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { createSshService } from "../../electron/ssh/service.ts";
import { saveResult } from "./result.ts";

const sessions = 200;
const dir = await mkdtemp(join(tmpdir(), "practice-bench-"));
const practice = createPracticeService({ dir });
const { labPath } = await practice.start();
const lab = createLabService({ homeDir: dir });
await lab.openPractice(labPath);
const nodes = (lab.state.get().lab?.devices ?? []).filter(({ name }) => name.startsWith("node"));
const ssh = createSshService({
  lab: lab.state,
  homeDir: dir,
  agentSocket: null,
  secrets: memorySecrets(),
  // The 41st shell of a node needs a fifth connection.
  pool: { maxConnections: 6 },
  knownHosts: () => ({ own: practice.knownHostsFile ?? "", readOnly: [] }),
});
const nodeOf = (index: number) => {
  const node = nodes[index % nodes.length];
  if (!node?.ssh) throw new Error("the practice lab has no nodes");
  return { name: node.name, ssh: node.ssh };
};

async function prompted(index: number): Promise<void> {
  const channel = await ssh.shell(nodeOf(index).name, { cols: 80, rows: 24 });
  await new Promise<void>((resolve) => {
    channel.onData((chunk) => {
      if (Buffer.from(chunk).includes("]# ")) resolve();
    });
  });
}

await prompted(0);
const firstPromptMs = performance.now();
global.gc?.();
const memoryBefore = process.memoryUsage.rss();
const startedOurs = performance.now();
await Promise.all(Array.from({ length: sessions }, (_, index) => prompted(index)));
const oursMs = performance.now() - startedOurs;
global.gc?.();
const oursKiB = (process.memoryUsage.rss() - memoryBefore) / 1024 / sessions;
await ssh[Symbol.asyncDispose]();

const children: ChildProcess[] = [];
const startedPeer = performance.now();
await Promise.all(
  Array.from({ length: sessions }, (_, index) => {
    const { host, port, user, identityFile } = nodeOf(index).ssh;
    const options = [
      "-F",
      "/dev/null",
      "-tt",
      "-oBatchMode=yes",
      "-oIdentitiesOnly=yes",
      `-oUserKnownHostsFile=${practice.knownHostsFile}`,
    ];
    const child = spawn("ssh", [...options, "-i", identityFile ?? "", "-p", String(port), `${user}@${host}`]);
    children.push(child);
    return new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        if (chunk.includes("]# ")) resolve();
      });
      child.on("error", reject);
      child.on("exit", (code) => reject(new Error(`ssh ended with ${code}`)));
    });
  }),
);
const peerMs = performance.now() - startedPeer;
const peerKiB = await residentKiB(children);
for (const child of children) child.removeAllListeners("exit").kill();
await practice.stop();
await lab[Symbol.asyncDispose]();
await rm(dir, { recursive: true, force: true });

/** Mean resident memory of processes that are alive, in KiB (Linux). */
async function residentKiB(processes: readonly ChildProcess[]): Promise<number> {
  const texts = await Promise.all(processes.map(({ pid }) => readFile(`/proc/${pid}/status`, "utf8")));
  return texts.reduce((sum, text) => sum + Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0), 0) / processes.length;
}

saveResult("practice", {
  title: "200 sessions on the practice lab",
  setting: `${sessions} interactive shells on five practice nodes, first through the SSH service in the process that also serves the practice lab, then by ${sessions} OpenSSH client processes.`,
  rows: [
    {
      measure: "process start to first practice shell prompt",
      value: firstPromptMs,
      unit: "ms",
      how: "new keys, lab opened, no window",
    },
    {
      measure: "200 shells to their prompts, SSH service",
      value: oursMs,
      unit: "ms",
      how: "connections shared per node, up to six of them",
    },
    {
      measure: "200 shells to their prompts, OpenSSH clients",
      value: peerMs,
      unit: "ms",
      how: "one process and login each",
    },
    { measure: "time, SSH service against OpenSSH clients", value: oursMs / peerMs, unit: "x" },
    {
      measure: "memory per session, SSH service",
      value: oursKiB,
      unit: "KiB",
      how: "resident growth, both ends in one process",
    },
    {
      measure: "memory per session, OpenSSH clients",
      value: peerKiB,
      unit: "KiB",
      how: "resident, client end alone",
    },
  ],
});
