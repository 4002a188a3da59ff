/** Owns what was counted lately, port by port: how far each error counter rose, and since when that is known. */
import { portKey } from "../contract/fabric-words.ts";
import { between } from "../history/rates.ts";
import type { CountedPort } from "./counting.ts";
import type { Counters } from "./read/counters.ts";

/** What rules are told of a port's counters. */
export interface CounterTrend {
  readonly now: CountedPort;
  /** When it was read last. */
  readonly at: number;
  /** From when on rises are known without a break; at most {@link trendWindowMs} ago. */
  readonly since: number;
  /** Rises since then, those above zero. */
  readonly rises: Counters;
  /** Mean ticks per second that data waited for credits, between the last two readings. */
  readonly waitPerSec: number | null;
}

/** "Lately": errors that rose longer ago are not rising any more. */
export const trendWindowMs = 5 * 60_000;

interface Followed {
  now: CountedPort;
  at: number;
  since: number;
  steps: { readonly at: number; readonly rises: Counters }[];
  waitPerSec: number | null;
}

export class Trends {
  readonly #ports = new Map<string, Followed>();

  /** Takes what was read at `at`; a port that was not read begins anew when it is. */
  take(ports: readonly CountedPort[], at: number): void {
    const gone = new Set(this.#ports.keys());
    for (const now of ports) {
      const key = portKey(now.node, now.number);
      gone.delete(key);
      this.#ports.set(key, next(this.#ports.get(key), now, at));
    }
    for (const key of gone) this.#ports.delete(key);
  }

  forget(): void {
    this.#ports.clear();
  }

  get(): readonly CounterTrend[] {
    return [...this.#ports.values()].map(({ now, at, since, steps, waitPerSec }) => {
      const rises: Record<string, number> = {};
      for (const step of steps) {
        for (const [name, by] of Object.entries(step.rises)) rises[name] = (rises[name] ?? 0) + by;
      }
      return { now, at, since, rises, waitPerSec };
    });
  }
}

function next(before: Followed | undefined, now: CountedPort, at: number): Followed {
  const fresh = { now, at, since: at, steps: [], waitPerSec: null };
  if (before === undefined) return fresh;
  const { rates, rises } = between({ at: before.at, ...before.now }, { at, ...now });
  if (rates === null || rises === null) return fresh;
  const oldest = at - trendWindowMs;
  const steps = before.steps.filter((step) => step.at > oldest);
  if (Object.keys(rises).length > 0) steps.push({ at, rises });
  return { now, at, since: Math.max(before.since, oldest), steps, waitPerSec: rates.waitPerSec };
}
