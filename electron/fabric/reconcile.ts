/**
 * Decides which links tell of which planned cables. Plan and fabric are two pairings of the same ports; where they
 * differ, the ports form chains (a moved cable and what it displaced) and rings (cables exchanged among one another).
 */

import { atOnce, each, mapped, type Steps } from "../steps.ts";

/** A planned cable by the keys of its ports; null for an end that was not seen. `near` is the end that stays plugged. */
export interface PlannedPair {
  readonly near: string | null;
  readonly far: string | null;
}

/** A link by the keys of its ports. */
export interface SeenPair {
  readonly a: string;
  readonly b: string;
}

/** Planned cables and links, by index, that are told together. */
export interface Story {
  /** In the order in which each one's cable stands in the place of the next. */
  readonly planned: readonly number[];
  /** Where each cable of `planned` is instead; null for one that is nowhere. */
  readonly instead: readonly (number | null)[];
  /** A link in the place of the first, whose own place is not planned. */
  readonly intruder: number | null;
  /** Each cable stands in the place of the next, the last one's in the first's. */
  readonly ring: boolean;
}

export interface Reconciliation {
  /** The link each planned cable is, where it is as planned. */
  readonly asPlanned: readonly (number | null)[];
  /** Every planned cable that is not as planned, and every link that no planned cable is, exactly once. */
  readonly stories: readonly Story[];
}

/** Reconciles in time linear in cables and links. Total: ports that are planned or linked twice count for the first. */
export function reconcile(planned: readonly PlannedPair[], seen: readonly SeenPair[]): Reconciliation {
  return atOnce(reconcileInSteps(planned, seen));
}

export function* reconcileInSteps(planned: readonly PlannedPair[], seen: readonly SeenPair[]): Steps<Reconciliation> {
  const linkAt = yield* indexOf(seen, ({ a, b }) => (a === b ? [] : [a, b]));
  const asPlanned = yield* mapped(planned, ({ near, far }) => {
    const link = near === null || near === far ? undefined : linkAt.get(near);
    return link !== undefined && far !== null && linkAt.get(far) === link ? link : null;
  });
  // A port that two cables of a broken plan share leads on to neither's partner twice: the first one has it.
  const plannedAt = yield* indexOf(planned, ({ near, far }) => [near, far]);
  return { asPlanned, stories: yield* new Walk(planned, seen, { linkAt, plannedAt, asPlanned }).stories() };
}

function* indexOf<T>(items: readonly T[], keys: (item: T) => readonly (string | null)[]): Steps<Map<string, number>> {
  const index = new Map<string, number>();
  yield* each(items, (item, at) => {
    for (const key of keys(item)) if (key !== null && !index.has(key)) index.set(key, at);
  });
  return index;
}

interface Indices {
  readonly linkAt: ReadonlyMap<string, number>;
  readonly plannedAt: ReadonlyMap<string, number>;
  readonly asPlanned: readonly (number | null)[];
}

/** One step from a cable over a link at one of its ends to the cable that is planned at the link's other end. */
interface Step {
  readonly link: number;
  readonly next: number | null;
  /** The port of `next` by which the walk goes on. */
  readonly out: string | null;
}

class Walk {
  readonly #planned: readonly PlannedPair[];
  readonly #seen: readonly SeenPair[];
  readonly #indices: Indices;
  readonly #toldPlanned = new Set<number>();
  readonly #toldLinks: Set<number>;

  constructor(planned: readonly PlannedPair[], seen: readonly SeenPair[], indices: Indices) {
    this.#planned = planned;
    this.#seen = seen;
    this.#indices = indices;
    this.#toldLinks = new Set(indices.asPlanned.filter((link) => link !== null));
    for (const [index, link] of indices.asPlanned.entries()) if (link !== null) this.#toldPlanned.add(index);
  }

  *stories(): Steps<Story[]> {
    const stories: Story[] = [];
    yield* each(this.#planned.keys(), (index) => {
      if (!this.#toldPlanned.has(index)) stories.push(this.#from(index));
    });
    yield* each(this.#seen.keys(), (index) => {
      if (!this.#toldLinks.has(index)) stories.push({ planned: [], instead: [], intruder: index, ring: false });
    });
    return stories;
  }

  #from(start: number): Story {
    this.#toldPlanned.add(start);
    const planned = [start];
    const instead: (number | null)[] = [];
    let port = this.#claimed(start, this.#planned[start]?.near ?? null);
    for (;;) {
      const step = this.#step(port, start);
      instead.push(step?.link ?? null);
      if (step?.next == null) break;
      if (step.next === start) return { planned, instead, intruder: null, ring: true };
      planned.push(step.next);
      port = step.out;
    }
    // What stands in the first one's place, and in the place of that one's, and so on.
    let intruder: number | null = null;
    port = this.#claimed(start, this.#planned[start]?.far ?? null);
    for (let step = this.#step(port, start); step !== null; step = this.#step(step.out, start)) {
      if (step.next === null || step.next === start) {
        intruder = step.link;
        break;
      }
      planned.unshift(step.next);
      instead.unshift(step.link);
    }
    return { planned, instead, intruder, ring: false };
  }

  #step(port: string | null, start: number): Step | null {
    const { linkAt, plannedAt } = this.#indices;
    const link = port === null ? undefined : linkAt.get(port);
    const seen = link === undefined ? undefined : this.#seen[link];
    if (link === undefined || seen === undefined || this.#toldLinks.has(link)) return null;
    this.#toldLinks.add(link);
    const over = seen.a === port ? seen.b : seen.a;
    const next = plannedAt.get(over) ?? null;
    const pair = next === null ? undefined : this.#planned[next];
    if (next === start) return { link, next, out: null };
    if (next === null || pair === undefined || this.#toldPlanned.has(next)) return { link, next: null, out: null };
    this.#toldPlanned.add(next);
    return { link, next, out: this.#claimed(next, pair.near === over ? pair.far : pair.near) };
  }

  /** The port, where this cable is the first that is planned there. */
  #claimed(index: number, port: string | null): string | null {
    return port !== null && this.#indices.plannedAt.get(port) === index ? port : null;
  }
}
