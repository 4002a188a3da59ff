/** A fabric in parts: none is lost or moved, and none is so large that what handles it waits. */
import { expect, test } from "vitest";
import type { Fabric } from "../../electron/contract/fabric.ts";
import { joinParts, partsOf } from "../../electron/contract/fabric-parts.ts";

const guid = (n: number) => `0x${n.toString(16).padStart(16, "0")}`;
const ports = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ number: n + 1, state: "Active", physState: "LinkUp" }) as const);
const link = (n: number): Fabric["links"][number] => ({
  a: { node: guid(n), port: 1 },
  b: { node: guid(n + 1), port: 2 },
  width: "4X",
  speed: "FDR",
  signallingGbps: 56.25,
  dataGbps: 54.55,
  state: "Active",
  physState: "LinkUp",
});
const large: Fabric = {
  nodes: Array.from({ length: 300 }, (_, n) => ({
    guid: guid(n),
    guidKind: "node",
    type: "switch",
    description: `switch ${n}`,
    ports: ports(36),
  })),
  links: Array.from({ length: 5000 }, (_, n) => link(n)),
  problems: Array.from({ length: 2500 }, (_, n) => ({
    code: "fabric.unread-line",
    severity: "info",
    subject: "saved.txt",
    evidence: { source: "saved.txt", line: n, text: "?" },
  })),
};
const empty: Fabric = { nodes: [], links: [], problems: [] };

async function* each(texts: Iterable<string>) {
  yield* texts;
}

test.each([
  ["of hundreds of switches", large],
  ["of nothing", empty],
])("a fabric %s is the same after its parts are joined", async (_, fabric) => {
  expect(await joinParts(each(partsOf(fabric)))).toEqual(fabric);
});

test("nodes without ports fill a part too", () => {
  const lone = { guidKind: "node", type: "hca", description: "", ports: [] } as const;
  const nodes = Array.from({ length: 5000 }, (_, n) => ({ ...lone, guid: guid(n), ports: [] }));
  expect([...partsOf({ ...empty, nodes })].map((json) => JSON.parse(json).nodes.length)).toEqual([2000, 2000, 1000]);
});

test("no part is more than half a megabyte, and parts are few", () => {
  const sizes = [...partsOf(large)].map((json) => json.length);
  expect(Math.max(...sizes)).toBeLessThan(2 ** 19);
  expect(sizes.length).toBeLessThan(12);
});
