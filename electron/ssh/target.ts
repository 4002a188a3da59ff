/** Owns how a lab device becomes something to connect to: lab file, device type and ssh_config, put together. */
import { FaultError } from "../contract/error.ts";
import type { LabState } from "../contract/lab.ts";
import { typeOf } from "../contract/units.ts";
import type { LegacySsh } from "./algorithms.ts";
import type { JumpHop } from "./config.ts";
import type { SshHostSettings } from "./config-resolve.ts";
import { knownHostName } from "./known-hosts.ts";

export interface Target {
  /** The device's name, or for a jump host of ssh_config its address. */
  readonly name: string;
  /** True when `name` is a device of the lab. */
  readonly device: boolean;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Name in known_hosts, port included where it is not 22. */
  readonly hostKeyName: string;
  /** Set when no alias hides the host, so a key on record for the bare host counts too (as in OpenSSH). */
  readonly bareHostKeyName: string | null;
  /** Private key files, in order; `named` tells that the admin named them, false that they are the usual ones. */
  readonly identities: readonly { readonly path: string; readonly named: boolean }[];
  readonly identitiesOnly: boolean;
  /** Agent socket named by ssh_config; "none" for no agent; undefined for the environment's. */
  readonly identityAgent: string | undefined;
  /** The whole way, first hop first: a hop's own jump hosts stand before it. */
  readonly jumps: readonly Target[];
  readonly legacy: LegacySsh | undefined;
  readonly shell: "posix" | "mlnx-os" | "none";
}

export interface TargetContext {
  readonly lab: LabState;
  readonly resolveAlias: (alias: string) => SshHostSettings;
  readonly homeDir: string;
  readonly localUser: string;
}

const usualIdentities = ["id_ed25519", "id_ecdsa", "id_rsa"];
/** Chains of jump hosts longer than this are a mistake. */
const maxJumps = 8;

/** Throws FaultError `lab.none-open`, `ssh.unknown-device`, `ssh.no-address`, `ssh.jump-loop` or `ssh.proxy-command`. */
export function resolveTarget(name: string, context: TargetContext): Target {
  return deviceTarget(name, context, []);
}

/** `way`: whether its own jump hosts count. A hop after the first is reached from the one before, whatever its own way. */
function deviceTarget(
  name: string,
  context: TargetContext,
  path: readonly string[],
  way: "own" | "from-hop" = "own",
): Target {
  const { lab } = context;
  if (lab.path === null)
    throw new FaultError({
      code: "lab.none-open",
      title: "No lab is open",
      detail: "Devices are named by the open lab file.",
      next: "Open a lab file (--lab FILE), or start the practice lab (--practice).",
      subject: name,
    });
  const device = lab.lab?.devices.find((entry) => entry.name === name);
  if (!device)
    throw new FaultError({
      code: "ssh.unknown-device",
      title: "No such device",
      detail: `The open lab has no device named ${name}.`,
      next: "Check the name against the lab file.",
      subject: name,
    });
  if (!device.ssh)
    throw new FaultError({
      code: "ssh.no-address",
      title: "The device has no SSH address",
      detail: `The lab file does not say how to reach the shell of ${name}.`,
      next: "Add ssh: host: to the device in the lab file.",
      subject: name,
    });
  const chain = enter(name, name, path);
  const ssh = device.ssh;
  const type = typeOf(device, lab.deviceTypes);
  const settings = context.resolveAlias(ssh.host);
  const jumps =
    way === "from-hop"
      ? []
      : ssh.jump
        ? ssh.jump.map((hop, index) => deviceTarget(hop, context, chain, index === 0 ? "own" : "from-hop"))
        : configJumps(name, ssh.host, settings, context, chain);
  return build({
    name,
    device: true,
    alias: ssh.host,
    settings,
    port: ssh.port,
    user: ssh.user,
    hostKeyAlias: ssh.hostKeyAlias,
    identityFile: ssh.identityFile,
    jumps,
    legacy: type?.legacySsh,
    shell: type?.shell ?? "posix",
    context,
  });
}

function hopTarget(
  device: string,
  hop: JumpHop,
  context: TargetContext,
  path: readonly string[],
  way: "own" | "from-hop",
): Target {
  const settings = context.resolveAlias(hop.host);
  const user = hop.user ?? settings.user ?? context.localUser;
  const port = hop.port ?? settings.port ?? 22;
  const chain = enter(device, `${user}@${hop.host}:${port}`, path);
  return build({
    name: `${user}@${settings.hostName}:${port}`,
    device: false,
    alias: hop.host,
    settings,
    port: hop.port,
    user: hop.user,
    hostKeyAlias: undefined,
    identityFile: undefined,
    jumps: way === "own" ? configJumps(device, hop.host, settings, context, chain) : [],
    legacy: undefined,
    shell: "posix",
    context,
  });
}

function configJumps(
  device: string,
  alias: string,
  settings: SshHostSettings,
  context: TargetContext,
  path: readonly string[],
): Target[] {
  if (settings.proxyCommand !== undefined && settings.proxyCommand.toLowerCase() !== "none")
    throw new FaultError({
      code: "ssh.proxy-command",
      title: "ProxyCommand is not supported",
      detail: `ssh_config reaches ${alias} through a ProxyCommand, which runs a program on this machine.`,
      next: "Use ProxyJump in ssh_config, or jump: in the lab file.",
      subject: device,
    });
  return settings.proxyJump.map((hop, index) =>
    hopTarget(device, hop, context, path, index === 0 ? "own" : "from-hop"),
  );
}

function enter(device: string, hop: string, path: readonly string[]): string[] {
  if (path.includes(hop) || path.length > maxJumps)
    throw new FaultError({
      code: "ssh.jump-loop",
      title: "The jump hosts lead in a circle",
      detail: `The way goes ${[...path, hop].join(", ")}.`,
      next: "Correct jump: in the lab file or ProxyJump in ssh_config.",
      subject: device,
    });
  return [...path, hop];
}

interface Parts {
  readonly name: string;
  readonly device: boolean;
  readonly alias: string;
  readonly settings: SshHostSettings;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly hostKeyAlias: string | undefined;
  readonly identityFile: string | undefined;
  readonly jumps: readonly Target[];
  readonly legacy: LegacySsh | undefined;
  readonly shell: Target["shell"];
  readonly context: TargetContext;
}

/** The lab file's word goes before ssh_config's, and both before the usual values. */
function build(parts: Parts): Target {
  const { settings, context } = parts;
  const host = settings.hostName;
  const port = parts.port ?? settings.port ?? 22;
  const keyAlias = parts.hostKeyAlias ?? settings.hostKeyAlias;
  const named = [
    ...(parts.identityFile === undefined ? [] : [expandHome(parts.identityFile, context.homeDir)]),
    ...settings.identityFiles,
  ];
  return {
    name: parts.name,
    device: parts.device,
    host,
    port,
    user: parts.user ?? settings.user ?? context.localUser,
    hostKeyName: keyAlias === undefined ? knownHostName(host, port) : keyAlias.toLowerCase(),
    bareHostKeyName: keyAlias === undefined && port !== 22 ? host.toLowerCase() : null,
    identities:
      named.length > 0
        ? [...new Set(named)].map((path) => ({ path, named: true }))
        : usualIdentities.map((file) => ({ path: `${context.homeDir}/.ssh/${file}`, named: false })),
    identitiesOnly: settings.identitiesOnly,
    identityAgent: settings.identityAgent,
    jumps: flatten(parts.jumps),
    legacy: parts.legacy,
    shell: parts.shell,
  };
}

/** The first hop is reached in its own way; each further one from the hop before, as ssh does with ProxyJump a,b. */
function flatten(jumps: readonly Target[]): Target[] {
  const [first, ...rest] = jumps;
  return first ? [...first.jumps, first, ...rest] : [];
}

function expandHome(path: string, homeDir: string): string {
  return path === "~" || path.startsWith("~/") ? `${homeDir}${path.slice(1)}` : path;
}

/** `user@host:port`, brackets around an IPv6 address. */
export function targetAddress(target: Target): string {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${target.user}@${host}:${target.port}`;
}

/** Two targets that are the same to connect to. */
export function sameTarget(one: Target, other: Target): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
