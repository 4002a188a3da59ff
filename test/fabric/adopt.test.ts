/** Taking over into the plan what was seen: what is offered, what is refused, and that a plan that took over all agrees. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { adopt } from "../../electron/fabric/adopt.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { Places } from "../../electron/fabric/places.ts";
import { editLabText } from "../../electron/lab/edit-text.ts";
import { type SceneFabric, type SceneLab, scene, sceneTypes, type Wire } from "./scene.ts";

const hosts = ["n1", "n2", "n3", "n4"];
const straight = hosts.map((host, at): Wire => `${host} mlx4_0/1 - sw1 ${at + 1}`);
const lab: SceneLab = { hosts, cables: straight };

function offered(plan: SceneLab, fabric: SceneFabric, choose: "all" | readonly string[] = []) {
  const { cables, places, inputs } = scene(plan, fabric);
  const state = { lab: places.lab, deviceTypes: sceneTypes };
  const all = adopt(state, cables, new Set()).adoptions.map(({ id }) => id);
  return { ...adopt(state, cables, new Set(choose === "all" ? all : choose)), places, inputs };
}

describe("what can be taken over", () => {
  it("of two swapped cables is both at once, with what to do at the rack instead", () => {
    const { adoptions, edits } = offered(
      lab,
      { links: ["n1 mlx4_0/1 - sw1 1", "n2 mlx4_0/1 - sw1 3", "n3 mlx4_0/1 - sw1 2", "n4 mlx4_0/1 - sw1 4"] },
      "all",
    );
    expect(adoptions).toEqual([
      {
        id: "swapped n2 mlx4_0/1 -- sw1 2",
        difference: "swapped",
        cables: ["n2 mlx4_0/1 -- sw1 2", "n3 mlx4_0/1 -- sw1 3", "n2 mlx4_0/1 -- sw1 3", "n3 mlx4_0/1 -- sw1 2"],
        title:
          "The cable from n2 mlx4_0/1 is in sw1 port 3, plan says 2; the cable from n3 mlx4_0/1 is in sw1 port 2, plan says 3: the two are swapped",
        changes: [
          "The cable from n2 mlx4_0/1 will be planned in sw1 port 3 instead of 2.",
          "The cable from n3 mlx4_0/1 will be planned in sw1 port 2 instead of 3.",
        ],
        refused: null,
        stranger: null,
        instead:
          "Or at the rack: move the plug from sw1 port 3 to sw1 port 2, and move the plug from sw1 port 2 to sw1 port 3.",
      },
    ]);
    const n2 = { from: { device: "n2", port: "mlx4_0/1" }, to: { device: "sw1", port: "2" } };
    expect(edits[0]).toEqual({ op: "change-cable", cable: n2, becomes: { ...n2, to: { device: "sw1", port: "3" } } });
  });

  it("is nothing unless it is chosen", () => {
    expect(offered(lab, { links: ["n1 mlx4_0/1 - sw1 9"] }).edits).toEqual([]);
    expect(offered(lab, { links: straight }, "all").adoptions).toEqual([]);
  });

  it("is refused with a reason where the lab file lacks the device or the port, or nothing tells which device it is", () => {
    const { adoptions, edits } = offered(
      lab,
      {
        links: [...straight.slice(0, 2), "guest mlx4_0/1 - sw1 9", "n3 mlx4_0/1 - sw1 30"],
        silent: ["sw1 4"],
      },
      "all",
    );
    expect(adoptions.map(({ difference, refused, stranger }) => [difference, refused, stranger])).toEqual([
      ["moved", "In the lab file sw1 has no port 30. Correct its HCAs or its device type first.", null],
      ["peer-unknown", "Which device the far end is cannot be told.", null],
      [
        "not-in-lab",
        expect.stringMatching(/^The lab file does not name guest mlx4_0 .*: add the device, and its cable/),
        expect.stringMatching(/^0x[0-9a-f]{16}$/),
      ],
    ]);
    expect(edits).toEqual([]);
  });
});

describe("a plan that took over everything", () => {
  it("keeps label, width and comments of a cable that moved", () => {
    const { places, edits } = offered(lab, { links: ["n1 mlx4_0/1 - sw1 7", ...straight.slice(1)] }, "all");
    const text = stringify(places.lab).replace('      port: "1"\n', '      port: "1" # top left\n    label: IB-1\n');
    expect(text).toContain("label: IB-1");
    const before = text.split("\n");
    const after = editLabText(text, edits, sceneTypes).text.split("\n");
    expect(after.filter((line, at) => line !== before[at])).toEqual(['      port: "7" # top left']);
  });

  it("agrees with the fabric, whatever was exchanged, moved, pulled or added", () => {
    const found = fc
      .tuple(
        fc.shuffledSubarray(hosts, { minLength: 0 }),
        fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: 4, maxLength: 4 }),
        fc.array(fc.constantFrom(1, 2), { minLength: 4, maxLength: 4 }),
      )
      .map(([used, ports, hca]) => used.map((host, at): Wire => `${host} mlx4_0/${hca[at]} - sw1 ${ports[at]}`));
    fc.assert(
      fc.property(found, (links) => {
        // Every port that is free is told as down, as iblinkinfo does.
        const taken = links.join(" ");
        const down = [1, 2, 3, 4, 5, 6, 7, 8].filter((port) => !new RegExp(`sw1 ${port}\\b`).test(taken));
        const fabric = { links, down: down.map((port) => `sw1 ${port}`) };
        const { places, inputs, edits, adoptions } = offered(lab, fabric, "all");
        expect(adoptions.filter(({ refused }) => refused !== null)).toEqual([]);
        const edited = editLabText(stringify(places.lab), edits, sceneTypes).parsed.lab;
        expect(edited).not.toBeNull();
        if (edited === null) return;
        const now = new Places({ ...inputs, lab: edited });
        const cables = cablesOf({ places: now, observedAt: 1, observer: "n1", failure: null, previous: [], nowMs: 2 });
        expect(cables.map(({ difference }) => difference)).toEqual(links.map(() => "as-planned"));
      }),
    );
  });
});
