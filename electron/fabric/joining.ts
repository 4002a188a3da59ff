/** Decides when outputs are joined anew: only when one of them says something else than before. */
import type { Fabric } from "../contract/fabric.ts";
import { type FabricInput, type JoinedFabric, joinFabric } from "./join.ts";

/** From this many records on, an output is joined again for news only, not for another order of the same words. */
const manyRecords = 1000;

export class Joining {
  #key = "";
  #joined: JoinedFabric | null = null;
  readonly #ids = new WeakMap<object, number>();
  #lastId = 0;

  /** The same object for as long as nothing new is said. */
  join(inputs: readonly FabricInput[]): JoinedFabric {
    const keys = inputs.map((input) => this.#keyOf(input));
    // Hosts take turns at being the newest: where no word changed, none is overruled by that.
    const key = JSON.stringify(inputs.some(isLarge) ? keys.sort() : keys);
    if (this.#joined === null || key !== this.#key) {
      this.#joined = joinFabric(inputs);
      // It is published as it is: immer would look through tens of thousands of ports for what is a draft of its own.
      const { fabric } = this.#joined;
      for (const part of [fabric, fabric.nodes, fabric.links]) Object.freeze(part);
    }
    this.#key = key;
    return this.#joined;
  }

  /** Takes an equal fabric, published already, in place of its own: the next comparison of the two ends at once. */
  adopt(fabric: Fabric | null): void {
    if (this.#joined !== null && fabric !== null) this.#joined = { ...this.#joined, fabric };
  }

  /** What a host says of itself is short, and read anew each time; what a discovery read is the same object until it changes. */
  #keyOf(input: FabricInput): string {
    if (input.kind === "complaints") return JSON.stringify(input);
    if (input.kind === "ibstat") return `${input.source} ${JSON.stringify(input.reading)}`;
    const id = this.#ids.get(input.reading) ?? ++this.#lastId;
    this.#ids.set(input.reading, id);
    return `${input.source} ${id}`;
  }
}

function isLarge(input: FabricInput): boolean {
  if (input.kind === "iblinkinfo") return input.reading.records.length >= manyRecords;
  return input.kind === "ibnetdiscover" && input.reading.nodes.length >= manyRecords;
}
