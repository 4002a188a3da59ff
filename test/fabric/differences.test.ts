/** How each way in which cables can differ from the plan is told: state, difference and words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CableLive } from "../../electron/contract/fabric.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { Places } from "../../electron/fabric/places.ts";
import { strangersShown, unplannedOf } from "../../electron/fabric/unplanned.ts";
import { scene, sceneLab, sceneTypes } from "./scene.ts";

const told = (cables: readonly CableLive[]) =>
  cables.map(({ state, difference, reason }) => `${state}, ${difference}: ${reason}`);
const wellMeant = "healthy, as-planned: Active at 4X FDR, as planned";

const three = {
  hosts: ["n1", "n2", "n3"],
  cables: ["n1 mlx4_0/1 - sw1 1", "n2 mlx4_0/1 - sw1 2", "sw1 3 - n3 mlx4_0/1"],
};

describe("a cable", () => {
  it("in another port of the switch has moved, and its link is no surprise of its own", () => {
    const { cables } = scene(three, {
      links: ["n1 mlx4_0/1 - sw1 7", "n2 mlx4_0/1 - sw1 2", "n3 mlx4_0/1 - sw1 3"],
      down: ["sw1 1"],
    });
    const moved = "The cable from n1 mlx4_0/1 is in sw1 port 7, plan says 1";
    expect(told(cables)).toEqual([`absent, moved: ${moved}`, wellMeant, wellMeant, `unexpected, moved: ${moved}`]);
    expect(cables[3]?.story).toBe(cables[0]?.id);
  });

  it("in the port of one that is pulled: that one is absent, in the same story", () => {
    const { cables } = scene(three, {
      links: ["n1 mlx4_0/1 - sw1 2", "n3 mlx4_0/1 - sw1 3"],
      down: ["sw1 1", "n2 mlx4_0/1"],
    });
    const moved = "The cable from n1 mlx4_0/1 is in sw1 port 2, plan says 1";
    expect(told(cables)).toEqual([
      `absent, moved: ${moved}`,
      "absent, absent: sw1 port 2 holds the cable from n1 mlx4_0/1; n2 mlx4_0/1 is Down (Polling)",
      wellMeant,
      `unexpected, moved: ${moved}`,
    ]);
    expect(new Set(cables.map(({ story }) => story))).toEqual(new Set([cables[0]?.id, null]));
  });

  it("exchanged with two others is told with both of them, port by port", () => {
    const { cables } = scene(three, {
      links: ["n1 mlx4_0/1 - sw1 2", "n2 mlx4_0/1 - sw1 3", "n3 mlx4_0/1 - sw1 1"],
    });
    const [one, two, other] = [
      "the cable from n1 mlx4_0/1 is in sw1 port 2, plan says 1",
      "the cable from n2 mlx4_0/1 is in sw1 port 3, plan says 2",
      "the cable from n3 mlx4_0/1 is in sw1 port 1, plan says 3",
    ];
    const ring = (...clauses: readonly string[]) =>
      `${clauses.join("; ")}: the three are exchanged in a ring`.replace("the", "The");
    const rings = [ring(one, two, other), ring(two, other, one), ring(other, one, two)];
    expect(told(cables.slice(0, 3))).toEqual(rings.map((reason) => `absent, swapped: ${reason}`));
    expect(told(cables.slice(3)).sort()).toEqual(rings.map((reason) => `unexpected, swapped: ${reason}`).sort());
  });

  it("of many that are exchanged names itself, and how many there are", () => {
    const numbers = [1, 2, 3, 4, 5, 6];
    const hosts = numbers.map((n) => `n${n}`);
    const { cables } = scene(
      { hosts, cables: numbers.map((n) => `n${n} mlx4_0/1 - sw1 ${n}`) },
      { links: numbers.map((n) => `n${n} mlx4_0/1 - sw1 ${(n % 6) + 1}`) },
    );
    expect(cables[5]).toMatchObject({
      difference: "swapped",
      reason: "The cable from n6 mlx4_0/1 is in sw1 port 1, plan says 6; it is one of 6 cables exchanged in a ring",
    });
  });

  it("in the other port of its HCA is told by both ports", () => {
    const { cables } = scene({ hosts: ["n1"], cables: ["n1 mlx4_0/1 - sw1 1"] }, { links: ["n1 mlx4_0/2 - sw1 1"] });
    const reason = "sw1 port 1 leads to n1 mlx4_0/2, plan says mlx4_0/1: the cable is in another port of the HCA";
    expect(told(cables)).toEqual([`absent, wrong-hca-port: ${reason}`, `unexpected, wrong-hca-port: ${reason}`]);
  });

  it("in another HCA of the host is told as that", () => {
    const { cables } = scene(
      { hosts: ["n1"], cables: ["n1 mlx4_0/1 - sw1 1", "n1 mlx4_1/1 - sw1 2"] },
      { links: ["n1 mlx4_1/2 - sw1 1", "n1 mlx4_1/1 - sw1 2"] },
    );
    expect(cables[0]).toMatchObject({
      difference: "wrong-hca-port",
      reason: "sw1 port 1 leads to n1 mlx4_1/2, plan says mlx4_0/1: the cable is in another HCA of n1",
    });
  });

  it("whose far end does not answer is up with an unknown peer", () => {
    const { cables } = scene(three, {
      links: ["n1 mlx4_0/1 - sw1 1", "n2 mlx4_0/1 - sw1 2"],
      silent: ["sw1 3", "sw1 9"],
    });
    expect(told(cables)).toEqual([
      wellMeant,
      wellMeant,
      "degraded, peer-unknown: sw1 port 3 is Active 4X FDR, but n3 mlx4_0/1 does not answer queries",
      "unexpected, peer-unknown: sw1 port 9 is Active 4X FDR, but what it is connected to does not answer queries; the plan has no cable there",
    ]);
    expect(cables[3]?.b).toEqual({ device: "no answer at sw1 port 9", port: "?", inLab: false, at: null });
  });

  it("to a node without a name of its own may be the planned one, and is told so once", () => {
    const { cables } = scene(
      { hosts: ["n1"], cables: ["n1 mlx4_0/1 - sw1 1"] },
      { links: ["MT4099 ConnectX3 Mellanox Technologies /1 - sw1 1"] },
    );
    const reason =
      "sw1 port 1 holds the cable from MT4099 ConnectX3 Mellanox Technologies (0x0000000000000100) port 1, which may be n1 mlx4_0/1 as planned: neither its name nor a GUID in the lab file says which device it is";
    expect(told(cables)).toEqual([`absent, peer-unknown: ${reason}`, `unexpected, peer-unknown: ${reason}`]);
  });

  it("from a device the lab file does not name is told by its name in the fabric", () => {
    const { cables } = scene(three, {
      links: [...three.cables.slice(0, 2), "guest mlx4_0/1 - sw1 3", "guest mlx4_1/1 - sw1 9"],
      down: ["n3 mlx4_0/1"],
    });
    expect(told(cables.slice(2))).toEqual([
      "absent, absent: sw1 port 3 holds the cable from guest mlx4_0 (0x0000000000000400) port 1; n3 mlx4_0/1 is Down (Polling)",
      "unexpected, not-in-lab: guest mlx4_0 (0x0000000000000400) port 1 is connected to sw1 port 3; the plan has no such cable, and keeps sw1 port 3 for n3 mlx4_0/1, and the lab file does not name guest mlx4_0",
      "unexpected, not-in-lab: guest mlx4_1 (0x0000000000000500) port 1 is connected to sw1 port 9; the plan has no such cable, and the lab file does not name guest mlx4_1",
    ]);
    const among = scene({ hosts: ["n1"], cables: [] }, { links: ["guest mlx4_0/1 - guest mlx4_1/1"] });
    expect(told(among.cables)).toEqual([
      "unexpected, not-in-lab: guest mlx4_0 (0x0000000000000100) port 1 is connected to guest mlx4_1 (0x0000000000000200) port 1; the plan has no such cable, and the lab file names neither of them",
    ]);
  });

  it("in a port beyond those of the device type is told with what the lab file thinks there are", () => {
    const { cables } = scene({ hosts: ["n1"], cables: [], hcaPorts: 1 }, { links: ["n1 mlx4_0/2 - sw1 30"] });
    expect(told(cables)).toEqual([
      "unexpected, unexpected: n1 mlx4_0/2 is connected to sw1 port 30; the plan has no such cable; n1 mlx4_0/2 is beyond the lab file's n1 mlx4_0, which has 1 port; sw1 port 30 is beyond the device type SX6018, which has 18 ports",
    ]);
  });

  it("between two hosts, without a switch, is judged as any other", () => {
    const lab = { switches: [], hosts: ["n1", "n2", "n3"], cables: ["n1 mlx4_0/1 - n2 mlx4_0/1"] };
    expect(told(scene(lab, { links: ["n2 mlx4_0/1 - n1 mlx4_0/1"] }).cables)).toEqual([wellMeant]);
    expect(told(scene(lab, { links: ["n1 mlx4_0/1 - n2 mlx4_0/2"] }).cables)[0]).toBe(
      "absent, wrong-hca-port: The cable from n1 mlx4_0/1 is in n2 mlx4_0/2, plan says mlx4_0/1",
    );
    expect(scene(lab, { links: ["n1 mlx4_0/1 - n3 mlx4_0/1"] }).cables[0]).toMatchObject({
      difference: "moved",
      reason: "The cable from n1 mlx4_0/1 is in n3 mlx4_0/1, plan says n2 mlx4_0/1",
    });
  });

  it("of two rails that are crossed between two switches is told as swapped, host by host", () => {
    const switches = ["east", "west"];
    const lab = {
      switches,
      hosts: ["n1", "n2"],
      cables: ["n1 mlx4_0/1 - east 1", "n1 mlx4_0/2 - west 1", "n2 mlx4_0/1 - east 2", "n2 mlx4_0/2 - west 2"],
    };
    const { cables } = scene(lab, {
      links: ["n1 mlx4_0/1 - west 1", "n1 mlx4_0/2 - east 1", "n2 mlx4_0/1 - east 2", "n2 mlx4_0/2 - west 2"],
    });
    expect(told(cables.slice(0, 4))).toEqual([
      "absent, swapped: The cable from n1 mlx4_0/1 is in west port 1, plan says east port 1; the cable from n1 mlx4_0/2 is in east port 1, plan says west port 1: the two are swapped",
      "absent, swapped: The cable from n1 mlx4_0/2 is in east port 1, plan says west port 1; the cable from n1 mlx4_0/1 is in west port 1, plan says east port 1: the two are swapped",
      wellMeant,
      wellMeant,
    ]);
  });

  it("between two switches is told from the end the plan names first", () => {
    const lab = { switches: ["east", "west"], cables: ["east 17 - west 17", "east 18 - west 18"] };
    expect(told(scene(lab, { links: ["east 17 - west 18", "west 17 - east 18"] }).cables)[0]).toBe(
      "absent, swapped: The cable from east port 17 is in west port 18, plan says 17; the cable from east port 18 is in west port 17, plan says 18: the two are swapped",
    );
  });
});

describe("links between strangers", () => {
  const strange = Array.from({ length: strangersShown + 10 }, (_, at) => `x${at} mlx4_0/1 - y${at} mlx4_0/1`);

  it("are left out where any link touches the lab", () => {
    const { cables, places } = scene(three, { links: [...three.cables, ...strange] });
    expect(told(cables)).toEqual([wellMeant, wellMeant, wellMeant]);
    expect(unplannedOf(places, { asPlanned: [0, 1, 2], stories: [] }, []).shown).toEqual([]);
  });

  it("are shown in part where none does", () => {
    const { cables } = scene({ ...three, switches: [], hosts: ["n9"], cables: [] }, { switches: [], links: strange });
    expect(cables).toHaveLength(strangersShown);
  });
});

describe("any exchange of cables", () => {
  it("is told for every cable once, as planned or by the ports it is in", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }).chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n })),
        (to) => {
          const hosts = to.map((_, at) => `n${at}`);
          const plan = to.map((_, at) => `n${at} mlx4_0/1 - sw1 ${at + 1}`);
          const { cables } = scene(
            { hosts, cables: plan },
            { links: to.map((port, at) => `n${at} mlx4_0/1 - sw1 ${port + 1}`) },
          );
          const astray = to.filter((port, at) => port !== at).length;
          expect(cables).toHaveLength(plan.length + astray);
          for (const [at, port] of to.entries()) {
            const where = `The cable from n${at} mlx4_0/1 is in sw1 port ${port + 1}, plan says ${at + 1}`;
            const { reason, difference } = cables[at] ?? { reason: "", difference: null };
            if (port === at) expect(difference).toBe("as-planned");
            else expect([reason.startsWith(where), difference]).toEqual([true, "swapped"]);
          }
          expect(cables.slice(to.length).every(({ difference }) => difference === "swapped")).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

it("reconciles 5,000 planned links, half of them exchanged, in well under a second", () => {
  const numbers = Array.from({ length: 5000 }, (_, at) => at);
  const port = (at: number) => `leaf${Math.floor(at / 500)} ${(at % 500) + 1}`;
  const switches = Array.from({ length: 10 }, (_, at) => `leaf${at}`);
  const lab = {
    switches,
    switchType: "director",
    hosts: numbers.map((n) => `n${n}`),
    cables: numbers.map((n) => `n${n} mlx4_0/1 - ${port(n)}`),
  } as const;
  const fabric = { links: numbers.map((n) => `n${n} mlx4_0/1 - ${port(n % 2 ? n : (n + 2) % 5000)}`) };
  const { joined } = scene(lab, fabric).inputs;
  const plan = sceneLab(lab);
  const begun = performance.now();
  const places = new Places({ lab: plan, types: sceneTypes, devices: {}, joined });
  const cables = cablesOf({ places, observedAt: 1, observer: "n1", failure: null, previous: [], nowMs: 2 });
  const tookMs = performance.now() - begun;
  expect(cables.filter(({ difference }) => difference === "as-planned")).toHaveLength(2500);
  expect(cables.filter(({ difference }) => difference === "swapped")).toHaveLength(5000);
  expect(tookMs).toBeLessThan(1000);
});
