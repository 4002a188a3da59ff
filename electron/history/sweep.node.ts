/** Deletes rows that nobody is told of any more: of labs that are gone, ports long unseen, labs that hold nothing. */
import type { DatabaseSync } from "node:sqlite";
import { historyLimits } from "../contract/history.ts";
import { unseenMs } from "./known.node.ts";

/** The lab that is open, with its devices: their ports stay. */
export interface OpenLab {
  readonly path: string;
  readonly devices: readonly string[];
  readonly wanted: Wanted | null;
}

/** How many ports found no room in a reading of all counters, and its time; null where that is not known. */
export interface Wanted {
  readonly at: number;
  readonly refused: number;
}

/** Rows that one step deletes, and where nobody waits for them: some 40 and 10 ms of work. */
export const stepRows = 40_000;
const goneRows = 10_000;
/** Ports that give way in one step. */
const givingWay = 64;

/** Deletes some of a lab that is gone; true where a lab still is. */
export function sweepGone(db: DatabaseSync): boolean {
  const lab = db.prepare("SELECT id FROM labs WHERE gone = 1 LIMIT 1").get();
  if (lab === undefined) return false;
  const id = Number(lab.id);
  let rows = goneRows;
  const ports = db.prepare("SELECT id FROM ports WHERE lab = ? LIMIT ?").all(id, rows);
  for (const port of ports) {
    rows -= emptyPort(db, Number(port.id), rows);
    if (rows <= 0) return true;
  }
  for (const table of ["readings", "events"]) {
    rows -= Number(
      db.prepare(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE lab = ? LIMIT ?)`).run(id, rows)
        .changes,
    );
    if (rows <= 0) return true;
  }
  db.prepare("DELETE FROM cables WHERE lab = ?").run(id);
  db.prepare("DELETE FROM labs WHERE id = ?").run(id);
  return db.prepare("SELECT 1 FROM labs WHERE gone = 1 LIMIT 1").get() !== undefined;
}

/** Deletes a port's oldest samples, and with the last of them the port; gives how many rows that were. */
function emptyPort(db: DatabaseSync, port: number, most: number): number {
  const { changes } = db
    .prepare(
      `DELETE FROM samples WHERE port = ? AND reading IN
         (SELECT reading FROM samples WHERE port = ? ORDER BY reading LIMIT ?)`,
    )
    .run(port, port, most);
  if (Number(changes) >= most) return most;
  db.prepare("DELETE FROM ports WHERE id = ?").run(port);
  return Number(changes) + 1;
}

/**
 * Deletes ports that hold nothing and were not seen since `oldest`; and where others found no room, so many that are
 * long unseen. While the time is doubted nobody is.
 */
export function sweepPorts(
  db: DatabaseSync,
  lab: { readonly id: number; readonly path: string; readonly ports: number },
  { oldest, doubted }: { readonly oldest: number; readonly doubted: boolean },
  open: OpenLab | null,
): readonly number[] {
  const unheld = db
    .prepare(
      `SELECT id FROM ports WHERE lab = ? AND seen_at < ? AND NOT EXISTS (SELECT 1 FROM samples WHERE port = ports.id)
       LIMIT ?`,
    )
    .all(lab.id, oldest, stepRows);
  const wanted = lab.ports >= historyLimits.ports && lab.path === open?.path && !doubted ? open.wanted : null;
  const giving =
    wanted !== null && wanted.refused > 0
      ? db
          .prepare(
            `SELECT id FROM ports WHERE lab = ? AND seen_at < ? AND device NOT IN (SELECT value FROM json_each(?))
           ORDER BY seen_at LIMIT ?`,
          )
          .all(lab.id, wanted.at - unseenMs, JSON.stringify(open?.devices), Math.min(wanted.refused, givingWay))
      : [];
  const ports = [...unheld, ...giving].map(({ id }) => Number(id));
  let rows = stepRows;
  const gone: number[] = [];
  for (const port of ports) {
    if (rows <= 0) break;
    rows -= emptyPort(db, port, rows);
    if (rows > 0) gone.push(port);
  }
  return gone;
}

/** Deletes labs of which nothing is left. */
export function sweepLabs(db: DatabaseSync, open: OpenLab | null): void {
  const { changes } = db
    .prepare(
      `DELETE FROM labs WHERE gone = 0 AND path <> ? AND NOT EXISTS (SELECT 1 FROM readings WHERE lab = labs.id)
         AND NOT EXISTS (SELECT 1 FROM events WHERE lab = labs.id) AND NOT EXISTS (SELECT 1 FROM ports WHERE lab = labs.id)`,
    )
    .run(open?.path ?? "");
  if (Number(changes) > 0) db.exec("DELETE FROM cables WHERE lab NOT IN (SELECT id FROM labs)");
}

/** Deletes so many of a lab's events, the oldest of the ports that tell most: one that flaps all day takes nobody else's. */
export function trimEvents(db: DatabaseSync, lab: number, count: number): void {
  db.prepare(
    `DELETE FROM events WHERE id IN (SELECT id FROM
       (SELECT id, row_number() OVER (PARTITION BY device, port ORDER BY id DESC) AS place FROM events WHERE lab = ?)
       ORDER BY place DESC, id LIMIT ?)`,
  ).run(lab, count);
}
