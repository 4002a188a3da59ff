/** The kernel's InfiniBand files: as grep prints them, and as a tree that was copied to a folder. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSaved } from "../../electron/fabric/read/saved.ts";
import { readSysfs } from "../../electron/fabric/read/sysfs.ts";
import { gatherTrees } from "../../electron/fabric/read/sysfs-tree.ts";

/** Formats of drivers/infiniband/core/sysfs.c; values of a ConnectX-3 with one port up. */
const files: Readonly<Record<string, string>> = {
  board_id: "HP_0280210019",
  fw_ver: "2.42.5000",
  hca_type: "MT4099",
  node_desc: "node03 mlx4_0",
  node_guid: "f452:1403:00a1:0030",
  sys_image_guid: "f452:1403:00a1:0033",
  "ports/1/gids/0": "fe80:0000:0000:0000:f452:1403:00a1:0031",
  "ports/1/lid": "0x3",
  "ports/1/link_layer": "InfiniBand",
  "ports/1/phys_state": "5: LinkUp",
  "ports/1/rate": "56 Gb/sec (4X FDR)",
  "ports/1/sm_lid": "0x1",
  "ports/1/state": "4: ACTIVE",
  "ports/1/counters/symbol_error": "65535",
  "ports/1/counters/port_xmit_data": "18446744073709551615",
  "ports/1/counters/port_xmit_wait": "7",
  "ports/1/counters/link_downed": "0",
  "ports/1/hw_counters/out_of_sequence": "4",
  "ports/1/hw_counters/lifespan": "10",
  "ports/2/gids/0": "fe80:0000:0000:0000:f452:1403:00a1:0032",
  "ports/2/lid": "0x0",
  "ports/2/link_layer": "Ethernet",
  "ports/2/phys_state": "3: Disabled",
  "ports/2/rate": "10 Gb/sec (4X)",
  "ports/2/sm_lid": "0x0",
  "ports/2/state": "1: DOWN",
};
const slot: Readonly<Record<string, string>> = {
  current_link_speed: "2.5 GT/s PCIe",
  current_link_width: "8",
  max_link_speed: "8.0 GT/s PCIe",
  max_link_width: "8",
};
const bridge: Readonly<Record<string, string>> = { ...slot, current_link_width: "16", max_link_width: "16" };

const grepped = Object.entries(files)
  .map(([file, value]) => `/sys/class/infiniband/mlx4_0/${file}:${value}\n`)
  .join("");
const tree = (root: string) =>
  Object.entries(files).map(([file, value]) => ({ source: `${root}/infiniband/mlx4_0/${file}`, text: `${value}\n` }));

const nodeGuid = "0xf452140300a10030";

describe("readSysfs", () => {
  it("reads an HCA with its ports and counters", () => {
    expect(readSysfs(grepped)).toEqual({
      hcas: [
        {
          name: "mlx4_0",
          model: "MT4099",
          firmware: "2.42.5000",
          description: "node03 mlx4_0",
          nodeGuid,
          systemGuid: "0xf452140300a10033",
          ports: [
            {
              number: 1,
              guid: "0xf452140300a10031",
              lid: 3,
              smLid: 1,
              state: "Active",
              physState: "LinkUp",
              rateGbps: 56,
              width: "4X",
              speed: "FDR",
              linkLayer: "InfiniBand",
            },
            {
              number: 2,
              guid: null,
              lid: 0,
              smLid: 0,
              state: "Down",
              physState: "Disabled",
              rateGbps: 10,
              width: null,
              speed: null,
              linkLayer: "Ethernet",
            },
          ],
        },
      ],
      counters: [
        {
          hca: "mlx4_0",
          nodeGuid,
          port: 1,
          line: 14,
          counters: { SymbolErrorCounter: 65535, PortXmitData: 2 ** 64, PortXmitWait: 7, LinkDownedCounter: 0 },
          driver: { out_of_sequence: 4, lifespan: 10 },
        },
      ],
      unread: [],
    });
  });

  it("makes no HCA of slot files alone, and says which lines are none of its own", () => {
    const text = "/sys/class/infiniband/mlx4_0/device/current_link_width:8\nremember the milk\n";
    expect(readSysfs(text)).toEqual({ hcas: [], counters: [], unread: [{ line: 2, text: "remember the milk" }] });
  });

  it.each([
    ["no GUID of zeros", "node_guid:0000:0000:0000:0000", { nodeGuid: null }],
    ["no GUID of words", "node_guid:hello", { nodeGuid: null }],
    ["a name with markup and quotes as it is", `node_desc:<b>"x"`, { description: '<b>"x"' }],
  ])("takes %s", (_what, line, expected) => {
    const text = `/sys/class/infiniband/mlx5_1/ports/1/state:1: DOWN\n/sys/class/infiniband/mlx5_1/${line}\n`;
    expect(readSysfs(text).hcas).toMatchObject([{ name: "mlx5_1", ...expected }]);
  });

  it("is total on damaged text", () => {
    const damaged = fc
      .tuple(fc.nat(grepped.length), fc.nat(40), fc.string({ unit: "binary" }))
      .map(([at, length, piece]) => grepped.slice(0, at) + piece + grepped.slice(at + length));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: "binary", maxLength: 2000 })), (text) => {
        const { unread } = readSysfs(text);
        for (const { line } of unread) expect(line).toBeLessThanOrEqual(text.split("\n").length);
      }),
    );
  });
});

describe("a copied tree", () => {
  it.each([
    ["a folder", "/tmp/lab/sys/class"],
    ["a bundle", "bundle.tar.gz: node03/sys/class"],
    ["the card's folder", "/tmp/sys/devices/pci0000:00/0000:00:03.0/0000:03:00.0"],
  ])("is one text wherever it lies: %s", (_what, root) => {
    const notes = { source: "notes.txt", text: "nothing\n" };
    expect(gatherTrees([notes, ...tree(root)])).toEqual([notes, { source: root, text: grepped }]);
  });

  it("takes the files of the card and of the bridges above it along", () => {
    const card = "s/devices/pci0000:00/0000:00:03.0/0000:03:00.0";
    const pci = [
      ...Object.entries(slot).map(([file, value]) => ({ source: `${card}/${file}`, text: `${value}\n` })),
      ...Object.entries(bridge).map(([file, value]) => ({
        source: `s/devices/pci0000:00/0000:00:03.0/${file}`,
        text: `${value}\n`,
      })),
    ];
    const { nodes, problems } = readSaved([...tree(card), ...pci]);
    expect(nodes).toMatchObject([{ guid: nodeGuid, description: "node03 mlx4_0" }]);
    expect(problems).toMatchObject([
      {
        code: "slot.slow",
        subject: "mlx4_0",
        evidence: { source: card, text: expect.stringContaining("PCIe gen1 x8") },
      },
      { code: "counters.full", subject: "node03 mlx4_0 port 1", evidence: { line: 14 } },
      { code: "counters.congestion", subject: "node03 mlx4_0 port 1" },
      { code: "counters.driver", severity: "info", evidence: { text: "out_of_sequence 4" } },
    ]);
  });

  it("keeps hosts apart by the folders they lie in", () => {
    const texts = gatherTrees([...tree("node03/sys/class"), ...tree("node04/sys/class")]);
    expect(texts.map(({ source }) => source)).toEqual(["node03/sys/class", "node04/sys/class"]);
  });

  it("is none for lying in a folder of that name", () => {
    const saved = [{ source: "/home/admin/infiniband/healthy/iblinkinfo.out", text: "short\n" }];
    expect(gatherTrees(saved)).toEqual(saved);
  });

  it("leaves every other text as it is, whatever its name", () => {
    const text = fc.record({ source: fc.string({ maxLength: 80 }), text: fc.string() });
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const plain = texts.filter(({ source }) => !source.includes("infiniband/"));
        expect(gatherTrees(plain)).toEqual(plain);
      }),
    );
  });
});
