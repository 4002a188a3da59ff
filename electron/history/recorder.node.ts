/** Writes what was read: samples, and events where something changed. What it knows of the file is void when another process wrote. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { CableLive } from "../contract/fabric.ts";
import { isSaturated } from "../fabric/read/counters.ts";
import { clockAfter } from "./clock.ts";
import { addEvent, type Room, tellLeftOut } from "./events.node.ts";
import {
  type Before,
  clockIn,
  idOf,
  type Known,
  knownOf,
  type LabKey,
  type Port,
  portOf,
  roomForCable,
  unseenMs,
} from "./known.node.ts";
import { between } from "./rates.ts";
import { bytesOf, countersOfRow, rowOf, type SampleRow } from "./rows.ts";
import type { Wanted } from "./sweep.node.ts";
import type { CounterReading, PortSample, PortState } from "./types.ts";
import { cableStateText, countersText, isNews, type KeptState, portText, stateText } from "./words.ts";

/** Readings of two processes may cross by this much; a clock that went back by less is not told from that. */
const crossingMs = 60_000;
/** A reading follows the one before when no other was due between them. */
const followsMs = (intervalMs: number) => 2.5 * intervalMs + 5000;
/** The clock was set between two readings when they lie this much nearer or farther by it than they really do. */
const setMs = 1000;
/** Without readings of counters, the time is noted this often. */
const noteMs = 3_600_000;

/** A reading whose samples are being written. */
export interface Begun {
  readonly known: Known;
  readonly id: number;
  readonly at: number;
  readonly follows: number | null;
  readonly steadyMs: number;
  /** Ports that found no room. */
  refused: number;
}

export class Recorder {
  #known: Known | null = null;
  #key: string | null = null;
  #version = -1;
  /** The last reading of the open lab that was written whole, and since when there is one, by the clock nobody sets. */
  #whole: (Wanted & { readonly since: number; readonly steadyMs: number; refused: number }) | null = null;
  /** The reading that this process wrote last. */
  #own: { readonly id: number; readonly at: number; readonly steadyMs: number } | null = null;

  /** What is known of the file is void: it is another one, or was emptied. */
  forget(): void {
    this.#known = null;
    this.#own = null;
  }

  /** These ports are not in the file any more. */
  forgetPorts(ids: ReadonlySet<number>): void {
    if (this.#whole !== null) this.#whole.refused -= ids.size;
    if (ids.size === 0 || this.#known === null) return;
    for (const [key, { id }] of this.#known.ports) if (ids.has(id)) this.#known.ports.delete(key);
  }

  /** Begins a reading; null where it is not to be kept, because a newer one is there. Its samples come by {@link samples}. */
  begin(db: DatabaseSync, lab: LabKey, reading: CounterReading, room: Room): Begun | null {
    const { at, intervalMs, steadyMs } = reading;
    const known = this.#knownOf(db, lab);
    const last = lastReading(db, known.lab);
    const own = last?.id === this.#own?.id ? this.#own : null;
    const passedMs = last === null ? 0 : at - last.at;
    if (last !== null && passedMs <= 0) {
      // Where the one before is another process's, this one may merely have come late.
      if (passedMs === 0 || (own === null && -passedMs < crossingMs)) return null;
      const seconds = Math.ceil(-passedMs / 1000);
      const text = `clock of this machine went back by ${seconds} ${seconds === 1 ? "second" : "seconds"}`;
      addEvent(db, known.lab, { at, kind: "clock-back", before: String(last.at), after: String(at), text }, room);
    }
    const wasSet = own !== null && Math.abs(passedMs - (steadyMs - own.steadyMs)) > setMs;
    const follows = last !== null && passedMs > 0 && passedMs <= followsMs(intervalMs) && !wasSet ? last.at : null;
    noteTime(db, at, 0);
    const { lastInsertRowid } = db
      .prepare("INSERT INTO readings (lab, at, follows) VALUES (?, ?, ?)")
      .run(known.lab, at, follows);
    const id = idOf(lastInsertRowid);
    this.#own = { id, at, steadyMs };
    return { known, id, at, follows, steadyMs, refused: 0 };
  }

  /** Writes samples of a reading; false where the file was changed by another process since it began. */
  samples(db: DatabaseSync, lab: LabKey, begun: Begun, samples: readonly PortSample[], room: Room): boolean {
    if (this.#knownOf(db, lab) !== begun.known) return false;
    const { known, id, at, follows } = begun;
    const insert = db.prepare(
      "INSERT INTO samples (port, reading, xmit_data, rcv_data, xmit_pkts, rcv_pkts, errors) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    const before = db.prepare(
      "SELECT s.*, r.at FROM samples s JOIN readings r ON r.id = s.reading WHERE s.port = ? ORDER BY s.reading DESC LIMIT 1",
    );
    const edges = new Set<number>();
    let bytes = 0;
    for (const sample of samples) {
      const port = portOf(db, known, sample, at);
      if (port === null) {
        begun.refused++;
        continue;
      }
      const was = port.before ?? beforeIn(before, port.id);
      const row = rowOf(sample);
      // A port that is down and counts nothing has nothing to tell.
      if (sample.down && was !== null && JSON.stringify(rowOf(was.sample)) === JSON.stringify(row)) {
        port.before = { ...was, at };
        continue;
      }
      insert.run(port.id, id, row.xmit_data, row.rcv_data, row.xmit_pkts, row.rcv_pkts, row.errors);
      bytes += bytesOf(row);
      if (was !== null && judge(db, known.lab, port, was, sample, at, follows, room)) edges.add(was.reading).add(id);
      port.before = { sample, reading: id, at };
    }
    const edge = db.prepare("UPDATE readings SET edge = 1 WHERE id = ?");
    for (const reading of edges) edge.run(reading);
    db.prepare("UPDATE readings SET bytes = bytes + ? WHERE id = ?").run(bytes, id);
    return true;
  }

  /** Writes those of these ports' states that changed; gives how many ports there is no room for. */
  ports(db: DatabaseSync, lab: LabKey, at: number, ports: readonly PortState[], room: Room): number {
    let left = 0;
    const known = this.#knownOf(db, lab);
    noteTime(db, at, noteMs);
    for (const now of ports) {
      const { state, physState, width, speed } = now;
      const kept: KeptState = { state, physState, width, speed };
      const port = portOf(db, known, now, at);
      if (port === null) {
        left++;
        continue;
      }
      const before = port.state === null ? null : (JSON.parse(port.state) as KeptState);
      if (before !== null && !isNews(before, kept)) continue;
      port.state = JSON.stringify(kept);
      db.prepare("UPDATE ports SET state = ?, state_at = ? WHERE id = ?").run(port.state, at, port.id);
      if (before === null) continue;
      const words = { before: stateText(before), after: stateText(kept), text: portText(before, kept) };
      addEvent(db, known.lab, { at, kind: "port-state", device: now.device, port: now.port, ...words }, room);
    }
    return left;
  }

  /** Writes those of the cables' states that changed. */
  cables(db: DatabaseSync, lab: LabKey, at: number, cables: readonly CableLive[], room: Room): void {
    const known = this.#knownOf(db, lab);
    const present = new Set(cables.map(({ id }) => id));
    for (const cable of cables) {
      const before = known.cables.get(cable.id);
      const now = cableStateText(cable);
      // That nobody could look says nothing of the cable.
      if (cable.state === "unknown" || before === now) continue;
      if (!roomForCable(db, known, cable.id, present)) continue;
      known.cables.set(cable.id, now);
      db.prepare("INSERT OR REPLACE INTO cables (lab, cable, state, at) VALUES (?, ?, ?, ?)").run(
        known.lab,
        cable.id,
        now,
        at,
      );
      if (before === undefined) continue;
      const { device, port } = cable.a;
      const words = { before, after: now, text: `${now}, was ${before}: ${cable.reason}` };
      addEvent(db, known.lab, { at, kind: "cable-state", device, port, cable: cable.id, ...words }, room);
    }
  }

  /** A reading is written whole: from now on it tells which ports are missed. */
  whole({ at, steadyMs, refused }: Begun): void {
    this.#whole = { since: this.#whole?.since ?? steadyMs, at, steadyMs, refused };
  }

  /**
   * The ports that found no room in the last whole reading. None before whole readings of this process went on for as
   * long as a port must have been missed: what stands in the file may tell of the evening before.
   */
  wanted({ path }: LabKey): Wanted | null {
    const whole = this.#key === path ? this.#whole : null;
    return whole === null || whole.steadyMs - whole.since < unseenMs ? null : whole;
  }

  /** Says what was left out of a reading, once all of it was seen; of ports where that is told. */
  end(db: DatabaseSync, lab: LabKey, at: number, rooms: readonly Room[], portsLeft: number | null): void {
    const { lab: id } = this.#knownOf(db, lab);
    for (const room of rooms) tellLeftOut(db, id, room, at);
    if (portsLeft === null) return;
    db.prepare("UPDATE labs SET ports_left = ? WHERE id = ? AND ports_left <> ?").run(portsLeft, id, portsLeft);
  }

  #knownOf(db: DatabaseSync, lab: LabKey): Known {
    const version = Number(Object.values(db.prepare("PRAGMA data_version").get() ?? {})[0]);
    if (this.#known !== null && this.#key === lab.path && this.#version === version) return this.#known;
    this.#version = version;
    if (this.#key !== lab.path) this.#whole = null;
    this.#key = lab.path;
    this.#known = knownOf(db, lab);
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
  room: Room,
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
    addEvent(db, lab, { ...about, kind: "counters-reset", ...words, text }, room);
    return true;
  }
  for (const [name, value] of Object.entries(now.errors ?? {})) {
    const old = was.sample.errors?.[name] ?? 0;
    if (was.sample.errors === null || old === value || !isSaturated(name, value)) continue;
    const text = `${name} is at its end: at least ${value} from now on`;
    addEvent(
      db,
      lab,
      { ...about, kind: "counter-full", before: `${name} ${old}`, after: `${name} ${value}`, text },
      room,
    );
  }
  if (follows !== was.at && rises !== null && Object.keys(rises).length > 0) {
    const names = Object.keys(rises);
    const since = was.at < at ? ` since ${new Date(was.at).toISOString()}` : "";
    const text = `counted errors while nobody looked: ${countersText(rises)}${since}`;
    const words = { before: values(before, names), after: values(after, names), text };
    addEvent(db, lab, { ...about, kind: "errors-unseen", ...words }, room);
  }
  return false;
}

function beforeIn(statement: StatementSync, port: number): Before | null {
  const row = statement.get(port) as (SampleRow & { readonly reading: number; readonly at: number }) | undefined;
  return row === undefined ? null : { sample: countersOfRow(row), reading: row.reading, at: row.at };
}

function lastReading(db: DatabaseSync, lab: number): { readonly id: number; readonly at: number } | null {
  const row = db.prepare("SELECT id, at FROM readings WHERE lab = ? ORDER BY id DESC LIMIT 1").get(lab);
  return row === undefined ? null : { id: idOf(row.id), at: Number(row.at) };
}

/** Notes which time is believed now, where it moved by `stepMs` or is doubted anew. */
function noteTime(db: DatabaseSync, at: number, stepMs: number): void {
  const was = clockIn(db);
  const now = clockAfter(was, at);
  const moved = was === null ? null : [now.sureAt - was.sureAt, (now.toldAt ?? 0) - (was.toldAt ?? 0)];
  if (was?.doubtAt === now.doubtAt && moved?.every((ms) => Math.abs(ms) <= stepMs)) return;
  db.prepare("INSERT OR REPLACE INTO clock (id, sure_at, doubt_at, told_at) VALUES (1, ?, ?, ?)").run(
    now.sureAt,
    now.doubtAt,
    now.toldAt,
  );
}
