/** A real OpenSSH server on loopback for the tests, with options, keys and faults of its own. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "../until.ts";

const exec = promisify(execFile);

const sshdPath = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd"].find((path) => existsSync(path));
/** Empty when real servers can be started; otherwise why not, for the name of a skipped suite. */
export const whyNoSshd = sshdPath === undefined ? "no sshd (Debian: openssh-server)" : "";

export const localUser = userInfo().username;

export interface Sshd {
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  /** `type base64` of each host key. */
  readonly hostKeys: readonly string[];
  /** Private key that logs in. */
  readonly identity: string;
  /** Processes that serve a connection now. */
  sessions(): number;
  /** What sshd wrote to its log so far. */
  log(): string;
  /** Ends the server and its sessions at once, as a power loss would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with new host keys when asked. */
  start(options?: { readonly newHostKeys?: boolean }): Promise<void>;
  /** Ends the listening process alone: connections live on, further ones are refused. */
  refuse(): Promise<void>;
  /** Stops the listening process without ending it: it accepts but never greets. */
  freeze(): void;
  thaw(): void;
  /** Stops the processes that serve connections: what they were asked is not answered. Ends with {@link kill}. */
  freezeSessions(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SshdOptions {
  readonly host?: string;
  /** Lines of sshd_config; the first value of a keyword wins, so they go before the usual ones. */
  readonly config?: readonly string[];
  readonly hostKeyTypes?: readonly ("ed25519" | "rsa" | "ecdsa")[];
  /** A program and its arguments by which the server is started, and which becomes it: its sessions are within, too. */
  readonly within?: readonly string[];
}

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  if (sshdPath === undefined) throw new Error(whyNoSshd);
  const program = sshdPath;
  const host = options.host ?? "127.0.0.1";
  const types = options.hostKeyTypes ?? ["ed25519"];
  const dir = await mkdtemp(join(tmpdir(), "halfrack-sshd-"));
  const port = await freePort(host);
  await makePrivilegeFolder();
  const identity = join(dir, "id");
  await generateKey(identity, "ed25519");
  await writeFile(join(dir, "authorized_keys"), await readFile(`${identity}.pub`));
  const guard = startGuard(dir);
  let server: ChildProcess | null = null;
  let log = "";

  const makeHostKeys = async () => {
    for (const type of types) {
      await rm(join(dir, `host_${type}`), { force: true });
      await generateKey(join(dir, `host_${type}`), type);
    }
  };
  const config = [
    ...(options.config ?? []),
    `ListenAddress ${host}`,
    `Port ${port}`,
    ...types.map((type) => `HostKey ${dir}/host_${type}`),
    "PidFile none",
    `AuthorizedKeysFile ${dir}/authorized_keys`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "LogLevel VERBOSE",
    "PermitUserRC no",
    "PrintMotd no",
    "PrintLastLog no",
    "Subsystem sftp internal-sftp",
    // the account's own start-up files may be slow, talk, or hold locks that a killed session leaves behind
    `SetEnv HOME=${dir}`,
  ];
  await makeHostKeys();
  await writeFile(join(dir, "sshd_config"), `${config.join("\n")}\n`);

  const start = async () => {
    const [command = program, ...args] = [
      ...(options.within ?? []),
      program,
      "-D",
      "-e",
      "-f",
      join(dir, "sshd_config"),
    ];
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    server = child;
    await writeFile(join(dir, "pid"), `${child.pid}`);
    child.stderr?.on("data", (chunk: Buffer) => {
      log = `${log}${chunk.toString()}`.slice(-200_000);
    });
    await until("sshd to greet", () => {
      if (child.exitCode !== null) throw new Error(`sshd ended at once:\n${log}`);
      return greets(host, port);
    });
  };
  const kill = async () => {
    const child = server;
    server = null;
    if (!child?.pid || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    for (const pid of descendants(child.pid)) sendSignal(pid);
    child.kill("SIGKILL");
    await ended;
  };
  await start();

  return {
    host,
    port,
    dir,
    identity,
    get hostKeys() {
      return types.map((type) =>
        execFileSync("cat", [join(dir, `host_${type}.pub`)], { encoding: "utf8" })
          .split(" ")
          .slice(0, 2)
          .join(" ")
          .trim(),
      );
    },
    sessions: () => (server?.pid ? descendants(server.pid).length : 0),
    log: () => log,
    kill,
    async start(again = {}) {
      if (again.newHostKeys) await makeHostKeys();
      await start();
    },
    async refuse() {
      const child = server;
      if (!child) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
    freeze: () => void server?.kill("SIGSTOP"),
    thaw: () => void server?.kill("SIGCONT"),
    freezeSessions() {
      for (const pid of server?.pid ? descendants(server.pid) : []) sendSignal(pid, "SIGSTOP");
    },
    async [Symbol.asyncDispose]() {
      server?.kill("SIGCONT");
      await kill();
      // What served a connection may still write there for a moment.
      await rm(dir, { recursive: true, force: true, maxRetries: 10 });
      guard.stdin?.end();
    },
  };
}

/** Clears up behind a test process that was killed: its end closes the pipe the guard reads from. */
function startGuard(dir: string): ChildProcess {
  const script =
    'cat >/dev/null; if pid=$(cat "$1/pid" 2>/dev/null); then pkill -KILL -P "$pid"; kill -KILL "$pid"; fi; rm -rf "$1"';
  const guard = spawn("sh", ["-c", script, "sh", dir], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  guard.unref();
  return guard;
}

/** Writes `path` and `path`.pub; mode 0600. */
export async function generateKey(
  path: string,
  type: string,
  options: { readonly passphrase?: string; readonly pem?: boolean; readonly comment?: string } = {},
): Promise<void> {
  const { passphrase = "", pem = false, comment = "test" } = options;
  const bits = type === "rsa" ? ["-b", "2048"] : [];
  const format = pem ? ["-m", "PEM"] : [];
  await exec("ssh-keygen", ["-q", "-t", type, ...bits, ...format, "-N", passphrase, "-C", comment, "-f", path]);
  await chmod(path, 0o600);
}

/** Processes whose parent is, directly or not, `pid`: sshd's sessions. */
function descendants(pid: number): number[] {
  const listed = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" });
  const parents = listed
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found) for (const [child, its] of parents) if (its === parent && child) found.push(child);
  return found.slice(1);
}

function sendSignal(pid: number, signal: "SIGKILL" | "SIGSTOP" = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended by itself
  }
}

export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** Whether an SSH server greets there now. */
export function greets(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.setTimeout(2000, () => socket.destroy());
    socket.once("data", (data) => {
      resolve(data.toString().startsWith("SSH-"));
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });
}

/** sshd run by root insists on its privilege separation folder; the service's start script usually makes it. */
export async function makePrivilegeFolder(): Promise<void> {
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
}
