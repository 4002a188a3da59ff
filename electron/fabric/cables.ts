/** Decides the state of every cable: the lab file's plan against the links that were seen, in words a technician can act on. */
import type { CableEnd, CableLive, FabricLink, FabricPort, PortAt } from "../contract/fabric.ts";
import { portKey } from "../contract/fabric-words.ts";
import type { Cable } from "../contract/lab.ts";
import { endText } from "../contract/words.ts";
import { atOnce, each, mapped, type Steps } from "../steps.ts";
import { type PlannedEnds, Teller, type Told } from "./difference.ts";
import { judgeLink } from "./judge.ts";
import type { Places, PlannedEnd } from "./places.ts";
import { type Reconciliation, reconcileInSteps, type Story } from "./reconcile.ts";
import { unplannedOf } from "./unplanned.ts";

export interface CableInputs {
  /** What was seen, and where the lab file's ports stand in it. */
  readonly places: Places;
  /** When and by which device's tools links were seen. */
  readonly observedAt: number | null;
  readonly observer: string | null;
  /** Why the last discovery failed; links that were seen before are not to be trusted then. */
  readonly failure: string | null;
  readonly previous: readonly CableLive[];
  readonly nowMs: number;
}

type Verdict = Omit<CableLive, "id" | "planned" | "a" | "b" | "since" | "story">;
type Observed = Pick<Verdict, "observedAt" | "observedBy">;

/** All planned cables in the plan's order, then the links the plan does not know. */
export function cablesOf(inputs: CableInputs): CableLive[] {
  return atOnce(cablesInSteps(inputs));
}

export function* cablesInSteps(inputs: CableInputs): Steps<CableLive[]> {
  const plan = yield* mapped(inputs.places.lab.cables, (cable) => ({
    cable,
    a: inputs.places.end(cable.from),
    b: inputs.places.end(cable.to),
  }));
  return yield* new Judging(inputs, plan).cables();
}

interface PlannedCable {
  readonly cable: Cable;
  readonly a: PlannedEnd;
  readonly b: PlannedEnd;
}

/** What is told of a link that no planned cable is; worded once it is shown, which of a fabric of strangers few are. */
interface ToldLink {
  readonly words: () => Told;
  readonly story: number | null;
}

/** Gives ids that are stable over edits of the lab file and over polls, the same for both directions. */
class Ids {
  /** How often each was asked for: a port may be planned or linked twice. */
  readonly #taken = new Map<string, number>();

  of(a: CableEnd, b: CableEnd): string {
    const id = [`${a.device} ${a.port}`, `${b.device} ${b.port}`].sort().join(" -- ");
    let count = this.#taken.get(id) ?? 0;
    let unique = id;
    while (this.#taken.has(unique)) unique = `${id} #${++count}`;
    this.#taken.set(id, Math.max(1, count)).set(unique, 1);
    return unique;
  }

  has(id: string): boolean {
    return this.#taken.has(id);
  }
}

class Judging {
  readonly #inputs: CableInputs;
  readonly #places: Places;
  readonly #ids = new Ids();
  readonly #previous: ReadonlyMap<string, CableLive>;
  readonly #looked: boolean;
  readonly #planned: readonly PlannedCable[];
  readonly #ends: readonly PlannedEnds[];
  readonly #teller: Teller;

  constructor(inputs: CableInputs, planned: readonly PlannedCable[]) {
    this.#inputs = inputs;
    this.#places = inputs.places;
    this.#looked = inputs.previous.some(({ observedAt }) => observedAt !== null);
    this.#previous = new Map(inputs.previous.map((cable) => [cable.id, cable]));
    this.#planned = planned;
    this.#ends = this.#planned.map(({ a, b }) => {
      const turned = this.#places.isSwitchDevice(a.name.device) && !this.#places.isSwitchDevice(b.name.device);
      return turned ? { near: b, far: a } : { near: a, far: b };
    });
    this.#teller = new Teller(inputs.places, this.#ends);
  }

  *cables(): Steps<CableLive[]> {
    const { links } = this.#places;
    const key = (at: PortAt | null) => (at === null ? null : portKey(at.node, at.port));
    const planned = yield* mapped(this.#ends, ({ near, far }) => ({ near: key(near.name.at), far: key(far.name.at) }));
    const seen = yield* mapped(links, ({ a, b }) => ({ a: portKey(a.node, a.port), b: portKey(b.node, b.port) }));
    const found = yield* reconcileInSteps(planned, seen);
    const told = new Map<number, Told>();
    const toldLinks = new Map<number, ToldLink>();
    const storyOf = new Map<number, number>();
    yield* each(found.stories, (story) => this.#tell(story, { told, toldLinks, storyOf }));
    const cables = yield* this.#plannedCables(found, told, storyOf);
    if (this.#inputs.failure === null) yield* this.#addUnplanned(cables, found, toldLinks);
    else this.#keepUnplanned(cables);
    return cables;
  }

  #tell(
    story: Story,
    into: {
      readonly told: Map<number, Told>;
      readonly toldLinks: Map<number, ToldLink>;
      readonly storyOf: Map<number, number>;
    },
  ): void {
    const { links } = this.#places;
    const first = story.planned[0] ?? null;
    const told = this.#teller.planned(story);
    const linked = story.planned.length > 1 || story.instead.some((link) => link !== null) || story.intruder !== null;
    for (const [at, index] of story.planned.entries()) {
      const one = told[at];
      if (one) into.told.set(index, one);
      if (linked && first !== null) into.storyOf.set(index, first);
    }
    const tellLink = (index: number | null, own: Told | null, displaced: PlannedEnds | null) => {
      const link = index === null ? undefined : links[index];
      if (index === null || link === undefined) return;
      into.toldLinks.set(index, { words: () => this.#teller.link(link, own, displaced), story: first });
    };
    for (const [at, index] of story.instead.entries()) tellLink(index, told[at] ?? null, null);
    const alone = story.planned.length === 1 ? (told[0] ?? null) : null;
    const isIntruder = alone !== null && (alone.difference === "wrong-hca-port" || alone.difference === "peer-unknown");
    const displaced = first === null ? null : (this.#ends[first] ?? null);
    tellLink(story.intruder, isIntruder && story.instead[0] === null ? alone : null, displaced);
  }

  *#plannedCables(
    found: Reconciliation,
    told: ReadonlyMap<number, Told>,
    storyOf: ReadonlyMap<number, number>,
  ): Steps<CableLive[]> {
    const ids = this.#planned.map(({ a, b }) => this.#ids.of(a.name, b.name));
    return yield* mapped(this.#planned, ({ cable, a, b }, index) => {
      const id = ids[index] ?? "";
      const at = found.asPlanned[index] ?? null;
      const link = at === null ? null : (this.#places.links[at] ?? null);
      const before = this.#previous.get(id);
      const verdict =
        link === null
          ? this.#notAsPlanned(a, b, told.get(index) ?? null, before)
          : this.#judge(link, cable, { a: a.name, b: b.name });
      const story = ids[storyOf.get(index) ?? -1] ?? null;
      return this.#finish({ id, planned: index, a: a.name, b: b.name, ...verdict, story }, before);
    });
  }

  *#addUnplanned(cables: CableLive[], found: Reconciliation, toldLinks: ReadonlyMap<number, ToldLink>): Steps<void> {
    const { shown, silent } = unplannedOf(this.#places, found, this.#ends);
    yield* each(shown, (index) => {
      const link = this.#places.links[index];
      const known = toldLinks.get(index);
      if (link === undefined || known === undefined) return;
      const [a, b] = this.#places.namesOf(link);
      const story = known.story === null ? null : (cables[known.story]?.id ?? null);
      const verdict = { ...this.#values(link), ...this.#when(), state: "unexpected" as const, ...known.words() };
      this.#add(cables, { planned: null, a, b, ...verdict, story });
    });
    for (const at of silent) {
      const a = this.#places.nameOf(at);
      const seen = this.#places.port(at);
      const reason = `${endText(a)} is ${seen?.state ?? "up"} ${seen === null ? "" : rate(seen)}, but what it is connected to does not answer queries; the plan has no cable there`;
      const verdict = this.#verdict("unexpected", "peer-unknown", reason, this.#discovered(seen));
      const b = { device: `no answer at ${endText(a)}`, port: "?", inLab: false, at: null };
      this.#add(cables, { planned: null, a, b, ...verdict, story: null });
    }
  }

  /** What the plan does not know was there at last; whether it still is cannot be seen. */
  #keepUnplanned(cables: CableLive[]): void {
    const still = ({ at, ...end }: CableEnd) => ({ ...end, at: at && this.#places.port(at) && at });
    for (const cable of this.#inputs.previous) {
      if (cable.planned !== null || this.#ids.has(cable.id)) continue;
      const ends = { a: still(cable.a), b: still(cable.b) };
      this.#add(cables, { planned: null, ...ends, ...this.#unobserved(cable), story: null });
    }
  }

  #add(cables: CableLive[], cable: Omit<CableLive, "id" | "since">): void {
    const id = this.#ids.of(cable.a, cable.b);
    cables.push(this.#finish({ id, ...cable }, this.#previous.get(id)));
  }

  #finish(cable: Omit<CableLive, "since">, before: CableLive | undefined): CableLive {
    const { observedAt, observedBy, ...rest } = cable;
    // A state that was there at the first look may be as old as the cable.
    const looked = before === undefined ? this.#looked : before.observedAt !== null;
    const since = before?.state === cable.state ? before.since : looked ? this.#inputs.nowMs : null;
    return { ...rest, observedAt, since, observedBy };
  }

  #notAsPlanned(a: PlannedEnd, b: PlannedEnd, told: Told | null, before: CableLive | undefined): Verdict {
    const { failure, observedAt } = this.#inputs;
    if (a.planned === null || b.planned === null) {
      const other = a.planned === null ? a : b;
      const reason = `${endText(other.name)} is not an InfiniBand port of the lab file; nothing observes it`;
      return this.#verdict("unknown", "unobserved", reason);
    }
    if (told !== null) {
      return this.#verdict("absent", told.difference, told.reason, this.#when());
    }
    const ethernet = [a, b].find(({ planned }) => planned !== null && this.#places.isEthernet(planned));
    const mode = ethernet === undefined ? [] : [`${endText(ethernet.name)} is in Ethernet mode`];
    const down = [a, b].filter(({ seen }) => seen?.state === "Down");
    if (down.length > 0) return this.#down(a, b, down, mode);
    const silent = this.#silent(a, b) ?? this.#silent(b, a);
    if (silent !== null) return silent;
    if (failure !== null || observedAt === null) return this.#unobserved(before);
    if (a.name.at !== null && b.name.at !== null) {
      const apart = `${endText(a.name)} and ${endText(b.name)} were both seen, not connected to each other`;
      return this.#verdict("absent", "absent", [...mode, apart].join("; "), this.#when());
    }
    const missing = a.name.at === null ? a : b;
    const reason = `${missing.name.device} was not seen in the fabric`;
    return { ...this.#verdict("unknown", "unobserved", reason), ...this.#when() };
  }

  #silent(end: PlannedEnd, far: PlannedEnd): Verdict | null {
    if (end.name.at === null || end.seen === null || !this.#places.isSilent(end.name.at)) return null;
    const reason = `${endText(end.name)} is ${end.seen.state} ${rate(end.seen)}, but ${endText(far.name)} does not answer queries`;
    return this.#verdict("degraded", "peer-unknown", reason, this.#discovered(end.seen));
  }

  /** Nothing new is known: the last values stay, with their age. */
  #unobserved(before: CableLive | undefined): Verdict {
    const { failure, observedAt } = this.#inputs;
    const reason =
      failure !== null ? `Not observed: ${failure}` : observedAt === null ? "Not observed yet" : "Not seen";
    if (before === undefined) return this.#verdict("unknown", "unobserved", reason);
    const { logical, physical, width, speed, dataGbps, observedBy } = before;
    const values = { logical, physical, width, speed, dataGbps, observedAt: before.observedAt, observedBy };
    return { state: "unknown", difference: "unobserved", ...values, reason };
  }

  #judge(link: FabricLink, cable: Cable, ends: Pick<CableLive, "a" | "b">): Verdict {
    const judged = judgeLink(link, cable, this.#places.judgedEnds(ends), this.#places.hint(link));
    return { ...this.#values(link), ...this.#when(), difference: "as-planned", ...judged };
  }

  #down(a: PlannedEnd, b: PlannedEnd, down: readonly PlannedEnd[], mode: readonly string[]): Verdict {
    const shut = down.find(({ seen }) => seen?.physState === "Disabled");
    const parts = down.map(({ name, seen }) =>
      seen?.physState === "Disabled"
        ? `${endText(name)} is shut (Disabled)`
        : `${endText(name)} is Down (${seen?.physState ?? "Unknown"})`,
    );
    const missing = [a, b]
      .filter(({ name }) => name.at === null)
      .map(({ name }) => `${name.device} was not seen in the fabric`);
    // A port that is shut is why the other end polls.
    const physical = (shut ?? down[0])?.seen?.physState ?? "Unknown";
    const reason = [...mode, ...parts, ...missing].join("; ");
    return { ...this.#verdict("down", "absent", reason), logical: "Down", physical, ...this.#whenSeen(down) };
  }

  /** By discovery where it worked, else by the host's own word. */
  #whenSeen(ends: readonly PlannedEnd[]): Observed {
    if (this.#inputs.failure === null && this.#inputs.observedAt !== null) return this.#when();
    const device = ends[0]?.name.device ?? "";
    return { observedAt: this.#places.observedAt(device), observedBy: device };
  }

  #when(): Observed {
    return { observedAt: this.#inputs.observedAt, observedBy: this.#inputs.observer };
  }

  #values(link: FabricLink): Pick<Verdict, "logical" | "physical" | "width" | "speed" | "dataGbps"> {
    const { state, physState, width, speed, dataGbps } = link;
    return { logical: state, physical: physState, width, speed, dataGbps };
  }

  #discovered(seen: FabricPort | null): Partial<Verdict> {
    const { state, physState, width, speed } = seen ?? { state: "Unknown", physState: "Unknown" };
    return { logical: state, physical: physState, width: width ?? null, speed: speed ?? null, ...this.#when() };
  }

  #verdict(
    state: CableLive["state"],
    difference: CableLive["difference"],
    reason: string,
    more: Partial<Verdict> = {},
  ): Verdict {
    const nothing = { logical: "Unknown", physical: "Unknown", width: null, speed: null, dataGbps: null } as const;
    return { ...nothing, observedAt: null, observedBy: null, ...more, state, difference, reason };
  }
}

function rate(port: FabricPort): string {
  return [port.width, port.speed].filter((word) => word !== undefined).join(" ");
}
