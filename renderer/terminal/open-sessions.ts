/** Counts the sessions that closing their lab would end. */
import type { Terminal } from "../../electron/contract/terminal.ts";

export interface OpenSessions {
  readonly count: number;
  readonly recorded: number;
  /** Sessions of each device, in order of opening. */
  readonly devices: readonly { readonly device: string; readonly count: number }[];
}

/** Sessions that something may still run in; a terminal whose shell ended has nothing to lose but its text. */
export function openSessions(terminals: Readonly<Record<string, Terminal>>): OpenSessions {
  const open = Object.values(terminals)
    .filter(({ status }) => status !== "closed")
    .toSorted((a, b) => a.openedAt - b.openedAt);
  const counts = new Map<string, number>();
  for (const { device } of open) counts.set(device, (counts.get(device) ?? 0) + 1);
  return {
    count: open.length,
    recorded: open.filter(({ recording }) => recording !== null).length,
    devices: [...counts].map(([device, count]) => ({ device, count })),
  };
}
