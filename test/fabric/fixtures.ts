/** Captured outputs of the InfiniBand tools and what the fabric they describe must come out as. */
import { readFileSync } from "node:fs";
import type { Fabric, FabricLink, FabricNode, FabricPort, Speed, Width } from "../../electron/contract/fabric.ts";
import { dataGbps, signallingGbps } from "../../electron/contract/rates.ts";
import type { FabricInput } from "../../electron/fabric/join.ts";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { readIbstat } from "../../electron/fabric/read/ibstat.ts";

export const sets = ["healthy", "cable_pulled", "swapped", "degraded", "node_missing", "sm_stopped"] as const;
export type FixtureSet = (typeof sets)[number];

export function fixture(path: string): string {
  return readFileSync(new URL(`../fixtures/infiniband/${path}`, import.meta.url), "utf8");
}

export const switchGuid = "0xf452140300c0ffe0";
export const nodeGuid = (n: number): string => `0xf452140300a100${n}0`;
export const portGuid = (n: number): string => `0xf452140300a100${n}1`;
export const hosts = [1, 2, 3, 4, 5] as const;

interface Cabling {
  /** Host to switch port; a host that is left out has no link. */
  readonly cables: Readonly<Record<number, number>>;
  readonly rates?: Readonly<Record<number, readonly [Width, Speed]>>;
}

const straight = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 };

/** What was set up in the simulator, by its console and netlists. */
export const cablings: Readonly<Record<FixtureSet, Cabling>> = {
  healthy: { cables: straight },
  sm_stopped: { cables: straight },
  cable_pulled: { cables: { 1: 1, 2: 2, 4: 4, 5: 5 } },
  swapped: { cables: { 1: 1, 2: 3, 3: 2, 4: 4, 5: 5 } },
  node_missing: { cables: { 1: 1, 2: 2, 3: 3, 5: 5 } },
  degraded: {
    cables: straight,
    rates: { 2: ["4X", "QDR"], 3: ["1X", "FDR"], 4: ["4X", "SDR"], 5: ["4X", "FDR10"] },
  },
};

export function rateOf(set: FixtureSet, n: number): readonly [Width, Speed] {
  return cablings[set].rates?.[n] ?? ["4X", "FDR"];
}

/** The fabric as iblinkinfo tells it; `by` is how HCAs are keyed: by port GUID, or by node GUID where ibstat named it. */
export function expectedFabric(set: FixtureSet, by: "port" | "node"): Fabric {
  const { cables } = cablings[set];
  const hosts = Object.keys(cables).map(Number);
  const key = by === "port" ? portGuid : nodeGuid;
  const up = (number: number, host: number, lid: number, guid?: string): FabricPort => {
    const [width, speed] = rateOf(set, host);
    return { number, ...(guid ? { guid } : {}), lid, state: "Active", physState: "LinkUp", width, speed };
  };
  const hcas = hosts.map((n): FabricNode => {
    const ports = [up(1, n, n, portGuid(n))];
    return { guid: key(n), guidKind: by, type: "hca", description: `node0${n} mlx4_0`, ports };
  });
  const switchPorts = Array.from({ length: 18 }, (_, index): FabricPort => {
    const host = hosts.find((n) => cables[n] === index + 1);
    if (host !== undefined) return up(index + 1, host, 6);
    return { number: index + 1, lid: 6, state: "Down", physState: "Polling" };
  });
  const sw: FabricNode = {
    guid: switchGuid,
    guidKind: "node",
    type: "switch",
    description: "MF0;SX6018:SX6018/U1",
    ports: switchPorts,
  };
  const links = hosts.map((n): FabricLink => {
    const [width, speed] = rateOf(set, n);
    return {
      a: { node: key(n), port: 1, portGuid: portGuid(n) },
      b: { node: switchGuid, port: cables[n] ?? 0, portGuid: switchGuid },
      width,
      speed,
      signallingGbps: signallingGbps(width, speed),
      dataGbps: dataGbps(width, speed),
      state: "Active",
      physState: "LinkUp",
    };
  });
  return { nodes: [...hcas, sw], links, problems: [] };
}

export const linkinfo = (path: string): FabricInput => ({
  kind: "iblinkinfo",
  source: path,
  reading: readIblinkinfo(fixture(path)),
});
export const netdiscover = (path: string): FabricInput => ({
  kind: "ibnetdiscover",
  source: path,
  reading: readIbnetdiscover(fixture(path)),
});
export const ibstat = (path: string): FabricInput => ({
  kind: "ibstat",
  source: path,
  reading: readIbstat(fixture(path)),
});
