/** Owns how many events are kept of one reading, and how long their words may be: a host chooses both. */
import type { DatabaseSync } from "node:sqlite";
import { type HistoryEvent, historyLimits } from "../contract/history.ts";
import { keptName } from "./known.node.ts";

/** What of one reading is still to be kept, and what was left out. */
export interface Room {
  events: number;
  left: number;
}

export function roomOfReading(): Room {
  return { events: historyLimits.eventsOfReading, left: 0 };
}

type NewEvent = Omit<HistoryEvent, "id" | "device" | "port" | "cable"> &
  Partial<Pick<HistoryEvent, "device" | "port" | "cable">>;

export function addEvent(db: DatabaseSync, lab: number, event: NewEvent, room: Room): void {
  if (room.events <= 0) {
    room.left++;
    return;
  }
  room.events--;
  const { at, kind, cable = null, before, after, text } = event;
  const { device, port } = keptName({ device: event.device ?? "", port: event.port ?? "" });
  db.prepare(
    "INSERT INTO events (lab, at, kind, device, port, cable, before, after, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  ).run(lab, at, kind, device, port, cable, before.slice(0, 300), after.slice(0, 300), text.slice(0, 500));
}

/** Says how many events of a reading were left out, in the list where they are missed and in what `usage` tells. */
export function tellLeftOut(db: DatabaseSync, lab: number, { left }: Room, at: number): void {
  if (left === 0) return;
  const text = `${left} more changes were seen, beyond the ${historyLimits.eventsOfReading} that are kept of one reading`;
  addEvent(db, lab, { at, kind: "left-out", before: "", after: String(left), text }, { events: 1, left: 0 });
  db.prepare("UPDATE labs SET events_left = events_left + ? WHERE id = ?").run(left, lab);
}
