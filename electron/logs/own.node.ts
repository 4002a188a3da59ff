/** Owns what Halfrack itself adds to a collection: what it saw, counted and was told, as texts that need no Halfrack to be read. */
import { readFile } from "node:fs/promises";
import type { AppInfo } from "../contract/app.ts";
import type { FabricState } from "../contract/fabric.ts";
import type { HistoryEvent, HistoryPorts } from "../contract/history.ts";
import type { LabState } from "../contract/lab.ts";
import type { CollectionHeader } from "../contract/logs/entry.ts";
import type { Own } from "../contract/logs/item.ts";
import type { SwitchState } from "../contract/switch.ts";
import type { Published } from "../published.ts";

export interface OwnSources {
  readonly info: AppInfo;
  readonly lab: Published<LabState>;
  readonly fabric: Published<FabricState>;
  readonly switches: Published<SwitchState>;
  /** What was kept of the open lab. */
  readonly history: {
    ports(of: { readonly sinceMs: number; readonly points: number }): HistoryPorts;
    events(of: { readonly sinceMs: number; readonly limit: number; readonly filter: Record<never, never> }): {
      readonly events: readonly HistoryEvent[];
    };
  };
}

const mostEvents = 20_000;
/** Of a series of counters. */
const points = 1000;
/** The history keeps no more. */
const longestMs = 400 * 86_400_000;

/** The text of one item; empty where nothing is known of it. Throws what kept the lab file from being read. */
export async function ownText(
  what: Own,
  { fromMs, toMs }: Pick<CollectionHeader, "fromMs" | "toMs">,
  { info, lab, fabric, switches, history }: OwnSources,
): Promise<string> {
  const sinceMs = Math.min(longestMs, Math.max(1, Date.now() - (fromMs ?? 0)));
  switch (what) {
    case "about":
      return pretty({ program: "Halfrack", ...info });
    case "lab-file": {
      const { path } = lab.get();
      return path === null ? "" : readFile(path, "utf8");
    }
    case "fabric": {
      const seen = fabric.get();
      return seen.observedAt === null ? "" : pretty(seen);
    }
    case "switches": {
      const told = switches.get().switches;
      return Object.keys(told).length === 0 ? "" : pretty(told);
    }
    case "counters": {
      const counted = history.ports({ sinceMs, points });
      return counted.ports.length === 0 ? "" : pretty(counted);
    }
    case "events":
      return history
        .events({ sinceMs, limit: mostEvents, filter: {} })
        .events.filter(({ at }) => toMs === null || at <= toMs)
        .toSorted((one, other) => one.at - other.at)
        .map((event) => `${JSON.stringify({ time: new Date(event.at).toISOString(), ...event })}\n`)
        .join("");
  }
}

const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
