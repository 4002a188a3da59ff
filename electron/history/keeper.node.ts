/** Keeps the history within its bounds: by age, by size, and thinned; a bounded step at a time, so that nothing waits for it. */
import type { DatabaseSync } from "node:sqlite";
import { giveBack } from "./database.node.ts";
import { clockIn } from "./known.node.ts";
import { type OpenLab, stepRows, sweepGone, sweepLabs, sweepPorts, trimEvents } from "./sweep.node.ts";
import { type OldReading, thin } from "./thin.ts";

export interface Limits {
  readonly mostAgeMs: number;
  readonly mostBytes: number;
}

/** What is older than this is thinned to one reading in {@link everyMs}. */
const fullMs = 24 * 3_600_000;
const everyMs = 5 * 60_000;
/** Pages given back to the file system in one step. */
const stepPages = 500;
/** Of the bound on size this is left to the journal beside the database, and to pages that are not given back yet. */
const spareBytes = 6 * 1024 * 1024;
/** From here on nothing is written until something was deleted: one turn's samples still fit. */
const stopBytes = 5 * 1024 * 1024;
/** Events of one lab, and how many a step deletes. */
const mostEvents = 20_000;
const stepEvents = 2000;
/** What rows take beside samples, about. */
const portBytes = 200;
const eventBytes = 400;

interface LabRow {
  readonly id: number;
  readonly path: string;
  readonly ports: number;
  readonly events: number;
  readonly thinned: number;
}

export interface Kept {
  /** True where more is to be done. */
  readonly more: boolean;
  /** Ports that are not in the file any more. */
  readonly gone: ReadonlySet<number>;
}

/** True where nothing may be written until {@link keepStep} has deleted something. */
export function isFull({ mostBytes }: Limits, usedBytes: number): boolean {
  return usedBytes > mostBytes - stopBytes;
}

/** One step; `usedBytes` is what the database holds. */
export function keepStep(db: DatabaseSync, limits: Limits, usedBytes: number, open: OpenLab | null): Kept {
  const clock = clockIn(db);
  const gone = new Set<number>();
  let more = sweepGone(db);
  // What is gone makes room first: nobody's history goes for it.
  if (!more && clock !== null) {
    const times = { sureAt: clock.sureAt, oldest: clock.sureAt - limits.mostAgeMs, doubted: clock.doubtAt !== null };
    const labs = db
      .prepare(
        `SELECT id, path, thinned, (SELECT count(*) FROM ports WHERE lab = labs.id) AS ports,
           (SELECT count(*) FROM events WHERE lab = labs.id) AS events FROM labs WHERE gone = 0`,
      )
      .all() as unknown as readonly LabRow[];
    for (const lab of labs) {
      // While another time than before is told and not believed yet, nothing is too old.
      if (!times.doubted) more = dropOld(db, lab, times) || more;
      more = thinLab(db, lab, clock.sureAt - fullMs) || more;
      for (const port of sweepPorts(db, lab, times, open)) gone.add(port);
      if (lab.events > mostEvents) {
        trimEvents(db, lab.id, stepEvents);
        more = more || lab.events - stepEvents > mostEvents;
      }
    }
    sweepLabs(db, open);
    if (usedBytes > limits.mostBytes - spareBytes) more = shrink(db, labs) || more;
  }
  giveBack(db, stepPages);
  return { more, gone };
}

/** Readings that a step drops of a lab. */
function atOnce({ ports }: LabRow): number {
  return Math.max(4, Math.floor(stepRows / Math.max(1, ports)));
}

/** Drops what is older than `oldest`; true where more may be. */
function dropOld(
  db: DatabaseSync,
  lab: LabRow,
  { oldest, sureAt }: { readonly oldest: number; readonly sureAt: number },
): boolean {
  const [most, until] = [atOnce(lab), lastOld(db, "readings", lab.id, oldest, sureAt)];
  const old = until === null ? [] : oldestOf(db, "readings", lab.id, until, most);
  drop(db, lab.id, old);
  const lastEvent = lastOld(db, "events", lab.id, oldest, sureAt);
  const events = lastEvent === null ? [] : oldestOf(db, "events", lab.id, lastEvent, stepEvents);
  db.prepare("DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))").run(JSON.stringify(events));
  return old.length === most || events.length === stepEvents;
}

/**
 * The last of the rows that go by age; null where none does. Rows lie in the order they came, and times need not: what
 * came before the first row that is young enough goes, up to the last that is old. A time that lies ahead of the one that
 * is believed is neither: such a row goes when an old one behind it does.
 */
function lastOld(db: DatabaseSync, table: "readings" | "events", lab: number, oldest: number, sureAt: number) {
  const young = db
    .prepare(`SELECT id FROM ${table} WHERE lab = ? AND +at >= ? AND +at <= ? ORDER BY id LIMIT 1`)
    .get(lab, oldest, sureAt);
  const old = db
    .prepare(`SELECT id FROM ${table} WHERE lab = ? AND id < ? AND +at < ? ORDER BY id DESC LIMIT 1`)
    .get(lab, Number(young?.id ?? Number.MAX_SAFE_INTEGER), oldest);
  return old === undefined ? null : Number(old.id);
}

function oldestOf(db: DatabaseSync, table: "readings" | "events", lab: number, until: number, most: number) {
  const sql = `SELECT id FROM ${table} WHERE lab = ? AND id <= ? ORDER BY id LIMIT ?`;
  return db
    .prepare(sql)
    .all(lab, until, most)
    .map(({ id }) => Number(id));
}

function thinLab(db: DatabaseSync, lab: LabRow, before: number): boolean {
  const most = Math.max(20, atOnce(lab));
  const rows = db
    .prepare("SELECT id, at, follows, edge FROM readings WHERE lab = ? AND id >= ? AND at < ? ORDER BY id LIMIT ?")
    .all(lab.id, lab.thinned, before, most);
  if (rows.length < Math.min(most, 40)) return false;
  const readings = rows.map(
    ({ id, at, follows, edge }): OldReading => ({
      id: Number(id),
      at: Number(at),
      follows: follows === null ? null : Number(follows),
      edge: edge === 1,
    }),
  );
  const { doomed, follows } = thin(readings, everyMs);
  drop(db, lab.id, doomed);
  const update = db.prepare("UPDATE readings SET follows = ? WHERE id = ?");
  for (const { id, follows: at } of follows) update.run(at, id);
  db.prepare("UPDATE labs SET thinned = ? WHERE id = ?").run(readings.at(-1)?.id ?? lab.thinned, lab.id);
  return rows.length === most;
}

/** The lab that holds most gives its oldest: none is ever brought below its equal share for another's sake. */
function shrink(db: DatabaseSync, labs: readonly LabRow[]): boolean {
  const sums = db.prepare("SELECT lab, sum(bytes) AS bytes FROM readings GROUP BY lab").all();
  const held = new Map(sums.map(({ lab, bytes }) => [Number(lab), Number(bytes)]));
  const bytes = (lab: LabRow) => (held.get(lab.id) ?? 0) + lab.events * eventBytes + lab.ports * portBytes;
  const most = labs.toSorted((a, b) => bytes(b) - bytes(a))[0];
  if (most === undefined) return false;
  // Events are small, and tell for longer: they go where they are a fourth of it.
  if (most.events * eventBytes * 4 > bytes(most)) {
    trimEvents(db, most.id, stepEvents);
    return true;
  }
  // The newest may still be being written.
  const newest = db.prepare("SELECT max(id) AS id FROM readings WHERE lab = ?").get(most.id);
  const old = oldestOf(db, "readings", most.id, Number(newest?.id ?? 0) - 1, atOnce(most));
  drop(db, most.id, old);
  return old.length > 0;
}

/** Samples lie by port: each port's of these readings are deleted by themselves, without a look at all others. */
function drop(db: DatabaseSync, lab: number, readings: readonly number[]): void {
  if (readings.length === 0) return;
  const ids = JSON.stringify(readings);
  db.prepare(
    `DELETE FROM samples WHERE (port, reading) IN
       (SELECT p.id, j.value FROM ports p CROSS JOIN json_each(?) j WHERE p.lab = ?)`,
  ).run(ids, lab);
  db.prepare("DELETE FROM readings WHERE id IN (SELECT value FROM json_each(?))").run(ids);
}
