/** A device of the fabric that the lab file does not name: what it is suggested as, and how it comes into the plan with its cables. */
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { plus } from "../../electron/contract/guid.ts";
import type { Device } from "../../electron/contract/lab.ts";
import { adopt } from "../../electron/fabric/adopt.ts";
import { adoptDevice } from "../../electron/fabric/adopt-device.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { joinFabric } from "../../electron/fabric/join.ts";
import { Places } from "../../electron/fabric/places.ts";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { suggestDevice } from "../../electron/fabric/suggest.ts";
import { editLabText } from "../../electron/lab/edit-text.ts";
import { fixture } from "./fixtures.ts";
import { type SceneFabric, type SceneLab, scene, sceneLab, sceneTypes } from "./scene.ts";

const lab: SceneLab = { hosts: ["n1", "n2"], cables: ["n1 mlx4_0/1 - sw1 1", "n2 mlx4_0/1 - sw1 2"] };
const seen = (links: readonly string[], more: Partial<SceneFabric> = {}): SceneFabric => ({
  ...more,
  links: ["n1 mlx4_0/1 - sw1 1", "n2 mlx4_0/1 - sw1 2", ...links],
});
const guest = (more: Partial<Device> = {}): Device => ({
  name: "guest",
  type: "server",
  hcas: [{ name: "mlx4_0", ports: 2 }],
  ...more,
});

function strangerOf({ cables, places }: Pick<ReturnType<typeof scene>, "cables" | "places">): string {
  const state = { lab: places.lab, deviceTypes: sceneTypes };
  return adopt(state, cables, new Set()).adoptions.find(({ stranger }) => stranger !== null)?.stranger ?? "";
}

function added(fabric: SceneFabric, device: Device, plan: SceneLab = lab) {
  const { cables, places, inputs } = scene(plan, fabric);
  const node = strangerOf({ cables, places });
  const result = adoptDevice({ node, device }, places, sceneTypes, {
    cables,
    observedAt: 1000,
    observer: "n1",
    failure: null,
  });
  return { ...result, inputs };
}

const linkTo = (device: string, port: string, to: string) => ({
  op: "add-cable",
  cable: { from: { device, port }, to: { device: "sw1", port: to } },
});

describe("a node that the lab file does not name is suggested", () => {
  const suggested = (fabric: SceneFabric, plan: SceneLab = lab) => {
    const { cables, places } = scene(plan, fabric);
    return suggestDevice(places, sceneTypes, strangerOf({ cables, places }));
  };

  it("as the host that its name says, with both ports of its HCA, and without its ports' GUIDs", () => {
    expect(suggested(seen(["guest mlx4_0/1 - sw1 8", "guest mlx4_0/2 - sw1 9"]))).toEqual({
      node: expect.stringMatching(/^0x[0-9a-f]{16}$/),
      guidKind: "port",
      description: "guest mlx4_0",
      name: "guest",
      types: ["server"],
      type: null,
      hcas: [{ name: "mlx4_0", ports: 2 }],
    });
  });

  it("with every HCA of that host", () => {
    const { hcas } = suggested(seen(["guest mlx4_0/1 - sw1 8", "guest mlx4_1/1 - sw1 9"])) ?? {};
    expect(hcas).toEqual([
      { name: "mlx4_0", ports: 1 },
      { name: "mlx4_1", ports: 1 },
    ]);
  });

  it("as the one switch type that its model names, and as none where several have its ports", () => {
    const lone: SceneLab = { ...lab, switches: ["sw1"] };
    const spine = seen(["sw2 18 - sw1 18"], { switches: ["sw1", "sw2"] });
    expect(suggested(spine, lone)).toMatchObject({ name: "sw2", type: null, hcas: [] });
    const { sx6018, server, director } = sceneTypes;
    const types = { sx6018, server, director };
    const { cables, places } = scene(lone, spine, { types });
    const node = strangerOf({ cables, places });
    expect(suggestDevice(places, types, node)).toMatchObject({ type: "sx6018", types: ["sx6018", "director"] });
  });

  it("with a name that the lab file takes, and that no device has", () => {
    const plan = { ...lab, hosts: ["n1", "n2", "guest"] };
    const { inputs } = scene(plan, seen([]));
    const named = (description: string) => {
      const nodes = [{ guid: "0x1", guidKind: "node" as const, type: "switch" as const, description, ports: [] }];
      const joined = { fabric: { nodes, links: [], problems: [] }, hints: new Map(), silent: new Set<string>() };
      const empty = {
        ...inputs.lab,
        devices: inputs.lab.devices.filter(({ type }) => type === "server"),
      };
      return suggestDevice(new Places({ ...inputs, lab: empty, joined }), sceneTypes, "0x1")?.name;
    };
    expect(named("MF0;guest:SX6018/U1")).toBe("guest-2");
    expect(named("x".repeat(80))).toBe("x".repeat(64));
    expect(named("a\u202eb\u0007\ufffd")).toBe("ab");
    expect(named("constructor")).toBe("");
    expect(named("MT4099 ConnectX3 Mellanox Technologies")).toBe("");
  });

  it("with the HCA's own GUID where the tools tell it", () => {
    const reading = readIbnetdiscover(fixture("healthy/ibnetdiscover.out"));
    const joined = joinFabric([{ kind: "ibnetdiscover", source: "t", reading }]);
    const places = new Places({ lab: sceneLab({ cables: [] }), types: sceneTypes, devices: {}, joined });
    expect(suggestDevice(places, sceneTypes, "0xf452140300a10030")).toMatchObject({
      name: "node03",
      hcas: [{ name: "mlx4_0", ports: 1, guid: "0xf452140300a10030" }],
    });
  });

  it("never for a device of the lab file, nor for what was not seen", () => {
    const { places } = scene(lab, seen([]));
    expect(places.nodes.map(({ guid }) => suggestDevice(places, sceneTypes, guid))).toEqual(
      places.nodes.map(() => null),
    );
    expect(suggestDevice(places, sceneTypes, "0x0000000000000bad")).toBeNull();
  });
});

describe("a device that is added", () => {
  it("comes with every cable of it, as one step that makes the plan agree", () => {
    const fabric = seen(["guest mlx4_0/1 - sw1 8", "guest mlx4_0/2 - sw1 9"]);
    const { edits, changes, refused, inputs } = added(fabric, guest());
    expect(edits).toEqual([
      { op: "add-device", device: guest() },
      linkTo("guest", "mlx4_0/1", "8"),
      linkTo("guest", "mlx4_0/2", "9"),
    ]);
    expect(changes).toEqual([
      "A cable from guest mlx4_0/1 to sw1 port 8 will be planned.",
      "A cable from guest mlx4_0/2 to sw1 port 9 will be planned.",
    ]);
    expect(refused).toEqual([]);
    const edited = editLabText(stringify(inputs.lab), edits, sceneTypes).parsed.lab;
    const now = new Places({ ...inputs, lab: edited ?? inputs.lab });
    const cables = cablesOf({ places: now, observedAt: 1, observer: "n1", failure: null, previous: [], nowMs: 2 });
    expect(cables.map(({ difference }) => difference)).toEqual([
      "as-planned",
      "as-planned",
      "as-planned",
      "as-planned",
    ]);
  });

  it("takes the place of the device whose cable stood there, and leaves other differences alone", () => {
    const links = ["n2 mlx4_0/1 - sw1 7", "guest mlx4_0/1 - sw1 1"];
    const { edits, changes } = added({ links, down: ["sw1 2"] }, guest());
    const n1 = { from: { device: "n1", port: "mlx4_0/1" }, to: { device: "sw1", port: "1" } };
    expect(edits.slice(1)).toEqual([{ op: "remove-cable", cable: n1 }, linkTo("guest", "mlx4_0/1", "1")]);
    expect(changes).toEqual([
      "The cable from n1 mlx4_0/1 to sw1 port 1 will be taken out of the plan.",
      "A cable from guest mlx4_0/1 to sw1 port 1 will be planned.",
    ]);
  });

  it("is added alone where it would not be recognised, and why is told", () => {
    const { edits, changes, refused } = added(seen(["guest mlx4_0/1 - sw1 8"]), guest({ name: "other" }));
    expect(edits).toEqual([{ op: "add-device", device: guest({ name: "other" }) }]);
    expect(changes).toEqual([]);
    expect(refused).toEqual([
      'The fabric calls it "guest mlx4_0", by which it would not be taken for other: its cables are not planned. They are once its name or its SSH host is guest, or its adapter has the node GUID that ibstat prints on the host as "Node GUID".',
    ]);
    const byAddress = guest({ name: "other", ssh: { host: "guest.lab" } });
    expect(added(seen(["guest mlx4_0/1 - sw1 8"]), byAddress).edits).toHaveLength(2);
  });

  it("is recognised by its adapter's node GUID where only its port's was seen, and never written with the port's", () => {
    const fabric = seen(["guest mlx4_0/1 - sw1 8"]);
    const port = strangerOf(scene(lab, fabric));
    const other = (guid: string) => added(fabric, guest({ name: "other", hcas: [{ name: "mlx4_0", ports: 2, guid }] }));
    expect(other(plus(port, -1))).toMatchObject({ edits: { length: 2 }, refused: [] });
    expect(other(port)).toMatchObject({
      edits: [],
      changes: [],
      refused: [
        'Node GUID of mlx4_0: This is the GUID of a port, guest mlx4_0 port 1. A node GUID is that of the whole adapter. On the host, ibstat prints it as "Node GUID".',
      ],
    });
  });

  it("leaves out a cable whose port it does not have, or whose far end is a stranger too", () => {
    const one = guest({ hcas: [{ name: "mlx4_0", ports: 1 }] });
    const { edits, refused } = added(seen(["guest mlx4_0/1 - sw1 8", "guest mlx4_0/2 - sw1 9"]), one);
    expect(edits.slice(1)).toEqual([linkTo("guest", "mlx4_0/1", "8")]);
    expect(refused).toEqual(["In the lab file guest has no port mlx4_0/2. Correct its HCAs or its device type first."]);
    const two = added(seen(["guest mlx4_0/1 - sw1 8", "guest mlx4_0/2 - alien mlx4_0/1"]), guest());
    expect(two.edits.slice(1)).toEqual([linkTo("guest", "mlx4_0/1", "8")]);
    expect(two.refused).toEqual([expect.stringMatching(/^The lab file does not name alien mlx4_0/)]);
  });
});
