/** Every captured set of outputs, opened as a folder: the whole fabric it must come out as, and every problem. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Fabric, type FabricNode, fabricSchema, type Problem } from "../../electron/contract/fabric.ts";
import { readSavedPaths } from "../../electron/fabric/read/saved.node.ts";
import { expectedFabric, type FixtureSet, nodeGuid, portGuid, sets, switchGuid } from "./fixtures.ts";

const folder = (set: string): string => fileURLToPath(new URL(`../fixtures/infiniband/${set}`, import.meta.url));

/** With the outputs of every tool together: HCAs by their nodes, system image GUIDs, and a host that only ibstat knows. */
function wholeFabric(set: FixtureSet): Pick<Fabric, "nodes" | "links"> {
  const { nodes, links } = expectedFabric(set, "node");
  const whole = nodes.map((node): FabricNode => {
    const systemGuid = node.type === "switch" ? node.guid : node.guid.replace(/0$/, "3");
    return { ...node, systemGuid };
  });
  if (set === "cable_pulled") {
    const lid = 3;
    const port = { number: 1, guid: portGuid(3), lid, state: "Down", physState: "Polling" } as const;
    whole.push({
      guid: nodeGuid(3),
      guidKind: "node",
      type: "hca",
      // ibstat does not tell it, and nobody else sees the node.
      description: "",
      systemGuid: "0xf452140300a10033",
      ports: [port],
    });
    whole.sort((a, b) => (a.guid < b.guid ? -1 : 1));
  }
  return { nodes: whole, links };
}

/** Code, severity, file, line. */
type Told = readonly [string, Problem["severity"], string, number];

const told = ({ problems }: Fabric): readonly Told[] =>
  problems.map(({ code, severity, evidence }) => [
    code,
    severity,
    evidence.source.split("/").at(-1) ?? "",
    evidence.line,
  ]);

const other = (file: string): Told => ["fabric.other-output", "info", file, 1];
const unrecognised = (file: string): Told => ["fabric.unrecognised-file", "info", file, 1];
const empty = (file: string): Told => ["fabric.empty-file", "info", file, 0];

/** What every set holds that is no part of a fabric, in the order of the files' names. */
const common: readonly Told[] = [
  unrecognised("INDEX.tsv"),
  other("dump_fts.out"),
  other("ibaddr.out"),
  // Answers along a directed route, which leads from a port that they do not name.
  other("ibportstate-D.out"),
  other("ibroute.out"),
  unrecognised("ibsim-Dump.txt"),
  other("ibstat-l.out"),
  other("ibstat-p.out"),
  // The simulator's HCA is no file of the kernel's, and ibstatus looks there.
  ["fabric.no-device", "error", "ibstatus.out", 1],
  other("ibtracert.out"),
  other("saquery-N.out"),
  other("saquery-PIR.out"),
  other("saquery-g.out"),
  other("saquery-s.out"),
  other("saquery-x.out"),
  other("saquery.out"),
  other("smpquery-mepi-D.out"),
  other("smpquery-nodedesc-D.out"),
  other("smpquery-nodedesc.out"),
  other("smpquery-portinfo-D.out"),
  other("smpquery-portinfo-self.out"),
  other("smpquery-switchinfo-D.out"),
];

const counter = (kind: "counted" | "congestion", file: string, line: number): Told => [
  `counters.${kind}`,
  kind === "congestion" ? "info" : "warning",
  file,
  line,
];
const times = (count: number, one: Told): readonly Told[] => Array.from({ length: count }, () => one);

const expected: Readonly<Record<FixtureSet, readonly Told[]>> = {
  healthy: common,
  cable_pulled: common,
  swapped: common,
  degraded: common,
  node_missing: [
    // The host that is gone answered with two lines on stderr and nothing else.
    ["fabric.tool-complaint", "info", "ibstat-node04.err", 1],
    ["fabric.no-device", "error", "ibstat-node04.err", 2],
    ...common.toSpliced(7, 0, empty("ibstat-node04.out")),
  ],
  sm_stopped: [
    ...["-c", "-data", "-details", "-r", ""].map(
      (form): Told => ["fabric.tool-complaint", "info", `ibqueryerrors${form}.err`, 2],
    ),
    ...["-N", "-PIR", "-g", "-s", "-x", ""].map(
      (form): Told => ["fabric.tool-complaint", "info", `saquery${form}.err`, 2],
    ),
    ["fabric.tool-complaint", "info", "sminfo.err", 2],
    unrecognised("INDEX.tsv"),
    other("dump_fts.out"),
    other("ibaddr.out"),
    other("ibportstate-D.out"),
    ...["-c", "-data", "-details", "-r", ""].map((form) => empty(`ibqueryerrors${form}.out`)),
    other("ibroute.out"),
    unrecognised("ibsim-Dump.txt"),
    other("ibstat-l.out"),
    other("ibstat-p.out"),
    ["fabric.no-device", "error", "ibstatus.out", 1],
    other("ibtracert.out"),
    // The counters that were raised before the subnet manager stopped are still there.
    counter("counted", "perfquery-E.out", 1),
    // PortRcvSwitchRelayErrors, which healthy switches count too.
    ["counters.counted", "info", "perfquery-l.out", 1],
    ...times(2, counter("counted", "perfquery-l.out", 1)),
    ...times(6, counter("counted", "perfquery-l.out", 45)),
    counter("congestion", "perfquery-l.out", 45),
    ...["-N", "-PIR", "-g", "-s", "-x", ""].map((form) => empty(`saquery${form}.out`)),
    ["fabric.no-subnet-manager", "error", "sminfo.out", 1],
    ...common.slice(-6),
  ],
};

describe("a folder of captured outputs", () => {
  it.each(sets)("%s is one fabric with all that was odd in it", async (set) => {
    const fabric = await readSavedPaths([folder(set)]);
    expect(fabric).toEqual(fabricSchema.parse(fabric));
    const { nodes, links } = fabric;
    expect({ nodes, links }).toEqual(wholeFabric(set));
    expect(told(fabric)).toEqual(expected[set]);
  });

  it("errors are told once for each counter, by the first output that tells it", async () => {
    const fabric = await readSavedPaths([folder("errors")]);
    const { nodes, links, problems } = fabric;
    expect({ nodes, links }).toEqual(wholeFabric("healthy"));
    const counters = problems.filter(({ code }) => /counter|congestion/.test(code));
    const sw = "MF0;SX6018:SX6018/U1 port";
    expect(counters.map(({ subject, evidence }) => `${subject}: ${evidence.text}`).sort()).toEqual(
      [
        "node03 mlx4_0 port 1: SymbolErrorCounter at least 65535",
        "node03 mlx4_0 port 1: PortRcvRemotePhysicalErrors 9",
        "node03 mlx4_0 port 1: ExcessiveBufferOverrunErrors 2",
        `${sw} 1: PortRcvSwitchRelayErrors 300`,
        `${sw} 1: QP1Dropped 11`,
        `${sw} 1: VL15Dropped 11`,
        `${sw} 3: SymbolErrorCounter 1234`,
        `${sw} 3: LinkErrorRecoveryCounter 5`,
        `${sw} 3: LinkDownedCounter 7`,
        `${sw} 3: PortRcvErrors 42`,
        `${sw} 3: PortXmitDiscards 17`,
        `${sw} 3: LocalLinkIntegrityErrors 3`,
        `${sw} 3: PortXmitWait 987654`,
        // Of the details; the tool's own words for two of them are exchanged in one of its forms.
        `${sw} 3: PortInactiveDiscards 40`,
        `${sw} 3: PortLocalPhysicalErrors 17`,
        `${sw} 3: PortLocalPhysicalErrors 40`,
      ].sort(),
    );
  });

  it.each(["healthy", "cable_pulled", "degraded", "errors", "swapped"] as const)(
    "%s with a real card's hints is the same fabric as without",
    async (set) => {
      const [files, of] = [readdirSync(folder(`derived/${set}`)), set === "errors" ? "healthy" : set];
      expect(files).toContain("iblinkinfo-line.out");
      for (const file of files.filter((name) => name.startsWith("iblinkinfo-line"))) {
        const fabric = await readSavedPaths([`${folder(`derived/${set}`)}/${file}`]);
        const { links } = expectedFabric(of, "port");
        expect([file, fabric.links, fabric.problems]).toEqual([file, links, []]);
      }
    },
  );

  it("a back-to-back cable without a subnet manager is one link between two HCAs, in Initialize", async () => {
    const { nodes, links } = await readSavedPaths([folder("back_to_back")]);
    expect(nodes.map(({ type }) => type)).toEqual(["hca", "hca"]);
    expect(links).toMatchObject([{ a: { port: 1 }, b: { port: 1 }, width: "4X", state: "Initialize" }]);
  });

  it("the switch is one node, named by every output alike", async () => {
    const { nodes } = await readSavedPaths([folder("healthy")]);
    expect(nodes.filter(({ type }) => type === "switch").map(({ guid }) => guid)).toEqual([switchGuid]);
  });
});
