/** Decides how the plan takes over what was seen: each rearrangement of cables as a whole, so that no port is planned twice. */
import type { Adoption } from "../contract/adopt.ts";
import type { CableLive } from "../contract/fabric.ts";
import type { Cable, CablePort, Lab, LabEdit, LabState } from "../contract/lab.ts";
import { typeOf } from "../contract/units.ts";
import { endKey, endText } from "../contract/words.ts";
import { devicePorts } from "../lab/ports.ts";
import { type DeviceTypes, isSwitch } from "./identify.ts";
import { reconcile, type Story } from "./reconcile.ts";

/** What can be chosen from at once; mending some brings the others. */
const adoptionsAtMost = 500;

interface Choice extends Adoption {
  readonly edits: readonly LabEdit[];
}

/** Everything in which plan and fabric differ, in the plan's order, and the edits that take over the chosen ones. */
export function adopt(
  { lab, deviceTypes }: Pick<LabState, "lab" | "deviceTypes">,
  cables: readonly CableLive[],
  chosen: ReadonlySet<string>,
): { readonly adoptions: Adoption[]; readonly edits: LabEdit[] } {
  const choices = lab === null ? [] : choicesOf(lab, deviceTypes, cables);
  const taken = choices.filter(({ id, refused }) => refused === null && chosen.has(id));
  return {
    adoptions: choices.map(({ edits: _, ...adoption }) => adoption),
    edits: taken.flatMap(({ edits }) => edits),
  };
}

function choicesOf(lab: Lab, types: DeviceTypes, cables: readonly CableLive[]): readonly Choice[] {
  const astray = cables.filter(({ difference }) => difference !== "as-planned" && difference !== "unobserved");
  const planned = astray.flatMap((live) => {
    const cable = live.planned === null ? undefined : lab.cables[live.planned];
    return cable === undefined ? [] : [{ live, cable }];
  });
  const links = astray.filter((live) => live.planned === null);
  const isSwitchNamed = new Map(lab.devices.map((device) => [device.name, isSwitch(device, types)]));
  const pairs = planned.map(({ cable: { from, to } }) => {
    const turned = isSwitchNamed.get(from.device) === true && isSwitchNamed.get(to.device) !== true;
    return turned ? { near: endKey(to), far: endKey(from) } : { near: endKey(from), far: endKey(to) };
  });
  const seen = links.map(({ a, b }) => ({ a: endKey(a), b: endKey(b) }));
  const adopter = new Adopter(lab, types, planned, links);
  return reconcile(pairs, seen)
    .stories.slice(0, adoptionsAtMost)
    .flatMap((story) => adopter.choice(story) ?? []);
}

const portOf = ({ device, port }: CablePort): CablePort => ({ device, port });
const samePort = (a: CablePort, b: CablePort) => a.device === b.device && a.port === b.port;

interface Step {
  readonly edit: LabEdit;
  readonly words: string;
  readonly instead: string;
}

class Adopter {
  readonly #lab: Lab;
  readonly #types: DeviceTypes;
  readonly #planned: readonly { readonly live: CableLive; readonly cable: Cable }[];
  readonly #links: readonly CableLive[];

  constructor(
    lab: Lab,
    types: DeviceTypes,
    planned: readonly { readonly live: CableLive; readonly cable: Cable }[],
    links: readonly CableLive[],
  ) {
    this.#lab = lab;
    this.#types = types;
    this.#planned = planned;
    this.#links = links;
  }

  choice(story: Story): Choice | null {
    const planned = story.planned.flatMap((at) => this.#planned[at] ?? []);
    const instead = story.instead.map((at) => (at === null ? null : (this.#links[at] ?? null)));
    const intruder = story.intruder === null ? null : (this.#links[story.intruder] ?? null);
    const lives = [...planned.map(({ live }) => live), ...instead, intruder].filter((live) => live !== null);
    const telling = lives.find(({ difference }) => difference !== "absent") ?? lives[0];
    if (telling === undefined) return null;
    const steps: Step[] = [];
    let left = intruder;
    for (const [at, { cable, live }] of planned.entries()) {
      const own = instead[at] ?? null;
      const other = own === null && live.difference === "wrong-hca-port" ? left : own;
      if (other !== null && other === left) left = null;
      steps.push(other === null ? removal(cable, live) : (change(cable, other) ?? removal(cable, live)));
    }
    if (left !== null) steps.push(addition(left));
    const { refused, stranger } = this.#refused(lives);
    return {
      id: `${telling.difference} ${lives[0]?.id ?? ""}`,
      difference: telling.difference,
      cables: lives.map(({ id }) => id),
      title: telling.reason,
      changes: refused === null ? steps.map(({ words }) => words) : [],
      refused,
      stranger,
      instead: `Or at the rack: ${steps.map(({ instead }) => instead).join(", and ")}.`,
      edits: refused === null ? steps.map(({ edit }) => edit) : [],
    };
  }

  #refused(lives: readonly CableLive[]): Pick<Adoption, "refused" | "stranger"> {
    if (lives.some(({ difference }) => difference === "peer-unknown")) {
      return { refused: "Which device the far end is cannot be told.", stranger: null };
    }
    for (const end of lives.flatMap(({ planned, a, b }) => (planned === null ? [a, b] : []))) {
      if (!end.inLab) {
        const refused = `The lab file does not name ${end.device}: add the device, and its cable comes with it.`;
        return { refused, stranger: end.at?.node ?? null };
      }
      if (!this.#hasPort(end)) {
        const refused = `In the lab file ${end.device} has no port ${end.port}. Correct its HCAs or its device type first.`;
        return { refused, stranger: null };
      }
    }
    return { refused: null, stranger: null };
  }

  #hasPort({ device: name, port }: CablePort): boolean {
    const device = this.#lab.devices.find((each) => each.name === name);
    return device !== undefined && devicePorts(device, typeOf(device, this.#types)).some((each) => each.name === port);
  }
}

/** The end that stays is where it was, so that the lab file's order of ends does. Null where none stays. */
function change(cable: Cable, link: CableLive): Step | null {
  const ends = [portOf(link.a), portOf(link.b)] as const;
  for (const stays of ["from", "to"] as const) {
    for (const [same, other] of [ends, ends.toReversed()] as readonly (readonly CablePort[])[]) {
      if (same === undefined || other === undefined || !samePort(cable[stays], same)) continue;
      const leaves = stays === "from" ? cable.to : cable.from;
      const to = leaves.device === other.device ? leaves.port : endText(leaves);
      return {
        edit: { op: "change-cable", cable, becomes: { ...cable, [stays === "from" ? "to" : "from"]: other } },
        words: `The cable from ${endText(same)} will be planned in ${endText(other)} instead of ${to}.`,
        instead: `move the plug from ${endText(other)} to ${endText(leaves)}`,
      };
    }
  }
  return null;
}

function removal(cable: Cable, live: CableLive): Step {
  return {
    edit: { op: "remove-cable", cable },
    words: `The cable from ${endText(cable.from)} to ${endText(cable.to)} will be taken out of the plan.`,
    instead:
      live.state === "down"
        ? live.physical === "Disabled"
          ? "enable the port that is shut"
          : "bring the link up again: plug the cable in, or switch the host on"
        : `plug the cable in between ${endText(cable.from)} and ${endText(cable.to)}`,
  };
}

function addition(link: CableLive): Step {
  return {
    edit: { op: "add-cable", cable: { from: portOf(link.a), to: portOf(link.b) } },
    words: `A cable from ${endText(link.a)} to ${endText(link.b)} will be planned.`,
    instead: `unplug the cable between ${endText(link.a)} and ${endText(link.b)}`,
  };
}
