/** Knows what the file holds of the open lab: its ports and cables as they stood last, and which of them still fit in. */
import type { DatabaseSync } from "node:sqlite";
import { invariant } from "../contract/error.ts";
import { portKey } from "../contract/fabric-words.ts";
import { historyLimits } from "../contract/history.ts";
import type { Clock } from "./clock.ts";
import type { PortIdentity, PortSample } from "./types.ts";

export interface LabKey {
  readonly path: string;
  readonly practice: boolean;
}

/** What a port had counted last. */
export interface Before {
  readonly sample: Pick<PortSample, "traffic" | "errors">;
  readonly reading: number;
  /** When it was seen so last, though it may not have been written again. */
  readonly at: number;
}

export interface Port extends PortIdentity {
  readonly id: number;
  readonly seenAt: number;
  before: Before | null;
  /** As JSON; null where no state was seen yet. */
  state: string | null;
}

export interface Known {
  readonly lab: number;
  readonly ports: Map<string, Port>;
  readonly cables: Map<string, string>;
}

/** A port that was not seen for so long gives way to another one, where a lab has as many as are kept. */
export const unseenMs = 2 * 3_600_000;
/** Cables of one lab whose state is kept. */
const mostCables = 8192;
/** That a port is still there is written this often. */
const seenMs = 3_600_000;

export function knownOf(db: DatabaseSync, { path, practice }: LabKey): Known {
  // Each run of the practice lab is a lab of its own; those that are over are nobody's history.
  if (practice) forget(db, "practice = 1 AND path <> ?", path);
  db.prepare("INSERT OR IGNORE INTO labs (path, practice) VALUES (?, ?)").run(path, practice ? 1 : 0);
  const lab = idOf(db.prepare("SELECT id FROM labs WHERE path = ?").get(path)?.id);
  const ports = new Map<string, Port>();
  const rows = db
    .prepare("SELECT id, node, number, device, port, state, seen_at AS seenAt FROM ports WHERE lab = ?")
    .all(lab) as unknown as readonly Omit<Port, "before">[];
  for (const row of rows) ports.set(portKey(row.node, row.number), { ...row, before: null });
  const cables = new Map<string, string>();
  for (const { cable, state } of db.prepare("SELECT cable, state FROM cables WHERE lab = ?").all(lab))
    cables.set(String(cable), String(state));
  return { lab, ports, cables };
}

/** Nobody sees these labs any more; their rows are deleted step by step. */
export function forget(db: DatabaseSync, where: string, ...values: readonly string[]): void {
  db.prepare(`UPDATE labs SET gone = 1, path = 'gone ' || id WHERE gone = 0 AND ${where}`).run(...values);
}

/** The names of a port as they are kept, in its row and in its events alike: a host chooses how long they are. */
export function keptName({
  device,
  port,
}: Pick<PortIdentity, "device" | "port">): Pick<PortIdentity, "device" | "port"> {
  return { device: device.slice(0, 128), port: port.slice(0, 64) };
}

/** The port as it is called now; null where the lab has as many as are kept. */
export function portOf(db: DatabaseSync, known: Known, told: PortIdentity, at: number): Port | null {
  const { node, number } = told;
  const { device, port } = keptName(told);
  const key = portKey(node, number);
  const found = known.ports.get(key);
  if (found === undefined && known.ports.size >= historyLimits.ports) return null;
  if (found?.device === device && found.port === port && Math.abs(at - found.seenAt) < seenMs) return found;
  const { id } =
    db
      .prepare(
        `INSERT INTO ports (lab, node, number, device, port, seen_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (lab, node, number)
         DO UPDATE SET device = excluded.device, port = excluded.port, seen_at = excluded.seen_at RETURNING id`,
      )
      .get(known.lab, node, number, device, port, at) ?? {};
  const { before, state } = found ?? { before: null, state: null };
  const made: Port = { id: idOf(id), node, number, device, port, seenAt: at, before, state };
  known.ports.set(key, made);
  return made;
}

/** Cables that are not there any more give way to others. False where there is no room. */
export function roomForCable(db: DatabaseSync, known: Known, cable: string, present: ReadonlySet<string>): boolean {
  if (known.cables.has(cable) || known.cables.size < mostCables) return true;
  const drop = db.prepare("DELETE FROM cables WHERE lab = ? AND cable = ?");
  for (const old of [...known.cables.keys()].filter((each) => !present.has(each))) {
    drop.run(known.lab, old);
    known.cables.delete(old);
  }
  return known.cables.size < mostCables;
}

/** Which time is believed; null where nothing was read yet. */
export function clockIn(db: DatabaseSync): Clock | null {
  const row = db.prepare("SELECT sure_at AS sureAt, doubt_at AS doubtAt, told_at AS toldAt FROM clock").get();
  return row === undefined ? null : (row as unknown as Clock);
}

export function idOf(value: unknown): number {
  invariant(typeof value === "number" || typeof value === "bigint", "a row has a number");
  return Number(value);
}
