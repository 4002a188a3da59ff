/**
 * Decides what a change of a switch types, what it does, and what reads it back. Pure: nothing is typed here.
 *
 * How sure the lines are: `enable`, `configure terminal`, `interface ib 1/N`, `shutdown`, `no shutdown`, `exit` and
 * `write memory` stand in sessions that owners of SX6036 published, with the prompts between them, and `interface ib`
 * in the vendor's manual. `description` and `disable` are known from the command line's family alone: no session with
 * `description` on an InfiniBand port was seen, nor whether it takes quotes; one word is therefore typed without. That a
 * port which was shut says `Disabled` is how InfiniBand names that state (PortPhysicalState 3).
 */
import type { CableLive } from "../contract/fabric.ts";
import { facePort, isSamePort } from "../contract/face-port.ts";
import {
  descriptionFault,
  type SwitchChange,
  type SwitchLive,
  type SwitchPlan,
  type SwitchPort,
} from "../contract/switch.ts";
import { endText } from "../contract/words.ts";
import { badDescription, noSuchPort } from "./faults.ts";

export interface ChangeInputs {
  readonly device: string;
  readonly change: SwitchChange;
  /** Null while the switch was not read yet. */
  readonly live: SwitchLive | null;
  readonly cables: readonly CableLive[];
  /** The host whose tools describe the fabric. */
  readonly observer: string | null;
}

/** One line to type, and where it must lead. */
export interface Step {
  readonly line: string;
  readonly mode: "operator" | "enabled" | "configure";
  readonly context: string;
}

/** Throws a FaultError for a port or a description that the switch cannot be given. */
export function planChange(asked: ChangeInputs): Omit<SwitchPlan, "address"> {
  const { device } = asked;
  const change = named(asked);
  const inputs = { ...asked, change };
  const lines = stepsOf(inputs).map(({ line }) => line);
  const cables = change.kind === "save" || change.kind === "describe" ? [] : cablesAt(inputs, change.port);
  return {
    device,
    change,
    lines,
    readBack: readBackOf(change),
    effects: effectsOf(inputs, cables),
    cables: cables.map((cable) => {
      const far = farEnd(cable, device);
      return { id: cable.id, device: far.device, port: far.port };
    }),
    confirm: change.kind === "shut" ? change.port : null,
    lasts:
      change.kind === "save"
        ? "It lasts until the configuration is written again."
        : "It lasts until the switch is reloaded: the start-up configuration is not written.",
  };
}

/** The change with its port as the switch names it. */
function named({ device, change, live }: ChangeInputs): SwitchChange {
  if (change.kind === "save") return change;
  const { port } = change;
  const known = live?.ports ?? [];
  const names = known.filter(({ type }) => type !== "ethernet").map(({ name }) => name);
  const face = facePort(port);
  const [name = face && known.length === 0 ? `${face.slot}/${face.number}` : null] = names.filter((each) =>
    isSamePort(each, port),
  );
  if (name === null) throw noSuchPort(device, port, names);
  return { ...change, port: name };
}

/** Of a change as {@link planChange} names it. Throws for a description that cannot be typed. */
export function stepsOf({ device, change }: Pick<ChangeInputs, "device" | "change">): readonly Step[] {
  const into: Step[] = [
    { line: "enable", mode: "enabled", context: "" },
    { line: "configure terminal", mode: "configure", context: "config" },
  ];
  const out: Step[] = [
    { line: "exit", mode: "enabled", context: "" },
    { line: "disable", mode: "operator", context: "" },
  ];
  if (change.kind === "save") return [...into, { line: "write memory", mode: "configure", context: "config" }, ...out];
  const context = `config interface ib ${change.port}`;
  return [
    ...into,
    { line: `interface ib ${change.port}`, mode: "configure", context },
    { line: lineOf(device, change), mode: "configure", context },
    { line: "exit", mode: "configure", context: "config" },
    ...out,
  ];
}

function lineOf(device: string, change: Exclude<SwitchChange, { readonly kind: "save" }>): string {
  if (change.kind === "shut") return "shutdown";
  if (change.kind === "enable") return "no shutdown";
  if (change.description === "") return "no description";
  const fault = descriptionFault(change.description);
  if (fault !== null) throw badDescription(device, fault);
  return `description ${change.description.includes(" ") ? `"${change.description}"` : change.description}`;
}

export function readBackOf(change: SwitchChange): string | null {
  return change.kind === "save" ? null : `show interfaces ib ${change.port}`;
}

const farEnd = (cable: CableLive, device: string) => (cable.a.device === device ? cable.b : cable.a);

/** Cables seen or planned at a port. */
function cablesAt({ device, cables }: ChangeInputs, port: string): readonly CableLive[] {
  return cables.filter(({ a, b }) => [a, b].some((end) => end.device === device && isSamePort(end.port, port)));
}

function effectsOf(inputs: ChangeInputs, cables: readonly CableLive[]): string[] {
  const { device, change, live, observer } = inputs;
  if (change.kind === "save")
    return [
      "Everything that is configured on the switch now, by whomever, becomes what it starts with.",
      "The configuration it would start with today is written over.",
    ];
  const port = live?.ports.find(({ name }) => name === change.port);
  if (change.kind === "describe") {
    const now = port === undefined ? "" : port.description === "" ? " (now empty)" : ` (now “${port.description}”)`;
    const becomes = change.description === "" ? "taken away" : port?.description ? "replaced" : "set";
    return [`The description of port ${change.port} of ${device}${now} is ${becomes}. No link is touched.`];
  }
  const up = cables.filter(({ logical }) => logical === "Active");
  if (change.kind === "shut") {
    const links = up.map((cable) => {
      const { device: host, port: hca } = farEnd(cable, device);
      return `${host} loses the link of ${hca}${host === observer ? ", and with it its own view of the fabric" : ""}.`;
    });
    if (links.length > 0) return [...links, "What runs over it stops until the port is enabled again."];
    return [noLink(port, cables, device)];
  }
  const far = cables.map((cable) => farEnd(cable, device));
  return far.length === 0
    ? [`Port ${change.port} of ${device} tries to bring up a link; no cable is known there.`]
    : far.map((end) => `Port ${change.port} of ${device} tries to bring up its link with ${endText(end)}.`);
}

/** Where no host was seen to have a link there. What was not asked yet is not known, and not said to be down. */
function noLink(port: SwitchPort | undefined, cables: readonly CableLive[], device: string): string {
  const [planned] = cables.map((cable) => farEnd(cable, device));
  const to = planned ? `the one to ${endText(planned)}` : "";
  if (port?.logical === "Active")
    return planned
      ? `The switch says that the link is up; by the plan it is ${to}, which goes down.`
      : "The switch says that the port has a link; which host loses it is not known.";
  if (port === undefined && cables.every(({ logical }) => logical === "Unknown"))
    return `Whether a link is up there is not known yet${planned ? `; by the plan it is ${to}` : ""}.`;
  return planned
    ? `No link is up there now; ${to} cannot come up.`
    : "No link is up there now, and no cable is known there.";
}

/** What the port says after the change. */
export function judgeChange(
  change: SwitchChange,
  port: SwitchPort | null,
): { readonly verified: boolean; readonly told: string } {
  if (change.kind === "save")
    return {
      verified: false,
      told: "The switch took “write memory” without an error. What it starts with is not read back.",
    };
  if (port === null) return { verified: false, told: `The switch does not tell of port ${change.port} any more.` };
  const states = `Port ${port.name} is ${port.logical}, physically ${port.physical}`;
  if (change.kind === "describe") {
    const verified = port.description === change.description;
    return {
      verified,
      told: `The description of port ${port.name} is ${port.description === "" ? "empty" : `“${port.description}”`}.`,
    };
  }
  if (change.kind === "shut") {
    const verified = port.physical === "Disabled" && port.logical === "Down";
    return { verified, told: verified ? `${states}.` : `${states}: that does not say that it is shut.` };
  }
  const verified = port.physical !== "Disabled" && port.physical !== "Unknown";
  return { verified, told: verified ? `${states}.` : `${states}: that does not say that it is enabled.` };
}
