/**
 * Owns how an Ansible inventory becomes devices to choose from. Formats: the ini and yaml inventory plugins of
 * ansible-core (plugins/inventory/ini.py, yaml.py).
 */
import { isMap, isScalar } from "yaml";
import type { ImportResult } from "../contract/lab.ts";
import { parseProxyJump } from "../ssh/config.ts";
import { readIniInventory } from "./ansible-ini.ts";
import { add, type ImportedDevice, type ImportNote } from "./import-ssh.ts";
import { expandHosts, Inventory, type Note, type Vars } from "./inventory.ts";
import { readYaml } from "./parse.ts";

/** Reads an inventory's text, YAML when it looks like it. Never throws; what is not understood becomes a note. */
export function readInventory(text: string, file: string): { inventory: Inventory; notes: ImportNote[] } {
  const notes: ImportNote[] = [];
  const note: Note = (line, message) => {
    if (notes.length < 200) notes.push({ source: file, line, message });
  };
  const inventory = new Inventory(note);
  inventory.group("all");
  if (looksLikeYaml(text, file)) readYamlInventory(text, inventory, note);
  else readIniInventory(text, inventory, note);
  return { inventory, notes };
}

/** Devices of an inventory's text, with what Ansible would use to reach them. */
export function devicesOfInventory(text: string, file: string): ImportResult {
  const { inventory, notes } = readInventory(text, file);
  const devices = new Map<string, ImportedDevice>();
  const hops = new Map<string, { address: Record<string, unknown>; line: number }>();
  for (const [name, vars] of inventory.resolved()) {
    const line = inventory.hosts.get(name)?.line ?? 0;
    const note = (message: string) => notes.push({ source: file, line, message });
    add(devices, { name, address: addressOf(name, vars, hops, line, note), source: `${file}:${line}` }, note);
  }
  for (const [name, { address, line }] of hops) {
    const note = (message: string) => notes.push({ source: file, line, message });
    if (!devices.has(name)) add(devices, { name, address, source: `${file}:${line}` }, note);
  }
  return { devices: [...devices.values()], notes };
}

type Hops = Map<string, { address: Record<string, unknown>; line: number }>;

function addressOf(
  name: string,
  vars: Vars,
  hops: Hops,
  line: number,
  note: (message: string) => void,
): Record<string, unknown> | null {
  const text = (...keys: string[]) => {
    const value = keys.map((key) => vars.get(key)).find((each) => each !== undefined && each !== null && each !== "");
    if (value === undefined) return undefined;
    const written = String(value);
    if (!written.includes("{{")) return written;
    note(`${name}: ${keys[0]} is a template (${written.slice(0, 60)}); it is left out.`);
    return undefined;
  };
  const connection = text("ansible_connection");
  if (connection !== undefined && !["ssh", "smart", "paramiko", "paramiko_ssh"].includes(connection)) {
    note(`${name}: ansible_connection is ${connection}, not SSH; no address is taken over.`);
    return null;
  }
  const port = text("ansible_port", "ansible_ssh_port");
  const user = text("ansible_user", "ansible_ssh_user");
  const identityFile = text("ansible_ssh_private_key_file", "ansible_private_key_file");
  const options = [text("ansible_ssh_common_args"), text("ansible_ssh_extra_args")].filter(
    (each) => each !== undefined,
  );
  for (const key of ["ansible_password", "ansible_ssh_pass", "ansible_become_password"])
    if (vars.has(key)) note(`${name}: ${key} is not taken over; passwords do not belong in a lab file.`);
  const jump = options.length === 0 ? [] : jumpOf(options.join(" "), name, hops, line, note);
  if (port !== undefined && !/^\d+$/.test(port)) note(`${name}: port ${JSON.stringify(port)} is not a number.`);
  return {
    host: text("ansible_host", "ansible_ssh_host") ?? name,
    ...(port === undefined || port === "22" || !/^\d+$/.test(port) ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(jump.length === 0 ? {} : { jump }),
  };
}

/** Hops in ssh arguments: `-J hop`, `-o ProxyJump=hop`; a ProxyCommand is told of, not run. */
function jumpOf(args: string, name: string, hops: Hops, line: number, note: (message: string) => void): string[] {
  if (/ProxyCommand/i.test(args)) note(`${name}: ProxyCommand is not taken over; name the way with ProxyJump.`);
  const found = /(?:^|\s)-J\s*["']?([^\s"']+)|ProxyJump\s*[= ]\s*["']?([^\s"']+)/i.exec(args);
  const spec = found?.[1] ?? found?.[2];
  if (spec === undefined) return [];
  const chain = parseProxyJump(spec);
  if (chain === null) {
    note(`${name}: ProxyJump ${JSON.stringify(spec)} is not [user@]host[:port],...`);
    return [];
  }
  return chain.map((hop) => {
    const bare = hop.user === undefined && hop.port === undefined;
    const hopName = bare ? hop.host : (spec.split(",")[chain.indexOf(hop)] ?? hop.host);
    hops.set(hopName, { address: { ...hop }, line });
    return hopName;
  });
}

function looksLikeYaml(text: string, file: string): boolean {
  if (/\.ya?ml$/i.test(file)) return true;
  if (/\.(ini|cfg)$/i.test(file)) return false;
  const first = text.split("\n").find((line) => line.trim() !== "" && !/^\s*[#;]/.test(line)) ?? "";
  return first.startsWith("---") || /^["']?[\w.-]+["']?:\s*(#.*)?$/.test(first);
}

function readYamlInventory(text: string, inventory: Inventory, note: Note): void {
  const { doc, lines } = readYaml(text);
  const lineOf = (node: unknown) => (isScalar(node) && node.range ? lines.linePos(node.range[0]).line : 0);
  for (const error of doc.errors)
    note(lines.linePos(error.pos[0]).line, `This is not YAML: ${error.message.split("\n")[0] ?? ""}`);
  if (!isMap(doc.contents)) {
    note(1, "A YAML inventory holds groups with hosts, children and vars; none is here.");
    return;
  }
  const pairs = (node: unknown, what: string, line: number) => {
    if (isMap(node))
      return node.items.map(({ key, value }) => ({
        key: String(isScalar(key) ? key.value : key),
        value,
        line: lineOf(key) || line,
      }));
    if (node !== null && !(isScalar(node) && node.value === null)) note(line, `${what} must hold keys; it is ignored.`);
    return [];
  };
  const vars = (node: unknown, what: string, line: number) =>
    pairs(node, what, line).map(({ key, value }) => [key, isScalar(value) ? value.value : null] as const);
  const readGroup = (name: string, node: unknown, line: number, depth: number): void => {
    const group = inventory.group(name);
    if (depth > 30) {
      note(line, `Groups nest too deep; the children of ${name} are not read.`);
      return;
    }
    for (const part of pairs(node, `Group ${name}`, line)) {
      if (part.key === "vars")
        for (const [key, value] of vars(part.value, "vars", part.line)) group.vars.set(key, value);
      else if (part.key === "children")
        for (const child of pairs(part.value, "children", part.line)) {
          group.children.add(child.key);
          readGroup(child.key, child.value, child.line, depth + 1);
        }
      else if (part.key === "hosts")
        for (const host of pairs(part.value, "hosts", part.line)) {
          const own = vars(host.value, host.key, host.line);
          for (const each of expandHosts(host.key, (message) => note(host.line, message)))
            inventory.host(each, name, own, host.line);
        }
      else note(part.line, `${JSON.stringify(part.key)} is none of hosts, children and vars; it is ignored.`);
    }
  };
  for (const top of pairs(doc.contents, "The inventory", 1)) readGroup(top.key, top.value, top.line, 0);
}
