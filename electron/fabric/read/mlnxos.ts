/**
 * Reads what the MLNX-OS command line of SX60xx switches prints (releases 3.2 to 3.6). Layouts differ by release, so
 * tables are split on two blanks and more, wrapped rules are passed over, and columns are found by what stands in them.
 */
import {
  type LogicalState,
  type PhysicalState,
  type Speed,
  speeds,
  type Width,
  widths,
} from "../../contract/fabric-words.ts";
import { boundedLines, readLogicalState, readPhysicalState, type Unread, UnreadLines } from "../reading.ts";

/** What every answer of the switch may be instead: a line that begins with `%`. */
export interface SwitchAnswer<Value> {
  readonly value: Value;
  /** `Unrecognized command "transceiver".`, without its `%`; null where the switch did as asked. */
  readonly refused: string | null;
  readonly unread: readonly Unread[];
}

export interface SwitchVersion {
  readonly product: string | null;
  /** E.g. `3.6.8012`; older releases write `SX_3.2.0330-70`. */
  readonly release: string | null;
  readonly model: string | null;
  readonly hostId: string | null;
  readonly serialNumber: string | null;
  readonly uptime: string | null;
}

export interface SwitchModule {
  readonly line: number;
  readonly module: string;
  readonly partNumber: string;
  readonly serialNumber: string;
}

export interface SwitchFan {
  readonly line: number;
  readonly module: string;
  readonly fan: string;
  /** Null where none is fitted. */
  readonly speedRpm: number | null;
  readonly status: string;
}

export interface SwitchTemperature {
  readonly line: number;
  readonly module: string;
  readonly component: string;
  readonly sensor: string;
  readonly celsius: number;
  readonly status: string;
}

export interface SwitchSupply {
  readonly line: number;
  /** `PS1`. */
  readonly module: string;
  readonly status: string;
}

export interface SwitchPort {
  readonly line: number;
  /** As the switch writes it, e.g. `1/3`: slot and port. */
  readonly name: string;
  readonly port: number;
  readonly state: LogicalState;
  readonly physState: PhysicalState;
  /** Null where nothing is connected. */
  readonly rateGbps: number | null;
  readonly width: Width | null;
  readonly speed: Speed | null;
  readonly widthsSupported: readonly Width[];
  readonly speedsSupported: readonly Speed[];
  readonly description: string;
  /** E.g. that a transceiver takes more power than the port gives: then the link stays dead. */
  readonly warning: string | null;
}

export interface SwitchTransceiver {
  readonly line: number;
  readonly port: number;
  readonly identifier: string | null;
  readonly type: string | null;
  readonly speeds: readonly Speed[];
  readonly vendor: string | null;
  readonly length: string | null;
  readonly partNumber: string | null;
  readonly serialNumber: string | null;
}

/** One command of a saved session and what came after it. */
export interface SwitchCommand {
  readonly line: number;
  readonly command: string;
  readonly text: string;
}

/** `switch-c0ffe0 [standalone: master] # show ...`; right after the start a bare `CLI >`. The bracket may say anything. */
const prompt = /^(?:\S{1,64} \[[^\]]{1,80}\]|CLI) (?:\([^)]{1,80}\) )?[>#] ?(.*)$/;
const pagerRest = /^(?:lines \d{1,7}-\d{1,7}(?: \(END\))? ?)+/;
const rule = /^\s*(?:={2,}|-{2,})\s*$/;
const fieldLine = /^\s*([A-Za-z][\w /().-]{0,47}?)\s*:(?:\s+(.*))?$/;

/** The commands of a session's text, each with its answer. */
export function splitSession(text: string): readonly SwitchCommand[] {
  const commands: { line: number; command: string; lines: string[] }[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const content = raw.replace(/\r$/, "").replace(pagerRest, "");
    const command = content.length > 512 ? undefined : prompt.exec(content)?.[1];
    if (command !== undefined) commands.push({ line: index + 1, command: command.trim(), lines: [] });
    else commands.at(-1)?.lines.push(content);
  }
  return commands
    .filter(({ command }) => command !== "")
    .map(({ line, command, lines }) => ({ line, command, text: lines.join("\n") }));
}

/** Reads `show version`. */
export function readSwitchVersion(text: string): SwitchAnswer<SwitchVersion> {
  const fields = new Map<string, string>();
  const answer = answered(text, (content) => {
    const [, name, value = ""] = fieldLine.exec(content) ?? [];
    if (name === undefined) return false;
    fields.set(name.toLowerCase(), value.trim());
    return true;
  });
  const field = (name: string) => fields.get(name) || null;
  return answer({
    product: field("product name"),
    release: field("product release"),
    model: field("product model"),
    hostId: field("host id"),
    serialNumber: field("system serial num"),
    uptime: field("uptime"),
  });
}

/** Reads `show inventory`: 3.2 has a column for the type, 3.6 has none and two for revisions at the end. */
export function readInventory(text: string): SwitchAnswer<readonly SwitchModule[]> {
  const modules: SwitchModule[] = [];
  let typed = false;
  const answer = answered(text, (content, line) => {
    const cells = cellsOf(content);
    const [module = ""] = cells;
    if (module.toLowerCase() === "module") {
      typed = cells[1]?.toLowerCase() === "type";
      return true;
    }
    const [partNumber, serialNumber] = typed ? cells.slice(2) : cells.slice(1);
    if (partNumber === undefined || serialNumber === undefined) return false;
    modules.push({ line, module, partNumber, serialNumber });
    return true;
  });
  return answer(modules);
}

/** Reads `show fan`. */
export function readFans(text: string): SwitchAnswer<readonly SwitchFan[]> {
  const fans: SwitchFan[] = [];
  const answer = answered(text, (content, line) => {
    const [module = "", , fan = "", speed = "", status] = cellsOf(content);
    if (/^Module$/i.test(module) || /^\(RPM\)$/i.test(module)) return true;
    if (status === undefined || !/^(?:-|\d{1,6}(?:\.\d{1,4})?)$/.test(speed)) return false;
    fans.push({ line, module, fan, speedRpm: speed === "-" ? null : Number(speed), status });
    return true;
  });
  return answer(fans);
}

/** Reads `show temperature`. */
export function readTemperatures(text: string): SwitchAnswer<readonly SwitchTemperature[]> {
  const temperatures: SwitchTemperature[] = [];
  const answer = answered(text, (content, line) => {
    const [module = "", component = "", sensor = "", degrees = "", status] = cellsOf(content);
    if (/^Module$/i.test(module) || /^\(Celsius\)$/i.test(module)) return true;
    if (status === undefined || !/^-?\d{1,3}(?:\.\d{1,4})?$/.test(degrees)) return false;
    temperatures.push({ line, module, component, sensor, celsius: Number(degrees), status });
    return true;
  });
  return answer(temperatures);
}

/**
 * Reads of `show power` what is certain in any layout: rows that begin with a supply's name and end in a status. Its
 * columns differ by release and were not seen, so nothing between the two is read, and a row that ends otherwise is not.
 */
export function readSupplies(text: string): SwitchAnswer<readonly SwitchSupply[]> {
  const supplies: SwitchSupply[] = [];
  const answer = answered(text, (content, line) => {
    const cells = cellsOf(content);
    const [module = "", status = ""] = [cells[0], cells.at(-1)];
    if (!/^PS\d{1,2}$/.test(module) || !/^(?:OK|NOT PRESENT|FAIL(?:ED)?|FATAL|ERROR|BAD)$/i.test(status)) return false;
    supplies.push({ line, module, status });
    return true;
  });
  return answer(supplies);
}

/** Null where nothing is fitted. Every word but OK is out of order: the list of them is not public. */
export function isOk(status: string): boolean | null {
  if (/^(?:NOT PRESENT|N\/?A|-)$/i.test(status)) return null;
  return /^OK$/i.test(status);
}

/** Reads `show ports type`: the ports of each kind; a port of a VPI switch may be Ethernet. */
export function readPortTypes(text: string): SwitchAnswer<ReadonlyMap<string, ReadonlySet<string>>> {
  const types = new Map<string, Set<string>>();
  let last: string | null = null;
  const answer = answered(text, (content) => {
    const [, type, names = ""] = /^(\w{1,32}):(.*)$/.exec(content.trim()) ?? [];
    // Ports go on in the next line where the terminal is too narrow for them.
    const more = type === undefined && /^[\d/\s]+$/.test(content);
    last = type ?? (more ? last : null);
    if (last === null) return false;
    const ports = (more ? content : names).match(/\b\d{1,2}\/\d{1,3}(?:\/\d{1,2})?\b/g) ?? [];
    const known = (more && types.get(last)) || new Set<string>();
    types.set(last, known);
    for (const port of ports) known.add(port);
    return true;
  });
  return answer(types);
}

/** Reads `show ib sm`: whether the switch runs a subnet manager. Null where it says neither. */
export function readSwitchSm(text: string): SwitchAnswer<boolean | null> {
  let enabled: boolean | null = null;
  const answer = answered(text, (content) => {
    const word = content.trim().toLowerCase();
    if (word !== "enable" && word !== "disable") return false;
    enabled = word === "enable";
    return true;
  });
  return answer(enabled);
}

/** Reads `show interfaces ib 1` and `show interfaces ib 1/3`: a block per port. */
export function readSwitchPorts(text: string): SwitchAnswer<readonly SwitchPort[]> {
  const blocks = new Blocks(/^IB(\d{1,2}\/(\d{1,3})) state:\s*$/i);
  const answer = answered(text, (content, line) => blocks.take(content, line));
  return answer(
    blocks.all.map(({ line, name, port, field }) => ({
      line,
      name,
      port,
      state: readLogicalState(field("logical port state")),
      physState: readPhysicalState(field("physical port state")),
      rateGbps: Number(/^(\d{1,4}(?:\.\d{1,4})?) Gbps/.exec(field("current line rate"))?.[1] ?? Number.NaN) || null,
      width: widthsIn(field("width"))[0] ?? null,
      speed: speedsIn(field("speed"))[0] ?? null,
      widthsSupported: widthsIn(field("supported widths")),
      speedsSupported: speedsIn(field("supported speeds")),
      description: field("description"),
      warning: field("warning") || null,
    })),
  );
}

/** Reads `show interfaces ib 1/3 transceiver`, where the release has it. */
export function readTransceivers(text: string): SwitchAnswer<readonly SwitchTransceiver[]> {
  const blocks = new Blocks(/^Slot (\d{1,2} port (\d{1,3})) state:?\s*$/i);
  const answer = answered(text, (content, line) => blocks.take(content, line));
  return answer(
    blocks.all.map(({ line, port, field }) => ({
      line,
      port,
      identifier: field("identifier") || null,
      type: field("cable/module type") || null,
      speeds: speedsIn(field("infiniband speeds")),
      vendor: field("vendor") || null,
      length: field("cable length") || null,
      partNumber: field("part number") || null,
      serialNumber: field("serial number") || null,
    })),
  );
}

interface Block {
  readonly line: number;
  readonly name: string;
  readonly port: number;
  /** A field by its name in lower case; empty where it is not there or the switch wrote `-`. */
  readonly field: (name: string) => string;
}

/** A line that names a port, and `name : value` lines under it. */
class Blocks {
  readonly #header: RegExp;
  /** False under a line that names a port in a form that is not known: what follows is not the port's before it. */
  #open = false;
  readonly #blocks: (Block & { readonly fields: Map<string, string> })[] = [];

  constructor(header: RegExp) {
    this.#header = header;
  }

  get all(): readonly Block[] {
    return this.#blocks;
  }

  take(content: string, line: number): boolean {
    const [, name, port] = this.#header.exec(content) ?? [];
    if (name !== undefined) {
      const fields = new Map<string, string>();
      const field = (wanted: string) => (fields.get(wanted) ?? "").replace(/^-$/, "");
      this.#blocks.push({ line, name, port: Number(port), fields, field });
      this.#open = true;
      return true;
    }
    if (/^(?:IB|Slot )\S.{0,40} state:?\s*$/i.test(content)) this.#open = false;
    const [, fieldName, value = ""] = fieldLine.exec(content) ?? [];
    const block = this.#open ? this.#blocks.at(-1) : undefined;
    if (fieldName === undefined || block === undefined) return false;
    block.fields.set(fieldName.toLowerCase(), value.trim());
    return true;
  }
}

/** Gives every line but rules to `take`, which tells whether it understood; returns what makes the answer of a value. */
function answered(
  text: string,
  take: (content: string, line: number) => boolean,
): <Value>(value: Value) => SwitchAnswer<Value> {
  const unread = new UnreadLines();
  let refused: string | null = null;
  for (const { line, text: content } of boundedLines(text, unread)) {
    if (content.startsWith("%")) refused ??= content.slice(1, 300).trim();
    else if (!rule.test(content) && !take(content, line) && refused === null) unread.add(line, content);
  }
  return (value) => ({ value, refused, unread: unread.get() });
}

function cellsOf(content: string): readonly string[] {
  return content.trim().split(/ {2,}|\t+/);
}

function widthsIn(text: string): readonly Width[] {
  const words = text.toUpperCase().split(/[ ,]+/);
  return widths.filter((width) => words.includes(width));
}

function speedsIn(text: string): readonly Speed[] {
  const words = text.toUpperCase().split(/[ ,]+/);
  return speeds.filter((speed) => words.includes(speed));
}
