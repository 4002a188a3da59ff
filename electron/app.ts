/** Builds the services and owns their lives; every host (Electron, browser, CLI, tests) starts here. */
import { createRequire } from "node:module";
import { userInfo } from "node:os";
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import type { AppInfo } from "./contract/app.ts";
import type { LabState } from "./contract/lab.ts";
import { DroppedFiles } from "./fabric/read/dropped.node.ts";
import { createFabricService, type FabricService } from "./fabric/service.ts";
import { createHistoryService, type HistoryService } from "./history/service.ts";
import { createLabService, type LabService } from "./lab/service.ts";
import { LogsService } from "./logs/service.ts";
import { createPracticeService, type PracticeService } from "./practice/service.ts";
import { makeProfile } from "./profile.node.ts";
import type { SecretStore } from "./secrets.ts";
import { openSettings, type SettingsStore } from "./settings.node.ts";
import { createSheetService, type SheetService } from "./sheet/service.ts";
import { createSshService, type SshService } from "./ssh/service.ts";
import { createSwitchService, type SwitchService } from "./switch/service.ts";
import { createTerminalService, type TerminalService } from "./terminal/service.ts";
import { Unfinished } from "./unfinished.node.ts";

export interface HostDeps {
  readonly host: AppInfo["host"];
  readonly profileDir: string;
  readonly homeDir: string;
  /** Path of the ssh-agent's socket (or pipe), null when there is none. */
  readonly agentSocket: string | null;
  readonly secrets: SecretStore;
  /** More known_hosts files to honour, read-only. */
  readonly knownHosts?: readonly string[];
  /** Asks for a lab file with the system's dialog, where the host has one; null when the admin cancelled. */
  readonly pickLabFile?: () => Promise<string | null>;
  /** Shows a file in its folder with the system's file manager, where the host has one. */
  readonly showInFolder?: (path: string) => void;
}

export interface App extends AsyncDisposable {
  readonly deps: HostDeps;
  readonly info: AppInfo;
  readonly settings: SettingsStore;
  readonly lab: LabService;
  readonly ssh: SshService;
  readonly terminal: TerminalService;
  readonly fabric: FabricService;
  readonly history: HistoryService;
  readonly logs: LogsService;
  readonly switches: SwitchService;
  /** Files that a window handed over to be read. */
  readonly dropped: DroppedFiles;
  readonly practice: PracticeService;
  readonly sheet: SheetService;
}

export async function createApp(deps: HostDeps): Promise<App> {
  const { profileDir, homeDir } = deps;
  await makeProfile(profileDir);
  const settings = await openSettings(profileDir);
  const lab = createLabService({ homeDir });
  lab.state.onChange((now, before) => {
    if (now.path !== before.path || now.lab?.name !== before.lab?.name) remember(settings, now);
  });
  const practice = createPracticeService({ dir: join(profileDir, "practice") });
  const readOnly = [join(homeDir, ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts", ...(deps.knownHosts ?? [])];
  const ssh = createSshService({
    lab: lab.state,
    homeDir,
    agentSocket: deps.agentSocket,
    secrets: deps.secrets,
    knownHosts: () => {
      // The practice lab may go on running beside a real one, whose keys are on record in the profile.
      const ofPractice = lab.state.get().practice ? practice.knownHostsFile : null;
      return { own: ofPractice ?? join(profileDir, "known_hosts"), readOnly };
    },
  });
  const terminal = createTerminalService({ ssh, recordingsDir: join(profileDir, "recordings") });
  // Sessions belong to the lab they were opened in: whoever closes or replaces it, they end with it.
  let sessionsEnd: Promise<unknown> = Promise.resolve();
  lab.state.onChange(({ path }, before) => {
    if (before.path !== null && path !== before.path) sessionsEnd = Promise.all([sessionsEnd, terminal.closeAll()]);
  });
  const pollIntervalMs = () => settings.state.get().pollIntervalMs;
  const switches = createSwitchService({
    lab: lab.state,
    ssh,
    pollIntervalMs,
    fabric: async () => {
      const seen = fabric.state.get();
      return seen.observedAt === null ? fabric.observe({ timeoutMs: 15_000 }) : seen;
    },
  });
  const history = createHistoryService({
    dir: profileDir,
    lab: lab.state,
    limits: () => {
      const { historyDays, historyMegabytes } = settings.state.get();
      return { mostAgeMs: historyDays * 86_400_000, mostBytes: historyMegabytes * 1024 * 1024 };
    },
  });
  const fabric: FabricService = createFabricService({
    history,
    lab: lab.state,
    ssh,
    switches,
    pollIntervalMs,
    counterIntervalMs: () => settings.state.get().counterIntervalMs,
  });
  // What switches say is part of the fabric's truth: whoever watches that wants them asked.
  fabric.state.onAudience((watchers) => switches.alsoWatched(watchers > 0));
  const unfinished = new Unfinished(join(profileDir, "unfinished"));
  const logs = new LogsService({
    profileDir,
    unfinished,
    info: appInfo(deps),
    lab: lab.state,
    ssh,
    fabric: fabric.state,
    switches: switches.state,
    show: (...asked) => switches.show(...asked),
    history,
    userName: userName(),
  });
  const dropped = new DroppedFiles(unfinished);
  return {
    deps,
    info: appInfo(deps),
    settings,
    lab,
    ssh,
    terminal,
    fabric,
    history,
    logs,
    switches,
    dropped,
    practice,
    sheet: createSheetService({ lab: lab.state, fabric, userName: userName() }),
    async [Symbol.asyncDispose]() {
      // First what the admin entered: the host leaves after some seconds, and a thread that packs may wait for a slow disk.
      await lab[Symbol.asyncDispose]();
      await settings[Symbol.asyncDispose]();
      await logs[Symbol.asyncDispose]();
      await fabric[Symbol.asyncDispose]();
      history[Symbol.dispose]();
      await switches[Symbol.asyncDispose]();
      await terminal[Symbol.asyncDispose]();
      await sessionsEnd;
      await ssh[Symbol.asyncDispose]();
      await practice[Symbol.asyncDispose]();
      await dropped[Symbol.asyncDispose]();
    },
  };
}

/** A system account need not have a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}

/** The practice lab is not remembered: its file lives for one run only. */
function remember(settings: SettingsStore, { path, lab, readOnly, practice }: LabState): void {
  if (path === null || practice) return;
  const { recentLabs: before } = settings.state.get();
  // A file with errors may be without the name it had.
  const whole = readOnly ? undefined : lab?.name;
  const name = whole ?? before.find((other) => other.path === path)?.name ?? "";
  const recentLabs = [{ path, name }, ...before.filter((other) => other.path !== path)].slice(0, 10);
  // A settings file that cannot be written must not keep a lab from opening; the next deliberate change reports it.
  settings.change({ recentLabs }).catch(() => undefined);
}

function appInfo(deps: HostDeps): AppInfo {
  const require = createRequire(import.meta.url);
  const { bindingAvailable } = require("ssh2/lib/protocol/crypto.js") as { bindingAvailable: boolean };
  return {
    version: packageJson.version,
    host: deps.host,
    platform: process.platform,
    nodeVersion: process.versions.node,
    nativeCiphers: bindingAvailable,
    profileDir: deps.profileDir,
    secretsPersist: deps.secrets.persists,
    nativeFileDialog: deps.pickLabFile !== undefined,
    fileManager: deps.showInFolder !== undefined,
  };
}
