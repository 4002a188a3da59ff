/** A history service on a folder of its own, with a lab that is open, and readings made from counters. */
import type { CableLive } from "../../electron/contract/fabric.ts";
import type { LabState } from "../../electron/contract/lab.ts";
import { createHistoryService, type HistoryService } from "../../electron/history/service.ts";
import type { CounterReading, PortIdentity, PortSample, PortState } from "../../electron/history/types.ts";
import { Published } from "../../electron/published.ts";

const labAt = (path: string, practice = false): LabState =>
  ({ path, practice, lab: null, deviceTypes: {} }) as unknown as LabState;

export interface Store {
  readonly history: HistoryService;
  open(path: string, practice?: boolean): void;
}

export function openStore(
  dir: string,
  { mostAgeMs = 30 * 86_400_000, mostBytes = 200 * 1024 * 1024, now = Date.now } = {},
): Store {
  const lab = new Published<LabState>(labAt("/lab.yaml"));
  const history = createHistoryService({ dir, lab, limits: () => ({ mostAgeMs, mostBytes }), now });
  return {
    history,
    open: (path, practice) =>
      lab.update((draft) => {
        Object.assign(draft, labAt(path, practice));
      }),
  };
}

export const portNumbered = (number: number): PortIdentity => ({
  node: "0xf452140300c0ffe0",
  number,
  device: "sw1",
  port: String(number),
});

export function sampleOf(number: number, errors: PortSample["errors"], words = 0, down = false): PortSample {
  const traffic = { PortXmitData: words, PortRcvData: words, PortXmitPkts: words, PortRcvPkts: words };
  return { ...portNumbered(number), traffic, errors, down };
}

export function readingOf(at: number, ...samples: readonly PortSample[]): CounterReading {
  return { at, steadyMs: at, observer: "node01", intervalMs: 10_000, samples };
}

export function stateOf(number: number, state: PortState["state"], width = "4X"): PortState {
  const down = state === "Down";
  const link = down ? { width: null, speed: null } : { width, speed: "FDR" };
  return { ...portNumbered(number), state, physState: down ? "Polling" : "LinkUp", ...link };
}

export function cableOf(state: CableLive["state"], reason: string): CableLive {
  const [a, b] = [
    { device: "node01", port: "mlx4_0/1", inLab: true },
    { device: "sw1", port: "1", inLab: true },
  ];
  return { id: "node01 mlx4_0/1 -- sw1 1", a, b, state, reason } as unknown as CableLive;
}
