/** Owns the practice lab's life: its folder, its servers and its scenarios. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FaultError, invariant, messageOf } from "../contract/error.ts";
import type { PracticeState } from "../contract/practice.ts";
import { isAlive } from "../process-mark.node.ts";
import { Published } from "../published.ts";
import { writeWhole } from "../whole-file.node.ts";
import { type KeyPair, keptKey } from "./keys.node.ts";
import { labFile } from "./labfile.ts";
import { createHost } from "./machine.ts";
import { machines, switchFacts } from "./machines.ts";
import { bmcService, nodeService, switchService } from "./programs.ts";
import { isScenarioId, type ScenarioId, scenarios } from "./scenarios.ts";
import { PracticeServer } from "./server.node.ts";
import { World } from "./world.ts";

export interface PracticeService {
  readonly state: Published<PracticeState>;
  /** Starts the servers (once) and tells where the lab file is. */
  start(): Promise<{ readonly labPath: string }>;
  stop(): Promise<void>;
  /** Breaks or mends one thing; throws a FaultError for an unknown scenario or while the lab does not run. */
  set(input: { readonly scenario: string; readonly active: boolean }): Promise<void>;
  /** The known_hosts file that holds the lab's keys while it runs. */
  readonly knownHostsFile: string | null;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Accepted beside the key, so that password logins can be tried too. */
const password = "practice";
/** Host key of node3 while it is changed. */
const changedNode = "node3";

interface Running {
  readonly runDir: string;
  readonly labPath: string;
  readonly knownHosts: string;
  readonly world: World;
  readonly nodes: ReadonlyMap<string, PracticeServer>;
  readonly all: readonly PracticeServer[];
  /** Keys as they are when nothing is broken. */
  readonly hostKeyOf: ReadonlyMap<PracticeServer, KeyPair>;
  readonly changed: KeyPair;
}

const stopped: PracticeState = {
  running: false,
  labPath: null,
  scenarios: scenarios.map((scenario) => ({ ...scenario, active: false })),
};

/** `dir` is the practice lab's own folder; keys stay in it, everything else is of one run. */
export function createPracticeService(deps: { readonly dir: string }): PracticeService {
  const state = new Published<PracticeState>(stopped);
  let running: Running | null = null;
  // Starts, stops and scenarios happen one after the other.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => {});
    return next;
  };
  const stop = async () => {
    const lab = running;
    if (!lab) return;
    running = null;
    await Promise.all(lab.all.map((server) => server.close()));
    await rm(lab.runDir, { recursive: true, force: true });
    state.update((draft) => {
      Object.assign(draft, stopped);
    });
  };
  return {
    state,
    get knownHostsFile() {
      return running?.knownHosts ?? null;
    },
    start: () =>
      inTurn(async () => {
        if (!running) {
          const lab = await startLab(deps.dir).catch((cause: unknown) => {
            throw notStarted(deps.dir, cause);
          });
          running = lab;
          state.update((draft) => {
            Object.assign(draft, { ...stopped, running: true, labPath: lab.labPath });
          });
        }
        return { labPath: running.labPath };
      }),
    stop: () => inTurn(stop),
    set: ({ scenario, active }) =>
      inTurn(async () => {
        if (!isScenarioId(scenario)) {
          throw new FaultError({
            code: "practice.unknown-scenario",
            title: "There is no such scenario",
            detail: `The practice lab knows ${scenarios.map(({ id }) => id).join(", ")}.`,
            next: "Choose one of these.",
            subject: scenario,
          });
        }
        if (!running) {
          throw new FaultError({
            code: "practice.not-running",
            title: "The practice lab is not running",
            detail: "A scenario changes a running practice lab.",
            next: "Start the practice lab, then set the scenario again.",
            subject: scenario,
          });
        }
        await change(running, scenario, active);
        state.update((draft) => {
          for (const one of draft.scenarios) if (one.id === scenario) one.active = active;
        });
      }),
    [Symbol.asyncDispose]: () => inTurn(stop),
  };
}

const notStarted = (dir: string, cause: unknown): FaultError =>
  new FaultError(
    {
      code: "practice.not-started",
      title: "The practice lab did not start",
      detail: messageOf(cause),
      next: "Free space or correct the rights of the practice lab's folder in the profile, then start it again.",
      subject: dir,
    },
    { cause },
  );

async function startLab(dir: string): Promise<Running> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await forgetDeadRuns(dir);
  const [client, changed, rsa, ...hostKeys] = await Promise.all([
    keptKey(dir, "client_ed25519", "ed25519"),
    keptKey(dir, "host_changed_ed25519", "ed25519"),
    keptKey(dir, "host_switch_rsa", "rsa"),
    ...machines.map(({ name }) => keptKey(dir, `host_${name}_ed25519`, "ed25519")),
  ]);
  const world = new World(Date.now);
  const ports = new Set<number>();
  const serverOf = (service: ConstructorParameters<typeof PracticeServer>[0], key: KeyPair) =>
    new PracticeServer(service, { hostKey: key.privateKey, clientKey: client.publicKey, password }, () => ports);
  const nodes = new Map<string, PracticeServer>();
  const bmcs = new Map<string, PracticeServer>();
  const hostKeyOf = new Map<PracticeServer, KeyPair>();
  for (const [index, { name }] of machines.entries()) {
    const key = hostKeys[index];
    invariant(key, "every node has a host key");
    const practiceHost = createHost(world, name, () => nodes.get(name)?.logins() ?? []);
    const node = serverOf(nodeService(practiceHost), key);
    const bmc = serverOf(bmcService(world, name), key);
    nodes.set(name, node);
    bmcs.set(name, bmc);
    hostKeyOf.set(node, key).set(bmc, key);
  }
  const sw = serverOf(switchService(world), rsa);
  hostKeyOf.set(sw, rsa);
  const all = [...nodes.values(), ...bmcs.values(), sw];
  const runDir = join(dir, `run-${process.pid}-${Date.now().toString(36)}`);
  try {
    for (const port of await Promise.all(all.map((server) => server.listen()))) ports.add(port);
    await mkdir(runDir, { mode: 0o700 });
    const labPath = join(runDir, "practice.yaml");
    const knownHosts = join(runDir, "known_hosts");
    const portsOf = (servers: ReadonlyMap<string, PracticeServer>) =>
      new Map([...servers].map(([name, server]) => [name, server.port]));
    const text = labFile({
      identityFile: join(dir, "client_ed25519"),
      sshPorts: new Map([...portsOf(nodes), [switchFacts.name, sw.port]]),
      bmcPorts: portsOf(bmcs),
    });
    const lab: Running = { runDir, labPath, knownHosts, world, nodes, all, hostKeyOf, changed };
    await Promise.all([writeWhole(labPath, text), writeWhole(knownHosts, knownHostsOf(lab))]);
    return lab;
  } catch (error) {
    await Promise.all(all.map((server) => server.close()));
    await rm(runDir, { recursive: true, force: true });
    throw error;
  }
}

/** All host keys as they are when nothing is broken. */
function knownHostsOf({ hostKeyOf }: Running): string {
  return [...hostKeyOf].map(([server, key]) => `[127.0.0.1]:${server.port} ${key.publicKey}\n`).join("");
}

async function change(lab: Running, scenario: ScenarioId, active: boolean): Promise<void> {
  if (lab.world.isActive(scenario) === active) return;
  lab.world.set(scenario, active);
  if (scenario === "node-down") {
    const node = lab.nodes.get("node5");
    invariant(node, "node5 has a server");
    await (active ? node.close() : node.listen());
  }
  if (scenario === "changed-host-key") {
    const node = lab.nodes.get(changedNode);
    const key = node && lab.hostKeyOf.get(node);
    invariant(node && key, `${changedNode} has a server and a key`);
    await node.changeHostKey((active ? lab.changed : key).privateKey);
    // Mended, the record is right again, whatever was accepted in between.
    if (!active) await writeWhole(lab.knownHosts, knownHostsOf(lab));
  }
}

/** Removes what a crashed process left; runs of living processes stay. */
async function forgetDeadRuns(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(dir, name), { recursive: true, force: true });
  }
}
