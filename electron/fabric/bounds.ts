/** Owns how much of a fabric is read from one output. */

/** What one output of a live fabric may name. A fat tree of 5,832 hosts is 6,642 nodes and 41,698 ports, the switches' own included. */
export const fabricBounds: FabricLimit = { nodes: 10_000, ports: 80_000 };

/** Taken of what a command prints that tells of the whole fabric: ibqueryerrors of 5,832 hosts is 10.7 MB. */
export const fabricOutputBytes = 16 * 1024 * 1024;
/** Taken of what a command prints that tells of one host: all hosts are asked at once, and a crowded one prints some 64 KB. */
export const hostOutputBytes = 512 * 1024;

/** What one saved file may name: it costs the time of who opens it, not of everybody who watches. */
export const savedBounds: FabricLimit = { nodes: 200_000, ports: 1_000_000 };

export interface FabricLimit {
  readonly nodes: number;
  readonly ports: number;
}

/** Counts what an output names, so that no host can claim a fabric that fills memory, rack and every window. */
export class Bounds {
  readonly #limit: FabricLimit;
  readonly #nodes = new Set<string | number>();
  #ports = 0;

  constructor(limit: FabricLimit = fabricBounds) {
    this.#limit = limit;
  }

  /** Whether one more port, and the nodes it names, still fit; null names none. */
  admitsPort(node: string | null = null, peer: string | null = null): boolean {
    if (++this.#ports > this.#limit.ports) return false;
    return (node === null || this.admitsNode(node)) && (peer === null || this.admitsNode(peer));
  }

  admitsNode(node: string | number): boolean {
    this.#nodes.add(node);
    return this.#nodes.size <= this.#limit.nodes;
  }
}
