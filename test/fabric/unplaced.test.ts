/** What an output tells and no fabric can hold is told in words: links and ports do not vanish. */
import { expect, test } from "vitest";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { readSaved } from "../../electron/fabric/read/saved.ts";
import { fixture } from "./fixtures.ts";

const told = (...texts: readonly string[]) => readSaved(texts.map((text, n) => ({ source: `${n + 1}.out`, text })));
const words = (...texts: readonly string[]) =>
  told(...texts).problems.map(({ code, severity, subject, evidence }) => [
    code,
    severity,
    subject,
    evidence.source,
    evidence.line,
    evidence.text,
  ]);

/** A node's block alone, as an output that ends early has it. */
const block = `vendid=0x2c9
devid=0x1003
sysimgguid=0xf452140300001004
caguid=0xf452140300001001
Ca	1 "H-f452140300001001"		# "node01 mlx4_0"
[1](f452140300001002) 	"S-f452140300000d40"[4]		# lid 2 lmc 0 "MF0;sw1:SX6018/U1" lid 1 4xFDR
`;
const blocks = `${block}
vendid=0x2c9
Switch	36 "S-f452140300000d40"		# "MF0;sw1:SX6018/U1" enhanced port 0 lid 1 lmc 0
[4]	"H-f452140300001001"[1](f452140300001002) 		# "node01 mlx4_0" lid 2 4xFDR
`;

/** Port 1 of the host, as its own block and the switch's line for it both tell it. */
const hcaPort = {
  number: 1,
  guid: "0xf452140300001002",
  lid: 2,
  state: "Unknown",
  physState: "LinkUp",
  width: "4X",
  speed: "FDR",
};

test("a far node without a block of its own is known by what the link's line says of it", () => {
  const { nodes, links, problems } = told(
    `#\n# Initiated from node f452140300001001 port f452140300001002\n\n${block}`,
  );
  expect(problems.map(({ code }) => code)).toEqual(["fabric.cut-off"]);
  expect(nodes).toEqual([
    {
      guid: "0xf452140300000d40",
      guidKind: "node",
      type: "switch",
      description: "MF0;sw1:SX6018/U1",
      ports: [{ number: 4, lid: 1, state: "Unknown", physState: "LinkUp", width: "4X", speed: "FDR" }],
    },
    {
      guid: "0xf452140300001001",
      guidKind: "node",
      type: "hca",
      description: "node01 mlx4_0",
      systemGuid: "0xf452140300001004",
      ports: [hcaPort],
    },
  ]);
  expect(links).toHaveLength(1);
});

test("a far HCA without a block of its own has the port that the line names", () => {
  const { nodes } = told(`vendid=0x2c9
Switch	36 "S-f452140300000d40"		# "MF0;sw1:SX6018/U1" enhanced port 0 lid 1 lmc 0
[4]	"H-f452140300001001"[1](f452140300001002) 		# "node "01" lid 9 4xQDR" lid 2 4xFDR
`);
  expect(nodes[1]).toEqual({
    guid: "0xf452140300001001",
    guidKind: "node",
    type: "hca",
    description: 'node "01" lid 9 4xQDR',
    ports: [hcaPort],
  });
});

test.each([
  [
    "iblinkinfo",
    '0xf452140300001002 "              node01 mlx4_0"      2    1[  ] ==( 4X       212.5 Gbps Active/  LinkUp)==>  0xf452140300000d40      1    4[  ] "MF0;sw1:SX6018/U1" ( )\n',
    1,
  ],
  ["ibnetdiscover", blocks.replaceAll("4xFDR", "4xXDR"), 6],
])("a link of a rate that is not known is told, by %s", (_, text, line) => {
  const { nodes, links } = told(text);
  expect(nodes).toHaveLength(2);
  expect(links).toEqual([]);
  expect(words(text)).toEqual([["fabric.unknown-rate", "warning", "MF0;sw1:SX6018/U1 port 4", "1.out", line, ""]]);
});

test("another output that knows the rate makes it a link", () => {
  const { links, problems } = told(blocks.replaceAll("4xFDR", "4xXDR"), blocks);
  expect(links).toMatchObject([{ width: "4X", speed: "FDR" }]);
  expect(problems).toEqual([]);
});

test("a port that is told to lead everywhere keeps as many far ends as outputs may disagree on, and is told", () => {
  const line = (n: number) =>
    `0xf452140300000d40 "${" ".repeat(10)}sw1"      2    4[  ] ==( 4X       14.0625 Gbps Active/  LinkUp)==>  0xf452140300${(20480 + n).toString(16)}01      1    1[  ] "node${n}" ( )\n`;
  const { links, problems } = told(Array.from({ length: 20 }, (_, n) => line(n)).join(""));
  expect(links).toHaveLength(16);
  const beyond = problems.filter(({ code }) => code === "fabric.too-large");
  expect(beyond).toMatchObject([{ evidence: { source: "1.out", line: 17 } }]);
});

test("far ends count among the nodes that one output may name", () => {
  const ports = Array.from(
    { length: 20 },
    (_, n) =>
      block
        .split("\n")
        .at(-2)
        ?.replace("0d40", `0d${n + 16}`) ?? "",
  );
  const { nodes, beyond } = readIbnetdiscover(`${block}${ports.join("\n")}\n`, { nodes: 10, ports: 100 });
  expect([nodes[0]?.ports.length, beyond?.line]).toEqual([9, 15]);
});

/** Plain `iblinkinfo --cas-only`: far ends by LID alone, switches without a block. */
const hostsOnly = `CA: node01 mlx4_0:
      0xf452140300001002      2    1[  ] ==( 4X       14.0625 Gbps Active/  LinkUp)==>       1    4[  ] "MF0;sw1:SX6018/U1" ( )
`;

test("a far end named by a LID that no output tells the node of is told", () => {
  expect(words(hostsOnly)).toEqual([
    ["fabric.unplaced", "warning", "node01 mlx4_0 port 1", "1.out", 2, 'LID 1 port 4 "MF0;sw1:SX6018/U1"'],
  ]);
});

test("a far end named by LID is found where another output tells whose it is, in either order", () => {
  const switchAlone = `vendid=0x2c9
Switch	36 "S-f452140300000d40"		# "MF0;sw1:SX6018/U1" enhanced port 0 lid 1 lmc 0
[5]	"H-f452140300002001"[1](f452140300002002) 		# "node02 mlx4_0" lid 3 4xFDR

vendid=0x2c9
Ca	2 "H-f452140300002001"		# "node02 mlx4_0"
[1](f452140300002002) 	"S-f452140300000d40"[5]		# lid 3 lmc 0 "MF0;sw1:SX6018/U1" lid 1 4xFDR
`;
  for (const texts of [
    [hostsOnly, switchAlone],
    [switchAlone, hostsOnly],
  ]) {
    const { links, problems } = told(...texts);
    expect(problems).toEqual([]);
    expect(links.map(({ a, b }) => [a.node, a.port, b.node, b.port])).toEqual([
      ["0xf452140300000d40", 4, "0xf452140300001002", 1],
      ["0xf452140300000d40", 5, "0xf452140300002001", 1],
    ]);
  }
});

test("an answer for a LID that no output tells the node of is told", () => {
  const asked = fixture("sm_stopped/smpquery-portinfo.out");
  expect(words(asked)).toEqual([["fabric.unplaced", "info", "LID 6 port 3", "1.out", 1, ""]]);
});

test("a subnet manager that answers and is not master is told", () => {
  const line = "sminfo: sm lid 1 sm guid 0xf452140300001002, activity count 5 priority 0 state 2 SMINFO_STANDBY";
  expect(words(`${line}\n`)).toEqual([["fabric.no-subnet-manager", "warning", "1.out", "1.out", 1, line]]);
});

test("a port that outputs connect to two places is told, with both lines", () => {
  const { problems } = told(fixture("healthy/iblinkinfo-line.out"), fixture("swapped/iblinkinfo-line.out"));
  expect(problems.map(({ code, severity, subject }) => [code, severity, subject]).sort()).toEqual(
    ["MF0;SX6018:SX6018/U1 port 2", "MF0;SX6018:SX6018/U1 port 3", "node02 mlx4_0 port 1", "node03 mlx4_0 port 1"].map(
      (subject) => ["fabric.contradiction", "warning", subject],
    ),
  );
  const [first] = problems;
  expect(first?.detail).toMatch(
    /^[12]\.out, line \d+, has it connected elsewhere: the two are of different times, or of different fabrics\.$/,
  );
});

test("one output that has a port in two places points to a GUID that two devices have", () => {
  const line = (port: number) =>
    `0xf452140300a10011 "twin mlx4_0" 1 1[  ] ==( 4X 14.0625 Gbps Active/  LinkUp)==> 0xf452140300c0ffe0 6 ${port}[  ] "MF0;sw1:SX6018/U1" ( )`;
  expect(told(`${line(1)}\n${line(2)}\n`).problems).toEqual([
    {
      code: "fabric.contradiction",
      severity: "warning",
      subject: "twin mlx4_0 port 1",
      node: "0xf452140300a10011",
      port: 1,
      detail: "Line 1 has it connected elsewhere: two devices may have one GUID.",
      evidence: { source: "1.out", line: 2, text: "" },
    },
  ]);
});
