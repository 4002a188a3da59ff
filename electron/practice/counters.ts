/**
 * Owns what the ports of the practice lab have counted: traffic that goes on while a link is up, in waves of its own for
 * each node, and the errors of the failing cable. A port keeps its counts; a card's are gone when its node is off.
 */
import { type Cube, firstPort } from "./model.ts";

/** Counters of a port by the tools' names. */
export interface PortCounts {
  /** Words of four bytes. */
  readonly xmitData: number;
  readonly rcvData: number;
  readonly xmitPkts: number;
  readonly rcvPkts: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** The node whose cable fails, in the scenario of that name. */
export const failingNode = "node2";

interface Flow {
  out: number;
  in: number;
}

const wordsPerPacket = 500;

/** Words a node has sent or received between two times: a wave around a mean, never below zero. */
function words(number: number, direction: "out" | "in", fromMs: number, toMs: number): number {
  const periodMs = (direction === "out" ? 70_000 : 110_000) + number * 13_000;
  const meanPerMs = (direction === "out" ? 9000 : 7000) * (1 + number / 4);
  const swing = 0.8;
  const turn = (2 * Math.PI) / periodMs;
  const wave = (ms: number) => meanPerMs * (ms - (swing / turn) * Math.cos(turn * ms));
  return Math.max(0, wave(toMs) - wave(fromMs));
}

export class Counted {
  /** By server: its card's port. By number of the switch's port. */
  readonly #cards = new Map<string, Flow>();
  readonly #ports = new Map<number, Flow>();
  #at: number;
  #failingSince: number | null = null;

  /** All links of `cube` were up since each node's `bootedAt`. */
  constructor(cube: Cube, bootedAt: (node: string) => number, now: number) {
    this.#at = now;
    for (const { name } of cube.servers) this.#flow(cube, name, bootedAt(name), now);
  }

  /** Counts up to `now` what the links of `cube`, as they were until then, carried. */
  advance(cube: Cube, now: number): void {
    if (now <= this.#at) return;
    for (const { name } of cube.servers) this.#flow(cube, name, this.#at, now);
    this.#at = now;
  }

  /** The node was off: its card begins anew. */
  reset(node: string): void {
    this.#cards.delete(node);
  }

  /** From now on the failing cable damages symbols; null when it was replaced and the counters cleared. */
  fail(since: number | null): void {
    this.#failingSince = since;
  }

  ofCard(node: string): PortCounts {
    const { out, in: received } = this.#cards.get(node) ?? { out: 0, in: 0 };
    return counts(out, received, node === failingNode ? this.#errors(1) : {});
  }

  /** `failing` is true for the port that holds the failing cable. */
  ofPort(number: number, failing: boolean): PortCounts {
    const { out, in: received } = this.#ports.get(number) ?? { out: 0, in: 0 };
    return counts(out, received, failing ? this.#errors(3) : {});
  }

  /** `times` as many on the end that receives the worse signal; counters stop at their ends. */
  #errors(times: number): Readonly<Record<string, number>> {
    if (this.#failingSince === null) return {};
    const seconds = Math.max(0, this.#at - this.#failingSince) / 1000;
    const found = {
      SymbolErrorCounter: Math.min(65_535, Math.floor(seconds * 0.9 * times)),
      LinkErrorRecoveryCounter: Math.min(255, Math.floor((seconds * times) / 40)),
    };
    return Object.fromEntries(Object.entries(found).filter(([, value]) => value > 0));
  }

  #flow(cube: Cube, node: string, fromMs: number, toMs: number): void {
    const server = cube.servers.find(({ name }) => name === node);
    if (!server || !firstPort(server).up || server.switchPort === null) return;
    const [out, received] = [words(server.number, "out", fromMs, toMs), words(server.number, "in", fromMs, toMs)];
    const card = this.#cards.get(node) ?? { out: 0, in: 0 };
    this.#cards.set(node, { out: card.out + out, in: card.in + received });
    const port = this.#ports.get(server.switchPort) ?? { out: 0, in: 0 };
    this.#ports.set(server.switchPort, { out: port.out + received, in: port.in + out });
  }
}

function counts(out: number, received: number, errors: PortCounts["errors"]): PortCounts {
  return {
    xmitData: Math.floor(out),
    rcvData: Math.floor(received),
    xmitPkts: Math.floor(out / wordsPerPacket),
    rcvPkts: Math.floor(received / wordsPerPacket),
    errors,
  };
}
