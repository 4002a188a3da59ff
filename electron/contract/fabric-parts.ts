/** Decides how a fabric goes from one place to the next: in parts, each of which is written, sent and read in a moment. */
import type { Fabric } from "./fabric.ts";

/** A part holds at least so many nodes, ports, links and problems, if there are as many: some half a megabyte of JSON. */
const leastOfPart = 2000;

/** Cuts a fabric into JSON texts, each of them a fabric with some of the nodes, links and problems, in their order. */
export function* partsOf(fabric: Fabric): Generator<string> {
  let part = noFabric();
  let size = 0;
  function* take<T>(things: readonly T[], into: () => T[], sizeOf: (thing: T) => number): Generator<string> {
    for (const thing of things) {
      into().push(thing);
      size += sizeOf(thing);
      if (size < leastOfPart) continue;
      yield JSON.stringify(part);
      [part, size] = [noFabric(), 0];
    }
  }
  yield* take(
    fabric.nodes,
    () => part.nodes,
    ({ ports }) => 1 + ports.length,
  );
  yield* take(
    fabric.links,
    () => part.links,
    () => 1,
  );
  yield* take(
    fabric.problems,
    () => part.problems,
    () => 1,
  );
  yield JSON.stringify(part);
}

/** Puts parts together again, each while the next is on its way. Throws what the parts throw. */
export async function joinParts(parts: AsyncIterable<string>): Promise<Fabric> {
  const fabric = noFabric();
  for await (const json of parts) {
    const { nodes, links, problems } = JSON.parse(json) as Fabric;
    fabric.nodes.push(...nodes);
    fabric.links.push(...links);
    fabric.problems.push(...problems);
  }
  return fabric;
}

const noFabric = (): Fabric => ({ nodes: [], links: [], problems: [] });
