/** Owns how hosts of an ssh_config become devices to choose from. */
import { deviceName } from "../contract/base.ts";
import { type ImportResult, sshAddressSchema } from "../contract/lab.ts";
import type { JumpHop } from "../ssh/config.ts";
import type { SshHostSettings } from "../ssh/config-resolve.ts";

export type ImportedDevice = ImportResult["devices"][number];
export type ImportNote = ImportResult["notes"][number];
/** What the importer needs of a loaded ssh_config. */
export type SshHosts = {
  readonly hosts: readonly { readonly alias: string; readonly file: string; readonly line: number }[];
  readonly resolve: (alias: string) => SshHostSettings;
  readonly resolveRaw: (alias: string) => SshHostSettings;
  readonly notes: readonly ImportNote[];
};

/** Hosts offered at most; a longer list is cut, with a note. */
const maxHosts = 2000;

/**
 * One device per host alias, with what ssh would use for it. A hop that is no alias of its own becomes a device too,
 * so that the jumps of the others have something to name.
 */
export function devicesOfSshConfig(config: SshHosts, file: string): ImportResult {
  const notes = [...config.notes];
  const devices = new Map<string, ImportedDevice>();
  const hosts = config.hosts.slice(0, maxHosts);
  if (hosts.length < config.hosts.length)
    notes.push({
      source: file,
      line: 0,
      message: `Only the first ${maxHosts} of ${config.hosts.length} hosts are listed.`,
    });
  const aliases = new Set(hosts.map((host) => host.alias));
  const hops = new Map<string, { hop: JumpHop; source: string }>();
  for (const { alias, file: source, line } of hosts) {
    const note = (message: string) => notes.push({ source, line, message });
    const settings = config.resolve(alias);
    const raw = config.resolveRaw(alias);
    const jump = settings.proxyJump.map((hop) => {
      if (hop.user === undefined && hop.port === undefined && aliases.has(hop.host)) return hop.host;
      const name = hopName(hop);
      hops.set(name, { hop, source: `${source}:${line}` });
      return name;
    });
    if (settings.proxyCommand !== undefined)
      note(`${alias}: its ProxyCommand is not taken over; name the way with ProxyJump.`);
    if (settings.identityFiles.length > 1)
      note(`${alias}: only the first of ${settings.identityFiles.length} identity files is taken over.`);
    const address = {
      host: settings.hostName,
      ...(settings.port === undefined || settings.port === 22 ? {} : { port: settings.port }),
      ...(settings.user === undefined ? {} : { user: settings.user }),
      ...identity(raw.identityFiles, settings.identityFiles),
      ...(jump.length === 0 ? {} : { jump }),
      ...(settings.hostKeyAlias === undefined ? {} : { hostKeyAlias: settings.hostKeyAlias }),
    };
    add(devices, { name: alias, address, source: `${source}:${line}` }, note);
  }
  for (const [name, { hop, source }] of hops) {
    if (devices.has(name)) continue;
    // The hop may be an alias with its own settings; what the jump itself says stands above them.
    const settings = config.resolve(hop.host);
    const user = hop.user ?? settings.user;
    const port = hop.port ?? settings.port;
    const address = {
      host: settings.hostName,
      ...(port === undefined || port === 22 ? {} : { port }),
      ...(user === undefined ? {} : { user }),
      ...identity([], settings.identityFiles),
    };
    add(devices, { name, address, source }, (message) => notes.push({ source: file, line: 0, message }));
  }
  return { devices: [...devices.values()], notes };
}

const hopName = ({ host, user, port }: JumpHop) =>
  `${user === undefined ? "" : `${user}@`}${host}${port === undefined ? "" : `:${port}`}`;

/** `~/.ssh/key` stays as written, so that the lab file suits another home; names with tokens are expanded. */
function identity(raw: readonly string[], expanded: readonly string[]): { identityFile?: string } {
  const first = expanded[0];
  if (first === undefined) return {};
  const written = raw.find((file) => file.toLowerCase() !== "none");
  return { identityFile: written?.startsWith("~/") && !/[%$]/.test(written) ? written : first };
}

/** Adds a device when its name and address are such as a lab file may hold; a note tells why not. */
export function add(
  devices: Map<string, ImportedDevice>,
  found: { readonly name: string; readonly address: Readonly<Record<string, unknown>> | null; readonly source: string },
  note: (message: string) => void,
): void {
  const { name, source } = found;
  const shown = JSON.stringify(name.slice(0, 80));
  const checked = deviceName.safeParse(name);
  if (!checked.success) {
    note(`${shown} cannot be a device's name: ${checked.error.issues[0]?.message ?? "not allowed"}.`);
    return;
  }
  if (found.address === null) {
    devices.set(name, { name, source });
    return;
  }
  const address = sshAddressSchema.safeParse(found.address);
  if (address.success) {
    devices.set(name, { name, ssh: address.data, source });
    return;
  }
  const issue = address.error.issues[0];
  note(`${shown}: its address is left out, ${issue?.path.join(".") ?? ""} ${issue?.message ?? "is not understood"}.`);
  devices.set(name, { name, source });
}
