/** Decides how counters stand in rows of the database. */
import type { Counters } from "../fabric/read/counters.ts";

export interface SampleRow {
  readonly xmit_data: number | null;
  readonly rcv_data: number | null;
  readonly xmit_pkts: number | null;
  readonly rcv_pkts: number | null;
  readonly errors: string | null;
}

const columns = {
  xmit_data: "PortXmitData",
  rcv_data: "PortRcvData",
  xmit_pkts: "PortXmitPkts",
  rcv_pkts: "PortRcvPkts",
} as const;
/** Counters of one sample: as many as the tools have names for; a host may make up others. */
const mostErrors = 24;
const columnNames = Object.keys(columns) as (keyof typeof columns)[];

export function rowOf({
  traffic,
  errors,
}: {
  readonly traffic: Counters | null;
  readonly errors: Counters | null;
}): SampleRow {
  const told = (name: keyof typeof columns) => traffic?.[columns[name]] ?? null;
  return {
    xmit_data: told("xmit_data"),
    rcv_data: told("rcv_data"),
    xmit_pkts: told("xmit_pkts"),
    rcv_pkts: told("rcv_pkts"),
    errors: errors && JSON.stringify(Object.fromEntries(Object.entries(errors).slice(0, mostErrors))),
  };
}

/** What a sample takes in the file, about. */
export function bytesOf({ errors }: SampleRow): number {
  return 50 + (errors?.length ?? 0);
}

export function countersOfRow(row: SampleRow): { readonly traffic: Counters | null; readonly errors: Counters | null } {
  const traffic = columnNames.flatMap((name) => {
    const value = row[name];
    return value === null ? [] : [[columns[name], value] as const];
  });
  return {
    traffic: traffic.length === 0 ? null : Object.fromEntries(traffic),
    errors: row.errors === null ? null : (JSON.parse(row.errors) as Counters),
  };
}
