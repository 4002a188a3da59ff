/** The SSH service: one session per device of the open lab, commands and shells on it, questions and host keys. */
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { untilAborted } from "../abort.ts";
import { FaultError } from "../contract/error.ts";
import type { LabState } from "../contract/lab.ts";
import type { CommandResult, SshState } from "../contract/ssh.ts";
import { Published } from "../published.ts";
import type { SecretStore } from "../secrets.ts";
import { Secrets } from "./auth.node.ts";
import { type BackoffRules, usualBackoff } from "./backoff.ts";
import { type LoadedSshConfig, sshConfigReader } from "./config.node.ts";
import { type Connection, openConnection, type Timings } from "./connection.node.ts";
import { ChannelRefused, Stopped, startCommand } from "./exec.node.ts";
import { cancelled, channelRefused, commandTimedOut, notReadyInTime, throughHop } from "./faults.ts";
import { forward } from "./forward.node.ts";
import { HostKeys, type KnownHostFiles } from "./host-keys.node.ts";
import { KeyRing } from "./key-ring.node.ts";
import { type ChannelKind, type Lease, type PoolRules, usualPool } from "./pool.ts";
import { Questions } from "./questions.ts";
import { joinMlnxOs, quotePosix } from "./quote.ts";
import { DeviceSession, type Wish } from "./session.node.ts";
import { openShell } from "./shell.node.ts";
import { resolveTarget, sameTarget, type Target, targetAddress } from "./target.ts";
import { createTransfers } from "./transfers.node.ts";
import type { RunOptions, ShellChannel, ShellOptions, SshService } from "./types.ts";

export type { SshService } from "./types.ts";

export interface SshServiceDeps {
  readonly lab: Published<LabState>;
  readonly homeDir: string;
  /** Path of the ssh-agent's socket, null when there is none. */
  readonly agentSocket: string | null;
  readonly secrets: SecretStore;
  /** Asked anew at each use: the practice lab has files of its own. */
  readonly knownHosts: () => KnownHostFiles;
  readonly timings?: Partial<Timings>;
  readonly backoff?: Partial<BackoffRules>;
  readonly pool?: Partial<PoolRules>;
}

const usualTimings: Timings = {
  stageTimeoutMs: 15_000,
  keepaliveIntervalMs: 15_000,
  readyTimeoutMs: 120_000,
  stallTimeoutMs: 60_000,
};
const usualTimeoutMs = 30_000;
const usualMaxBytes = 4 * 1024 * 1024;
/** Refusals of a channel in a row before a request gives up. */
const maxRefusals = 6;

/** Builds the service; dispose it to close every connection. */
export function createSshService(deps: SshServiceDeps): SshService {
  const state = new Published<SshState>({ connections: {}, questions: [], changedKeys: [] });
  const questions = new Questions(state);
  const hostKeys = new HostKeys(deps.knownHosts, state, questions);
  const secrets = new Secrets(deps.secrets);
  const keyRing = new KeyRing();
  const timings = { ...usualTimings, ...deps.timings };
  const backoff = { ...usualBackoff, ...deps.backoff };
  const pool = { ...usualPool, ...deps.pool };
  const userConfig = sshConfigReader(join(deps.homeDir, ".ssh", "config"), deps.homeDir);
  const devices = new Map<string, DeviceSession>();
  /** Hops that are no device, or that are reached in another way than as a device. */
  const hops = new Map<string, DeviceSession>();
  let disposed = false;

  const loadTarget = async (device: string): Promise<Target> => {
    // A missing or broken file is as good as none.
    const config = await userConfig().catch(() => noConfig);
    return resolveTarget(device, {
      lab: deps.lab.get(),
      resolveAlias: config.resolve,
      homeDir: deps.homeDir,
      localUser: userInfo().username,
    });
  };

  const open = (target: Target, device: string, signal: AbortSignal): Promise<Connection> => {
    const hop = target.jumps.at(-1);
    const openHop = hop ? () => openHopStream(target, hop, device) : null;
    return openConnection(
      {
        target,
        device,
        hop: null,
        agentSocket: deps.agentSocket,
        secrets,
        keyRing,
        hostKeys,
        questions,
        timings,
        signal,
      },
      openHop,
    );
  };

  const openHopStream = async (target: Target, hop: Target, device: string): Promise<Duplex> => {
    try {
      const session = await hopSession(hop, target.jumps.slice(0, -1), device);
      const connection = await session.primary();
      return await forward(connection, target);
    } catch (error) {
      throw error instanceof FaultError ? throughHop(target, hop, error.fault) : error;
    }
  };

  /** The hop's own session where it is a device reached the same way; so one connection serves both. */
  const hopSession = async (hop: Target, before: readonly Target[], device: string): Promise<DeviceSession> => {
    const reached: Target = { ...hop, jumps: before };
    if (hop.device && sameTarget(await loadTarget(hop.name), reached)) return sessionTo(hop.name, reached);
    const key = JSON.stringify(reached);
    const known = hops.get(key);
    if (known) return known;
    const session = new DeviceSession({
      name: hop.name,
      state: null,
      target: async () => reached,
      open: (target, signal) => open(target, device, signal),
      backoff: { ...backoff, maxAttempts: 1 }, // the device behind it tries again, and so does its hop
      pool,
    });
    hops.set(key, session);
    return session;
  };

  const sessionOf = (device: string): DeviceSession => {
    const known = devices.get(device);
    if (known) return known;
    const session = new DeviceSession({
      name: device,
      state,
      target: () => loadTarget(device),
      open: (target, signal) => open(target, device, signal),
      backoff,
      pool,
    });
    devices.set(device, session);
    return session;
  };

  /** The device's session, ended where it is held to another target: ssh_config was changed while it was open. */
  const sessionTo = (device: string, target: Target): DeviceSession => {
    const session = sessionOf(device);
    if (session.lastTarget && !sameTarget(session.lastTarget, target)) session.disconnect();
    return session;
  };

  /** The session of a device that the lab has and that can be addressed; throws a FaultError for another. */
  const known = async (device: string): Promise<{ session: DeviceSession; target: Target }> => {
    if (disposed) throw cancelled(device);
    const target = await loadTarget(device);
    return { session: sessionOf(device), target };
  };

  const withChannel = async <T>(
    device: string,
    kind: ChannelKind,
    wish: Wish,
    signal: AbortSignal,
    use: (lease: Lease<Connection>) => Promise<T>,
  ): Promise<T> => {
    const { session } = await known(device);
    for (let refusals = 1; ; refusals++) {
      const ready = session.acquire(kind, wish, signal);
      const lease = await (wish === "poll" ? ready : inTime(device, session, ready)).catch((error: unknown) => {
        // nobody takes what comes late
        ready.then(
          (late) => late.release(),
          () => undefined,
        );
        throw error;
      });
      try {
        return await use(lease);
      } catch (error) {
        if (error instanceof Stopped) throw error; // its place is free when the channel is closed
        if (!(error instanceof ChannelRefused)) {
          lease.release();
          throw error;
        }
        if (lease.refused() || refusals >= maxRefusals) throw channelRefused(device, error.message);
      }
    }
  };

  /**
   * What `work` gives, or FaultError `ssh.not-ready` after the longest time a caller waits for a connection. The
   * connection goes on meanwhile, and a question stays open.
   */
  const inTime = async <T>(device: string, session: DeviceSession, work: Promise<T>): Promise<T> => {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(outOfTime), timings.readyTimeoutMs);
    try {
      return await untilAborted(work, timeout.signal);
    } catch (error) {
      throw error === outOfTime ? notReadyInTime(device, timings.readyTimeoutMs, waitingFor(session)) : error;
    } finally {
      clearTimeout(timer);
    }
  };

  const stopWatchingLab = deps.lab.onChange(() => void dropOutdated());
  const dropOutdated = async () => {
    for (const [device, session] of devices) {
      if (!session.lastTarget) continue;
      const target = await loadTarget(device).catch(() => null);
      if (target && sameTarget(target, session.lastTarget)) continue;
      session.disconnect();
      if (target) continue;
      devices.delete(device);
      state.update((draft) => {
        delete draft.connections[device];
        draft.changedKeys = draft.changedKeys.filter((entry) => entry.device !== device);
      });
    }
  };
  const stopWatchingQuestions = state.onChange((now, before) => {
    if (now.questions === before.questions) return;
    for (const { device } of [...now.questions, ...before.questions]) devices.get(device)?.publish();
  });

  const transfers = createTransfers({
    shellOf: async (device) => (await known(device)).target.shell,
    // A transfer holds its channel for as long as a shell does.
    withChannel: (device, signal, use) => withChannel(device, "shell", "person", signal, use),
    run,
    stallTimeoutMs: timings.stallTimeoutMs,
  });

  return {
    state,
    async run(device, argv, options = {}) {
      return run(device, argv, options);
    },
    async shell(device, options) {
      return shell(device, options);
    },
    async connect(device) {
      const { session } = await known(device);
      await inTime(device, session, session.connect());
      return session.describe();
    },
    tryAgain() {
      for (const session of devices.values()) session.tryAgain();
    },
    ...transfers,
    async forgetSecrets() {
      keyRing.forget();
      await secrets.forgetAll();
    },
    async disconnect(device) {
      devices.get(device)?.disconnect();
    },
    async address(device) {
      const target = await loadTarget(device);
      sessionTo(device, target);
      return [target, ...target.jumps].map(targetAddress).join(" through ");
    },
    async askSecret(device, { subject, instructions, prompt, signal }) {
      const question = {
        kind: "secret" as const,
        device,
        secret: "command" as const,
        subject,
        instructions,
        prompts: [{ text: prompt, echo: false }],
        again: false,
      };
      const answer = await questions.ask(`${device} ${subject}`, question, signal);
      return answer.kind === "secret" ? (answer.values[0] ?? "") : "";
    },
    async answer({ id, answer }) {
      questions.answer(id, answer);
    },
    replaceHostKey: ({ device, sha256 }) => hostKeys.replace(device, sha256),
    async [Symbol.asyncDispose]() {
      disposed = true;
      stopWatchingLab();
      stopWatchingQuestions();
      for (const session of [...devices.values(), ...hops.values()]) session.disconnect();
    },
  };

  async function run(device: string, argv: readonly string[], options: RunOptions): Promise<CommandResult> {
    const { timeoutMs = usualTimeoutMs, maxBytes = usualMaxBytes, stdin, holdStdin, onStdout } = options;
    const { session, target } = await known(device);
    const command = commandText(target, argv);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(outOfTime), timeoutMs);
    const signal = options.signal ? AbortSignal.any([timeout.signal, options.signal]) : timeout.signal;
    let started = false;
    try {
      return await withChannel(device, "command", "poll", signal, async (lease) => {
        const request = { device, argv, command, maxBytes, stdin, holdStdin, onStdout };
        const starting = startCommand(lease.connection, request);
        // its place is free when the channel is closed, whoever still waits for it
        starting.then((running) => running.closed.then(() => lease.release())).catch(() => undefined);
        const running = await untilAborted(starting, signal).catch((error: unknown) => {
          if (!signal.aborted) throw error;
          starting.then(
            (late) => late.stop(),
            () => lease.release(),
          );
          throw new Stopped(error, "");
        });
        started = true;
        lease.opened();
        return running.result(signal);
      });
    } catch (error) {
      const why = error instanceof Stopped ? error.why : error;
      const evidence = error instanceof Stopped ? error.evidence : "";
      if (why === outOfTime)
        throw started
          ? commandTimedOut(device, timeoutMs, evidence)
          : notReadyInTime(device, timeoutMs, waitingFor(session));
      if (options.signal?.aborted) throw cancelled(device);
      throw why;
    } finally {
      clearTimeout(timer);
    }
  }

  async function shell(device: string, options: ShellOptions): Promise<ShellChannel> {
    const signal = options.signal ?? new AbortController().signal;
    try {
      return await withChannel(device, "shell", options.wish ?? "person", signal, async (lease) => {
        const opened = await openShell(lease.connection, device, options);
        lease.opened();
        opened.closed.then(() => lease.release());
        if (signal.aborted) {
          opened.close();
          throw signal.reason;
        }
        return opened;
      });
    } catch (error) {
      throw signal.aborted ? cancelled(device) : error;
    }
  }
}

const outOfTime = new Error("out of time");

function waitingFor(session: DeviceSession): string {
  switch (session.describe().status) {
    case "asking":
      return "a question to the admin is open";
    case "connecting":
      return "the connection is being made";
    case "waiting":
      return "the next attempt to connect is awaited";
    default:
      return "all channels were busy";
  }
}

function commandText(target: Target, argv: readonly string[]): string {
  if (target.shell === "posix") return quotePosix(argv);
  if (target.shell === "mlnx-os") return joinMlnxOs(argv);
  throw new FaultError({
    code: "ssh.no-shell",
    title: `${target.name} has no shell`,
    detail: "Its device type says that no commands can be run on it.",
    next: "Choose another device, or set shell in its device type.",
    subject: target.name,
  });
}

const noConfig: Pick<LoadedSshConfig, "resolve"> = {
  resolve: (alias) => ({ hostName: alias, identityFiles: [], proxyJump: [], identitiesOnly: false }),
};
