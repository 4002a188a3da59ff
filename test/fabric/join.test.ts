import { describe, expect, it } from "vitest";
import { type FabricInput, joinFabric } from "../../electron/fabric/join.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readComplaints } from "../../electron/fabric/read/stderr.ts";
import {
  cablings,
  expectedFabric,
  fixture,
  hosts,
  ibstat,
  linkinfo,
  netdiscover,
  nodeGuid,
  portGuid,
  sets,
  switchGuid,
} from "./fixtures.ts";

describe.each(sets)("the %s set", (set) => {
  it.each(["iblinkinfo-line", "iblinkinfo", "iblinkinfo-p"])("is one fabric from %s", (file) => {
    expect(joinFabric([linkinfo(`${set}/${file}.out`)]).fabric).toEqual(expectedFabric(set, "port"));
  });

  it("keys HCAs by node GUID once ibstat names it, whichever came first", () => {
    const seen = hosts.filter((n) => n in cablings[set].cables).map((n) => ibstat(`${set}/ibstat-node0${n}.out`));
    const expected = expectedFabric(set, "node");
    for (const node of expected.nodes) {
      if (node.type === "hca") node.systemGuid = `${node.guid.slice(0, -1)}3`;
    }
    const line = linkinfo(`${set}/iblinkinfo-line.out`);
    expect(joinFabric([line, ...seen]).fabric).toEqual(expected);
    expect(joinFabric([...seen, line]).fabric).toEqual(expected);
  });

  it("has the same links from ibnetdiscover, of unknown logical state", () => {
    const { fabric } = joinFabric([netdiscover(`${set}/ibnetdiscover.out`)]);
    const expected = expectedFabric(set, "node");
    expect(fabric.links).toEqual(expected.links.map((link) => ({ ...link, state: "Unknown" })));
    expect(fabric.nodes.map(({ guid, description, type }) => ({ guid, description, type }))).toEqual(
      expected.nodes.map(({ guid, description, type }) => ({ guid, description, type })),
    );
    expect(fabric.problems).toEqual([]);
  });

  it("stands once when every tool tells of it", () => {
    const { fabric } = joinFabric([
      linkinfo(`${set}/iblinkinfo-line.out`),
      linkinfo(`${set}/iblinkinfo.out`),
      netdiscover(`${set}/ibnetdiscover.out`),
    ]);
    expect(fabric.links).toEqual(expectedFabric(set, "node").links);
  });
});

describe("two hosts without a switch", () => {
  const [one, two] = [nodeGuid(1), "0x0002c90300a10020"];
  const end = (node: string) => ({ node, port: 1, portGuid: `${node.slice(0, -1)}1` });

  it("are one link, from ibnetdiscover's short GUIDs and iblinkinfo's long ones alike", () => {
    const { fabric } = joinFabric([
      netdiscover("back_to_back/ibnetdiscover.out"),
      linkinfo("back_to_back/iblinkinfo-line.out"),
    ]);
    expect(fabric).toEqual({
      nodes: [two, one].map((guid) => ({
        guid,
        guidKind: "node",
        type: "hca",
        description: guid === one ? "node01 mlx4_0" : "node02 mlx4_0",
        systemGuid: `${guid.slice(0, -1)}3`,
        ports: [
          {
            number: 1,
            guid: `${guid.slice(0, -1)}1`,
            state: "Initialize",
            physState: "LinkUp",
            width: "4X",
            speed: "FDR",
          },
        ],
      })),
      links: [
        {
          a: end(two),
          b: end(one),
          width: "4X",
          speed: "FDR",
          signallingGbps: 56.25,
          dataGbps: 54.545,
          state: "Initialize",
          physState: "LinkUp",
        },
      ],
      problems: [],
    });
  });

  it("gives no link from the plain form, where both have LID 0", () => {
    expect(joinFabric([linkinfo("back_to_back/iblinkinfo.out")]).fabric.links).toEqual([]);
  });
});

describe("a node that does not answer", () => {
  const complaint =
    "./libibnetdisc/query_smp.c:186; umad (DR path slid 0; dlid 0; 0,1,4 Attr 0x11:0) bad status 110; Connection timed out";
  const silentLine = fixture("healthy/iblinkinfo-line.out").replace(
    /^(0x\S+ "[^"]*"\s+6\s+4\[ {2}\] .*==>).*$/m,
    '$1      "Port not available"',
  );
  const text = silentLine.replace(/^0xf452140300a10041.*\n/m, "");
  const inputs: FabricInput[] = [
    { kind: "iblinkinfo", source: "iblinkinfo on node01", reading: readIblinkinfo(text) },
    { kind: "complaints", source: "iblinkinfo on node01", origin: portGuid(1), complaints: readComplaints(complaint) },
  ];

  it("is named by the switch port it hangs on", () => {
    const { fabric, silent } = joinFabric(inputs);
    const about = { subject: "MF0;SX6018:SX6018/U1 port 4", node: "0xf452140300c0ffe0", port: 4 };
    const source = "iblinkinfo on node01";
    expect(fabric.problems).toEqual([
      {
        code: "fabric.silent-peer",
        severity: "warning",
        ...about,
        evidence: { source, line: 7, text: '"Port not available"' },
      },
      { code: "fabric.no-answer", severity: "warning", ...about, evidence: { source, line: 1, text: complaint } },
    ]);
    expect([...silent]).toEqual([`${switchGuid}/4`]);
    expect(fabric.links).toHaveLength(4);
  });

  it("is named by the route where the way there is not known", () => {
    const lost = inputs.map((input) => (input.kind === "complaints" ? { ...input, origin: null } : input));
    expect(joinFabric(lost).fabric.problems.at(-1)?.subject).toBe("directed route 0,1,4");
  });
});

it("reads what is wrong from stderr and passes over the simulator's greeting", () => {
  const text =
    'ibwarn: [12] sim_connect: attached as client 0 at node "H-1"\nibpanic: [3] can\'t open UMAD port ((null):0)\nelse\n';
  expect(readComplaints(text)).toEqual([
    { line: 2, text: "ibpanic: [3] can't open UMAD port ((null):0)", kind: "device", route: [] },
    { line: 3, text: "else", kind: "other", route: [] },
  ]);
  expect(readComplaints(fixture("node_missing/ibstat-node04.err")).map(({ kind }) => kind)).toEqual([
    "other",
    "device",
  ]);
});

it("reports lines it could not read, by number", () => {
  const { fabric } = joinFabric([
    {
      kind: "iblinkinfo",
      source: "a file",
      reading: readIblinkinfo(`nonsense\n${fixture("healthy/iblinkinfo-line.out")}`),
    },
  ]);
  expect(fabric.problems).toEqual([
    {
      code: "fabric.unread-line",
      severity: "info",
      subject: "a file",
      evidence: { source: "a file", line: 1, text: "nonsense" },
    },
  ]);
  expect(fabric.links).toHaveLength(5);
});
