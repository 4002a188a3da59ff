/** Makes what a switch answered into what is published of it. Pure and total: answers are hostile text. */
import { portsCommand, type SwitchLive, type SwitchPort, type SwitchSource } from "../contract/switch.ts";
import {
  isOk,
  readFans,
  readInventory,
  readPortTypes,
  readSupplies,
  readSwitchPorts,
  readSwitchSm,
  readSwitchVersion,
  readTemperatures,
  readTransceivers,
  type SwitchAnswer,
} from "../fabric/read/mlnxos.ts";
import { placeOf, transceiverCommand } from "./asking.ts";

/** One command's last answer. */
export interface Answered {
  readonly command: string;
  readonly observedAt: number;
  readonly text: string;
  readonly refused: string | null;
}

export type Answers = ReadonlyMap<string, Answered>;

export const unseen: SwitchLive = {
  fault: null,
  host: "",
  role: "",
  version: null,
  modules: [],
  temperatures: [],
  fans: [],
  supplies: [],
  sm: { running: null, why: null, observedAt: null },
  ports: [],
  observedAt: null,
  sources: [],
};

export interface Told {
  readonly answers: Answers;
  readonly host: string;
  readonly role: string;
  /** Why `enable` was refused; null where it was not, or not tried. */
  readonly noRights: string | null;
}

/** What is known now. `before` tells since when a port is in its state. */
export function liveOf({ answers, host, role, noRights }: Told, before: SwitchLive): SwitchLive {
  const sources: SwitchSource[] = [];
  const read = <Value>(command: string, reader: (text: string) => SwitchAnswer<Value>, none: Value): Value => {
    const answered = answers.get(command);
    if (!answered) return none;
    const { value, unread } = reader(answered.text);
    const { observedAt, text, refused } = answered;
    sources.push({ command, observedAt, text, refused, unread: unread.length });
    return refused === null ? value : none;
  };
  const at = (command: string) => answers.get(command)?.observedAt ?? null;
  const types = read("show ports type", readPortTypes, new Map());
  const ports = read(portsCommand, readSwitchPorts, []).map((port): SwitchPort => {
    const observedAt = at(portsCommand) ?? 0;
    const old = before.ports.find(({ name }) => name === port.name);
    const same = old?.logical === port.state && old.physical === port.physState;
    const [transceiver] = read(transceiverCommand(port.name), readTransceivers, []);
    return {
      name: port.name,
      number: port.port,
      type: typeOf(types, port.name),
      logical: port.state,
      physical: port.physState,
      rateGbps: port.rateGbps,
      width: port.width,
      speed: port.speed,
      supportedSpeeds: [...port.speedsSupported],
      description: port.description.slice(0, 200),
      warning: port.warning,
      transceiver: transceiver
        ? {
            identifier: transceiver.identifier,
            type: transceiver.type,
            vendor: transceiver.vendor,
            length: transceiver.length,
            partNumber: transceiver.partNumber,
            serialNumber: transceiver.serialNumber,
          }
        : null,
      observedAt,
      since: same ? old.since : observedAt,
    };
  });
  // A port in Ethernet mode is no InfiniBand interface and has no block of its own.
  for (const name of types.get("Ethernet") ?? []) {
    const number = Number(/\/(\d{1,3})/.exec(name)?.[1] ?? 0);
    if (ports.some((port) => port.name === name)) continue;
    ports.push(ethernetPort(name, number, at("show ports type") ?? 0, before));
  }
  ports.sort((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1));
  const version = read("show version", readSwitchVersion, null);
  const smAt = at("show ib sm");
  const running = read("show ib sm", readSwitchSm, null);
  const smRefused = answers.get("show ib sm")?.refused ?? null;
  return {
    fault: null,
    host,
    role,
    version: version && {
      product: version.product,
      release: version.release,
      hostId: version.hostId,
      serialNumber: version.serialNumber,
      uptime: version.uptime,
      observedAt: at("show version") ?? 0,
    },
    modules: read("show inventory", readInventory, []).map(({ line: _line, ...module }) => module),
    temperatures: read("show temperature", readTemperatures, []).map(({ line: _line, ...sensor }) => ({
      ...sensor,
      ok: isOk(sensor.status),
    })),
    fans: read("show fan", readFans, []).map(({ line: _line, ...fan }) => ({ ...fan, ok: isOk(fan.status) })),
    supplies: read("show power", readSupplies, []).map(({ line: _line, ...supply }) => ({
      ...supply,
      ok: isOk(supply.status),
    })),
    sm: { running, why: noRights ?? smRefused, observedAt: smAt },
    ports,
    observedAt: at(portsCommand),
    sources: sources.sort((a, b) => placeOf(a.command) - placeOf(b.command)),
  };
}

function typeOf(types: ReadonlyMap<string, ReadonlySet<string>>, name: string): SwitchPort["type"] {
  if (types.get("Ethernet")?.has(name)) return "ethernet";
  return types.get("InfiniBand")?.has(name) ? "infiniband" : null;
}

function ethernetPort(name: string, number: number, observedAt: number, before: SwitchLive): SwitchPort {
  const old = before.ports.find((port) => port.name === name);
  return {
    name,
    number,
    type: "ethernet",
    logical: "Unknown",
    physical: "Unknown",
    rateGbps: null,
    width: null,
    speed: null,
    supportedSpeeds: [],
    description: "",
    warning: null,
    transceiver: null,
    observedAt,
    since: old?.type === "ethernet" ? old.since : observedAt,
  };
}
