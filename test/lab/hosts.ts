/** The five OpenSSH hosts of a test lab: one sshd each, on its own loopback address, with its own host key and home. */
import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { generateKey, greets, makePrivilegeFolder } from "../ssh/sshd.ts";
import { until } from "../until.ts";
import { hostName, hostNumbers } from "./netlist.ts";
import { findCommand } from "./packages.ts";
import { family, labVariable, runBoth, type Started, signal, start, systemPath } from "./processes.ts";
import { simulatorLibrary } from "./simulator.ts";

export interface HostsFiles {
  readonly identityFile: string;
  readonly knownHosts: string;
  readonly sshConfig: string;
  /** A home folder whose `.ssh` holds known_hosts and config, for programs that look there. */
  readonly homeDir: string;
}

export interface Hosts extends HostsFiles {
  readonly port: number;
  start(n: number): Promise<void>;
  stop(n: number): Promise<void>;
  freeze(n: number): void;
  thaw(n: number): void;
  rekey(n: number): Promise<void>;
}

/** `127.0.0.13` for host 3. */
export const hostAddress = (n: number): string => `127.0.0.${10 + n}`;

/** Tools of infiniband-diags that work over the simulator; ibstatus and ibping do not, so they stay the system's. */
const fabricTools = [
  "ibaddr",
  "ibhosts",
  "iblinkinfo",
  "ibnetdiscover",
  "ibnodes",
  "ibportstate",
  "ibqueryerrors",
  "ibroute",
  "ibstat",
  "ibswitches",
  "ibtracert",
  "perfquery",
  "saquery",
  "sminfo",
  "smpquery",
];

/** Writes keys and configurations, then starts all hosts. */
export async function startHosts(dir: string, socketName: string): Promise<Hosts> {
  const sshd = findCommand("sshd");
  if (sshd === null) throw new Error("sshd is missing (Debian package openssh-server)");
  await makePrivilegeFolder();
  const files = {
    identityFile: join(dir, "id_ed25519"),
    homeDir: join(dir, "home"),
    knownHosts: join(dir, "home", ".ssh", "known_hosts"),
    sshConfig: join(dir, "home", ".ssh", "config"),
  };
  await mkdir(join(files.homeDir, ".ssh"), { recursive: true, mode: 0o700 });
  await Promise.all([
    writeTools(dir, socketName),
    generateKey(files.identityFile, "ed25519", { comment: "test-lab" }),
    ...hostNumbers.map((n) => makeHost(dir, n)),
  ]);
  const running = new Map<number, Started>();
  const startOne = async (n: number, port: number): Promise<void> => {
    if (running.get(n)?.running()) return;
    const host = start(sshd, ["-D", "-e", "-f", join(dir, hostName(n), "sshd_config")], { dir, log: logName(n) });
    running.set(n, host);
    await until(`${hostName(n)} to greet`, async () => {
      if (!host.running())
        throw new Error(`sshd of ${hostName(n)} ended: ${await readFile(join(dir, logName(n)), "utf8")}`);
      return greets(hostAddress(n), port);
    });
  };
  const stop = async (n: number): Promise<void> => {
    const host = running.get(n);
    if (!host?.running()) return;
    for (const pid of await family([host.pid])) signal(pid, "SIGKILL");
    await host.ended;
  };
  const port = await onFreePort(
    async (candidate) => {
      await Promise.all(hostNumbers.map((n) => writeConfiguration(dir, n, candidate, files.identityFile)));
      await Promise.all(hostNumbers.map((n) => startOne(n, candidate)));
    },
    () => Promise.all(hostNumbers.map(stop)),
  );
  await writeClientFiles(dir, files, port);
  const send = (n: number, name: NodeJS.Signals): void => {
    const host = running.get(n);
    if (host?.running()) signal(host.pid, name);
  };
  return {
    ...files,
    port,
    stop,
    start: (n) => startOne(n, port),
    freeze: (n) => send(n, "SIGSTOP"),
    thaw: (n) => send(n, "SIGCONT"),
    async rekey(n) {
      await stop(n);
      const key = join(dir, hostName(n), "host_key");
      await Promise.all([rm(key), rm(`${key}.pub`)]);
      await generateKey(key, "ed25519", { comment: hostName(n) });
      await startOne(n, port);
    },
  };
}

const logName = (n: number): string => `${hostName(n)}.log`;

async function makeHost(dir: string, n: number): Promise<void> {
  const home = join(dir, hostName(n), "home");
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "README"), `Home of ${hostName(n)} in a Halfrack test lab.\n`);
  await generateKey(join(dir, hostName(n), "host_key"), "ed25519", { comment: hostName(n) });
}

/** From OpenSSH 9.8 on, sshd shuts out an address that fails a few logins: all of these hosts' clients share one. */
async function leniency(): Promise<string[]> {
  const { stderr } = await runBoth("ssh", ["-V"]);
  const [, major = "0", minor = "0"] = /OpenSSH_(\d+)\.(\d+)/.exec(stderr) ?? [];
  return Number(major) > 9 || (Number(major) === 9 && Number(minor) >= 8) ? ["PerSourcePenalties no"] : [];
}

async function writeConfiguration(dir: string, n: number, port: number, identityFile: string): Promise<void> {
  const own = join(dir, hostName(n));
  await writeFile(
    join(own, "sshd_config"),
    [
      `ListenAddress ${hostAddress(n)}`,
      `Port ${port}`,
      `HostKey ${join(own, "host_key")}`,
      "PidFile none",
      `AuthorizedKeysFile ${identityFile}.pub`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PrintMotd no",
      // A benchmark opens hundreds of connections at once; the default starts to drop at ten.
      "MaxStartups 500",
      ...(await leniency()),
      "Subsystem sftp internal-sftp",
      // Without a home of its own, each command would first run the start files of whoever runs the tests.
      `SetEnv ${labVariable}=${dir} LAB_NODE=${hostName(n)} HOME=${join(own, "home")}`,
      // A login shell's /etc/profile would set PATH anew and lose the tools.
      `ForceCommand exec ${join(dir, "session")}`,
      "",
    ].join("\n"),
  );
}

/** Wrappers by which the real tools answer from the simulator, each with the eyes of the host that was logged in to. */
async function writeTools(dir: string, socketName: string): Promise<void> {
  const bin = join(dir, "bin");
  await mkdir(bin);
  await mkdir(join(dir, "tmp"));
  const script = async (path: string, text: string): Promise<void> => {
    await writeFile(path, text);
    await chmod(path, 0o755);
  };
  await script(
    join(dir, "session"),
    `#!/bin/bash
export PATH=${bin}:${systemPath}
unset HISTFILE
cd
if [ -z "$SSH_ORIGINAL_COMMAND" ]; then
  exec bash --rcfile ${join(dir, "bashrc")} -i
elif [ "$SSH_ORIGINAL_COMMAND" = internal-sftp ]; then
  exec /usr/lib/openssh/sftp-server
fi
exec bash -c "$SSH_ORIGINAL_COMMAND"
`,
  );
  await writeFile(join(dir, "bashrc"), "PS1='\\u@'$LAB_NODE':\\w\\$ '\nunset HISTFILE\n");
  // ibsim serves at most ten clients, opensm among them: a tool takes one of six places. A client killed half way would
  // keep its seat in the simulator for ever, so that hanging up does not reach it; it ends by itself in milliseconds.
  await script(
    join(dir, "fabric-tool"),
    `#!/bin/bash
trap '' HUP INT TERM
exec 9>>${join(dir, "tmp")}/place.$(($$ % 6))
flock 9
cd ${join(dir, "tmp")} || exit
export LD_PRELOAD=${simulatorLibrary()} SIM_HOST="$LAB_NODE mlx4_0" IBSIM_SOCKNAME=${socketName}
exec "/usr/sbin/\${0##*/}" "$@"
`,
  );
  await script(join(bin, "hostname"), '#!/bin/sh\necho "$LAB_NODE"\n');
  await Promise.all(fabricTools.map((tool) => symlink("../fabric-tool", join(bin, tool))));
}

async function writeClientFiles(dir: string, files: HostsFiles, port: number): Promise<void> {
  const user = userInfo().username;
  const config: string[] = [];
  const known: string[] = [];
  for (const n of hostNumbers) {
    const key = (await readFile(join(dir, hostName(n), "host_key.pub"), "utf8")).split(" ");
    known.push(`[${hostAddress(n)}]:${port} ${key[0]} ${key[1]}`);
    config.push(
      `Host ${hostName(n)}`,
      `  HostName ${hostAddress(n)}`,
      `  Port ${port}`,
      `  User ${user}`,
      `  IdentityFile ${files.identityFile}`,
      "  IdentitiesOnly yes",
      `  UserKnownHostsFile ${files.knownHosts}`,
      "",
    );
  }
  await writeFile(files.knownHosts, `${known.join("\n")}\n`);
  await writeFile(files.sshConfig, config.join("\n"));
}

/** Runs `attempt` on a port below the range the kernel hands out by itself; another one when it was taken meanwhile. */
async function onFreePort(attempt: (port: number) => Promise<void>, undo: () => Promise<unknown>): Promise<number> {
  for (let left = 5; ; left--) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (!(await isFree(port))) continue;
    try {
      await attempt(port);
      return port;
    } catch (error) {
      await undo();
      if (left === 0 || !String(error).includes("bind")) throw error;
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const free = await Promise.all(
    hostNumbers.map(
      (n) =>
        new Promise<boolean>((resolve) => {
          const server = createServer();
          server.once("error", () => resolve(false));
          server.listen(port, hostAddress(n), () => server.close(() => resolve(true)));
        }),
    ),
  );
  return free.every(Boolean);
}
