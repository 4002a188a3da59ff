import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { type Lab, type LabEdit, labSchema } from "../../electron/contract/lab.ts";
import { changed, planEdit } from "../../electron/lab/edit.ts";
import { editLabText } from "../../electron/lab/edit-text.ts";
import { parseLab } from "../../electron/lab/parse.ts";
import { types } from "./types.ts";

const edit = (text: string, ...edits: LabEdit[]) => editLabText(text, edits, types).text;
const refusal = (text: string, ...edits: LabEdit[]) => {
  try {
    edit(text, ...edits);
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  return null;
};

/** Formatting no tool would choose: aligned comments, odd quotes, blank lines, a flow list over lines. */
const handwritten = `# The cube, drawn up by hand

halfrack:   1      # format
name: 'The cube'   # as on the door


racks:
  - {name: left,   units: 24}   # the half rack
  # a second one may come

devices:
  # ---- servers ----
  - name: node1        # the primary
    type: server-7u
    rack: left         # by the door
    unit: 1
    role: primary
    ssh: {host: 10.0.0.1,   user: "root"}   # static
    hcas:
      - name: mlx4_0
        guid: 0x0002c903000e0b72   # from the sticker
        ports: 2

  - name: node2
    type: server-1u
    rack: left
    unit: 8
    ssh:
      host: 10.0.0.2
      jump: [node1]     # only way in
    hcas: [ { name: mlx4_0 } ]

  # ---- network ----
  - name: switch
    type: switch-18
    rack: left
    unit: 20

cables:
  - from: {device: node1, port: mlx4_0/1}   # red
    to:   {device: switch, port: 1}
  # blue one is spare
  - from: {device: node2, port: mlx4_0/1}
    to:   {device: switch, port: 2}
# end of file
`;

/** Lines of `after` that are not in `before`, and the other way round. */
function lineDiff(before: string, after: string) {
  const [a, b] = [before.split("\n"), after.split("\n")];
  return { gone: a.filter((line) => !b.includes(line)), come: b.filter((line) => !a.includes(line)) };
}

describe("an edit touches the lines it must", () => {
  test.each<[string, LabEdit, { gone: string[]; come: string[] }]>([
    [
      "set-name",
      { op: "set-name", name: "Cube" },
      { gone: ["name: 'The cube'   # as on the door"], come: ["name: 'Cube' # as on the door"] },
    ],
    [
      "place-device",
      { op: "place-device", device: "switch", rack: "left", unit: 22 },
      { gone: ["    unit: 20"], come: ["    unit: 22"] },
    ],
    [
      "place-device beside",
      { op: "place-device", device: "switch", rack: null, unit: null },
      { gone: ["    unit: 20"], come: [] },
    ],
    [
      "add-rack",
      { op: "add-rack", rack: { name: "right", units: 10 } },
      { gone: [], come: ["  - { name: right, units: 10 }"] },
    ],
    [
      "rename a device: cables and jumps follow",
      { op: "change-device", device: "node1", changes: { name: "first" } },
      {
        gone: [
          "  - name: node1        # the primary",
          "      jump: [node1]     # only way in",
          "  - from: {device: node1, port: mlx4_0/1}   # red",
        ],
        come: [
          "  - name: first # the primary",
          "      jump: [first] # only way in",
          "  - from: {device: first, port: mlx4_0/1} # red",
        ],
      },
    ],
    [
      "a key more",
      { op: "change-device", device: "node2", changes: { note: "old" } },
      { gone: [], come: ["    note: old"] },
    ],
    [
      "a key less",
      { op: "change-device", device: "node1", changes: { role: null } },
      { gone: ["    role: primary"], come: [] },
    ],
  ])("%s", (_, change, expected) => {
    const after = edit(handwritten, change);
    const diff = lineDiff(handwritten, after);
    expect(diff).toEqual(expected);
  });

  test("a cable is added on two lines, at the end", () => {
    const after = edit(handwritten, {
      op: "add-cable",
      cable: { from: { device: "node1", port: "mlx4_0/2" }, to: { device: "switch", port: "3" }, label: "green" },
    });
    expect(lineDiff(handwritten, after)).toEqual({
      gone: [],
      come: [
        "  - from: { device: node1, port: mlx4_0/2 }",
        '    to: { device: switch, port: "3" }',
        "    label: green",
      ],
    });
  });

  test("a removed cable leaves the comment above it", () => {
    const after = edit(handwritten, {
      op: "remove-cable",
      cable: { to: { device: "node2", port: "mlx4_0/1" }, from: { device: "switch", port: "2" } },
    });
    expect(after).toContain("# blue one is spare");
    expect(after).toContain("# end of file");
    expect(parseLab(after, types).lab?.cables.length).toBe(1);
  });

  test("a removed device takes its cables along", () => {
    const after = edit(handwritten, { op: "remove-device", device: "node2" });
    const { lab, valid } = parseLab(after, types);
    expect(valid).toBe(true);
    expect(lab?.devices.map((device) => device.name)).toEqual(["node1", "switch"]);
    expect(lab?.cables.map((cable) => cable.from.device)).toEqual(["node1"]);
    expect(after).toContain("  # ---- network ----");
  });

  test("line ends, a byte order mark and indentation stay", () => {
    const windows = `\uFEFF${handwritten.replaceAll("\n", "\r\n")}`;
    const after = edit(windows, { op: "place-device", device: "switch", rack: "left", unit: 21 });
    expect(after).toBe(windows.replace("unit: 20", "unit: 21"));
    const flat = "halfrack: 1\nname: L\ndevices:\n- name: a\n  type: desk\n";
    expect(edit(flat, { op: "add-device", device: { name: "b", type: "desk" } })).toBe(
      `${flat}- name: b\n  type: desk\n`,
    );
    const wide = "halfrack: 1\nname: L\ndevices:\n    - name: a\n      type: desk\n";
    expect(edit(wide, { op: "add-device", device: { name: "b", type: "desk" } })).toBe(
      `${wide}    - name: b\n      type: desk\n`,
    );
  });

  test("an edit that changes nothing changes no byte", () => {
    expect(edit(handwritten, { op: "set-name", name: "The cube" })).toBe(handwritten);
  });

  test("sections that are not there are made", () => {
    const after = edit(
      "halfrack: 1\nname: L\n",
      { op: "add-rack", rack: { name: "R", units: 4 } },
      { op: "add-device", device: { name: "a", type: "server-1u", rack: "R", unit: 4 } },
    );
    expect(after).toBe(
      "halfrack: 1\nname: L\nracks:\n  - name: R\n    units: 4\ndevices:\n  - name: a\n    type: server-1u\n    rack: R\n    unit: 4\n",
    );
  });

  test("a device type of one's own is used at once", () => {
    const own = {
      slug: "mine",
      manufacturer: "M",
      model: "X",
      kind: "other" as const,
      heightU: 2,
      ports: [],
      face: [],
      shell: "none" as const,
      source: "",
    };
    const after = edit(
      handwritten,
      { op: "add-device-type", deviceType: own },
      { op: "add-device", device: { name: "x", type: "mine", rack: "left", unit: 10 } },
    );
    expect(parseLab(after, types)).toMatchObject({ valid: true, deviceTypes: { mine: { heightU: 2 } } });
  });

  test("renaming a rack renames it in the devices", () => {
    const after = edit(handwritten, { op: "change-rack", rack: "left", changes: { name: "cube" } });
    expect(parseLab(after, types).lab?.devices.map((device) => device.rack)).toEqual(["cube", "cube", "cube"]);
    expect(parseLab(after, types).lab?.racks).toEqual([{ name: "cube", units: 24 }]);
  });
});

describe("an edit is refused as a whole", () => {
  test.each<[string, LabEdit[], string, RegExp]>([
    [
      "overlap",
      [
        { op: "set-name", name: "X" },
        { op: "place-device", device: "switch", rack: "left", unit: 3 },
      ],
      "lab.edit-refused",
      /"switch" takes unit 3 of rack "left", where "node1" already is/,
    ],
    [
      "schema",
      [{ op: "change-device", device: "node1", changes: { unit: "high" } }],
      "lab.edit-refused",
      /devices\[0\]\.unit: .*must be a number/,
    ],
    [
      "unknown key",
      [{ op: "change-device", device: "node1", changes: { colour: "red" } }],
      "lab.edit-refused",
      /"colour" is not a known key/,
    ],
    [
      "name taken",
      [{ op: "change-device", device: "node1", changes: { name: "node2" } }],
      "lab.edit-refused",
      /is taken/,
    ],
    ["no name", [{ op: "change-device", device: "node1", changes: { name: null } }], "lab.edit-refused", /name/],
    ["rack in use", [{ op: "remove-rack", rack: "left" }], "lab.edit-refused", /There is no rack "left"/],
    [
      "jump in use",
      [{ op: "remove-device", device: "node1" }],
      "lab.edit-refused",
      /There is no device "node1" to hop through/,
    ],
    ["no such device", [{ op: "remove-device", device: "nobody" }], "lab.edit-no-such-device", /not in the lab file/],
    [
      "no such rack",
      [{ op: "change-rack", rack: "nowhere", changes: { units: 3 } }],
      "lab.edit-no-such-rack",
      /not in the lab file/,
    ],
    [
      "no such cable",
      [{ op: "remove-cable", cable: { from: { device: "node1", port: "x" }, to: { device: "switch", port: "9" } } }],
      "lab.edit-no-such-cable",
      /not in the lab file/,
    ],
    [
      "prototype key",
      [{ op: "change-device", device: "node1", changes: { constructor: 1 } }],
      "lab.edit-refused",
      /constructor/,
    ],
  ])("%s", (_, edits, code, detail) => {
    const fault = refusal(handwritten, ...edits);
    expect(fault?.code).toBe(code);
    expect(fault?.detail).toMatch(detail);
  });

  test("what aliases share is not changed behind the admin's back", () => {
    const shared =
      "halfrack: 1\nname: L\ndevices:\n  - &d { name: a, type: desk, ssh: &way { host: h } }\n  - { name: b, type: desk, ssh: *way }\n";
    const after = edit(shared, { op: "change-device", device: "b", changes: { ssh: { host: "other" } } });
    expect(parseLab(after, types).lab?.devices.map((device) => device.ssh?.host)).toEqual(["h", "other"]);
    expect(refusal(shared, { op: "change-device", device: "a", changes: { ssh: { host: "other" } } })?.code).toBe(
      "lab.edit-by-hand",
    );
    expect(refusal(shared, { op: "remove-device", device: "a" })?.code).toBe("lab.edit-by-hand");
  });
});

/** Comments outside of entries that an edit may remove; all of them are alone on their line, above something. */
const standing = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("#"))
    .sort();

describe("property: sequences of edits", () => {
  const name = fc.constantFrom("node1", "node2", "switch", "new1", "new2", "# odd: name", "'q\"", "7");
  const rack = fc.constantFrom("left", "right", "third");
  const port = fc.constantFrom("mlx4_0/1", "mlx4_0/2", "1", "2", "3", "eth0");
  const end = fc.record({ device: name, port });
  const unit = fc.integer({ min: 1, max: 24 });
  const some: fc.Arbitrary<LabEdit> = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }).map((text): LabEdit => ({ op: "set-name", name: text })),
    fc.record({ name: rack, units: unit }).map((value): LabEdit => ({ op: "add-rack", rack: value })),
    fc.tuple(rack, rack).map(([from, to]): LabEdit => ({ op: "change-rack", rack: from, changes: { name: to } })),
    rack.map((value): LabEdit => ({ op: "remove-rack", rack: value })),
    fc.tuple(name, rack, unit).map(
      ([value, where, at]): LabEdit => ({
        op: "add-device",
        device: { name: value, type: "server-1u", rack: where, unit: at, hcas: [{ name: "mlx4_0", ports: 2 }] },
      }),
    ),
    fc.tuple(name, name).map(([from, to]): LabEdit => ({ op: "change-device", device: from, changes: { name: to } })),
    fc
      .tuple(name, fc.string({ maxLength: 30 }))
      .map(([device, note]): LabEdit => ({ op: "change-device", device, changes: { note } })),
    fc
      .tuple(name, fc.constantFrom({ host: "h" }, { host: "h2", jump: ["node1"] }, null))
      .map(([device, ssh]): LabEdit => ({ op: "change-device", device, changes: { ssh, role: null } })),
    fc
      .tuple(name, fc.option(rack), fc.option(unit))
      .map(([device, where, at]): LabEdit => ({ op: "place-device", device, rack: where, unit: at })),
    name.map((device): LabEdit => ({ op: "remove-device", device })),
    fc.tuple(end, end).map(([from, to]): LabEdit => ({ op: "add-cable", cable: { from, to } })),
    fc.tuple(end, end).map(([from, to]): LabEdit => ({ op: "remove-cable", cable: { from, to } })),
  );

  test("the reparsed file equals the edited model, and every standing comment survives", () => {
    let made = 0;
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 12 }), (edits) => {
        let text = handwritten;
        let model: Lab = labSchema.parse(parseLab(text, types).lab);
        for (const each of edits) {
          try {
            text = edit(text, each);
          } catch (error) {
            expect(error).toBeInstanceOf(FaultError);
            expect(error instanceof FaultError && error.fault.code).toMatch(/^lab\.edit-(refused|no-such-)/);
            continue;
          }
          made++;
          model = labSchema.parse(changed(model, planEdit(model, each)));
          const parsed = parseLab(text, types);
          expect(parsed.valid).toBe(true);
          expect(parsed.lab).toEqual(model);
        }
        expect(standing(text)).toEqual(standing(handwritten));
      }),
      { numRuns: 60 },
    );
    expect(made).toBeGreaterThan(60);
  }, 120_000);
});
