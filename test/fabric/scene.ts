/** Labs and fabrics made up for tests: lines as iblinkinfo prints them, and what the plan makes of them. */
import type { DeviceType } from "../../electron/contract/device-type.ts";
import { type CableLive, cableLiveSchema } from "../../electron/contract/fabric.ts";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { cablesOf } from "../../electron/fabric/cables.ts";
import { type JoinedFabric, joinFabric } from "../../electron/fabric/join.ts";
import { Places, type PlacesInputs } from "../../electron/fabric/places.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";

const type = (slug: string, kind: DeviceType["kind"], model: string, ports: number, slot = ""): DeviceType => ({
  slug,
  manufacturer: "Maker",
  model,
  kind,
  heightU: 1,
  ports: Array.from({ length: ports }, (_, at) => ({
    name: `${slot}${at + 1}`,
    kind: "infiniband" as const,
    connector: "qsfp" as const,
    x: 0,
    y: 0,
  })),
  face: [],
  shell: kind === "switch" ? "mlnx-os" : "posix",
  source: "",
});

export const sceneTypes = {
  sx6018: type("sx6018", "switch", "SX6018", 18),
  /** Types that name their ports as the switch's own command line does. */
  slotted: type("slotted", "switch", "SX6018", 18, "1/"),
  lettered: type("lettered", "switch", "SX6018", 18, "IB1/"),
  director: type("director", "switch", "Director", 648),
  server: type("server", "server", "DL380 G7", 0),
};

/** `node1 mlx4_0/1 - sw1 3`. */
export type Wire = string;

function ends(wire: Wire): readonly (readonly [device: string, port: string])[] {
  return wire.split(" - ").map((end) => {
    const at = end.lastIndexOf(" ");
    return [end.slice(0, at), end.slice(at + 1)] as const;
  });
}

export interface SceneLab {
  readonly switches?: readonly string[];
  readonly hosts?: readonly string[];
  readonly cables: readonly Wire[];
  readonly hcaPorts?: number;
  readonly switchType?: keyof typeof sceneTypes;
}

/** A lab whose hosts have the HCAs that its cables name, and mlx4_0. */
export function sceneLab({
  switches = ["sw1"],
  hosts = [],
  cables,
  hcaPorts = 2,
  switchType = "sx6018",
}: SceneLab): Lab {
  const hcas = Map.groupBy(cables.flatMap(ends), ([device]) => device);
  return labSchema.parse({
    halfrack: 1,
    name: "scene",
    devices: [
      ...switches.map((name) => ({ name, type: switchType })),
      ...hosts.map((name) => ({
        name,
        type: "server",
        hcas: [...new Set(["mlx4_0", ...(hcas.get(name) ?? []).map(([, port]) => port.split("/")[0] ?? "")])].map(
          (hca) => ({ name: hca, model: "ConnectX-3", ports: hcaPorts }),
        ),
      })),
    ],
    cables: cables.map((wire) => {
      const [from = ["", ""], to = ["", ""]] = ends(wire);
      return { from: { device: from[0], port: from[1] }, to: { device: to[0], port: to[1] } };
    }),
  });
}

const hex = (value: number) => `0x${value.toString(16).padStart(16, "0")}`;

/** Numbers for names, so that equal names get equal GUIDs. */
class Guids {
  readonly #known = new Map<string, number>();
  of(name: string): string {
    const known = this.#known.get(name) ?? this.#known.size + 1;
    this.#known.set(name, known);
    return hex(known * 256);
  }
}

export interface SceneFabric {
  readonly switches?: readonly string[];
  readonly links: readonly Wire[];
  /** Ports that are up and whose far end does not answer, e.g. `sw1 4`. */
  readonly silent?: readonly string[];
  /** Ports that are Down/Polling. */
  readonly down?: readonly string[];
  /** State and rate of every link, as the tool prints them. */
  readonly rate?: string;
}

/** The lines of `iblinkinfo --line` on such a fabric: each link as both its ends tell it. */
export function linkinfoText({ switches = ["sw1"], links, silent = [], down = [], rate }: SceneFabric): string {
  const guids = new Guids();
  const up = rate ?? "4X       14.0625 Gbps Active/  LinkUp";
  const place = (device: string, port: string) => {
    if (switches.includes(device)) return { guid: guids.of(device), name: `MF0;${device}:SX6018/U1`, port };
    const [hca = "", number = ""] = port.split("/");
    return { guid: guids.of(`${device} ${port}`), name: hca === "" ? device : `${device} ${hca}`, port: number };
  };
  const half = (device: string, port: string) => {
    const { guid, name, port: number } = place(device, port);
    return `${guid} "${name}" ${Number(guid) % 49_000} ${number}[  ]`;
  };
  const peer = (device: string, port: string) => {
    const { guid, name, port: number } = place(device, port);
    return `${guid} ${Number(guid) % 49_000} ${number}[  ] "${name}" ( )`;
  };
  return [
    ...links.flatMap((wire) => {
      const [a = ["", ""], b = ["", ""]] = ends(wire);
      return [`${half(...a)} ==( ${up})==> ${peer(...b)}`, `${half(...b)} ==( ${up})==> ${peer(...a)}`];
    }),
    ...silent.flatMap((end) => ends(end).map((at) => `${half(...at)} ==( ${up})==> "Port not available"`)),
    ...down.flatMap((end) =>
      ends(end).map((at) => `${half(...at)} ==(                Down/ Polling)==>             [  ] "" ( )`),
    ),
  ].join("\n");
}

export function sceneFabric(fabric: SceneFabric): JoinedFabric {
  const reading = readIblinkinfo(linkinfoText(fabric), { nodes: 200_000, ports: 1_000_000 });
  return joinFabric([{ kind: "iblinkinfo", source: "iblinkinfo --line on node1", reading }]);
}

/** Every cable of the lab against the fabric. */
export function scene(
  lab: SceneLab,
  fabric: SceneFabric,
  more: Partial<PlacesInputs> = {},
): { readonly cables: readonly CableLive[]; readonly places: Places; readonly inputs: PlacesInputs } {
  const joined = sceneFabric({ ...(lab.switches ? { switches: lab.switches } : {}), ...fabric });
  const inputs = { lab: sceneLab(lab), types: sceneTypes, devices: {}, joined, ...more };
  const places = new Places(inputs);
  const seen = { observedAt: 1000, observer: "node1", failure: null, previous: [], nowMs: 2000 };
  const cables = cablesOf({ places, ...seen });
  for (const cable of cables) cableLiveSchema.parse(cable);
  return { cables, places, inputs };
}
