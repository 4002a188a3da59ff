/** Writes what was read: samples, and events where something changed. What it knows of the file is void when another process wrote. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { invariant } from "../contract/error.ts";
import type { HistoryEvent } from "../contract/history.ts";
import { isSaturated } from "../fabric/read/counters.ts";
import { between } from "./rates.ts";
import { countersOfRow, rowOf, type SampleRow } from "./rows.ts";
import type { CounterReading, PortIdentity, PortSample, StateReading } from "./types.ts";
import { cableText, countersText, isNews, type KeptState, portText, stateText } from "./words.ts";

export interface LabKey {
  readonly path: string;
  readonly practice: boolean;
}

/** Readings of two processes may cross by this much; a clock that went back by less is not told from that. */
const crossingMs = 60_000;
/** A reading follows the one before when no other was due between them. */
const followsMs = (intervalMs: number) => 2.5 * intervalMs + 5000;

interface Before {
  readonly sample: Pick<PortSample, "traffic" | "errors">;
  readonly reading: number;
  /** When it was seen so last, though it may not have been written again. */
  readonly at: number;
}

interface Port extends PortIdentity {
  readonly id: number;
  before: Before | null;
  state: KeptState | null;
}

interface Known {
  readonly lab: number;
  readonly ports: Map<string, Port>;
  readonly cables: Map<string, string>;
}

/** A reading whose samples are being written. */
export interface Begun {
  readonly known: Known;
  readonly id: number;
  readonly at: number;
  readonly follows: number | null;
  /** False where the clock went back: what was before is not before it. */
  readonly comparable: boolean;
}

export class Recorder {
  #known: Known | null = null;
  #key: string | null = null;
  #version = -1;

  /** What is known of the file is void: it is another one, or was emptied. */
  forget(): void {
    this.#known = null;
  }

  /** Begins a reading; null where it is not to be kept, because a newer one is there. Its samples come by {@link samples}. */
  begin(db: DatabaseSync, lab: LabKey, { at, intervalMs }: CounterReading): Begun | null {
    const known = this.#knownOf(db, lab);
    const last = lastReading(db, known.lab);
    const backMs = last === null ? 0 : last.at - at;
    if (last !== null && backMs >= 0 && backMs < crossingMs) return null;
    if (backMs >= crossingMs) {
      const text = `clock of this machine went back by ${Math.round(backMs / 1000)} seconds`;
      addEvent(db, known.lab, { at, kind: "clock-back", before: String(last?.at), after: String(at), text });
    }
    const follows = last !== null && backMs < 0 && -backMs <= followsMs(intervalMs) ? last.at : null;
    const { lastInsertRowid } = db
      .prepare("INSERT INTO readings (lab, at, follows) VALUES (?, ?, ?)")
      .run(known.lab, at, follows);
    return { known, id: idOf(lastInsertRowid), at, follows, comparable: backMs < crossingMs };
  }

  /** Writes samples of a reading; false where the file was changed by another process since it began. */
  samples(db: DatabaseSync, lab: LabKey, begun: Begun, samples: readonly PortSample[]): boolean {
    if (this.#knownOf(db, lab) !== begun.known) return false;
    const { known, id, at, follows } = begun;
    const insert = db.prepare(
      "INSERT INTO samples (port, reading, xmit_data, rcv_data, xmit_pkts, rcv_pkts, errors) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    const before = db.prepare(
      "SELECT s.*, r.at FROM samples s JOIN readings r ON r.id = s.reading WHERE s.port = ? ORDER BY s.reading DESC LIMIT 1",
    );
    const edges = new Set<number>();
    for (const sample of samples) {
      const port = portOf(db, known, sample);
      const was = port.before ?? beforeIn(before, port.id);
      const row = rowOf(sample);
      // A port that is down and counts nothing has nothing to tell.
      if (sample.down && was !== null && JSON.stringify(rowOf(was.sample)) === JSON.stringify(row)) {
        port.before = { ...was, at };
        continue;
      }
      insert.run(port.id, id, row.xmit_data, row.rcv_data, row.xmit_pkts, row.rcv_pkts, row.errors);
      if (was !== null && begun.comparable && judge(db, known.lab, port, was, sample, at, follows)) {
        edges.add(was.reading).add(id);
      }
      port.before = { sample, reading: id, at };
    }
    const edge = db.prepare("UPDATE readings SET edge = 1 WHERE id = ?");
    for (const reading of edges) edge.run(reading);
    return true;
  }

  states(db: DatabaseSync, lab: LabKey, { at, ports, cables }: StateReading): void {
    const known = this.#knownOf(db, lab);
    for (const now of ports) {
      const { state, physState, width, speed } = now;
      const kept: KeptState = { state, physState, width, speed };
      const port = portOf(db, known, now);
      if (port.state !== null && !isNews(port.state, kept)) continue;
      const row = db.prepare("SELECT state, state_at FROM ports WHERE id = ?").get(port.id);
      const before = typeof row?.state === "string" ? (JSON.parse(row.state) as KeptState) : null;
      port.state = kept;
      if (before !== null && !isNews(before, kept)) continue;
      db.prepare("UPDATE ports SET state = ?, state_at = ? WHERE id = ?").run(JSON.stringify(kept), at, port.id);
      if (before === null) continue;
      const words = { before: stateText(before), after: stateText(kept), text: portText(before, kept) };
      addEvent(db, known.lab, { at, kind: "port-state", device: now.device, port: now.port, ...words });
    }
    for (const cable of cables) {
      // That nobody could look says nothing of the cable.
      if (cable.state === "unknown" || known.cables.get(cable.id) === cable.state) continue;
      known.cables.set(cable.id, cable.state);
      const row = db.prepare("SELECT state FROM cables WHERE lab = ? AND cable = ?").get(known.lab, cable.id);
      const before = typeof row?.state === "string" ? row.state : null;
      if (before === cable.state) continue;
      db.prepare("INSERT OR REPLACE INTO cables (lab, cable, state, at) VALUES (?, ?, ?, ?)").run(
        known.lab,
        cable.id,
        cable.state,
        at,
      );
      if (before === null) continue;
      const { device, port } = cable.a;
      const words = { before, after: cable.state, text: cableText(before, cable) };
      addEvent(db, known.lab, { at, kind: "cable-state", device, port, cable: cable.id, ...words });
    }
  }

  #knownOf(db: DatabaseSync, lab: LabKey): Known {
    const version = Number(Object.values(db.prepare("PRAGMA data_version").get() ?? {})[0]);
    if (this.#known !== null && this.#key === lab.path && this.#version === version) return this.#known;
    this.#version = version;
    this.#key = lab.path;
    // Each run of the practice lab is a lab of its own; those that are over are nobody's history.
    if (lab.practice) forgetPractice(db, lab.path);
    db.prepare("INSERT OR IGNORE INTO labs (path, practice) VALUES (?, ?)").run(lab.path, lab.practice ? 1 : 0);
    const id = idOf(db.prepare("SELECT id FROM labs WHERE path = ?").get(lab.path)?.id);
    this.#known = { lab: id, ports: new Map(), cables: new Map() };
    return this.#known;
  }
}

/** Adds the events between two samples of a port; true where its counters went backwards. */
function judge(
  db: DatabaseSync,
  lab: number,
  port: Port,
  was: Before,
  now: PortSample,
  at: number,
  follows: number | null,
): boolean {
  const [before, after] = [
    { at: was.at, ...was.sample },
    { at, traffic: now.traffic, errors: now.errors },
  ];
  const { fell, rises } = between(before, after);
  const about = { at, device: port.device, port: port.port };
  const values = (sample: Pick<PortSample, "traffic" | "errors">, names: readonly string[]) =>
    countersText(Object.fromEntries(names.map((name) => [name, sample.traffic?.[name] ?? sample.errors?.[name] ?? 0])));
  if (fell.length > 0) {
    const words = { before: values(before, fell), after: values(after, fell) };
    const text = `counters went back (cleared, wrapped or begun anew): ${words.before}, then ${words.after}`;
    addEvent(db, lab, { ...about, kind: "counters-reset", ...words, text });
    return true;
  }
  for (const [name, value] of Object.entries(now.errors ?? {})) {
    const old = was.sample.errors?.[name] ?? 0;
    if (was.sample.errors === null || old === value || !isSaturated(name, value)) continue;
    const text = `${name} is at its end: at least ${value} from now on`;
    addEvent(db, lab, { ...about, kind: "counter-full", before: `${name} ${old}`, after: `${name} ${value}`, text });
  }
  if (follows !== was.at && rises !== null && Object.keys(rises).length > 0) {
    const names = Object.keys(rises);
    const text = `counted errors while nobody looked: ${countersText(rises)} since ${new Date(was.at).toISOString()}`;
    addEvent(db, lab, {
      ...about,
      kind: "errors-unseen",
      before: values(before, names),
      after: values(after, names),
      text,
    });
  }
  return false;
}

function portOf(db: DatabaseSync, known: Known, { node, number, device, port }: PortIdentity): Port {
  const key = `${node}/${number}`;
  const found = known.ports.get(key);
  if (found?.device === device && found.port === port) return found;
  const { id } =
    db
      .prepare(
        `INSERT INTO ports (lab, node, number, device, port) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (lab, node, number) DO UPDATE SET device = excluded.device, port = excluded.port RETURNING id`,
      )
      .get(known.lab, node, number, device, port) ?? {};
  const made: Port = {
    id: idOf(id),
    node,
    number,
    device,
    port,
    before: found?.before ?? null,
    state: found?.state ?? null,
  };
  known.ports.set(key, made);
  return made;
}

function beforeIn(statement: StatementSync, port: number): Before | null {
  const row = statement.get(port) as (SampleRow & { readonly reading: number; readonly at: number }) | undefined;
  return row === undefined ? null : { sample: countersOfRow(row), reading: row.reading, at: row.at };
}

function lastReading(db: DatabaseSync, lab: number): { readonly id: number; readonly at: number } | null {
  const row = db.prepare("SELECT id, at FROM readings WHERE lab = ? ORDER BY id DESC LIMIT 1").get(lab);
  return row === undefined ? null : { id: idOf(row.id), at: Number(row.at) };
}

function addEvent(
  db: DatabaseSync,
  lab: number,
  event: Omit<HistoryEvent, "id" | "device" | "port" | "cable"> &
    Partial<Pick<HistoryEvent, "device" | "port" | "cable">>,
): void {
  const { at, kind, device = "", port = "", cable = null, before, after, text } = event;
  db.prepare(
    "INSERT INTO events (lab, at, kind, device, port, cable, before, after, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  ).run(lab, at, kind, device, port, cable, before, after, text);
}

function forgetPractice(db: DatabaseSync, but: string): void {
  const over = "SELECT id FROM labs WHERE practice = 1 AND path <> ?";
  db.prepare(`DELETE FROM samples WHERE port IN (SELECT id FROM ports WHERE lab IN (${over}))`).run(but);
  for (const table of ["ports", "readings", "cables", "events"]) {
    db.prepare(`DELETE FROM ${table} WHERE lab IN (${over})`).run(but);
  }
  db.prepare("DELETE FROM labs WHERE practice = 1 AND path <> ?").run(but);
}

function idOf(value: unknown): number {
  invariant(typeof value === "number" || typeof value === "bigint", "a row has a number");
  return Number(value);
}
