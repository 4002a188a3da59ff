/** Fabrics by their cables, for tests of the graph: `h` names are hosts, all others switches. */
import type { Fabric, FabricLink, FabricNode } from "../../electron/contract/fabric.ts";
import { dataGbps, signallingGbps } from "../../electron/contract/rates.ts";

export const guidOf = (name: string): string => {
  let hash = 7n;
  for (const letter of name) hash = (hash * 131n + BigInt(letter.charCodeAt(0))) % 2n ** 60n;
  return `0x${hash.toString(16).padStart(16, "0")}`;
};

/** Every cable as `one-other`; the same twice is a second cable beside the first. */
export function fabricOf(cables: readonly string[], alone: readonly string[] = []): Fabric {
  const taken = new Map<string, number>();
  const take = (name: string): number => {
    const port = (taken.get(name) ?? 0) + 1;
    taken.set(name, port);
    return port;
  };
  const links = cables.map((cable): FabricLink => {
    const [one = "", other = ""] = cable.split("-");
    return {
      a: { node: guidOf(one), port: take(one) },
      b: { node: guidOf(other), port: take(other) },
      width: "4X",
      speed: "FDR",
      signallingGbps: signallingGbps("4X", "FDR"),
      dataGbps: dataGbps("4X", "FDR"),
      state: "Active",
      physState: "LinkUp",
    };
  });
  const names = [...new Set([...cables.flatMap((cable) => cable.split("-")), ...alone])];
  const nodes = names.map(
    (name, index): FabricNode => ({
      guid: guidOf(name),
      guidKind: "node",
      type: name.startsWith("h") ? "hca" : "switch",
      description: name,
      ports: Array.from({ length: taken.get(name) ?? 0 }, (_, port) => ({
        number: port + 1,
        lid: index + 1,
        state: "Active",
        physState: "LinkUp",
      })),
    }),
  );
  return { nodes, links, problems: [] };
}

/** Leaves l1, l2, ... with `hosts` hosts each, under spines s1, s2, ... */
export function leafSpine(leaves: number, spines: number, hosts: number): Fabric {
  const range = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
  return fabricOf(
    range(leaves).flatMap((leaf) => [
      ...range(hosts).map((host) => `h${leaf}.${host}-l${leaf}`),
      ...range(spines).map((spine) => `l${leaf}-s${spine}`),
    ]),
  );
}
