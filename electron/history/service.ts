/** The history service: keeps what the fabric feature reads, and answers what was. Its file is opened when it is first needed. */
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { FaultError } from "../contract/error.ts";
import type { HistoryEvent, HistoryPorts, HistoryUsage } from "../contract/history.ts";
import type { LabState } from "../contract/lab.ts";
import type { Published } from "../published.ts";
import { Database, giveBack } from "./database.node.ts";
import { roomOfReading } from "./events.node.ts";
import { notCleared } from "./faults.ts";
import { damagedOf, remove, sizeOf } from "./files.node.ts";
import { isFull, keepStep, type Limits } from "./keeper.node.ts";
import { forget, type LabKey } from "./known.node.ts";
import { eventsOf, extentOf, nothing, portsOf } from "./queries.node.ts";
import { type Begun, Recorder } from "./recorder.node.ts";
import { Turns } from "./turns.node.ts";
import type { HistorySink } from "./types.ts";

export interface HistoryService extends HistorySink, Disposable {
  /** Series of the open lab's ports; none where no lab is open. */
  ports(input: {
    readonly device?: string | undefined;
    readonly port?: string | undefined;
    readonly sinceMs: number;
    readonly points: number;
  }): HistoryPorts;
  events(input: {
    readonly sinceMs: number;
    readonly limit: number;
    readonly filter: {
      readonly device?: string | undefined;
      readonly port?: string | undefined;
      readonly cable?: string | undefined;
      readonly ports?: readonly { readonly device: string; readonly port: string }[] | undefined;
      readonly kinds?: readonly HistoryEvent["kind"][] | undefined;
    };
  }): { readonly events: HistoryEvent[]; readonly more: boolean };
  usage(): HistoryUsage;
  /** Deletes the history of all labs, and what was moved aside. Nobody is told of it from now on; its rows go in turns. */
  clear(): Promise<HistoryUsage>;
}

export interface HistoryServiceDeps {
  readonly dir: string;
  readonly lab: Published<LabState>;
  readonly limits: () => Limits;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Work on bounds in one turn of the event loop, at most but for its last step; and the rest before the next one. */
const keepMs = 25;
const keepRestMs = 100;
/** Ports written in one turn, which takes some 10 ms: a large fabric's are written in several. */
const portsAtOnce = 400;
/** Pages given back to the file system in one turn, when everything was deleted. */
const pagesAtOnce = 500;

export function createHistoryService({ dir, lab, limits, now = Date.now }: HistoryServiceDeps): HistoryService {
  const database = new Database(join(dir, "history.sqlite"));
  const recorder = new Recorder();
  const turns = new Turns();
  let generation = -1;
  let keeping: NodeJS.Timeout | null = null;

  const keyOf = (): LabKey | null => {
    const { path, practice } = lab.get();
    return path === null ? null : { path, practice };
  };
  const record = <T>(write: (db: DatabaseSync) => T): T | null => {
    const done = database.use((db) => {
      if (database.generation !== generation) recorder.forget();
      generation = database.generation;
      return write(db);
    }, true);
    // What was half written is not in the file.
    if (done === null) recorder.forget();
    return done;
  };
  /** One step towards the bounds; true where more is to be done. */
  const keepStepNow = (): boolean => {
    const { lab: plan } = lab.get();
    const key = keyOf();
    const devices = plan?.devices.map(({ name }) => name) ?? [];
    const open = key && { path: key.path, devices, wanted: recorder.wanted(key) };
    const used = database.usedBytes();
    const kept = record((db) => keepStep(db, limits(), used, open));
    if (kept !== null) recorder.forgetPorts(kept.gone);
    return kept?.more ?? false;
  };
  const keep = () => {
    const endMs = performance.now() + keepMs;
    let more = true;
    while (more && performance.now() < endMs) more = keepStepNow();
    if (!more || keeping !== null) return;
    keeping = setTimeout(() => {
      keeping = null;
      keep();
    }, keepRestMs);
    keeping.unref();
  };
  const isFullNow = () => isFull(limits(), database.usedBytes());
  /** Writes a reading in turns; `write` takes the ports from one number up to another, false where it is to end. */
  const inTurns = (
    kind: string,
    ports: number,
    write: (db: DatabaseSync, from: number, until: number) => boolean,
  ): void => {
    let from = 0;
    turns.add(kind, () => {
      if (isFullNow()) keep();
      const until = from + portsAtOnce;
      const goesOn = !isFullNow() && record((db) => write(db, from, until)) === true && until < ports;
      from = until;
      if (!goesOn) keep();
      return goesOn;
    });
  };
  const usage = (): HistoryUsage => {
    const extent = database.use(extentOf) ?? nothing;
    const { mostBytes, mostAgeMs } = limits();
    const damaged = damagedOf(database.path);
    return {
      path: database.path,
      kept: !database.inMemory,
      sizeBytes: database.sizeBytes(),
      mostBytes,
      mostAgeMs,
      ...extent,
      damaged: { files: damaged.length, sizeBytes: damaged.reduce((sum, path) => sum + sizeOf(path), 0) },
      fault: database.fault,
    };
  };
  return {
    counters(reading) {
      const key = keyOf();
      if (key === null) return;
      const [{ at, samples }, room] = [reading, roomOfReading()];
      let begun: Begun | null = null;
      inTurns("counters", samples.length, (db, from, until) => {
        begun ??= recorder.begin(db, key, reading, room);
        if (begun === null || !recorder.samples(db, key, begun, samples.slice(from, until), room)) return false;
        if (until < samples.length) return true;
        recorder.end(db, key, at, [room], null);
        recorder.whole(begun);
        return true;
      });
    },
    states({ at, ports, portsLeft, cables }) {
      const key = keyOf();
      if (key === null) return;
      const [ofPorts, ofCables] = [roomOfReading(), roomOfReading()];
      let left = portsLeft;
      inTurns("states", ports.length, (db, from, until) => {
        left += recorder.ports(db, key, at, ports.slice(from, until), ofPorts);
        if (until < ports.length) return true;
        recorder.cables(db, key, at, cables, ofCables);
        recorder.end(db, key, at, [ofPorts, ofCables], left);
        return true;
      });
    },
    ports({ device, port, sinceMs, points }) {
      const toMs = now();
      const range = { fromMs: Math.max(0, toMs - sinceMs), toMs, points };
      const key = keyOf();
      const found = key === null ? null : database.use((db) => portsOf(db, key.path, { device, port, ...range }));
      return found ?? { ...range, bucketMs: Math.ceil(sinceMs / points), ports: [], more: 0 };
    },
    events({ sinceMs, limit, filter }) {
      const key = keyOf();
      const query = { ...filter, limit, fromMs: now() - sinceMs };
      const found = key === null ? [] : (database.use((db) => eventsOf(db, key.path, query)) ?? []);
      return { events: found.slice(0, limit), more: found.length > limit };
    },
    usage,
    async clear() {
      const isForgotten = record((db) => {
        forget(db, "TRUE");
        return true;
      });
      if (isForgotten === null) throw new FaultError(notCleared(database.path, database.fault));
      recorder.forget();
      for (const path of damagedOf(database.path)) remove(path);
      while (keepStepNow()) await setImmediate();
      let free = Number.POSITIVE_INFINITY;
      for (;;) {
        const left = database.use((db) => giveBack(db, pagesAtOnce));
        if (left === null || left === 0 || left >= free) break;
        free = left;
        await setImmediate();
      }
      database.use((db) => db.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
      return usage();
    },
    [Symbol.dispose]() {
      if (keeping !== null) clearTimeout(keeping);
      database[Symbol.dispose]();
    },
  };
}
