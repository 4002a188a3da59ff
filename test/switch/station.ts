/** A real sshd whose login shell is a scripted switch, and the switch service on a lab file that names it. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import type { FabricState } from "../../electron/contract/fabric.ts";
import type { SwitchLive } from "../../electron/contract/switch.ts";
import { createLabService } from "../../electron/lab/service.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { createSshService, type SshService } from "../../electron/ssh/service.ts";
import { createSwitchService, type SwitchService } from "../../electron/switch/service.ts";
import type { SessionTimings } from "../../electron/switch/session.node.ts";
import { type Sshd, startSshd } from "../ssh/sshd.ts";
import type { Script } from "./scripted-cli-process.ts";

const screens = new URL("../fixtures/infiniband/synthetic", import.meta.url).pathname;
const program = new URL("scripted-cli-process.ts", import.meta.url).pathname;

export interface Station extends AsyncDisposable {
  readonly ssh: SshService;
  readonly switches: SwitchService;
  readonly sshd: Sshd;
  live(): SwitchLive;
  /** Changes how the switch behaves from the next login on. */
  script(changes: Partial<Script>): Promise<void>;
  /** Changes the lab file as another program does, and waits until that was noticed. */
  rewriteLab(change: (text: string) => string): Promise<void>;
  /** Writes the user's ssh_config; nobody tells of it. */
  sshConfig(text: string): Promise<void>;
  /** Opens another lab file that says the same. */
  openTwin(): Promise<void>;
  /** The lines that were typed into it so far, over all sessions. */
  typed(): Promise<readonly string[]>;
}

export async function openSwitch(options: {
  readonly script?: Partial<Script>;
  readonly timings?: Partial<SessionTimings>;
  readonly fabric?: Pick<FabricState, "cables" | "observer">;
}): Promise<Station> {
  const dir = await mkdtemp(join(tmpdir(), "halfrack-switch-"));
  const scriptPath = join(dir, "script.json");
  let script: Script = {
    screens,
    release: "3.6",
    role: "standalone: master",
    wizard: false,
    enablePassword: null,
    asksAgain: false,
    enableRefused: false,
    unknown: [],
    pieces: 7,
    rows: 20,
    redraws: false,
    hangs: null,
    dies: null,
    floods: null,
    log: join(dir, "typed.log"),
    ...options.script,
  };
  const write = () => writeFile(scriptPath, JSON.stringify(script));
  await write();
  await writeFile(script.log, "");
  const sshd = await startSshd({ config: [`ForceCommand ${process.execPath} ${program} ${scriptPath}`] });
  const labFile = join(dir, "lab.yaml");
  await writeFile(
    labFile,
    `halfrack: 1
name: Switch
racks: [{ name: r, units: 10 }]
devices:
  - { name: node4, type: dell-r710, rack: r, unit: 1, hcas: [{ name: mlx4_0, model: ConnectX-3, ports: 2 }] }
  - name: sw1
    type: mellanox-sx6018
    rack: r
    unit: 5
    ssh: { host: ${sshd.host}, port: ${sshd.port}, identityFile: ${JSON.stringify(sshd.identity)} }
cables: []
`,
  );
  const known = join(dir, "known");
  await writeFile(known, sshd.hostKeys.map((key) => `[${sshd.host}]:${sshd.port} ${key}\n`).join(""));
  const lab = createLabService({ homeDir: dir });
  await lab.open({ path: labFile });
  const ssh = createSshService({
    lab: lab.state,
    homeDir: dir,
    agentSocket: null,
    secrets: memorySecrets(),
    knownHosts: () => ({ own: join(dir, "known_hosts"), readOnly: [known] }),
  });
  const switches = createSwitchService({
    lab: lab.state,
    ssh,
    pollIntervalMs: () => 200,
    fabric: async () => options.fabric ?? { cables: [], observer: null },
    ...(options.timings ? { timings: options.timings } : {}),
  });
  return {
    ssh,
    switches,
    sshd,
    live() {
      const live = switches.state.get().switches.sw1;
      if (!live) throw new Error("sw1 is not held");
      return live;
    },
    async script(changes) {
      script = { ...script, ...changes };
      await write();
    },
    async rewriteLab(change) {
      const { loadedAt } = lab.state.get();
      await writeFile(labFile, change(await readFile(labFile, "utf8")));
      await vi.waitFor(() => expect(lab.state.get().loadedAt).not.toBe(loadedAt), { timeout: 10_000 });
    },
    async sshConfig(text) {
      await mkdir(join(dir, ".ssh"), { recursive: true });
      await writeFile(join(dir, ".ssh", "config"), text);
    },
    async openTwin() {
      const twin = join(dir, "twin.yaml");
      await copyFile(labFile, twin);
      await lab.open({ path: twin });
    },
    async typed() {
      const text = await readFile(script.log, "utf8");
      return text.split("\n").slice(0, -1);
    },
    async [Symbol.asyncDispose]() {
      await switches[Symbol.asyncDispose]();
      await ssh[Symbol.asyncDispose]();
      await lab[Symbol.asyncDispose]();
      await sshd[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
