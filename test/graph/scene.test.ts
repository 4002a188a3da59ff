/** What the scene says of links and nodes, and that pointing finds what is drawn. */
import { describe, expect, test } from "vitest";
import type { CableLive, Fabric } from "../../electron/contract/fabric.ts";
import { between, fitted, held, panned, zoomed } from "../../renderer/graph/camera.ts";
import { hitAt } from "../../renderer/graph/hit.ts";
import { layOut } from "../../renderer/graph/layout.ts";
import { withLive } from "../../renderer/graph/live.ts";
import { outgrows } from "../../renderer/graph/outgrows.ts";
import { neighboursIn, type Scene, sceneOf } from "../../renderer/graph/scene.ts";
import { anchorBox } from "../../renderer/graph/shape.ts";
import { topologyOf } from "../../renderer/graph/topology.ts";
import { looks, verdictsOf } from "../../renderer/graph/verdict.ts";
import { fabricOf, guidOf, leafSpine } from "./fabrics.ts";

function sceneFor(fabric: Fabric): Scene {
  const topology = topologyOf(fabric);
  const layout = layOut({
    names: topology.nodes.map(({ description }) => description),
    isSwitch: topology.nodes.map(({ type }) => type !== "hca"),
    a: Int32Array.from(topology.bundles, ({ a }) => a),
    b: Int32Array.from(topology.bundles, ({ b }) => b),
  });
  return sceneOf(topology, layout, verdictsOf(topology, layout.tier));
}

const withLink = (fabric: Fabric, index: number, change: Partial<Fabric["links"][number]>): Fabric => ({
  ...fabric,
  links: fabric.links.map((link, at) => (at === index ? { ...link, ...change } : link)),
});

const cableLike = {
  id: "c1",
  planned: 0,
  state: "degraded",
  logical: "Active",
  physical: "LinkUp",
  width: "4X",
  speed: "FDR",
  dataGbps: 54.5,
  observedAt: 1,
  since: 1,
  observedBy: "node1",
  difference: "as-planned",
  story: null,
} as const;
const findingLike = { id: "f", rule: "r", severity: "error" as const, detail: "", next: "", evidence: [] };

const looksOf = (scene: Scene) => [...scene.verdicts.links].map((look) => looks[look]);

describe("looks", () => {
  const fabric = leafSpine(2, 2, 3);

  test("all alike is fine; slower than the links between the same tiers is slow, with the reason", () => {
    expect(new Set(looksOf(sceneFor(fabric)))).toEqual(new Set(["fine"]));
    const scene = sceneFor(withLink(fabric, 0, { width: "1X", dataGbps: 13.6 }));
    expect(looksOf(scene).filter((look) => look !== "fine")).toEqual(["slow"]);
    expect(scene.verdicts.reasons.get(0)).toBe("1X FDR, where most links between these tiers run 4X FDR.");
  });

  test("hosts may be slower than the links above them", () => {
    const slowHosts: Fabric = {
      ...fabric,
      links: fabric.links.map((link) =>
        link.a.node.includes(guidOf("h").slice(0, 3)) ||
        fabric.nodes.some(({ guid, type }) => guid === link.a.node && type === "hca")
          ? { ...link, speed: "QDR", dataGbps: 32 }
          : link,
      ),
    };
    expect(new Set(looksOf(sceneFor(slowHosts)))).toEqual(new Set(["fine"]));
  });

  test("a link that is not Active waits, one that is Down is down, one of unknown state is told as such", () => {
    const state = (value: "Initialize" | "Armed" | "Down" | "Unknown") =>
      looksOf(sceneFor(withLink(fabric, 0, { state: value })))[0];
    expect([state("Initialize"), state("Armed"), state("Down"), state("Unknown")]).toEqual([
      "waiting",
      "waiting",
      "down",
      "unknown",
    ]);
  });

  test("the worst of parallel links counts for their bundle, and between switches it is drawn at every zoom", () => {
    const twice = fabricOf(["h1-l1", "h2-l2", "l1-s1", "l1-s1", "l2-s1"]);
    const scene = sceneFor(withLink(twice, 3, { state: "Down" }));
    const bundle = scene.topology.bundles.findIndex(({ links }) => links.length === 2);
    expect(looks[scene.bundleLook[bundle] ?? 0]).toBe("down");
    expect(scene.odd).toEqual([bundle]);
  });

  test("a problem marks the node it is about, whatever others are called", () => {
    const evidence = { source: "s", line: 1, text: "SymbolErrorCounter 7" };
    const found = { code: "fabric.silent-peer", severity: "warning", subject: "twin port 3", evidence } as const;
    const twins = ["l1", "l2"].map(guidOf);
    const { topology, verdicts } = sceneFor({
      ...fabric,
      nodes: fabric.nodes.map((node) => (twins.includes(node.guid) ? { ...node, description: "twin" } : node)),
      problems: [{ ...found, node: guidOf("l1"), port: 3 }, found],
    });
    const node = topology.indexOf.get(guidOf("l1")) ?? -1;
    expect(verdicts.nodeReasons).toEqual(new Map([[node, ["SymbolErrorCounter 7"]]]));
  });

  const reasonsOf = ({ topology, verdicts }: Scene) =>
    [...verdicts.nodeReasons].map(([node, reasons]) => [
      topology.nodes[node]?.description,
      looks[verdicts.nodes[node] ?? 0],
      ...reasons,
    ]);

  test("a host without a link is not fine: its port is down, or nothing is known of it", () => {
    const lonely = fabricOf(["h1-l1"], ["h2", "h3"]);
    const nodes = lonely.nodes.map((node) =>
      node.description === "h3"
        ? { ...node, ports: [{ number: 1, state: "Down" as const, physState: "Polling" as const }] }
        : node,
    );
    const scene = sceneFor({ ...lonely, nodes });
    expect(reasonsOf(scene)).toEqual([
      ["h2", "unknown", "No link of it is known."],
      ["h3", "down", "Port 1 is Down (Polling)."],
    ]);
    expect([...scene.nodeLook].filter((look) => look > 0)).toHaveLength(2);
  });

  /** Switches with more ports than links, which are in this physical state. */
  const withPorts = (wide: Fabric, physState: "Polling" | "Disabled" | "PortConfigurationTraining"): Fabric => ({
    ...wide,
    nodes: wide.nodes.map((node) => ({
      ...node,
      ports:
        node.type === "hca"
          ? node.ports
          : Array.from({ length: 8 }, (_, port) => ({
              number: port + 1,
              ...(node.ports[port] ?? { state: "Down" as const, physState }),
            })),
    })),
  });
  const missing = (wide: Fabric, host: string): Fabric => ({
    ...wide,
    nodes: wide.nodes.flatMap((node) =>
      node.description === host
        ? []
        : {
            ...node,
            ports: node.ports.map((port) =>
              wide.links.some(({ a, b }) => a.node === guidOf(host) && b.node === node.guid && b.port === port.number)
                ? { ...port, state: "Down" as const, physState: "Polling" as const }
                : port,
            ),
          },
    ),
    links: wide.links.filter(({ a }) => a.node !== guidOf(host)),
  });

  test("a switch's port that polls is at fault where the same port of its peers is up", () => {
    const wide = withPorts(leafSpine(5, 2, 3), "Polling");
    expect(reasonsOf(sceneFor(wide))).toEqual([]);
    const scene = sceneFor(missing(wide, "h2.3"));
    expect(reasonsOf(scene)).toEqual([
      ["l2", "down", "Port 3 is Down (Polling); most switches of its tier have a link there."],
    ]);
    // Of few switches nobody can tell what is usual.
    expect(reasonsOf(sceneFor(missing(withPorts(leafSpine(3, 2, 3), "Polling"), "h2.3")))).toEqual([]);
  });

  test("a switch's port that trains is at fault, one that is shut is not", () => {
    const training = withPorts(fabricOf(["h1-l1", "h2-l1"]), "PortConfigurationTraining");
    expect(reasonsOf(sceneFor(training))[0]?.slice(0, 3)).toEqual([
      "l1",
      "down",
      "Port 3 is Down (PortConfigurationTraining): a cable is plugged in, and no link comes up.",
    ]);
    expect(reasonsOf(sceneFor(withPorts(fabricOf(["h1-l1", "h2-l1"]), "Disabled")))).toEqual([]);
  });

  test("what the plan says of a cable, and what a finding says, counts for its link", () => {
    const topology = topologyOf(fabric);
    const scene = sceneFor(fabric);
    const host = fabric.nodes.find(({ description }) => description === "h1.1");
    const link = fabric.links.findIndex(({ a }) => a.node === host?.guid);
    const cable: CableLive = {
      ...cableLike,
      a: { device: "node1", port: "mlx4_0/1", inLab: true, at: fabric.links[link]?.a ?? null },
      b: { device: "sw1", port: "1", inLab: true, at: fabric.links[link]?.b ?? null },
      reason: "4X FDR, 12X planned",
    };
    const finding = { ...findingLike, subject: { device: "node1" }, title: "The HCA of node1 is at fault" };
    const owners = { [host?.guid ?? ""]: { device: "node1", hca: "mlx4_0" } };
    const verdicts = withLive(scene.verdicts, topology, {
      cables: [cable],
      findings: [finding],
      owners,
      unreachable: [],
    });
    expect([looks[verdicts.links[link] ?? 0], verdicts.reasons.get(link)]).toEqual(["slow", "4X FDR, 12X planned"]);
    const node = topology.indexOf.get(host?.guid ?? "") ?? -1;
    expect([looks[verdicts.nodes[node] ?? 0], verdicts.nodeReasons.get(node)]).toEqual([
      "down",
      ["The HCA of node1 is at fault"],
    ]);
    // Its ends hold other cables: their links say nothing of it.
    const elsewhere = { ...cable, b: { ...cable.b, at: fabric.links[link + 1]?.b ?? null } };
    const absent = withLive(scene.verdicts, topology, { cables: [elsewhere], findings: [], owners, unreachable: [] });
    expect(new Set([...absent.links])).toEqual(new Set([0]));
  });

  test("a cable between switches has its link, and a switch its findings", () => {
    const topology = topologyOf(fabric);
    const scene = sceneFor(fabric);
    const [leaf, spine] = [guidOf("l1"), guidOf("s1")];
    const link = fabric.links.findIndex(({ a, b }) => [a.node, b.node].sort().join() === [leaf, spine].sort().join());
    const seen = fabric.links[link];
    if (seen === undefined) throw new Error("a leaf is linked to each spine");
    const end = (device: string, at: typeof seen.a) => ({ device, port: String(at.port), inLab: true, at });
    const [a, b] = [end("leaf1", seen.a), end("spine1", seen.b)];
    const cable: CableLive = { ...cableLike, a, b, reason: "4X FDR, the plan says EDR" };
    const finding = { ...findingLike, subject: { device: "leaf1" }, title: "F1 is FAIL" };
    const owners = { [leaf]: { device: "leaf1", hca: null }, [spine]: { device: "spine1", hca: null } };
    const verdicts = withLive(scene.verdicts, topology, {
      cables: [cable],
      findings: [finding],
      owners,
      unreachable: [],
    });
    expect([...verdicts.links].flatMap((look, index) => (look === 0 ? [] : [[index, looks[look]]]))).toEqual([
      [link, "slow"],
    ]);
    expect(verdicts.reasons.get(link)).toBe("4X FDR, the plan says EDR");
    expect(verdicts.nodeReasons).toEqual(new Map([[topology.indexOf.get(leaf), ["F1 is FAIL"]]]));
  });
});

describe("pointing", () => {
  const scene = sceneFor(leafSpine(12, 4, 9));
  const view = { w: 1000, h: 700 };
  const fit = fitted({ w: scene.layout.width, h: scene.layout.height }, view);
  const whole = zoomed(fit, 0.5, view.w / 2, view.h / 2, 0);

  test("every node is found where it is drawn, near enough", () => {
    const camera = { x: -200, y: -200, scale: 1 };
    for (const node of scene.topology.nodes.keys()) {
      const { x, y, w, h } = anchorBox(scene, node, camera);
      expect(hitAt(scene, camera, x + w / 2, y + h / 2)).toEqual({ kind: "node", node });
    }
  });

  test("from far, hosts are a group, and beside everything is nothing", () => {
    const group = scene.layout.groups.findIndex(({ hosts }) => hosts.length === 9);
    const host = scene.layout.groups[group]?.hosts[4] ?? -1;
    const { x, y, w, h } = anchorBox(scene, host, whole);
    expect(hitAt(scene, whole, x + w / 2, y + h / 2)).toEqual({ kind: "group", group });
    expect(hitAt(scene, whole, 2, 2)).toBeNull();
  });

  test("from very far, switches and hosts of a block are one plate each", () => {
    const camera = { x: 0, y: 0, scale: 0.02 };
    const kinds = new Set(
      [...scene.topology.nodes.keys()].map((node) => {
        const { x, y, w, h } = anchorBox(scene, node, camera);
        return hitAt(scene, camera, x + w / 2, y + h / 2)?.kind;
      }),
    );
    expect([...kinds]).toEqual(["block"]);
  });

  test("neighbours are one bundle away", () => {
    const leaf = scene.topology.indexOf.get(guidOf("l1")) ?? -1;
    expect(neighboursIn(scene, leaf)).toHaveLength(13);
  });
});

describe("camera", () => {
  const view = { w: 800, h: 600 };
  const world = { w: 4000, h: 1000 };

  test("the whole world fits, in the middle", () => {
    const { x, y, scale } = fitted(world, view);
    expect(scale).toBeCloseTo(0.18);
    expect((0 - x) * scale).toBeCloseTo(40);
    expect((500 - y) * scale).toBeCloseTo(300);
  });

  test("zooming holds the point under the pointer still, panning follows it", () => {
    const camera = fitted(world, view);
    const before = camera.x + 123 / camera.scale;
    const near = zoomed(camera, 2, 123, 45, 0.01);
    expect(near.x + 123 / near.scale).toBeCloseTo(before);
    expect(panned(near, 10, 0).x).toBeCloseTo(near.x - 10 / near.scale);
    expect(zoomed(camera, 1e6, 0, 0, 0.01).scale).toBe(2.5);
    expect(zoomed(camera, 1e-6, 0, 0, 0.01).scale).toBe(0.01);
  });

  test("nobody gets lost beside the world", () => {
    const lost = held({ x: 1e6, y: -1e6, scale: 1 }, world, view);
    expect([lost.x, lost.y]).toEqual([3800, -450]);
  });

  test("a flight begins and ends where it should", () => {
    const [from, to] = [fitted(world, view), { x: 100, y: 200, scale: 1 }];
    for (const [t, wanted] of [
      [0, from],
      [1, to],
    ] as const) {
      const at = between(from, to, t, view);
      expect(at.x).toBeCloseTo(wanted.x);
      expect(at.y).toBeCloseTo(wanted.y);
      expect(at.scale).toBeCloseTo(wanted.scale);
    }
  });
});

test("the graph is proposed where the rack shows a small part", () => {
  expect([outgrows(6, 6), outgrows(14, 2), outgrows(30, 12), outgrows(40, 6)]).toEqual([false, false, false, true]);
});
