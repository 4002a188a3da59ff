/** Decides what is wrong by a switch's own word: its parts, its ports, and where it and the hosts do not agree. */
import type { CableLive, Finding } from "../../contract/fabric.ts";
import { isSamePort } from "../../contract/face-port.ts";
import type { CablePort, Lab } from "../../contract/lab.ts";
import type { SwitchLive, SwitchPort } from "../../contract/switch.ts";
import { endText } from "../../contract/words.ts";
import { cablesByDevice } from "./cables-by-device.ts";
import type { FindingInputs } from "./findings.ts";

export function switchRules(inputs: FindingInputs): readonly Finding[] {
  const { lab, cables, switches, factoryLogins } = inputs;
  const ofDevice = cablesByDevice(cables);
  return lab.devices.flatMap(({ name }) => {
    const live = switches[name];
    if (live === undefined) return [];
    return [
      ...(factoryLogins.includes(name) ? [factoryLogin(name)] : []),
      ...live.ports.flatMap((port) => [
        ...transceiverRule(inputs, name, port),
        ...ethernetRule(name, port, lab),
        ...disagreementRule(name, port, ofDevice.get(name) ?? []),
      ]),
      ...partRules(name, live),
    ];
  });
}

function factoryLogin(device: string): Finding {
  return {
    id: `switch.factory-login ${device}`,
    rule: "switch.factory-login",
    severity: "warning",
    subject: { device },
    title: `${device} still takes the factory's login`,
    detail:
      "It let admin in with the password admin, which is printed in its manual: whoever reaches its management port can reconfigure the fabric.",
    next: "Change the password on the switch (username admin password …), then save its configuration.",
    evidence: [{ source: `SSH to ${device}`, line: 0, text: "The login that was typed for admin was accepted." }],
  };
}

const timeOf = (at: number) => `${new Date(at).toISOString().slice(11, 19)} UTC`;

function transceiverRule({ places }: FindingInputs, device: string, port: SwitchPort): readonly Finding[] {
  if (port.warning === null) return [];
  const power = /power/i.test(port.warning);
  return [
    {
      id: `switch.port-warning ${device} ${port.name}`,
      rule: "switch.port-warning",
      severity: port.physical === "LinkUp" ? "warning" : "error",
      subject: { device, port: places.switchPort(device, port.name) },
      title: `${device} warns of port ${port.name}: ${port.warning}`,
      detail: power
        ? "The module takes more power than the port gives (2 W on these switches), and the port leaves it off: the link stays down, whatever is at the other end."
        : "The switch warns of what is plugged in there.",
      next: power
        ? "Use a passive copper cable or a module of at most 2 W in this port."
        : "Look at the module or cable in this port.",
      evidence: [{ source: `show interfaces ib on ${device}`, line: 0, text: `Warning : ${port.warning}` }],
    },
  ];
}

function ethernetRule(device: string, port: SwitchPort, lab: Lab): readonly Finding[] {
  if (port.type !== "ethernet") return [];
  const isHere = (end: CablePort) => end.device === device && isSamePort(end.port, port.name);
  const ends = lab.cables.flatMap(({ from, to }) => [[from, to] as const, [to, from] as const]);
  const [near, far] = ends.find(([end]) => isHere(end)) ?? [];
  if (near === undefined || far === undefined) return [];
  return [
    {
      id: `switch.ethernet-port ${device} ${port.name}`,
      rule: "switch.ethernet-port",
      severity: "error",
      subject: { device, port: near.port },
      title: `${device} port ${port.name} is in Ethernet mode, and the plan has ${endText(far)} there`,
      detail:
        "A port of this switch is either InfiniBand or Ethernet. No InfiniBand link comes up on an Ethernet port.",
      next: `Set its type to InfiniBand on the switch, or plan the cable at another port.`,
      evidence: [{ source: `show ports type on ${device}`, line: 0, text: `Ethernet: ${port.name}` }],
    },
  ];
}

/**
 * The switch and the hosts look at different moments. So both must have looked again since either last saw a change,
 * or every cable that is pulled would be a disagreement for a moment.
 */
function disagreementRule(device: string, port: SwitchPort, cables: readonly CableLive[]): readonly Finding[] {
  const isHere = (end: CablePort) => end.device === device && isSamePort(end.port, port.name);
  const cable = cables.find(({ a, b }) => isHere(a) || isHere(b));
  if (cable?.observedAt == null) return [];
  const [near, far] = isHere(cable.a) ? [cable.a, cable.b] : [cable.b, cable.a];
  const { logical, observedAt, observedBy } = cable;
  if (port.logical === "Unknown" || logical === "Unknown" || cable.state === "unknown" || cable.state === "absent")
    return [];
  if ((port.logical === "Active") === (logical === "Active")) return [];
  if (Math.min(port.observedAt, observedAt) <= Math.max(port.since, cable.since ?? 0)) return [];
  return [
    {
      id: `switch.disagreement ${device} ${port.name}`,
      rule: "switch.disagreement",
      severity: "warning",
      subject: { device, port: near.port, cable: cable.id },
      title: `${device} says ${port.logical} of port ${port.name}, the hosts say ${logical} of the same link`,
      detail: `Both were asked again after the last change, and still differ about the link to ${endText(far)}. One of them is out of date or speaks of another port.`,
      next: "Check that the switch in the lab file is this switch, and that its management answers for this fabric.",
      evidence: [
        {
          source: `show interfaces ib on ${device}, ${timeOf(port.observedAt)}`,
          line: 0,
          text: `IB${port.name}: Logical port state : ${port.logical}`,
        },
        {
          source: `fabric tools on ${observedBy ?? "a host"}, ${timeOf(observedAt)}`,
          line: 0,
          text: `${cable.id}: ${logical}/${cable.physical}`,
        },
      ],
    },
  ];
}

function partRules(device: string, { temperatures, fans, supplies }: SwitchLive): readonly Finding[] {
  const part = (kind: string, command: string, name: string, text: string, next: string): Finding => ({
    id: `switch.${kind} ${device} ${name}`,
    rule: `switch.${kind}`,
    severity: "error",
    subject: { device },
    title: `${device}: ${name} is ${text.split("  ").at(-1)}`,
    detail: "The switch watches its parts itself and says that this one is not in order.",
    next,
    evidence: [{ source: `${command} on ${device}`, line: 0, text: `${name}  ${text}` }],
  });
  return [
    ...temperatures
      .filter(({ ok }) => ok === false)
      .map(({ module, component, sensor, celsius, status }) =>
        part(
          "temperature",
          "show temperature",
          `${module} ${component} ${sensor}`,
          `${celsius.toFixed(1)} °C  ${status}`,
          "Check the room, the airflow and the fans.",
        ),
      ),
    ...fans
      .filter(({ ok }) => ok === false)
      .map(({ module, fan, speedRpm, status }) =>
        part(
          "fan",
          "show fan",
          `${module} fan ${fan}`,
          `${speedRpm === null ? "" : `${speedRpm} rpm  `}${status}`,
          "Look at the fan and replace its module; the switch gets warm without it.",
        ),
      ),
    ...supplies
      .filter(({ ok }) => ok === false)
      .map(({ module, status }) =>
        part("supply", "show power", module, status, "Check its cord and its outlet, then replace the supply."),
      ),
  ];
}
