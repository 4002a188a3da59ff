/** The practice lab's plan, and a lab whose every name is awkward. */

import { parse } from "yaml";
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { loadDeviceTypes } from "../../electron/lab/device-types.node.ts";
import { labFile } from "../../electron/practice/labfile.ts";
import type { SeenFabric } from "../../electron/sheet/rows.ts";

export const madeAt = Date.UTC(2026, 0, 2, 15, 4, 5);

export const deviceTypes: Readonly<Record<string, DeviceType>> = (await loadDeviceTypes()).types;

export const practice: Lab = labSchema.parse(
  parse(
    labFile({ identityFile: "/key", sshPorts: new Map(), bmcPorts: new Map() }).replaceAll(
      /(port: )undefined/g,
      "$122",
    ),
  ),
);

export const hostileNames = {
  quoted: `a "b", <c>&amp;'d';`,
  rightToLeft: "\u05de\u05ea\u05d2 \u05e9\u05de\u05d0\u05dc",
  formula: "=HYPERLINK(0)",
  long: "\u00fc".repeat(64),
  switch: "sw<1>",
};

/** Ports that quotes, separators and line feeds go through; labels that are formulas, run over lines or turn around. */
export const hostile: Lab = labSchema.parse({
  halfrack: 1,
  name: `</svg><script>alert(1)</script> "lab" \u202e=1+1`,
  racks: [
    { name: 'left, "rack"', units: 10 },
    { name: "\u5bb6", units: 10 },
  ],
  devices: [
    { name: hostileNames.switch, type: "mellanox-sx6018", rack: "\u5bb6", unit: 10 },
    {
      name: hostileNames.quoted,
      type: "hp-dl380-g7",
      rack: 'left, "rack"',
      unit: 3,
      hcas: [{ name: "mlx4_0", ports: 2 }],
    },
    {
      name: hostileNames.formula,
      type: "hp-dl380-g7",
      rack: 'left, "rack"',
      unit: 1,
      hcas: [{ name: "-1+1", ports: 1 }],
    },
    { name: hostileNames.rightToLeft, type: "hp-dl380-g7", hcas: [{ name: "mlx4_0", ports: 1 }] },
    { name: hostileNames.long, type: "not-known", rack: "\u5bb6", unit: 1 },
  ],
  cables: [
    {
      from: { device: hostileNames.switch, port: "10" },
      to: { device: hostileNames.quoted, port: "mlx4_0/1" },
      label: "'=cmd|' /C calc'!A0",
    },
    {
      from: { device: hostileNames.formula, port: "-1+1/1" },
      to: { device: hostileNames.switch, port: "2" },
      label: ' two\nlines;\t"q" ',
    },
    {
      from: { device: hostileNames.switch, port: "1" },
      to: { device: hostileNames.rightToLeft, port: "mlx4_0/1" },
      label: "\u202eevil\u2028",
      width: "1X",
    },
    {
      from: { device: hostileNames.long, port: "p".repeat(64) },
      to: { device: hostileNames.switch, port: "18" },
      label: "W".repeat(64),
      speed: "FDR10",
    },
  ],
});

export const labState = (lab: Lab) => ({ lab, path: "/labs/lab.yaml", deviceTypes });

export const unseen: SeenFabric = { cables: [], observedAt: null };
