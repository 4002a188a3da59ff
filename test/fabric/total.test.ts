/** Readers are total: whatever the bytes, they return, stay small, and invent nothing that breaks the contract. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fabricSchema, slotSchema } from "../../electron/contract/fabric.ts";
import { fabricBounds } from "../../electron/fabric/bounds.ts";
import { joinFabric } from "../../electron/fabric/join.ts";
import { splitDiff } from "../../electron/fabric/read/diff.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { readPortReport } from "../../electron/fabric/read/ibnetdiscover-ports.ts";
import { readNodeList } from "../../electron/fabric/read/ibnodes.ts";
import { readIbqueryerrors } from "../../electron/fabric/read/ibqueryerrors.ts";
import { readIbstat } from "../../electron/fabric/read/ibstat.ts";
import { readIbstatus } from "../../electron/fabric/read/ibstatus.ts";
import { readKernelLog } from "../../electron/fabric/read/kernel.ts";
import { bridgesAbove, readLspci } from "../../electron/fabric/read/lspci.ts";
import * as mlnxos from "../../electron/fabric/read/mlnxos.ts";
import { readPerfquery } from "../../electron/fabric/read/perfquery.ts";
import { readSminfo } from "../../electron/fabric/read/sminfo.ts";
import { readSmpquery } from "../../electron/fabric/read/smpquery.ts";
import { readComplaints } from "../../electron/fabric/read/stderr.ts";
import { readPaths, slotOf } from "../../electron/fabric/slot.ts";
import { fixture } from "./fixtures.ts";

const files = [
  "healthy/iblinkinfo-line.out",
  "degraded/iblinkinfo.out",
  "cable_pulled/iblinkinfo-p.out",
  "swapped/ibnetdiscover.out",
  "back_to_back/ibnetdiscover.out",
  "synthetic/ibstat_cx3_fdr10.txt",
  "synthetic/sysfs_pci_limited.txt",
  "synthetic/lspci_vv_cx3_gen2x4_limited.txt",
  "errors/ibqueryerrors-r.out",
  "errors/ibqueryerrors-data.out",
  "errors/perfquery-l.out",
  "errors/sminfo.out",
  "errors/ibnodes.out",
  "errors/smpquery-portinfo-self.out",
  "errors/smpquery-nodeinfo.out",
  "degraded/ibnetdiscover-p.out",
  "diff/ibnetdiscover-moved.out",
  "synthetic/ibstatus_cx3_fdr.txt",
  "synthetic/dmesg_mlx4.txt",
  "synthetic/mlnxos_show_interfaces_ib.txt",
  "synthetic/mlnxos_show_inventory_3.2.txt",
  "synthetic/mlnxos_show_fan.txt",
  "synthetic/mlnxos_session_transcript.txt",
];
const texts = files.map(fixture);

/** Readers that say line by line what they could make nothing of. */
const tellingReaders = [
  readPortReport,
  readNodeList,
  readIbqueryerrors,
  readIbstatus,
  readKernelLog,
  readLspci,
  readPerfquery,
  readSminfo,
  readSmpquery,
  mlnxos.readFans,
  mlnxos.readInventory,
  mlnxos.readPortTypes,
  mlnxos.readSupplies,
  mlnxos.readSwitchPorts,
  mlnxos.readSwitchSm,
  mlnxos.readSwitchVersion,
  mlnxos.readTemperatures,
  mlnxos.readTransceivers,
];

function readAll(text: string): void {
  const lineCount = text.split("\n").length;
  for (const read of tellingReaders) {
    const { unread } = read(text);
    expect(unread.length).toBeLessThanOrEqual(100);
    for (const { line } of unread) expect(line >= 1 && line <= lineCount).toBe(true);
  }
  const { devices } = readLspci(text);
  for (const { address } of devices.slice(0, 5)) expect(bridgesAbove(devices, address).length).toBeLessThanOrEqual(256);
  mlnxos.splitSession(text);
  const sides = splitDiff(text);
  if (sides) expect(sides.before.split("\n")).toHaveLength(lineCount);
  const inputs = [
    { kind: "ibstat", source: "s", reading: readIbstat(text) },
    { kind: "iblinkinfo", source: "l", reading: readIblinkinfo(text) },
    { kind: "ibnetdiscover", source: "d", reading: readIbnetdiscover(text) },
    { kind: "complaints", source: "c", origin: null, complaints: readComplaints(text) },
  ] as const;
  for (const input of inputs)
    if (input.kind !== "complaints") expect(input.reading.unread.length).toBeLessThanOrEqual(100);
  fabricSchema.parse(joinFabric(inputs).fabric);
  const lspci = { reading: readLspci(text), observedAt: 0, why: "" };
  const card = { address: "0000:03:00.0", runs: null, can: null };
  for (const path of [...readPaths(text).paths.values(), [card]]) {
    for (const slot of [slotOf(path, null), slotOf(path, lspci)]) if (slot !== null) slotSchema.parse(slot);
  }
}

/** A captured text with a piece cut out, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.nat(),
    fc.nat(200),
    fc.oneof(fc.string(), fc.constantFrom('"', "[", ")==>", "\n", "0x", ": ")),
  )
  .map(([text, at, length, piece]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + length);
  });

describe("every reader", () => {
  it("survives arbitrary text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 4000 }), readAll));
  });
  it("survives bytes that are no text", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => readAll(new TextDecoder().decode(bytes))));
  });
  it("survives captured output that was damaged", () => fc.assert(fc.property(mutated, readAll), { numRuns: 400 }));
  it.each(files)("survives %s cut anywhere", (file) => {
    const text = fixture(file);
    for (let end = 0; end < text.length; end += 7) readAll(text.slice(0, end));
  });
  // A pattern that is misled would run for hours: the test's own time limit ends it.
  it("takes a line of 10 MB, and lines made to mislead its patterns", () => {
    readAll("x".repeat(10_000_000));
    readAll(`0x1 "${'" 1 1[ ] ==( '.repeat(150)}\n`.repeat(50));
    readAll(`[1](1) "H-1"[1] # ${" lid 1".repeat(300)}\n`.repeat(50));
    readAll(`CA 1 1 0x1 4x FDR - SW 1 1 0x1 ( '${"' - '".repeat(380)}\n`.repeat(50));
    readAll(`   GUID 0x1 port 1: ${"[A == 1 (".repeat(200)}\n`.repeat(50));
    readAll(`pci 00:00.0: ${"1 Gb/s available PCIe bandwidth, limited by ".repeat(40)}\n`.repeat(50));
    readAll(`LnkSta: ${"Speed 5 Width x".repeat(120)}\n`.repeat(50));
    readAll(`${" a".repeat(1000)}\n`.repeat(50));
  });

  it("reads no more of one output than a large fabric can be, and says at which line it stopped", () => {
    const { nodes, ports } = fabricBounds;
    const guid = (number: number) => number.toString(16).padStart(16, "0");
    const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, i) => line(i));
    const link = (i: number) =>
      `0x${guid(i + 1)} "n" 9 1[  ] ==( 4X 14.0625 Gbps Active/ LinkUp)==> 0x${guid(i + 1)} 8 2[  ] "m" ( )`;
    const linkinfo = readIblinkinfo(lines(30_000, link).join("\n"));
    expect([linkinfo.records.length, linkinfo.beyond?.line]).toEqual([nodes, nodes + 1]);
    const ofOne = readIblinkinfo(lines(90_000, () => link(1)).join("\n"));
    expect([ofOne.records.length, ofOne.beyond?.line]).toEqual([ports, ports + 1]);
    const discover = readIbnetdiscover(lines(30_000, (i) => `Ca 1 "H-${guid(i + 1)}" # "n"`).join("\n"));
    expect([discover.nodes.length, discover.beyond?.line]).toEqual([nodes, nodes + 1]);
    const hcas = readIbstat(lines(30_000, (i) => `CA 'mlx4_${i}'`).join("\n"));
    expect([hcas.hcas.length, hcas.beyond?.line]).toEqual([32, 33]);
    const { fabric } = joinFabric([{ kind: "iblinkinfo", source: "iblinkinfo on evil", reading: linkinfo }]);
    expect(fabric.nodes).toHaveLength(nodes);
    expect(fabric.problems).toMatchObject([
      { code: "fabric.too-large", subject: "iblinkinfo on evil", evidence: { line: nodes + 1 } },
    ]);
  });
});
