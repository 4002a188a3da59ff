import { describe, expect, test } from "vitest";
import {
  cutMiddle,
  findingNote,
  pathGbps,
  pillText,
  portWords,
  slotFault,
  slotGbps,
} from "../../renderer/rack/words.ts";
import { cable, crossedFabric, cubeFabric } from "./cube.ts";

const pills = (fabric: typeof cubeFabric) => fabric.cables.map((each) => pillText(each, slotFault(each, fabric)));

const link = (speed: string, width: number) => ({ address: "", runs: { speed, width }, can: null, above: null });

describe("words of the rack", () => {
  test("labels say what a cable runs at, or what is wrong", () => {
    expect(pills(cubeFabric)).toEqual(["4X FDR", "4X FDR", "4X FDR, slot 16 Gb/s", "4X FDR", "down, polling"]);
    expect(pills(crossedFabric)).toEqual([
      "4X FDR",
      "planned, absent",
      "planned, absent",
      "4X FDR, not planned",
      "4X FDR, not planned",
      "4X FDR, not planned",
      "not observed",
      "down, polling",
    ]);
    const initialising = cable("c", ["sw1", "1"], ["node1", "mlx4_0/1"], { state: "degraded", logical: "Initialize" });
    expect(pillText(initialising, null)).toBe("4X FDR, Initialize");
  });

  test("a port is named with its cable and where that leads", () => {
    const third = cubeFabric.cables.filter((each) => each.id === "c3");
    expect(portWords("sw1", "3", third)).toBe("sw1 port 3, cable to node3 mlx4_0/1, degraded, 4X FDR");
    expect(portWords("node3", "mlx4_0/1", third)).toBe("node3 mlx4_0/1, cable to sw1 port 3, degraded, 4X FDR");
    expect(portWords("sw1", "18", [])).toBe("sw1 port 18, no cable");
  });

  test("a slot is named where it is at fault, not where it is merely older than the card", () => {
    const older = structuredClone(cubeFabric);
    for (const { hcas } of Object.values(older.devices)) {
      for (const { slot } of hcas) {
        if (slot) Object.assign(slot, { path: [link("5 GT/s", 8)], atFault: false });
      }
    }
    const degraded = older.cables.map((each) => ({ ...each, state: "degraded" as const }));
    expect(degraded.slice(0, 3).map((each) => pillText(each, slotFault(each, older)))).toEqual(Array(3).fill("4X FDR"));
  });

  test.each([
    ["2.5 GT/s", 8, 16],
    ["2.5 GT/s PCIe", 4, 8],
    ["5.0 GT/s", 8, 32],
    ["8.0 GT/s PCIe", 8, 63.008],
    ["Unknown", 8, null],
  ])("a slot at %s x%i carries %s Gb/s", (speed, width, gbps) => {
    expect(slotGbps({ path: [link(speed, width)] })).toEqual(gbps);
  });

  test("a path carries as much as the narrowest of its link and its slots, whatever the state of either", () => {
    const older = structuredClone(cubeFabric);
    for (const { hcas } of Object.values(older.devices)) {
      for (const { slot } of hcas) {
        if (slot) Object.assign(slot, { path: [link("5 GT/s", 8)], atFault: false });
      }
    }
    const first = older.cables.slice(0, 1);
    expect(first.map((each) => pathGbps(each, older))).toEqual([32]);
    expect(first.map((each) => pathGbps({ ...each, dataGbps: 10 }, older))).toEqual([10]);
    expect(first.map((each) => pathGbps({ ...each, dataGbps: null }, older))).toEqual([null]);
    expect(first.map((each) => pathGbps(each, { ...older, devices: {} })?.toFixed(1))).toEqual(["54.5"]);
  });

  test("a link above the slot that carries less is what counts", () => {
    const own = link("8 GT/s", 8);
    expect(slotGbps({ path: [own, link("5 GT/s", 4)] })).toBe(16);
    expect(slotGbps({ path: [own, link("Unknown", 4)] })).toBe(63.008);
    expect(slotGbps({ path: [own, { ...own, runs: null }] })).toBe(63.008);
  });
});

describe("a finding on a cable whose link is as planned", () => {
  const [cable] = cubeFabric.cables;
  if (cable === undefined) throw new Error("the cube has cables");
  const finding = (rule: string, severity: "info" | "warning", id = cable.id) => ({
    id: rule,
    rule,
    severity,
    subject: { device: "sw1", cable: id },
    title: "",
    detail: "",
    next: "",
    evidence: [],
  });
  test("stands on its label in words", () => {
    const note = findingNote(cable, [finding("switch.port-warning", "warning"), finding("counters.rising", "warning")]);
    expect(pillText(cable, null, note)).toBe("4X FDR, errors rise");
    expect(findingNote(cable, [finding("switch.port-warning", "warning")])).toBe("see findings");
  });
  test("does not where it is information, of another cable, or the cable's own state says more", () => {
    expect(findingNote(cable, [finding("counters.standing", "info")])).toBeNull();
    expect(findingNote(cable, [finding("counters.rising", "warning", "another")])).toBeNull();
    expect(findingNote({ ...cable, state: "degraded" }, [finding("counters.rising", "warning")])).toBeNull();
  });
});

test("a name that is cut in its middle keeps its end, and its length", () => {
  expect(cutMiddle("Rack 8", 6)).toBe("Rack 8");
  expect(cutMiddle("Rack 8", 5)).toBe("Ra\u2026 8");
  for (const length of [0, 1, 2, 3]) expect(cutMiddle("Rack 8", length)).toHaveLength(Math.max(1, length));
});
