/** Decides how a fabric goes from one place to the next: in parts, each of which is written, sent and read in a moment. */
import type { Fabric } from "./fabric.ts";

/** A part holds at least so many ports, links and problems, if there are as many: some half a megabyte of JSON. */
const leastOfPart = 2000;

/** Cuts a fabric into JSON texts, each of them a fabric with some of the nodes, links and problems, in their order. */
export function* partsOf(fabric: Fabric): Generator<string> {
  let part = noFabric();
  let size = 0;
  const cut = (): string => {
    const json = JSON.stringify(part);
    [part, size] = [noFabric(), 0];
    return json;
  };
  for (const node of fabric.nodes) {
    part.nodes.push(node);
    size += node.ports.length;
    if (size >= leastOfPart) yield cut();
  }
  for (const link of fabric.links) {
    part.links.push(link);
    size += 1;
    if (size >= leastOfPart) yield cut();
  }
  for (const problem of fabric.problems) {
    part.problems.push(problem);
    size += 1;
    if (size >= leastOfPart) yield cut();
  }
  yield cut();
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
