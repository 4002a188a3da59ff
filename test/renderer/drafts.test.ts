/** The forms of the lab's dialogs: what they show of a lab file, and the edits they make of what was typed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { deviceTypeSchema } from "../../electron/contract/device-type.ts";
import { type Device, deviceSchema, type Lab } from "../../electron/contract/lab.ts";
import { editLabText } from "../../electron/lab/edit-text.ts";
import { changeEdit, deviceOf, draftErrors, draftOf, type Known, nextHca } from "../../renderer/lab/device-draft.ts";
import { labDraftErrors, labDraftOf, labEdits, nextRack } from "../../renderer/lab/lab-draft.ts";

const full: Device = {
  name: "node1",
  type: "server",
  rack: "Rack 1",
  unit: 3,
  role: "primary",
  ssh: { host: "10.0.0.1", port: 2222, user: "root", identityFile: "~/k", jump: ["gate"], hostKeyAlias: "n1" },
  bmc: { host: "10.0.1.1", kind: "ilo", user: "Administrator", port: 6230 },
  hcas: [{ name: "mlx4_0", model: "ConnectX-3", ports: 2, guid: "0x2c9" }],
  expect: { sockets: 8, cores: 32, memoryGiB: 256.5 },
  note: "loud",
};
const lab: Lab = {
  halfrack: 1,
  name: "Lab",
  racks: [{ name: "Rack 1", units: 12 }],
  devices: [full, { name: "gate", type: "server" }],
  cables: [],
};

const known: Known = {
  types: {
    server: deviceTypeSchema.parse({ slug: "server", manufacturer: "Maker", model: "M", kind: "server", heightU: 2 }),
  },
  nodes: [],
};

const text = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const device: fc.Arbitrary<Device> = fc.record(
  {
    name: text,
    type: text,
    rack: text,
    unit: fc.integer({ min: 1, max: 60 }),
    role: fc.constantFrom("primary", "secondary", "desktop"),
    ssh: fc.record({ host: text, port: fc.integer({ min: 1, max: 65535 }), user: text }, { requiredKeys: ["host"] }),
    bmc: fc.record({ host: text, kind: fc.constantFrom("ipmi", "ilo", "drac", "redfish") }),
    hcas: fc.array(fc.record({ name: text, ports: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 3 }),
    expect: fc.record({ sockets: fc.integer({ min: 1, max: 8 }) }),
    note: text,
  },
  { requiredKeys: ["name", "type", "rack"] },
);

describe("a device's form", () => {
  test("shows everything of a device, and nothing changed is no edit", () => {
    expect(deviceOf(draftOf(full))).toEqual(full);
    expect(changeEdit(full, draftOf(full))).toBeNull();
  });

  test("keeps every valid device as it is", () => {
    fc.assert(
      fc.property(device, (each) => {
        expect(deviceSchema.parse(each)).toEqual(each);
        expect(deviceOf(draftOf(each))).toEqual(each);
        expect(changeEdit(each, draftOf(each))).toBeNull();
      }),
    );
  });

  test("removes what was emptied and sets only what changed", () => {
    const draft = { ...draftOf(full), bmcHost: "", bmcUser: "", bmcPort: "" as const, note: " ", sshUser: "admin" };
    expect(changeEdit(full, draft)).toEqual({
      op: "change-device",
      device: "node1",
      changes: { ssh: { ...full.ssh, user: "admin" }, bmc: null, note: null },
    });
    expect(changeEdit(full, { ...draftOf(full), rack: null })).toEqual({
      op: "change-device",
      device: "node1",
      changes: { rack: null, unit: null },
    });
  });

  test("says at the field what is wrong", () => {
    const draft = {
      ...draftOf(full),
      name: "gate",
      sshHost: "",
      hcas: [
        { ...nextHca([]), guid: "12" },
        { name: "mlx4_0", model: "", ports: 9, guid: "" },
      ],
      sockets: 0,
    };
    expect(draftErrors(draft, lab, "node1", known)).toEqual({
      name: "The lab already has a device named gate",
      "ssh.host": "Is needed",
      "hcas.0.guid": "Is not a GUID (0x and up to 16 hex digits)",
      "hcas.1.ports": "Is too large or too long",
      "hcas.1.name": "Another adapter is named mlx4_0",
      "expect.sockets": "Is too small",
    });
    expect(draftErrors(draftOf(full), lab, "node1", known)).toEqual({});
    expect(draftErrors({ ...draftOf(full), name: "a\u202eb" }, lab, "node1", known)).toEqual({
      name: "Holds a control character",
    });
  });

  test("says at the field which unit is taken or beyond the rack, but by the device itself", () => {
    const placed = { ...lab, devices: [full, { name: "gate", type: "server", rack: "Rack 1", unit: 7 }] };
    const unit = (unit: number) => draftErrors({ ...draftOf(full), unit }, placed, "node1", known).unit;
    expect([5, 6, 8, 9, 4, 12].map(unit)).toEqual([
      undefined,
      "gate is there",
      "gate is there",
      undefined,
      undefined,
      "The rack has 12 units, and it would reach up to 13",
    ]);
  });

  test("takes no port's GUID for an adapter's that was seen to be one, and keeps none from changing anything else", () => {
    const hca = (guid: string, guidKind: "node" | "port", port: string, description = "guest mlx4_0") => {
      const ports = [{ number: 1, guid: port, state: "Active", physState: "LinkUp" } as const];
      return { guid, guidKind, type: "hca" as const, description, ports };
    };
    const [a, b, c] = ["0x0000000000000010", "0x0000000000000011", "0x0000000000000021"];
    const nodes = [
      hca(a, "node", b),
      hca(c, "port", c),
      hca("0x0000000000000030", "port", "0x0000000000000030", "h mlx5_0"),
    ];
    const seen = { ...known, nodes };
    const error = (guid: string, file = full) =>
      draftErrors({ ...draftOf(full), hcas: [{ ...nextHca([]), guid }] }, { ...lab, devices: [file] }, "node1", seen)[
        "hcas.0.guid"
      ];
    const told = (known: string) =>
      `This is the GUID of a port, guest mlx4_0 port 1. A node GUID is that of the whole adapter. ${known} the host, ibstat prints it as "Node GUID".`;
    expect(error("0x11")).toBe(told(`It is ${a} here: on`));
    expect(error("0x21")).toBe(told("On"));
    expect(["0x10", "0x20", "0x30", "0x99"].map((guid) => error(guid))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const written = { ...full, hcas: [{ name: "mlx4_0", ports: 2, guid: "0x21" }] };
    expect(error("0x21", written)).toBeUndefined();
  });
});

describe("the form of the lab and its racks", () => {
  test("makes one edit for each difference, removals first, and the lab takes them", () => {
    const two: Lab = { ...lab, racks: [{ name: "Old", units: 20 }, ...lab.racks], devices: [] };
    const draft = labDraftOf(two);
    const changed = {
      name: " Renamed ",
      racks: [{ was: "Rack 1", name: "Left", units: 24 }, nextRack(draft.racks)],
    };
    const edits = labEdits(two, changed);
    expect(edits).toEqual([
      { op: "set-name", name: "Renamed" },
      { op: "remove-rack", rack: "Old" },
      { op: "change-rack", rack: "Rack 1", changes: { name: "Left", units: 24 } },
      { op: "add-rack", rack: { name: "Rack 3", units: 12 } },
    ]);
    expect(editLabText(stringify(two), edits, {}).parsed.lab).toMatchObject({
      name: "Renamed",
      racks: [
        { name: "Left", units: 24 },
        { name: "Rack 3", units: 12 },
      ],
    });
    expect(labEdits(two, draft)).toEqual([]);
  });

  test("refuses a name that another rack has or had, and heights that no rack has", () => {
    const two: Lab = { ...lab, racks: [...lab.racks, { name: "B", units: 12 }] };
    const errors = (racks: Parameters<typeof labDraftErrors>[0]["racks"]) =>
      labDraftErrors({ name: "Lab", racks }, two, {});
    expect(
      errors([
        { was: "Rack 1", name: "B", units: 12 },
        { was: "B", name: "Rack 1", units: 0 },
      ]),
    ).toEqual({
      "racks.0.name": "B is the name of another rack; rename that one first",
      "racks.1.name": "Rack 1 is the name of another rack; rename that one first",
      "racks.1.units": "From 1 to 60",
    });
    expect(labDraftErrors({ name: " ", racks: [] }, two, {})).toEqual({ name: "Is needed" });
  });

  test("refuses a height that a device of the rack does not fit under", () => {
    const dl785 = deviceTypeSchema.parse({
      manufacturer: "HP",
      model: "ProLiant DL785 G5",
      slug: "hp-dl785-g5",
      kind: "server",
      heightU: 7,
    });
    const tall = { ...lab, devices: [{ name: "big", type: "hp-dl785-g5", rack: "Rack 1", unit: 3 }] };
    const errors = (units: number) =>
      labDraftErrors({ name: "Lab", racks: [{ was: "Rack 1", name: "Renamed", units }] }, tall, {
        "hp-dl785-g5": dl785,
      });
    expect(errors(8)).toEqual({ "racks.0.units": "big takes unit 9" });
    expect(errors(9)).toEqual({});
  });

  test("makes no edit of names that the lab file has with blanks around them", () => {
    const blank: Lab = { ...lab, name: "Lab ", racks: [{ name: " Rack", units: 12 }], devices: [], cables: [] };
    expect(labEdits(blank, labDraftOf(blank))).toEqual([]);
  });
});
