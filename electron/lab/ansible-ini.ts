/** Reads the INI form of an Ansible inventory, as plugins/inventory/ini.py of ansible-core does. */
import { expandHosts, type Inventory, type Note } from "./inventory.ts";

/** Reads sections `[group]`, `[group:children]`, `[group:vars]`; hosts before any section belong to `ungrouped`. */
export function readIniInventory(text: string, inventory: Inventory, note: Note): void {
  let group = "ungrouped";
  let kind = "hosts";
  for (const [index, raw] of text.split("\n").entries()) {
    const number = index + 1;
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    if (line.startsWith("[") && /^\[[^\]:\s]*(:\w+)?\s*\]\s*(#.*)?$/.test(line)) {
      const section = /^\[([^:\]\s]+)(?::(\w+))?\s*\]/.exec(line);
      group = section?.[1] ?? "";
      kind = section?.[2] ?? "hosts";
      if (section === null || !["hosts", "children", "vars"].includes(kind)) {
        note(number, `Section ${JSON.stringify(line.slice(0, 80))} is not understood; its lines are ignored.`);
        kind = "ignored";
      } else inventory.group(group);
    } else if (kind === "hosts") readHost(line, number, { group, inventory, note });
    else if (kind === "children") {
      const child = line.replace(/\s*#.*$/, "");
      if (/\s/.test(child)) note(number, `${JSON.stringify(child.slice(0, 80))} is not a group's name; it is ignored.`);
      else {
        inventory.group(group).children.add(child);
        inventory.group(child);
      }
    } else if (kind === "vars") {
      const found = /^([^=]+?)\s*=\s*(.*)$/.exec(line);
      if (!found) note(number, `${JSON.stringify(line.slice(0, 80))} is not name=value; it is ignored.`);
      else inventory.group(group).vars.set(found[1] ?? "", literal((found[2] ?? "").trim()));
    }
  }
}

function readHost(
  line: string,
  number: number,
  into: { readonly group: string; readonly inventory: Inventory; readonly note: Note },
): void {
  const { group, inventory, note } = into;
  const words = shellWords(line);
  const [pattern, ...settings] = words ?? [];
  if (pattern === undefined) {
    if (words === null) note(number, "A quote is not closed; the line is ignored.");
    return;
  }
  const { host, port } = splitPort(pattern);
  if (host === "" || host.includes("=") || host.startsWith("[")) {
    note(number, `${JSON.stringify(pattern.slice(0, 80))} is not a host's name; the line is ignored.`);
    return;
  }
  const vars: [string, unknown][] = port === null ? [] : [["ansible_port", port]];
  for (const setting of settings) {
    const equals = setting.indexOf("=");
    if (equals > 0) vars.push([setting.slice(0, equals), literal(setting.slice(equals + 1))]);
    else note(number, `${JSON.stringify(setting.slice(0, 80))} is not name=value; it is ignored.`);
  }
  for (const name of expandHosts(host, (message) => note(number, message))) inventory.host(name, group, vars, number);
}

/** `host:22`, but not a bare IPv6 address; a range's colons stand in brackets. */
function splitPort(pattern: string): { host: string; port: number | null } {
  const found = /^(.*[^:]):(\d{1,5})$/.exec(pattern);
  const host = found?.[1] ?? "";
  if (!found || host.replace(/\[[^\]]*\]/g, "").includes(":")) return { host: pattern, port: null };
  return { host, port: Number(found[2]) };
}

/** Ansible evaluates values as Python literals; only quotes matter for what is read here. */
function literal(value: string): unknown {
  const quoted = /^(["'])(.*)\1$/s.exec(value);
  return quoted ? quoted[2] : value;
}

/** Splits as Python's shlex.split(comments=True) does; null when a quote is not closed. */
function shellWords(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? "";
    if (quote !== "") {
      if (char === quote) quote = "";
      else if (char === "\\" && quote === '"' && /["\\]/.test(line[at + 1] ?? ""))
        word = (word ?? "") + (line[++at] ?? "");
      else word = (word ?? "") + char;
    } else if (char === "#") break;
    else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (char === "\\") word = (word ?? "") + (line[++at] ?? "");
    else word = (word ?? "") + char;
  }
  if (quote !== "") return null;
  return word === null ? words : [...words, word];
}
