/** Reads what was kept: series of ports, events, and how much there is. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { HistoryEvent, HistoryPorts, PortSeries } from "../contract/history.ts";
import { counterKind, isSaturated } from "../fabric/read/counters.ts";
import { between, totalErrorsPerMin } from "./rates.ts";
import { countersOfRow, type SampleRow } from "./rows.ts";
import { type StoredSample, seriesOf } from "./series.ts";

/** Ports in one answer: a chassis switch and its hosts are not asked for at once. */
const mostSeries = 64;
/** Samples of one port in one answer; what is kept in full of a day is 17,280 at most (every 5 s). */
const mostSamples = 40_000;

export interface PortsQuery {
  readonly device?: string | undefined;
  readonly port?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
}

interface PortRow {
  readonly id: number;
  readonly node: string;
  readonly number: number;
  readonly device: string;
  readonly port: string;
}

export function portsOf(db: DatabaseSync, lab: string, query: PortsQuery): HistoryPorts {
  const { fromMs, toMs, points } = query;
  const rows = db
    .prepare(
      `SELECT p.id, p.node, p.number, p.device, p.port FROM ports p JOIN labs l ON l.id = p.lab
       WHERE l.path = ?1 AND (?2 IS NULL OR p.device = ?2) AND (?3 IS NULL OR p.port = ?3) ORDER BY p.device, p.number`,
    )
    .all(lab, query.device ?? null, query.port ?? null) as unknown as readonly PortRow[];
  const ports = rows.slice(0, mostSeries).map((port) => seriesOfPort(db, port, query));
  const bucketMs = Math.max(1, Math.ceil((toMs - fromMs) / points));
  return { fromMs, toMs, bucketMs, ports, more: rows.length - ports.length };
}

function seriesOfPort(db: DatabaseSync, { id, node, number, device, port }: PortRow, range: PortsQuery): PortSeries {
  const rows = db
    .prepare(
      `SELECT s.*, r.at, r.follows FROM samples s JOIN readings r ON r.id = s.reading
       WHERE s.port = ? AND r.at >= ? AND r.at <= ? ORDER BY s.reading DESC LIMIT ?`,
    )
    .all(id, range.fromMs, range.toMs, mostSamples) as unknown as readonly StoredRow[];
  const samples = rows.map(stored).reverse();
  const first = rows.at(-1);
  // The one before the range tells what happened up to the first one in it.
  const earlier = before(db, id, first?.reading ?? null, range.fromMs);
  const all = earlier === null ? samples : [earlier, ...samples];
  const { points, resets } = seriesOf(all, range);
  const [last, previous] = [all.at(-1), all.at(-2)];
  const followed = last !== undefined && previous !== undefined && last.follows === previous.at;
  const rates = followed ? between(previous, last).rates : null;
  return {
    device,
    port,
    node,
    number,
    points: [...points],
    resets: [...resets],
    lastAt: last?.at ?? null,
    xmitNow: rates?.xmitBytesPerSec ?? null,
    rcvNow: rates?.rcvBytesPerSec ?? null,
    errorsNow: rates === null ? null : totalErrorsPerMin(rates),
    counters: Object.entries(last?.errors ?? {}).map(([name, value]) => {
      const atLeast = isSaturated(name, value);
      const known = rates?.errorsPerMin ?? null;
      const perMin = counterKind(name) === "error" ? (known === null ? null : (known[name] ?? 0)) : waitPerMin(rates);
      return { name, value, atLeast, perMin: atLeast ? null : perMin };
    }),
  };
}

function waitPerMin(rates: { readonly waitPerSec: number | null } | null): number | null {
  return rates?.waitPerSec === null || rates === null ? null : rates.waitPerSec * 60;
}

type StoredRow = SampleRow & { readonly reading: number; readonly at: number; readonly follows: number | null };

function before(db: DatabaseSync, port: number, reading: number | null, fromMs: number): StoredSample | null {
  const sql = "SELECT s.*, r.at, r.follows FROM samples s JOIN readings r ON r.id = s.reading WHERE s.port = ?";
  const row =
    reading === null
      ? db.prepare(`${sql} AND r.at < ? ORDER BY s.reading DESC LIMIT 1`).get(port, fromMs)
      : db.prepare(`${sql} AND s.reading < ? ORDER BY s.reading DESC LIMIT 1`).get(port, reading);
  return row === undefined ? null : stored(row as unknown as StoredRow);
}

function stored(row: StoredRow): StoredSample {
  return { at: row.at, follows: row.follows, ...countersOfRow(row) };
}

export interface EventsQuery {
  readonly fromMs: number;
  readonly limit: number;
  readonly device?: string | undefined;
  readonly port?: string | undefined;
  readonly cable?: string | undefined;
  readonly ports?: readonly { readonly device: string; readonly port: string }[] | undefined;
  readonly kinds?: readonly string[] | undefined;
}

/** Newest first; one more than `limit` where there are more. */
export function eventsOf(db: DatabaseSync, lab: string, query: EventsQuery): readonly HistoryEvent[] {
  const where = ["l.path = ?", "e.at >= ?"];
  const values: SQLInputValue[] = [lab, query.fromMs];
  const about = (device: string | undefined, port: string | undefined): string => {
    const parts: string[] = [];
    if (device !== undefined) {
      parts.push("e.device = ?");
      values.push(device);
    }
    if (port !== undefined) {
      parts.push("e.port = ?");
      values.push(port);
    }
    return `(${parts.join(" AND ")})`;
  };
  if (query.device !== undefined || query.port !== undefined) where.push(about(query.device, query.port));
  const any: string[] = [];
  if (query.cable !== undefined) {
    any.push("e.cable = ?");
    values.push(query.cable);
  }
  // What an end of the cable has to say of the cable itself is told once.
  for (const { device, port } of query.ports ?? []) any.push(`(e.cable IS NULL AND ${about(device, port)})`);
  if (any.length > 0) where.push(`(${any.join(" OR ")})`);
  if (query.kinds !== undefined) {
    where.push("e.kind IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(query.kinds));
  }
  const rows = db
    .prepare(
      `SELECT e.id, e.at, e.kind, e.device, e.port, e.cable, e.before, e.after, e.text
       FROM events e JOIN labs l ON l.id = e.lab WHERE ${where.join(" AND ")} ORDER BY e.id DESC LIMIT ?`,
    )
    .all(...values, query.limit + 1);
  return rows.map((row) => ({ ...row })) as unknown as readonly HistoryEvent[];
}

export interface Extent {
  readonly oldestAt: number | null;
  readonly newestAt: number | null;
  readonly readings: number;
  readonly events: number;
  readonly leftOut: { readonly ports: number; readonly events: number };
}

export const nothing: Extent = {
  oldestAt: null,
  newestAt: null,
  readings: 0,
  events: 0,
  leftOut: { ports: 0, events: 0 },
};

/** Of all labs that are there. */
export function extentOf(db: DatabaseSync): Extent {
  const ofTable = (table: string) =>
    db
      .prepare(
        `SELECT count(*) AS n, max(at) AS newest FROM ${table} WHERE lab IN (SELECT id FROM labs WHERE gone = 0)`,
      )
      .get();
  // A lab's first row tells since when it is kept, whatever the clock said later.
  const firsts = db
    .prepare(
      `SELECT (SELECT at FROM readings WHERE lab = labs.id ORDER BY id LIMIT 1) AS reading,
         (SELECT at FROM events WHERE lab = labs.id ORDER BY id LIMIT 1) AS event FROM labs WHERE gone = 0`,
    )
    .all();
  const left = db.prepare("SELECT sum(ports_left) AS ports, sum(events_left) AS events FROM labs WHERE gone = 0").get();
  const [readings, events] = [ofTable("readings"), ofTable("events")];
  const times = (...values: readonly unknown[]) => values.filter((value) => typeof value === "number");
  const oldest = times(...firsts.flatMap(({ reading, event }) => [reading, event]));
  const newest = times(readings?.newest, events?.newest);
  return {
    oldestAt: oldest.length === 0 ? null : oldest.reduce((a, b) => Math.min(a, b)),
    newestAt: newest.length === 0 ? null : Math.max(...newest),
    readings: Number(readings?.n ?? 0),
    events: Number(events?.n ?? 0),
    leftOut: { ports: Number(left?.ports ?? 0), events: Number(left?.events ?? 0) },
  };
}
