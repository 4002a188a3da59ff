/** What the lab file adds to the picture of the live fabric. */
import { expect, test } from "vitest";
import type { CableEnd, CableLive, Finding } from "../../electron/contract/fabric.ts";
import { layOut } from "../../renderer/graph/layout.ts";
import { withLive } from "../../renderer/graph/live.ts";
import { lookWords } from "../../renderer/graph/paint.ts";
import { drawnOf } from "../../renderer/graph/planned.ts";
import { search } from "../../renderer/graph/search.ts";
import { topologyOf } from "../../renderer/graph/topology.ts";
import { looks, verdictsOf } from "../../renderer/graph/verdict.ts";
import { fabricOf, guidOf } from "./fabrics.ts";

/** sw1 with h1 and h2, and h3 without a link; the lab calls them node1 to node3 and plans node4, too. */
const fabric = fabricOf(["h1-sw1", "h2-sw1"], ["h3"]);
const owners = {
  [guidOf("sw1")]: { device: "switch1", hca: null },
  ...Object.fromEntries([1, 2, 3].map((n) => [guidOf(`h${n}`), { device: `node${n}`, hca: "mlx4_0" }])),
};

const end = (device: string, port: string, at: CableEnd["at"]): CableEnd => ({ device, port, inLab: true, at });
const host = (n: number, seen = true): CableEnd =>
  end(`node${n}`, "mlx4_0/1", seen ? { node: guidOf(`h${n}`), port: 1 } : null);
const port = (n: number): CableEnd => end("switch1", `${n}`, { node: guidOf("sw1"), port: n });

function cable(
  a: CableEnd,
  b: CableEnd,
  state: CableLive["state"],
  difference: CableLive["difference"],
  planned: number | null = 0,
): CableLive {
  const nothing = { story: null, width: null, speed: null, dataGbps: null, observedAt: 1, since: 1, observedBy: null };
  const id = `${a.device} -- ${b.device} ${b.port}`;
  const reason = `${a.device} is ${state}`;
  return { ...nothing, id, planned, a, b, state, difference, logical: "Down", physical: "Polling", reason };
}

const fine = cable(host(1), port(1), "healthy", "as-planned");

function seen(cables: readonly CableLive[], findings: readonly Finding[] = [], unreachable: readonly string[] = []) {
  const live = { cables: [...cables], owners, findings: [...findings], unreachable };
  const drawn = drawnOf(fabric, live);
  const topology = topologyOf(drawn.fabric, drawn);
  const layout = layOut({
    names: topology.names,
    isSwitch: topology.nodes.map(({ type }) => type !== "hca"),
    a: Int32Array.from(topology.bundles, ({ a }) => a),
    b: Int32Array.from(topology.bundles, ({ b }) => b),
  });
  const verdicts = withLive(verdictsOf(topology, layout.tier), topology, live);
  const look = (index: number | undefined) => looks[index ?? 0];
  const link = (name: string) => {
    const node = topology.names.indexOf(name);
    return topology.at[node]?.flatMap((at) => topology.bundles[at]?.links ?? []) ?? [];
  };
  return {
    topology,
    layout,
    verdicts,
    links: (name: string) => link(name).map((at) => [look(verdicts.links[at]), verdicts.reasons.get(at) ?? null]),
    node: (name: string) => {
      const at = topology.names.indexOf(name);
      return [look(verdicts.nodes[at]), ...(verdicts.nodeReasons.get(at) ?? [])];
    },
  };
}

test("nodes have the lab's names", () => {
  const { topology } = seen([fine]);
  expect(topology.names.toSorted()).toEqual(["node1 mlx4_0", "node2 mlx4_0", "node3 mlx4_0", "switch1"]);
  expect(search(topology, "node3").total).toBe(1);
});

test("a device that no host sees stands under the switch it is planned at", () => {
  const off = cable(host(4, false), port(4), "down", "absent");
  const { topology, layout, links, node } = seen([fine, off]);
  expect(links("node4 mlx4_0")).toEqual([["down", "node4 is down"]]);
  expect(node("node4 mlx4_0")).toEqual(["down", "node4 mlx4_0 is planned, and no host sees it."]);
  expect(search(topology, "node4").nodes.map((each) => topology.names[each])).toEqual(["node4 mlx4_0"]);
  const group = layout.groups[layout.home[topology.names.indexOf("node4 mlx4_0")] ?? -1];
  expect([...(group?.parents ?? [])].map((parent) => topology.names[parent])).toEqual(["switch1"]);
});

test("a cable that is pulled is drawn between its ends, and its host stands where it is planned", () => {
  const { links, topology } = seen([fine, cable(host(3), port(3), "absent", "absent")]);
  expect(links("node3 mlx4_0")).toEqual([["absent", "node3 is absent"]]);
  expect(topology.nodes).toHaveLength(4);
});

test("what stands elsewhere is drawn there alone, and looks the same whatever a finding says", () => {
  const [one, two] = [
    cable(host(1), port(2), "absent", "swapped"),
    cable(host(1), port(1), "unexpected", "swapped", null),
  ];
  const finding: Finding = {
    ...{ id: "f", rule: "plan.swapped", severity: "error", detail: "", next: "", evidence: [] },
    subject: { device: "node1", cable: one.id },
    title: "swapped",
  };
  const { links, node } = seen([one, two], [finding]);
  expect(links("node1 mlx4_0")).toEqual([["unexpected", "node1 is unexpected"]]);
  expect(node("node1 mlx4_0")).toEqual(["fine"]);
  const slot: Finding = { ...finding, rule: "slot.slow", severity: "warning", title: "x4" };
  expect(seen([one, two], [slot]).node("node1 mlx4_0")).toEqual(["slow", "x4"]);
});

test("a device that does not answer is down, as in the rack", () => {
  expect(seen([fine], [], ["node1"]).node("node1 mlx4_0")).toEqual(["down", "node1 is not reachable."]);
});

test("cables of other networks, and a plan of which nothing was seen, add nothing", () => {
  const ethernet = cable(end("node1", "eth0", null), end("lan", "3", null), "unknown", "unobserved");
  const uplink = cable(end("lan", "1", null), end("lan2", "1", null), "unknown", "unobserved");
  expect(seen([ethernet, uplink]).topology.nodes).toHaveLength(4);
  const off = cable(host(4, false), port(4), "unknown", "unobserved");
  expect(drawnOf({ nodes: [], links: [], problems: [] }, { cables: [off], owners: {} }).fabric.nodes).toEqual([]);
});

test("looks are called as in the rack where there is a plan", () => {
  const words = (cables: readonly CableLive[]) => looks.map((look) => lookWords(look, seen(cables).verdicts.compared));
  const all = [
    "not observed",
    "not as planned",
    "not Active",
    "degraded or with a warning",
    "absent",
    "down or at fault",
  ];
  expect(words([fine, cable(host(2), port(2), "healthy", "as-planned")])).toEqual(["as planned", ...all]);
  expect(words([fine])).toEqual(["as planned or as its peers", ...all]);
  expect(lookWords("slow", { plan: false, peers: true })).toBe("slow or with a warning");
  expect(lookWords("unknown", { plan: false, peers: true })).toBe("state or link not told");
});
