/** Decides when outputs are joined anew: only when one of them says something else than before. */
import type { Fabric } from "../contract/fabric.ts";
import type { Steps } from "../steps.ts";
import { type FabricInput, type JoinedFabric, joinInSteps } from "./join.ts";
import { merge } from "./merge.ts";

/** From this many records on, an output is joined again for news only, not for another order of the same words. */
const manyRecords = 1000;

export class Joining {
  #key = "";
  #joined: JoinedFabric | null = null;
  readonly #ids = new WeakMap<object, number>();
  #lastId = 0;

  /**
   * The same object for as long as nothing new is said. After news, what is as in `before` (what was published last) is
   * the same object as there: it is neither looked through nor published again.
   */
  *join(inputs: readonly FabricInput[], before: Fabric | null): Steps<JoinedFabric> {
    const keys = inputs.map((input) => this.#keyOf(input));
    // Hosts take turns at being the newest: where no word changed, none is overruled by that.
    const key = JSON.stringify(inputs.some(isLarge) ? keys.sort() : keys);
    if (this.#joined === null || key !== this.#key) {
      const joined = yield* joinInSteps(inputs);
      const fabric = before === null ? joined.fabric : yield* merge(before, joined.fabric, [], ["fabric"]);
      this.#joined = { ...joined, fabric };
      this.#key = key;
    }
    return this.#joined;
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
