/** Keeps the history within its bounds: by age, by size, and thinned; a bounded step at a time, so that nothing waits for it. */
import type { DatabaseSync } from "node:sqlite";
import { type OldReading, thin } from "./thin.ts";

export interface Limits {
  readonly mostAgeMs: number;
  readonly mostBytes: number;
}

/** What is older than this is thinned to one reading in {@link everyMs}. */
const fullMs = 24 * 3_600_000;
const everyMs = 5 * 60_000;
/** Rows that one step looks for: some 40 ms of work. */
const stepRows = 40_000;
/** Pages given back to the file system in one step. */
const stepPages = 500;
/** Of the bound on size this is left to the journal beside the database, and to pages that are not given back yet. */
const spareBytes = 5 * 1024 * 1024;

interface LabRow {
  readonly id: number;
  readonly ports: number;
  readonly thinned: number;
}

/** One step; true where more is to be done. `usedBytes` is what the database holds. */
export function keepStep(db: DatabaseSync, limits: Limits, usedBytes: number, nowMs: number): boolean {
  const labs = db
    .prepare("SELECT id, thinned, (SELECT count(*) FROM ports WHERE lab = labs.id) AS ports FROM labs")
    .all() as unknown as readonly LabRow[];
  const oldest = nowMs - limits.mostAgeMs;
  let more = false;
  for (const lab of labs) {
    const most = Math.max(20, Math.floor(stepRows / Math.max(1, lab.ports)));
    const old = db
      .prepare("SELECT id FROM readings WHERE lab = ? AND at < ? ORDER BY id LIMIT ?")
      .all(lab.id, oldest, most);
    drop(
      db,
      lab.id,
      old.map(({ id }) => Number(id)),
    );
    db.prepare("DELETE FROM events WHERE lab = ? AND at < ?").run(lab.id, oldest);
    more = thinLab(db, lab, nowMs - fullMs, most) || old.length === most || more;
  }
  if (usedBytes > limits.mostBytes - spareBytes) more = shrink(db, labs) || more;
  db.exec(`PRAGMA incremental_vacuum(${stepPages})`);
  return more;
}

function thinLab(db: DatabaseSync, lab: LabRow, before: number, most: number): boolean {
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

/** Drops the oldest readings, as many as a step takes, and the events of their time. */
function shrink(db: DatabaseSync, labs: readonly LabRow[]): boolean {
  const row = db.prepare("SELECT lab, id FROM readings ORDER BY at LIMIT 1").get();
  const lab = labs.find(({ id }) => id === Number(row?.lab));
  if (lab === undefined) {
    db.exec("DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT 10000)");
    return false;
  }
  const most = Math.max(20, Math.floor(stepRows / Math.max(1, lab.ports)));
  const old = db.prepare("SELECT id, at FROM readings WHERE lab = ? ORDER BY id LIMIT ?").all(lab.id, most);
  drop(
    db,
    lab.id,
    old.map(({ id }) => Number(id)),
  );
  db.prepare("DELETE FROM events WHERE lab = ? AND at <= ?").run(lab.id, Number(old.at(-1)?.at ?? 0));
  return true;
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
