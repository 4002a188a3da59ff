/** What an edit does not change keeps its bytes, in whatever style the file is written. */
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { LabEdit } from "../../electron/contract/lab.ts";
import { builtInTypesDir, loadDeviceTypes } from "../../electron/lab/device-types.node.ts";
import { editLabText } from "../../electron/lab/edit-text.ts";

let types: Awaited<ReturnType<typeof loadDeviceTypes>>["types"] = {};
beforeAll(async () => {
  types = (await loadDeviceTypes(builtInTypesDir)).types;
});

interface Style {
  readonly padList: boolean;
  readonly padMap: boolean;
  readonly flowDevices: boolean;
  readonly flowCables: boolean;
  readonly quotedPorts: boolean;
  readonly comments: boolean;
}

const style: fc.Arbitrary<Style> = fc.record({
  padList: fc.boolean(),
  padMap: fc.boolean(),
  flowDevices: fc.boolean(),
  flowCables: fc.boolean(),
  quotedPorts: fc.boolean(),
  comments: fc.boolean(),
});

const pad = (inside: string, padded: boolean) => (padded ? ` ${inside} ` : inside);
const map = (s: Style, inside: string) => `{${pad(inside, s.padMap)}}`;
const list = (s: Style, inside: string) => `[${pad(inside, s.padList)}]`;
const comment = (s: Style, words: string) => (s.comments ? ` # ${words}` : "");

function device(s: Style, name: string, unit: number, more = ""): string {
  const hcas = `hcas: ${list(s, map(s, "name: mlx4_0, ports: 2"))}`;
  const facts = [`name: ${name}`, "type: dell-r610", "rack: R1", `unit: ${unit}`, hcas, ...(more ? [more] : [])];
  return s.flowDevices
    ? `  - ${map(s, facts.join(", "))}${comment(s, "a device")}\n`
    : `  - ${facts.join("\n    ")}\n`.replace("dell-r610", `dell-r610${comment(s, "eleven disks")}`);
}

function cable(s: Style, port: string, node: string, hca: string): string {
  const from = map(s, `device: sw1, port: ${port}`);
  const to = map(s, `device: ${node}, port: ${hca}`);
  return s.flowCables ? `  - ${map(s, `from: ${from}, to: ${to}`)}\n` : `  - from: ${from}\n    to: ${to}\n`;
}

const head = "halfrack: 1\nname:   'Lab'\nracks:\n  - { name: R1, units: 24 }\n\ndevices:\n";
const port = (s: Style, number: number) => (s.quotedPorts ? `"${number}"` : String(number));
const lab = (s: Style, devices: string, more = "") =>
  `${head}${devices}  - name: sw1\n    type: mellanox-sx6018\n    rack: R1\n    unit: 10\ncables:${comment(s, "by port")}\n` +
  `${cable(s, port(s, 12), "node2", "mlx4_0/1")}${cable(s, port(s, 13), "node3", "mlx4_0/1")}${more}`;
const both = (s: Style) => device(s, "node2", 2) + device(s, "node3", 3);

const after = (text: string, edit: LabEdit) => editLabText(text, [edit], types).text;

test("a note is added, and nothing else changes", () => {
  fc.assert(
    fc.property(style, (s) => {
      const edit: LabEdit = { op: "change-device", device: "node3", changes: { note: "hello" } };
      expect(after(lab(s, both(s)), edit)).toBe(lab(s, device(s, "node2", 2) + device(s, "node3", 3, "note: hello")));
    }),
  );
});

test("a device is renamed where it is named, and nothing else changes", () => {
  fc.assert(
    fc.property(style, (s) => {
      const text = lab(s, both(s));
      const edit: LabEdit = { op: "change-device", device: "node2", changes: { name: "renamed" } };
      expect(after(text, edit)).toBe(text.replaceAll("node2", "renamed"));
    }),
  );
});

test("a cable is added as the others are written, on one line where they are", () => {
  fc.assert(
    fc.property(style, (s) => {
      const cableEdit: LabEdit = {
        op: "add-cable",
        cable: { from: { device: "sw1", port: "5" }, to: { device: "node2", port: "mlx4_0/2" } },
      };
      const padded = { ...s, padMap: true };
      expect(after(lab(s, both(s)), cableEdit)).toBe(lab(s, both(s), cable(padded, '"5"', "node2", "mlx4_0/2")));
    }),
  );
});
