import { describe, expect, it } from "vitest";
import { judgeSlot } from "../../electron/fabric/judge-slot.ts";
import { readLspciSlot, readSlots, type Slot } from "../../electron/fabric/slot.ts";
import { fixture } from "./fixtures.ts";

const device = "/sys/class/infiniband/mlx4_0/device";
const sysfs = `${fixture("synthetic/sysfs_pci_limited.txt")}${device}/uevent:DRIVER=mlx4_core\n${device}/uevent:PCI_SLOT_NAME=0000:03:00.0\n`;
const bridge = `${device}/../max_link_speed:5.0 GT/s PCIe\n${device}/../max_link_width:8\n`;
const limited: Slot = {
  address: "0000:03:00.0",
  currentSpeed: "5.0 GT/s PCIe",
  maxSpeed: "8.0 GT/s PCIe",
  currentWidth: 4,
  maxWidth: 8,
  slotMaxSpeed: null,
  slotMaxWidth: null,
};

describe("slots", () => {
  it("are read from sysfs, the address from uevent", () => {
    expect(readSlots(sysfs)).toEqual({ slots: new Map([["mlx4_0", limited]]), unanswered: new Map(), rest: "" });
  });

  it("are read with the bridge above, and all other text is handed back as it was", () => {
    const rest = "CA 'mlx4_0'\n\tCA type: MT4099\n/sys/class/infiniband/mlx4_0/device/max_link_width:1\n";
    expect(readSlots(`${sysfs}${bridge}${rest}`)).toEqual({
      slots: new Map([["mlx4_0", { ...limited, slotMaxSpeed: "5.0 GT/s PCIe", slotMaxWidth: 8 }]]),
      unanswered: new Map(),
      rest,
    });
  });

  it("are left to lspci where the kernel has no link files", () => {
    const text = `${device}/uevent:PCI_SLOT_NAME=0000:03:00.0\n`;
    const above = `${device}/../uevent:PCI_SLOT_NAME=0000:00:03.0\n`;
    const addresses = (card: string, bridge: string | null) => new Map([["mlx4_0", { card, bridge }]]);
    expect(readSlots(text).unanswered).toEqual(addresses("0000:03:00.0", null));
    expect(readSlots(`${text}${above}`)).toEqual({
      slots: new Map(),
      unanswered: addresses("0000:03:00.0", "0000:00:03.0"),
      rest: "",
    });
  });

  it("are read from lspci of the card and of the bridge", () => {
    const card = fixture("synthetic/lspci_vv_cx3_gen1x8_limited.txt");
    const slot: Slot = {
      address: "0000:03:00.0",
      currentSpeed: "2.5GT/s",
      maxSpeed: "8GT/s",
      currentWidth: 8,
      maxWidth: 8,
      slotMaxSpeed: null,
      slotMaxWidth: null,
    };
    const root = "\t\tLnkCap:\tPort #0, Speed 5GT/s, Width x8, ASPM L0s L1, Exit Latency L0s <512ns, L1 <64us\n";
    expect(readLspciSlot(card, "", "0000:03:00.0")).toEqual(slot);
    expect(readLspciSlot(card, root, "0000:03:00.0")).toEqual({ ...slot, slotMaxSpeed: "5GT/s", slotMaxWidth: 8 });
    expect(readLspciSlot("", root, "0000:03:00.0")).toBeNull();
  });
});

describe("a slot is at fault", () => {
  const judge = (now: string, card: string, slot: string | null) => {
    const [current, able, bridge] = [now, card, slot].map((text) => {
      const [speed = "", width = ""] = text?.split(" x") ?? [];
      return { speed, width: Number(width) };
    });
    return judgeSlot({
      address: "",
      currentSpeed: current?.speed ?? "",
      maxSpeed: able?.speed ?? "",
      currentWidth: current?.width ?? 0,
      maxWidth: able?.width ?? 0,
      slotMaxSpeed: slot === null ? null : (bridge?.speed ?? ""),
      slotMaxWidth: slot === null ? null : (bridge?.width ?? 0),
    });
  };
  const [gen1x8, gen2x4, gen2x8, gen3x8, gen3x16] = [
    "2.5 GT/s x8",
    "5.0 GT/s PCIe x4",
    "5 GT/s x8",
    "8.0 GT/s PCIe x8",
    "8 GT/s x16",
  ];

  it.each([
    ["below card and slot in speed", gen1x8, gen3x8, gen2x8, "Slot runs 2.5 GT/s x8, it can 5 GT/s x8: 16 of 32 Gb/s"],
    ["below card and slot in lanes", gen2x4, gen3x8, gen2x8, "Slot runs 5 GT/s x4, it can 5 GT/s x8: 16 of 32 Gb/s"],
    ["below the card in a wider slot", gen2x8, gen3x8, gen3x16, "Slot runs 5 GT/s x8, it can 8 GT/s x8: 32 of 63 Gb/s"],
    [
      "generation 1 and the slot not known",
      gen1x8,
      gen3x8,
      null,
      "Slot runs 2.5 GT/s x8, the card can 8 GT/s x8: 16 of 63 Gb/s; what the slot can is not known",
    ],
    [
      "lanes missing and the slot not known",
      gen2x4,
      gen3x8,
      null,
      "Slot runs 5 GT/s x4, the card can 8 GT/s x8: 16 of 63 Gb/s; what the slot can is not known",
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
      "runs 5 GT/s x8 and carries 32 Gb/s, what it can is not known",
    ],
    [
      "a slot whose words are not understood",
      gen2x8,
      gen3x8,
      "Unknown x8",
      "runs 5 GT/s x8 and carries 32 Gb/s, what it can is not known",
    ],
  ])("but not with %s", (_, now, card, slot, words) => {
    expect(judge(now, card, slot)).toEqual({ atFault: false, gbps: expect.any(Number), words });
  });

  it("by a link above it that runs below its best, and not by one that is merely narrower", () => {
    const link = (speed: string, width: number, can: number) => ({
      currentSpeed: speed,
      maxSpeed: "8 GT/s",
      currentWidth: width,
      maxWidth: can,
      slotMaxSpeed: "8 GT/s",
      slotMaxWidth: 16,
    });
    const own = { address: "", ...link("8 GT/s", 8, 8) };
    const lost = "A link above the slot runs 8 GT/s x2, it can 8 GT/s x8: 16 of 63 Gb/s";
    expect(judgeSlot({ ...own, above: link("8 GT/s", 2, 8) })).toEqual({ atFault: true, gbps: 15.752, words: lost });
    const narrow = "carries at most 32 Gb/s, by a link above it";
    expect(judgeSlot({ ...own, above: link("8 GT/s", 4, 4) })).toEqual({ atFault: false, gbps: 31.504, words: narrow });
  });

  it("cannot be told where its own speed is not understood", () => {
    expect(judge("Unknown x8", gen3x8, gen2x8)).toBeNull();
  });
});
