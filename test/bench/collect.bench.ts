/**
 * Logs of five hosts brought here at once, beside scp, sftp and rsync doing the same: text, and what does not pack. Then
 * the same over a line of 1 Gbit/s, in a network namespace: with `--line` it is this one's.
 */
import { execFile, execFileSync } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { knownHostsLines } from "../ssh/bench.ts";
import { type Sshd, startSshd } from "../ssh/sshd.ts";
import { available } from "./available.ts";
import { median, saveResult } from "./result.ts";

type Row = Parameters<typeof saveResult>[1]["rows"][number];
type Content = "text" | "packed";

const run = promisify(execFile);
const rounds = 3;
const overLine = process.argv.includes("--line");
const [hosts, filesEach, fileBytes] = [5, 10, 20 * 2 ** 20];
const root = join(import.meta.dirname, "..", "..");
const work = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
const servers: Sshd[] = [];
try {
  for (let n = 0; n < hosts; n++) servers.push(await startSshd({ host: `127.0.0.${n + 2}` }));
  const known = join(work, "known_hosts");
  await writeFile(known, servers.map((sshd) => knownHostsLines(sshd)).join(""));
  const labFile = join(work, "lab.yaml");
  await writeFile(labFile, stringify({ halfrack: 1, name: "Bench", devices: servers.map(device) }));
  const rows: Row[] = [];
  for (const content of ["text", "packed"] as const) rows.push(...(await measured(content, known, labFile)));
  saveResult(overLine ? "collect-line" : "collect", {
    title: overLine ? "Collecting over a line of 1 Gbit/s" : "Collecting the logs of five hosts",
    setting: `Five OpenSSH servers on ${overLine ? "one line of 1 Gbit/s (a loopback of its own, tc tbf)" : "loopback, where both sides share the processors"}, each with ${filesEach} files of 20 MiB: lines of a system log, then bytes that do not pack. scp, sftp and rsync run as five processes at once; all begin without a connection. Halfrack also sums every file on both sides. Medians of ${rounds} rounds, all in turn within each.`,
    rows,
  });
} finally {
  for (const sshd of servers) await sshd[Symbol.asyncDispose]();
  await rm(work, { recursive: true, force: true });
}
if (!overLine) {
  const line = "ip link set lo up && tc qdisc add dev lo root tbf rate 1gbit burst 256kb latency 50ms";
  const again = [process.execPath, import.meta.filename, "--line"];
  execFileSync("unshare", ["-n", "sh", "-c", `${line} && exec "$@"`, "sh", ...again], { stdio: "inherit" });
}

async function measured(content: Content, known: string, labFile: string): Promise<Row[]> {
  const folders = await Promise.all(servers.map((_, n) => seed(content, n)));
  const ssh = (sshd: Sshd) => [
    ...["-i", sshd.identity, "-o", `UserKnownHostsFile=${known}`, "-o", "StrictHostKeyChecking=yes"],
    ...["-o", "BatchMode=yes", "-F", "/dev/null"],
  ];
  const peers: Record<string, (sshd: Sshd, from: string, to: string) => Promise<unknown>> = {
    scp: (sshd, from, to) => run("scp", ["-q", "-r", "-P", `${sshd.port}`, ...ssh(sshd), `${sshd.host}:${from}`, to]),
    "sftp -r": (sshd, from, to) =>
      run("sftp", ["-q", "-r", "-P", `${sshd.port}`, ...ssh(sshd), `${sshd.host}:${from}`, to]),
    "rsync -z": (sshd, from, to) =>
      run("rsync", ["-rz", "-e", `ssh -p ${sshd.port} ${ssh(sshd).join(" ")}`, `${sshd.host}:${from}`, to]),
  };
  const taken = new Map<string, number[]>(
    [...Object.keys(peers).filter((name) => available(name.split(" ")[0] ?? "")), "Halfrack"].map((name) => [name, []]),
  );
  const peaks: number[] = [];
  const before: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    for (const [name, times] of taken) {
      const peer = peers[name];
      const to = join(work, "to");
      await mkdir(to, { recursive: true });
      const started = performance.now();
      let ms: number;
      if (peer) {
        await Promise.all(servers.map((sshd, n) => peer(sshd, folders[n] ?? "", join(to, `${n}`))));
        ms = performance.now() - started;
      } else {
        const ours = await collect(folders, known, labFile);
        ms = ours.ms;
        peaks.push(ours.peakMb);
        before.push(ours.beforeMb);
      }
      if (round > 0) times.push(ms);
      await rm(to, { recursive: true, force: true });
    }
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  const of = (name: string) => median(taken.get(name) ?? []);
  const others = [...taken.keys()].filter((name) => name !== "Halfrack");
  const fastest = others.reduce((best, name) => (of(name) < of(best) ? name : best));
  const what = content === "text" ? "text logs" : "what does not pack";
  return [
    ...[...taken.keys()].map((name): Row => ({ measure: `${what}: ${name}`, value: of(name), unit: "ms" })),
    {
      measure: `${what}, of ${fastest}`,
      value: of("Halfrack") / of(fastest),
      unit: "x",
      goal: { atMost: content === "text" ? 0.8 : 1.1 },
      how: "ratio of the medians, against the fastest of the others",
    },
    {
      measure: `${what}: memory of Halfrack`,
      value: Math.max(...peaks),
      unit: "MB",
      goal: { atMost: 250 },
      how: `peak resident set of the process, the app and Node included (${Math.round(median(before))} MB before it collects); the largest of all rounds`,
    },
  ];
}

async function collect(folders: readonly string[], known: string, labFile: string) {
  const files = folders.flatMap((folder, n) =>
    Array.from({ length: filesEach }, (_, file) => ({
      device: `node${n + 1}`,
      path: join(folder, `messages-${file}`),
    })),
  );
  const script = join(import.meta.dirname, "collect", "host.ts");
  const { stdout } = await run(process.execPath, [script, labFile, known, JSON.stringify(files)], { cwd: root });
  const told = JSON.parse(stdout) as { ms: number; complete: boolean; bytes: number; peakMb: number; beforeMb: number };
  if (!told.complete || told.bytes !== hosts * filesEach * fileBytes) throw new Error(`not all came: ${stdout}`);
  return told;
}

function device(sshd: Sshd, n: number) {
  const ssh = { host: sshd.host, port: sshd.port, user: process.env.USER ?? "root", identityFile: sshd.identity };
  return { name: `node${n + 1}`, type: "generic-desktop", ssh };
}

/** Lines with stamps, names and numbers that vary as those of a busy system do; each file another. */
async function seed(content: Content, host: number): Promise<string> {
  const folder = join(work, `${content}-${host}`);
  await mkdir(folder);
  for (let file = 0; file < filesEach; file++) {
    const path = join(folder, `messages-${file}`);
    await writeFile(path, content === "text" ? text(host, file) : noise(host, file));
    await utimes(path, 1_790_000_000, 1_790_000_000); // as logs that were rotated: nobody writes to them
  }
  return folder;
}

function text(host: number, file: number): Buffer {
  const out = Buffer.alloc(fileBytes);
  const from = Date.UTC(2026, 10, 1) + file * 86_400_000;
  for (let at = 0, line = 0; at < fileBytes; line++) {
    const sum = createHash("md5").update(`${host} ${file} ${line}`).digest("hex");
    const stamp = new Date(from + line * 437).toISOString();
    const program = ["kernel", "sshd[2214]", "systemd[1]", "opensm[911]", "CRON[31337]"][line % 5];
    at += out.write(
      `${stamp} node${host + 1} ${program}: request ${sum.slice(0, 6)} of port ${line % 36} took ${Number.parseInt(sum.slice(6, 9), 16)} us, state Active\n`,
      at,
    );
  }
  return out;
}

function noise(host: number, file: number): Buffer {
  const key = Buffer.alloc(32, host * filesEach + file + 1);
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(fileBytes));
}
