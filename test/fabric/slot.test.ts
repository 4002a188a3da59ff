import { describe, expect, it } from "vitest";
import type { Slot } from "../../electron/contract/fabric.ts";
import { lspciCommand } from "../../electron/fabric/commands.ts";
import { judgeSlot } from "../../electron/fabric/judge-slot.ts";
import { readLspci } from "../../electron/fabric/read/lspci.ts";
import { readPaths, slotOf } from "../../electron/fabric/slot.ts";
import { fixture } from "./fixtures.ts";

const device = "/sys/class/infiniband/mlx4_0/device";
const sysfs = `${fixture("synthetic/sysfs_pci_limited.txt")}${device}/uevent:DRIVER=mlx4_core\n${device}/uevent:PCI_SLOT_NAME=0000:03:00.0\n`;
const bridge = `${device}/../max_link_speed:5.0 GT/s PCIe\n${device}/../max_link_width:8\n`;
const [gen2x4, gen3x8] = [
  { speed: "5.0 GT/s PCIe", width: 4 },
  { speed: "8.0 GT/s PCIe", width: 8 },
];
const unknown = { bytes: null, why: expect.any(String), observedAt: null };
const slotIn = (text: string) => slotOf(readPaths(text).paths.get("mlx4_0") ?? [], null);

describe("PCIe paths", () => {
  it("are read from sysfs, the address from uevent", () => {
    const card = { address: "0000:03:00.0", runs: gen2x4, can: gen3x8 };
    expect(readPaths(sysfs)).toEqual({ paths: new Map([["mlx4_0", [card]]]), rest: "" });
    expect(slotIn(sysfs)).toEqual({
      address: card.address,
      path: [{ ...card, above: null }],
      source: "sysfs",
      maxPayload: unknown,
    });
  });

  it("are read with the bridge above, and all other text is handed back as it was", () => {
    const rest = "CA 'mlx4_0'\n\tCA type: MT4099\n/sys/class/infiniband/mlx4_0/device/max_link_width:1\n";
    expect(readPaths(`${sysfs}${bridge}${rest}`).rest).toBe(rest);
    expect(slotIn(`${sysfs}${bridge}${rest}`)?.path).toEqual([
      {
        address: "0000:03:00.0",
        runs: gen2x4,
        can: gen3x8,
        above: { address: "", can: { speed: "5.0 GT/s PCIe", width: 8 } },
      },
    ]);
  });

  it("are read through four switches, and a link that is not told stands there without figures", () => {
    const files = Array.from({ length: 10 }, (_, level) => {
      const at = `${device}/${"../".repeat(level)}`;
      const pace = level % 2 === 0 && level !== 4 ? `${at}current_link_speed:8 GT/s\n${at}current_link_width:8\n` : "";
      return `${pace}${at}max_link_speed:8 GT/s\n${at}max_link_width:16\n${at}uevent:PCI_SLOT_NAME=0000:0${9 - level}:00.0\n`;
    });
    const slot = slotIn(files.join(""));
    expect(slot?.path.map(({ address, runs, above }) => [address, runs?.width, above?.address])).toEqual([
      ["0000:09:00.0", 8, "0000:08:00.0"],
      ["0000:07:00.0", 8, "0000:06:00.0"],
      ["0000:05:00.0", undefined, "0000:04:00.0"],
      ["0000:03:00.0", 8, "0000:02:00.0"],
      ["0000:01:00.0", 8, "0000:00:00.0"],
    ]);
  });

  it("are asked of lspci by addresses of the kernel's form only", () => {
    expect(lspciCommand(["0000:03:00.0", "0000:00:03.0"])?.slice(3)).toEqual(["sh", "0000:03:00.0", "0000:00:03.0"]);
    expect(lspciCommand(["0000:03:00.0", "03:00.0; reboot"])).toBeNull();
    expect(lspciCommand([])).toBeNull();
  });

  it("are told by lspci where the kernel has no link files, with the least payload of the path", () => {
    const { paths } = readPaths(
      `${device}/uevent:PCI_SLOT_NAME=0000:03:00.0\n${device}/../uevent:PCI_SLOT_NAME=0000:00:03.0\n`,
    );
    const path = paths.get("mlx4_0") ?? [];
    const answer = (text: string, why = "") => ({ reading: readLspci(text), observedAt: 5, why });
    const card = fixture("synthetic/lspci_vv_cx3_gen1x8_limited.txt");
    const root = [
      "00:03.0 PCI bridge: Intel Corporation",
      "\t\tDevCtl:\tCorrErr- NonFatalErr-",
      "\t\t\tMaxPayload 128 bytes, MaxReadReq 128 bytes",
      "\t\tLnkCap:\tPort #0, Speed 5GT/s, Width x8, ASPM L0s L1, Exit Latency L0s <512ns, L1 <64us",
    ].join("\n");
    expect(slotOf(path, answer(`${card}\n${root}`))).toEqual({
      address: "0000:03:00.0",
      path: [
        {
          address: "0000:03:00.0",
          runs: { speed: "2.5 GT/s", width: 8 },
          can: { speed: "8 GT/s", width: 8 },
          above: { address: "0000:00:03.0", can: { speed: "5 GT/s", width: 8 } },
        },
      ],
      source: "lspci",
      maxPayload: { bytes: 128, why: "", observedAt: 5 },
    });
    expect(slotOf(path, answer(card))?.maxPayload.bytes).toBe(256);
    expect(slotOf(path, answer(root))).toBeNull();
    expect(slotOf(path, null)).toBeNull();
  });
});

describe("a slot is at fault", () => {
  const judge = (now: string, card: string, slot: string | null) => {
    const [runs, can, above] = [now, card, slot].map((text) => {
      const [speed = "", width = ""] = text?.split(" x") ?? [];
      return { speed, width: Number(width) };
    });
    const upper = slot === null ? null : { address: "", can: above ?? null };
    return judgeSlot(slotWith([{ address: "", runs: runs ?? null, can: can ?? null, above: upper }]));
  };
  const slotWith = (path: Slot["path"]): Slot => ({
    address: "",
    path,
    source: "sysfs",
    maxPayload: { bytes: null, why: "", observedAt: null },
  });
  const [gen1x8, gen2x4, gen2x8, gen3x8, gen3x16] = [
    "2.5 GT/s x8",
    "5.0 GT/s PCIe x4",
    "5 GT/s x8",
    "8.0 GT/s PCIe x8",
    "8 GT/s x16",
  ];

  it.each([
    [
      "below card and slot in speed",
      gen1x8,
      gen3x8,
      gen2x8,
      "Slot runs PCIe gen1 x8, it can PCIe gen2 x8: 16 of 32 Gb/s",
    ],
    [
      "below card and slot in lanes",
      gen2x4,
      gen3x8,
      gen2x8,
      "Slot runs PCIe gen2 x4, it can PCIe gen2 x8: 16 of 32 Gb/s",
    ],
    [
      "below the card in a wider slot",
      gen2x8,
      gen3x8,
      gen3x16,
      "Slot runs PCIe gen2 x8, it can PCIe gen3 x8: 32 of 63 Gb/s",
    ],
    [
      "generation 1 and the slot not known",
      gen1x8,
      gen3x8,
      null,
      "Slot runs PCIe gen1 x8, the card can PCIe gen3 x8: 16 of 63 Gb/s; what the slot can is not known",
    ],
    [
      "lanes missing and the slot not known",
      gen2x4,
      gen3x8,
      null,
      "Slot runs PCIe gen2 x4, the card can PCIe gen3 x8: 16 of 63 Gb/s; what the slot can is not known",
    ],
  ])("when it runs %s", (_, now, card, slot, words) => {
    expect(judge(now, card, slot)).toEqual({ atFault: true, gbps: expect.any(Number), words });
  });

  it.each([
    ["a newer card at the best of an older slot", gen2x8, gen3x8, gen2x8, "carries at most 32 Gb/s"],
    ["a wide card at the best of a narrow slot", gen2x4, gen3x8, gen2x4, "carries at most 16 Gb/s"],
    ["an old card in a new slot", gen1x8, gen1x8, gen3x16, "carries at most 16 Gb/s"],
    [
      "a middle generation where the slot is not known",
      gen2x8,
      gen3x8,
      null,
      "runs PCIe gen2 x8 and carries 32 Gb/s, what it can is not known",
    ],
    [
      "a slot whose words are not understood",
      gen2x8,
      gen3x8,
      "Unknown x8",
      "runs PCIe gen2 x8 and carries 32 Gb/s, what it can is not known",
    ],
  ])("but not with %s", (_, now, card, slot, words) => {
    expect(judge(now, card, slot)).toEqual({ atFault: false, gbps: expect.any(Number), words });
  });

  it("by a link above it that runs below its best, and not by one that is merely narrower", () => {
    const link = (width: number, can: number) => ({
      address: "",
      runs: { speed: "8 GT/s", width },
      can: { speed: "8 GT/s", width: can },
      above: { address: "", can: { speed: "8 GT/s", width: 16 } },
    });
    const judgeWith = (above: Slot["path"][number]) => judgeSlot(slotWith([link(8, 8), link(8, 8), above]));
    const lost = "A link above the slot runs PCIe gen3 x2, it can PCIe gen3 x8: 16 of 63 Gb/s";
    expect(judgeWith(link(2, 8))).toEqual({ atFault: true, gbps: 15.752, words: lost });
    const narrow = "carries at most 32 Gb/s, by a link above it";
    expect(judgeWith(link(4, 4))).toEqual({ atFault: false, gbps: 31.504, words: narrow });
    expect(judgeWith({ ...link(2, 8), runs: null })).toMatchObject({ atFault: false, gbps: 63.008 });
  });

  it("cannot be told where its own speed is not understood", () => {
    expect(judge("Unknown x8", gen3x8, gen2x8)).toBeNull();
  });
});
