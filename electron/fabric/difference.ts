/** Decides how a cable differs from the plan, and says it in words a technician can act on, port by port. */
import type { CableEnd, Difference, FabricLink, PortAt } from "../contract/fabric.ts";
import { endText } from "../contract/words.ts";
import type { Places, PlannedEnd } from "./places.ts";
import type { Story } from "./reconcile.ts";

/** A planned cable as it is told: from the end that stays plugged (a host's) to the other. */
export interface PlannedEnds {
  readonly near: PlannedEnd;
  readonly far: PlannedEnd;
}

export interface Told {
  readonly difference: Difference;
  readonly reason: string;
}

/** Cables of one exchange that are all named; of more each names itself alone. */
const namedAtMost = 4;
const numbers = ["no", "one", "two", "three", "four"] as const;

/** What is told of one story: of each of its planned cables whose ends lead elsewhere, and of each of its links. */
export class Teller {
  readonly #places: Places;
  readonly #planned: readonly PlannedEnds[];

  constructor(places: Places, planned: readonly PlannedEnds[]) {
    this.#places = places;
    this.#planned = planned;
  }

  /** What a story says of each planned cable in it; null for one neither of whose ends has a link. */
  planned(story: Story): readonly (Told | null)[] {
    return story.planned.map((_, at) => this.#plannedAt(story, at));
  }

  /** What the story says of a link of it. `told` is of the planned cable that this link is, null for none. */
  link(link: FabricLink, told: Told | null, displaced: PlannedEnds | null): Told {
    if (told !== null) return told;
    const [a, b] = this.#places.namesOf(link);
    const connected = `${endText(a)} is connected to ${endText(b)}`;
    const kept =
      displaced === null ? "" : `, and keeps ${endText(displaced.far.name)} for ${endText(displaced.near.name)}`;
    const beyond = this.#beyond([link.a, link.b]);
    const [stranger, another] = [a, b].filter(({ inLab }) => !inLab);
    if (stranger === undefined) {
      return { difference: "unexpected", reason: `${connected}; the plan has no such cable${kept}${beyond}` };
    }
    // Its GUID stands before already.
    const called = (stranger.at && this.#places.nodeOf(stranger.at.node)?.description) || stranger.device;
    const unnamed = another === undefined ? `does not name ${called}` : "names neither of them";
    const reason = `${connected}; the plan has no such cable${kept}, and the lab file ${unnamed}`;
    return { difference: "not-in-lab", reason: `${reason}${beyond}` };
  }

  #plannedAt(story: Story, at: number): Told | null {
    const ends = this.#planned[story.planned[at] ?? -1];
    if (ends === undefined) return null;
    if (story.ring) return this.#exchanged(story, at);
    return ends.near.link === null ? this.#displaced(ends) : this.#moved(ends);
  }

  #exchanged({ planned }: Story, at: number): Told {
    const clauses = Array.from({ length: Math.min(planned.length, namedAtMost) }, (_, after) => {
      const ends = this.#planned[planned[(at + after) % planned.length] ?? -1];
      return ends === undefined ? "" : (this.#where(ends) ?? "");
    });
    const all = planned.length <= namedAtMost;
    const reason = all
      ? `${clauses.join("; ")}: the ${planned.length === 2 ? "two are swapped" : `${numbers[planned.length]} are exchanged in a ring`}`
      : `${clauses[0]}; it is one of ${planned.length} cables exchanged in a ring`;
    return { difference: "swapped", reason: capital(reason) };
  }

  #moved(ends: PlannedEnds): Told {
    const { near, far } = ends;
    const peer = this.#peer(near);
    const where = this.#where(ends);
    if (peer === null || where === null) return { difference: "moved", reason: "" };
    const name = this.#places.nameOf(peer);
    const beyond = this.#beyond([peer]);
    if (far.name.at === null && this.#places.isUnidentified(peer.node))
      return this.#unidentified(near.name, far.name, name);
    const holds = this.#holds(far);
    const reason = `${capital(where)}${holds === null ? "" : `; ${holds}`}${beyond}`;
    const sameHost = name.device === far.name.device && !this.#places.isSwitchNode(peer.node);
    return { difference: sameHost ? "wrong-hca-port" : "moved", reason };
  }

  /** Its near end has no link of its own; its far end may hold another cable. */
  #displaced({ near, far }: PlannedEnds): Told | null {
    const peer = this.#peer(far);
    const holds = this.#holds(far);
    if (peer === null || holds === null) return null;
    const name = this.#places.nameOf(peer);
    if (name.device === near.name.device && name.inLab) {
      const [hca, plannedHca] = [name.port, near.name.port].map((port) => port.split("/")[0]);
      const where = hca === plannedHca ? "another port of the HCA" : `another HCA of ${name.device}`;
      const reason = `${endText(far.name)} leads to ${endText(name)}, plan says ${near.name.port}: the cable is in ${where}${this.#beyond([peer])}`;
      return { difference: "wrong-hca-port", reason };
    }
    if (near.name.at === null && this.#places.isUnidentified(peer.node)) {
      return this.#unidentified(far.name, near.name, name);
    }
    const nearState =
      near.name.at === null
        ? `; ${near.name.device} was not seen in the fabric`
        : near.seen?.state === "Down"
          ? `; ${endText(near.name)} is Down (${near.seen.physState})`
          : "";
    return { difference: "absent", reason: `${holds}${nearState}` };
  }

  #unidentified(end: CableEnd, planned: CableEnd, peer: CableEnd): Told {
    const reason = `${endText(end)} holds the cable from ${endText(peer)}, which may be ${endText(planned)} as planned: neither its name nor a GUID in the lab file says which device it is`;
    return { difference: "peer-unknown", reason };
  }

  /** `the cable from node02 mlx4_0/1 is in sw1 port 3, plan says 2`. */
  #where({ near, far }: PlannedEnds): string | null {
    const peer = this.#peer(near);
    if (peer === null) return null;
    const name = this.#places.nameOf(peer);
    const plan = name.device === far.name.device ? far.name.port : endText(far.name);
    return `the cable from ${endText(near.name)} is in ${endText(name)}, plan says ${plan}`;
  }

  #holds(far: PlannedEnd): string | null {
    const peer = this.#peer(far);
    return peer === null ? null : `${endText(far.name)} holds the cable from ${endText(this.#places.nameOf(peer))}`;
  }

  #peer({ link, name: { at } }: PlannedEnd): PortAt | null {
    if (link === null || at === null) return null;
    return link.a.node === at.node && link.a.port === at.port ? link.b : link.a;
  }

  #beyond(ends: readonly PortAt[]): string {
    return ends
      .flatMap((at) => {
        const beyond = this.#places.beyond(at);
        if (beyond === null) return [];
        const ports = beyond.ports === 1 ? "1 port" : `${beyond.ports} ports`;
        return [`; ${endText(this.#places.nameOf(at))} is beyond ${beyond.what}, which has ${ports}`];
      })
      .join("");
  }
}

function capital(sentence: string): string {
  return sentence.startsWith("the ") ? `T${sentence.slice(1)}` : sentence;
}
