import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ExplainedSwitchPort, explanationSchema, type GivenCable } from "../../electron/contract/explain.ts";
import {
  type PciePace,
  type Slot,
  type Speed,
  speedSchema,
  type Width,
  widthSchema,
} from "../../electron/contract/fabric.ts";
import {
  dataGbps,
  encodingOf,
  laneCount,
  paceText,
  payloadGbps,
  pcieEncoding,
  pcieGbps,
  signallingGbps,
} from "../../electron/contract/rates.ts";
import { inputOfGiven } from "../../electron/fabric/explain/cable.ts";
import { type CableInput, explainCable, type HostInput } from "../../electron/fabric/explain/explain.ts";

/** Data rates of InfiniBand by width, as published: 8b/10b up to QDR, then 64b/66b, from HDR with error correction. */
const infiniband: readonly (readonly [Speed, string, number, readonly [number, number, number, number]])[] = [
  ["SDR", "8b/10b", 10, [2, 8, 16, 24]],
  ["DDR", "8b/10b", 20, [4, 16, 32, 48]],
  ["QDR", "8b/10b", 40, [8, 32, 64, 96]],
  ["FDR10", "64b/66b", 41.25, [10, 40, 80, 120]],
  ["FDR", "64b/66b", 56.25, [13.64, 54.55, 109.1, 163.6]],
  ["EDR", "64b/66b", 103.125, [25, 100, 200, 300]],
  ["HDR", "256b/257b, RS(544,514)", 212.5, [50, 200, 400, 600]],
  ["NDR", "256b/257b, RS(544,514)", 425, [100, 400, 800, 1200]],
];
const widths: readonly Width[] = ["1X", "4X", "8X", "12X"];
const pcie: readonly (readonly [number, number, string, readonly [number, number, number, number, number]])[] = [
  [1, 2.5, "8b/10b", [2, 4, 8, 16, 32]],
  [2, 5, "8b/10b", [4, 8, 16, 32, 64]],
  [3, 8, "128b/130b", [7.876, 15.752, 31.504, 63.008, 126.016]],
  [4, 16, "128b/130b", [15.753, 31.506, 63.012, 126.024, 252.048]],
  [5, 32, "128b/130b", [31.506, 63.012, 126.024, 252.048, 504.096]],
];
const lanes = [1, 2, 4, 8, 16];
const payloads: readonly (readonly [number, string, string, string, string, string])[] = [
  // bytes, factor, gen3 x8, gen2 x8, gen2 x4 and gen1 x8, gen3 x2
  [128, "0.842", "53.1", "26.9", "13.5", "13.3"],
  [256, "0.914", "57.6", "29.3", "14.6", "14.4"],
  [512, "0.955", "60.2", "30.6", "15.3", "15.0"],
];

describe("the arithmetic", () => {
  it.each(infiniband)("InfiniBand %s, %s", (speed, encoding, signalling, data) => {
    expect([signallingGbps("4X", speed), encodingOf(speed)]).toEqual([signalling, encoding]);
    const shown = widths.map((width, index) => {
      const wanted = data[index] ?? Number.NaN;
      return Number(dataGbps(width, speed).toFixed(wanted >= 100 ? 1 : 2));
    });
    expect(shown).toEqual(data);
    expect(dataGbps("2X", speed)).toBeCloseTo(2 * dataGbps("1X", speed), 2);
  });
  it.each(pcie)("PCIe generation %i at %s GT/s, %s", (generation, gts, encoding, data) => {
    expect(lanes.map((count) => pcieGbps(gts, count))).toEqual(data);
    expect(pcieEncoding(gts)).toBe(encoding);
    expect(paceText({ speed: `${gts} GT/s`, width: 4 })).toBe(`PCIe gen${generation} x4`);
  });
  it.each(payloads)("packets of %i bytes leave %s of a rate", (bytes, factor, gen3x8, gen2x8, sixteen, gen3x2) => {
    expect(payloadGbps(1, bytes).toFixed(3)).toBe(factor);
    expect([63.008, 32, 16, 15.752].map((gbps) => payloadGbps(gbps, bytes).toFixed(1))).toEqual([
      gen3x8,
      gen2x8,
      sixteen,
      gen3x2,
    ]);
  });
});

const pace = (gts: number, width: number): PciePace => ({ speed: `${gts} GT/s`, width });
const gen3x8 = pace(8, 8);

function slotOf(path: Slot["path"], bytes: number | null): Slot {
  const maxPayload = { bytes, why: bytes === null ? "only root may read it" : "", observedAt: 2 };
  return { address: path[0]?.address ?? "", path, source: "sysfs", maxPayload };
}

/** A card of generation 3 with 8 lanes. */
const own = (gts: number, width: number, slotCan: PciePace | null = gen3x8): Slot["path"][number] => ({
  address: "0000:03:00.0",
  runs: pace(gts, width),
  can: gen3x8,
  above: { address: "0000:00:03.0", can: slotCan },
});

function host(slot: Slot | null, more: Partial<HostInput> = {}): HostInput {
  const why = slot ? "" : "lspci needs root for that";
  return { device: "node3", hca: "mlx4_0", port: 1, far: false, slot, why, observedAt: 1, source: "sysfs", ...more };
}

function cable(
  hosts: readonly HostInput[],
  link: Partial<CableInput["link"]> = {},
  more: Partial<CableInput> = {},
): CableInput {
  const couldBe = { width: null, speed: null };
  const ib = {
    width: "4X",
    speed: "FDR",
    state: "Active",
    physState: "LinkUp",
    couldBe,
    observedAt: 3,
    source: "tools",
  } as const;
  return { cable: "c", link: { ...ib, ...link }, hosts, switchPorts: [], farLink: null, ...more };
}

describe("15.2 Gb/s", () => {
  it.each([
    ["PCIe gen1 x8", 2.5, 8, "2.5 GT/s on 8 lanes", "16", "BIOS"],
    ["PCIe gen2 x4", 5, 4, "5 GT/s on 4 lanes", "16", "fewer lanes"],
    ["PCIe gen3 x2", 8, 2, "8 GT/s on 2 lanes", "15.8", "bifurcation"],
  ])("is %s where the slot says so, and the cable is not at fault", (figure, gts, width, raw, gbps, cause) => {
    const found = explainCable(cable([host(slotOf([own(gts, width)], 512))]), 15.2);
    const left = payloadGbps(width * (gts === 8 ? 7.876 : gts * 0.8), 512).toFixed(1);
    expect(found.sentence).toBe(
      `The InfiniBand link is 4X FDR and carries up to 54.5 Gb/s; the slot of node3 runs ${figure} (${raw}) and carries ${gbps} Gb/s, ${Number(left)} Gb/s of it as data: the slot is the ceiling, the cable is not at fault.`,
    );
    expect(found.ceilings.map((ceiling) => [ceiling.kind, ceiling.figure, ceiling.belowAble])).toEqual([
      ["pcie", figure, true],
      ["link", "4X FDR", false],
    ]);
    expect(found.measured?.matches).toBe(0);
    expect(found.measured?.words).toContain(`15.2 Gb/s matches the slot of node3 (${figure}`);
    expect(found.advice).toHaveLength(1);
    expect(found.advice[0]).toContain(cause);
    expect(found.advice[0]).toContain("both its ends can PCIe gen3 x8 (63 Gb/s)");
    expect(found.settled).toBe(true);
  });

  it("is none of the three for sure while the path was not read: all are named, with how to read it", () => {
    const found = explainCable(cable([host(null)]), 15.2);
    expect(found.settled).toBe(false);
    expect(found.hosts[0]?.unread?.could.map(({ figure }) => figure)).toEqual([
      "PCIe gen1 x8",
      "PCIe gen2 x4",
      "PCIe gen3 x2",
    ]);
    expect(found.sentence).toBe(
      "The InfiniBand link is 4X FDR and carries up to 54.5 Gb/s; the PCIe path of node3 was not read, so a lower ceiling may be there.",
    );
    expect(found.advice.join(" ")).toContain("read, not guessed");
    expect(found.advice.join(" ")).toContain("/sys/class/infiniband/mlx4_0/device");
    expect(found.measured).toMatchObject({
      matches: null,
      words: expect.stringContaining("would explain it with PCIe gen1 x8, PCIe gen2 x4 or PCIe gen3 x2"),
    });
  });

  it("matches no InfiniBand width and speed there is", () => {
    const close = infiniband.flatMap(([speed]) =>
      (Object.keys(laneCount) as Width[]).filter((width) => Math.abs(dataGbps(width, speed) - 15.2) < 0.5),
    );
    expect(close).toEqual([]);
  });

  it("is said to be no data that was moved where packets leave less", () => {
    const words = (bytes: number) => explainCable(cable([host(slotOf([own(2.5, 8)], bytes))]), 15.2).measured?.words;
    expect(words(256)).toContain("more than the 14.6 Gb/s that its packets leave for data");
    expect(words(512)).not.toContain("packets leave");
  });
});

describe("explainCable", () => {
  it("names the link where every path carries more, and says nothing of a fault", () => {
    const found = explainCable(cable([host(slotOf([own(8, 8)], 256))]), 49);
    expect(found.sentence).toBe(
      "The InfiniBand link is 4X FDR and carries up to 54.5 Gb/s; every PCIe path carries more (57.6 Gb/s at least): the link itself is the ceiling, at the best of both ends.",
    );
    expect([found.ceilings[0]?.kind, found.advice, found.measured?.matches]).toEqual(["link", [], 0]);
  });

  it.each([
    // What 5.2 of the published arithmetic says of FDR, QDR and FDR10.
    ["FDR", 8, 8, "link"],
    ["FDR", 5, 8, "pcie"],
    ["FDR", 8, 4, "pcie"],
    ["QDR", 5, 8, "pcie"],
    ["QDR", 8, 8, "link"],
    ["FDR10", 5, 8, "pcie"],
    ["FDR10", 8, 8, "link"],
    ["DDR", 2.5, 8, "pcie"],
    ["DDR", 5, 8, "link"],
    ["SDR", 2.5, 8, "link"],
  ] as const)("4X %s behind %s GT/s x%i is bounded by the %s", (speed, gts, width, kind) => {
    const found = explainCable(cable([host(slotOf([own(gts, width)], null))], { speed }));
    expect(found.ceilings[0]?.kind).toBe(kind);
  });

  it("lets the packets' size decide what is close", () => {
    const kind = (bytes: number | null) => explainCable(cable([host(slotOf([own(8, 8)], bytes))])).ceilings[0]?.kind;
    expect([kind(128), kind(256), kind(null)]).toEqual(["pcie", "link", "link"]);
    const unsure = explainCable(cable([host(slotOf([own(8, 8)], null))]));
    expect(unsure.advice).toEqual([
      "The packets' size (MaxPayload) of node3 was not read: only root may read it. At 128 bytes 53.1, at 512 bytes 60.2 Gb/s are left for data.",
    ]);
  });

  it("finds the narrow link of a bridge above the card and names it", () => {
    const riser = {
      address: "0000:02:00.0",
      runs: pace(5, 4),
      can: pace(8, 16),
      above: { address: "0000:00:02.0", can: pace(8, 16) },
    };
    const found = explainCable(cable([host(slotOf([own(8, 8), riser], 256))]));
    expect(found.ceilings[0]).toMatchObject({
      device: "node3",
      address: riser.address,
      figure: "PCIe gen2 x4",
      belowAble: true,
    });
    expect(found.hosts[0]?.path.map(({ narrowest, above }) => [narrowest, above])).toEqual([
      [false, "0000:00:03.0"],
      [true, "0000:00:02.0"],
    ]);
    expect(found.sentence).toContain("the PCIe path of node3 narrows at 0000:02:00.0, which runs PCIe gen2 x4");
    expect(found.advice[0]).toContain("not the card's own but a bridge's");
  });

  it("says that a slot at its own best needs another slot, and which", () => {
    const found = explainCable(cable([host(slotOf([own(5, 8, pace(5, 8))], 256))]));
    expect(found.advice).toEqual([
      "The slot of node3 runs PCIe gen2 x8, the best of its two ends: nothing is mistrained there.",
      "For the whole of 4X FDR (54.5 Gb/s) move the card to a slot with PCIe gen3 x8, which carries 63 Gb/s.",
    ]);
  });

  it("does not tell what the slot can where nobody said it", () => {
    const [advice] = explainCable(cable([host(slotOf([own(2.5, 8, null)], 256))])).advice;
    expect(advice).toContain("what the slot can was not told");
    expect(advice).toContain("the card can PCIe gen3 x8 (63 Gb/s)");
  });

  it("sends nobody after the cable while the slot limits, and does once it does not", () => {
    const couldBe = { width: null, speed: "FDR" } as const;
    const slow = explainCable(cable([host(slotOf([own(2.5, 8)], 256))], { speed: "QDR", couldBe }));
    expect(slow.sentence).toContain("the cable is not at fault");
    expect(slow.advice.at(-1)).toContain("that counts only once the PCIe path carries more");
    const fine = explainCable(cable([host(slotOf([own(8, 8)], 256))], { speed: "QDR", couldBe }));
    expect(fine.sentence).toContain("both ends can 4X FDR: the link is the ceiling and runs below its best");
    expect(fine.advice[0]).toContain("try another cable");
  });

  it("takes no ceiling from a link that carries nothing", () => {
    const found = explainCable(
      cable([host(slotOf([own(8, 8)], 256))], { state: "Down", physState: "Polling", width: "4X", speed: "SDR" }),
    );
    expect(found.ceilings.map(({ kind }) => kind)).toEqual(["pcie"]);
    expect(found.sentence).toContain("is Down (physically Polling) and carries no data now");
    expect(found.advice.at(-1)).toContain("plugged at both ends");
    const untold = explainCable(cable([], { width: null, speed: null, state: "Unknown" }));
    expect([untold.ceilings, untold.settled, untold.sentence]).toEqual([
      [],
      false,
      "Width and speed of the InfiniBand link were not read.",
    ]);
  });

  it("counts both hosts of a measurement, and the other cable it went through", () => {
    const fine = host(slotOf([own(8, 8)], 256));
    const slow = host(slotOf([own(2.5, 8)], 256), { device: "node1", far: true });
    const farLink = { ...cable([]).link, device: "node1", speed: "SDR" } as const;
    const found = explainCable(cable([fine, slow], {}, { farLink }), 13.9);
    expect(found.ceilings.map(({ kind, device, far }) => [kind, device, far])).toEqual([
      ["link", "node1", true],
      ["pcie", "node1", true],
      ["link", "node3", false],
      ["pcie", "node3", false],
    ]);
    expect(found.sentence).toContain("the link of node1 is 4X SDR and carries 8 Gb/s: that one is the ceiling");
    expect(found.measured?.matches).toBe(1);
    expect(found.measured?.words).toContain("is more than the link of node1");
  });

  it("says when a measurement is below or above everything", () => {
    const slot = host(slotOf([own(5, 4)], 256));
    const at = (gbps: number) => explainCable(cable([slot]), gbps).measured;
    expect(at(4)).toMatchObject({ matches: null, words: expect.stringContaining("something else bounds it") });
    expect(at(99)).toMatchObject({ matches: null, words: expect.stringContaining("both directions were added") });
    expect(at(50)).toMatchObject({ matches: 1, words: expect.stringContaining("is more than the slot of node3") });
    expect(at(13.9)?.matches).toBe(0);
  });

  it("writes a speed that is not PCIe's as it is, and takes no ceiling from it", () => {
    const found = explainCable(cable([host(slotOf([own(3, 4)], 256))]));
    expect(found.hosts[0]?.path[0]).toMatchObject({ figure: "PCIe 3 GT/s x4", gbps: null, narrowest: false });
    expect([found.ceilings.length, found.settled, found.hosts[0]?.unread?.why]).toEqual([
      1,
      false,
      "the words for its PCIe link were not understood",
    ]);
  });

  it("adds what the switch itself says: a warning, a speed that is not enabled, another word on the link", () => {
    const up = { state: "Active", physState: "LinkUp", width: "4X", observedAt: 1 } as const;
    const port: ExplainedSwitchPort = {
      ...{ ...up, device: "sw1", port: "3", speed: "FDR10", source: "tools" },
      own: {
        ...up,
        speed: "QDR",
        supportedSpeeds: ["SDR", "DDR", "QDR"],
        warning: "High power transceiver is not supported",
      },
    };
    const link = { speed: "QDR", couldBe: { width: null, speed: "FDR" } } as const;
    const { advice } = explainCable(cable([host(slotOf([own(8, 8)], 256))], link, { switchPorts: [port] }));
    expect(advice.slice(1)).toEqual([
      "The switch warns of sw1 port 3: High power transceiver is not supported.",
      "sw1 port 3 takes SDR, DDR, QDR only: FDR has to be enabled there.",
      "The switch says 4X QDR of sw1 port 3, the fabric's tools say 4X FDR10: one of the two readings is old.",
    ]);
  });

  it("puts no word of a host into a command line to be copied", () => {
    const { advice } = explainCable(cable([host(null, { hca: '$(reboot)";' })]));
    expect(advice.join(" ")).not.toContain("reboot");
  });
});

const anyPace = fc.record({
  speed: fc.oneof(fc.constantFrom("2.5 GT/s", "5 GT/s", "8.0 GT/s PCIe", "16 GT/s", "32 GT/s", "Unknown"), fc.string()),
  width: fc.integer({ min: 1, max: 32 }),
});
const anyPath = fc.array(
  fc.record({
    address: fc.string(),
    runs: fc.option(anyPace),
    can: fc.option(anyPace),
    above: fc.option(fc.record({ address: fc.string(), can: fc.option(anyPace) })),
  }),
  { minLength: 1, maxLength: 4 },
);
const anyHost = fc
  .tuple(fc.option(anyPath), fc.option(fc.constantFrom(128, 256, 512)), fc.string(), fc.boolean())
  .map(([path, bytes, device, far]) => host(path && slotOf(path, bytes), { device, far }));

describe("any reading", () => {
  const anyCable = fc.record({
    hosts: fc.array(anyHost, { maxLength: 3 }),
    width: fc.option(fc.constantFrom(...widthSchema.options)),
    speed: fc.option(fc.constantFrom(...speedSchema.options)),
    state: fc.constantFrom("Down", "Initialize", "Armed", "Active", "Unknown"),
    measured: fc.option(fc.double({ min: 0.1, max: 1000, noNaN: true })),
  });
  it("gives a whole explanation: the lowest ceiling first, and no cable at fault where a slot limits", () => {
    fc.assert(
      fc.property(anyCable, ({ hosts, measured, state, ...link }) => {
        const found = explanationSchema.parse(
          explainCable(cable(hosts, { ...link, state: state as "Active" }), measured),
        );
        const usable = found.ceilings.map(({ gbps, payloadGbps: left }) => left ?? gbps);
        expect(usable).toEqual(usable.toSorted((a, b) => a - b));
        if (found.ceilings[0]?.kind === "pcie") {
          expect(found.advice.join(" ")).not.toMatch(/another cable|cable is at fault/);
          if (state === "Active" && link.width && link.speed)
            expect(found.sentence).toContain("the cable is not at fault");
        }
        if (found.hosts.some(({ unread }) => unread)) expect(found.settled).toBe(false);
        const { matches } = found.measured ?? { matches: null };
        if (matches !== null)
          expect(found.measured?.gbps).toBeLessThanOrEqual((found.ceilings[matches]?.gbps ?? 0) * 1.01);
      }),
    );
  });

  it("is the same by given values", () => {
    const given: GivenCable = {
      width: "4X",
      speed: "FDR",
      hosts: [{ device: "old", path: [pace(2.5, 8)], maxPayload: 512 }],
    };
    const found = explainCable(inputOfGiven(given), 15.2);
    expect(found.sentence).toContain("the slot of old runs PCIe gen1 x8");
    expect(found.measured?.matches).toBe(0);
    const bare = explainCable(inputOfGiven({ width: "4X", speed: "FDR", hosts: [{ device: "old", path: [] }] }));
    expect(bare.settled).toBe(false);
  });
});
