/** A home folder, a lab and the SSH service for one test; everything is gone when it is disposed. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { type Fault, FaultError } from "../../electron/contract/error.ts";
import type { Device, LabState } from "../../electron/contract/lab.ts";
import type { Question } from "../../electron/contract/ssh.ts";
import { Published } from "../../electron/published.ts";
import { memorySecrets, type SecretStore } from "../../electron/secrets.ts";
import { createSshService, type SshServiceDeps } from "../../electron/ssh/service.ts";
import type { SshAnswer, SshService } from "../../electron/ssh/types.ts";
import type { Sshd } from "./sshd.ts";

export interface Bench extends AsyncDisposable {
  readonly ssh: SshService;
  readonly lab: Published<LabState>;
  readonly home: string;
  readonly own: string;
  readonly userKnownHosts: string;
  readonly secrets: SecretStore;
  /** Resolves with the first open question that fits. */
  question(fits?: (question: Question) => boolean): Promise<Question>;
  /** Answers every question from now on; returns what was asked. */
  answerAll(answer: (question: Question) => SshAnswer | null): Question[];
}

export interface BenchOptions {
  readonly devices: readonly Device[];
  readonly types?: readonly DeviceType[];
  readonly agentSocket?: string;
  readonly sshConfig?: string;
  readonly deps?: Partial<SshServiceDeps>;
}

/** Waits that a loaded machine can keep; back-off in tens of milliseconds. */
export const quick = {
  timings: { stageTimeoutMs: 10_000, keepaliveIntervalMs: 5000 },
  backoff: { firstDelayMs: 20, maxDelayMs: 80, maxAttempts: 4 },
} as const;

export const serverType: DeviceType = {
  slug: "server",
  manufacturer: "Any",
  model: "Server",
  kind: "server",
  heightU: 1,
  ports: [],
  face: [],
  shell: "posix",
  source: "",
};

export async function createBench(options: BenchOptions): Promise<Bench> {
  const home = await mkdtemp(join(tmpdir(), "halfrack-home-"));
  await mkdir(join(home, ".ssh"), { mode: 0o700 });
  if (options.sshConfig !== undefined) await writeFile(join(home, ".ssh", "config"), options.sshConfig);
  const own = join(home, "profile", "known_hosts");
  const userKnownHosts = join(home, ".ssh", "known_hosts");
  const lab = new Published<LabState>(labState(options.devices, options.types ?? []));
  const secrets = memorySecrets();
  const ssh = createSshService({
    lab,
    homeDir: home,
    agentSocket: options.agentSocket ?? null,
    secrets,
    knownHosts: () => ({ own, readOnly: [userKnownHosts] }),
    ...quick,
    ...options.deps,
  });
  return {
    ssh,
    lab,
    home,
    own,
    userKnownHosts,
    secrets,
    question(fits = () => true) {
      const open = () => ssh.state.get().questions.find(fits);
      const now = open();
      if (now) return Promise.resolve(now);
      return new Promise((resolve) => {
        const stop = ssh.state.onChange(() => {
          const found = open();
          if (!found) return;
          stop();
          resolve(found);
        });
      });
    },
    answerAll(answer) {
      const asked: Question[] = [];
      ssh.state.onChange((now) => {
        for (const question of now.questions) {
          if (asked.some((known) => known.id === question.id)) continue;
          asked.push(question);
          queueMicrotask(() => void ssh.answer({ id: question.id, answer: answer(question) }).catch(() => undefined));
        }
      });
      return asked;
    },
    async [Symbol.asyncDispose]() {
      await ssh[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export function labState(devices: readonly Device[], types: readonly DeviceType[]): LabState {
  return {
    path: "/lab.yaml",
    lab: { halfrack: 1, name: "Test", racks: [], devices: [...devices], cables: [] },
    problems: [],
    readOnly: false,
    practice: false,
    conflict: "none",
    dirty: false,
    saveFault: null,
    deviceTypes: Object.fromEntries([serverType, ...types].map((type) => [type.slug, type])),
    loadedAt: 0,
    canUndo: false,
    canRedo: false,
  };
}

/** A device that reaches `sshd` with the key that logs in. */
export function deviceFor(
  name: string,
  sshd: Pick<Sshd, "host" | "port" | "identity">,
  more: Partial<Device["ssh"] & object> = {},
): Device {
  return { name, type: "server", ssh: { host: sshd.host, port: sshd.port, identityFile: sshd.identity, ...more } };
}

/** known_hosts lines for all keys of a server. */
export function knownHostsLines(sshd: Sshd): string {
  return sshd.hostKeys.map((key) => `[${sshd.host}]:${sshd.port} ${key}\n`).join("");
}

/** A bench whose user already trusts the servers. */
export async function trustingBench(servers: readonly Sshd[], options: BenchOptions): Promise<Bench> {
  const bench = await createBench(options);
  await writeFile(bench.userKnownHosts, servers.map(knownHostsLines).join(""));
  return bench;
}

/** The fault a promise rejects with; fails when it does not. */
export async function rejectedWith(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  throw new Error("expected a fault, but it succeeded");
}
