/** The history service: keeps what the fabric feature reads, and answers what was. Its file is opened when it is first needed. */
import { join } from "node:path";
import type { HistoryEvent, HistoryPorts, HistoryUsage } from "../contract/history.ts";
import type { LabState } from "../contract/lab.ts";
import type { Published } from "../published.ts";
import { Database } from "./database.node.ts";
import { damagedOf, remove, sizeOf } from "./files.node.ts";
import { keepStep, type Limits } from "./keeper.node.ts";
import { eventsOf, extentOf, portsOf } from "./queries.node.ts";
import { type Begun, type LabKey, Recorder } from "./recorder.node.ts";
import type { CounterReading, HistorySink } from "./types.ts";

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
  /** Deletes the history of all labs, and what was moved aside. */
  clear(): HistoryUsage;
}

export interface HistoryServiceDeps {
  readonly dir: string;
  readonly lab: Published<LabState>;
  readonly limits: () => Limits;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Work on bounds that goes with one reading, at most; one step takes some milliseconds. */
const keepMs = 25;
/** Samples written in one go, which takes some 10 ms: a large fabric's are written in several turns of the event loop. */
const samplesAtOnce = 400;

export function createHistoryService({ dir, lab, limits, now = Date.now }: HistoryServiceDeps): HistoryService {
  const database = new Database(join(dir, "history.sqlite"));
  const recorder = new Recorder();
  let generation = -1;
  let closed = false;

  const keyOf = (): LabKey | null => {
    const { path, practice } = lab.get();
    return path === null ? null : { path, practice };
  };
  const record = <T>(write: (db: Parameters<Recorder["states"]>[0], key: LabKey) => T): T | null => {
    const key = keyOf();
    if (key === null || closed) return null;
    const done = database.use((db) => {
      if (database.generation !== generation) recorder.forget();
      generation = database.generation;
      return write(db, key);
    }, true);
    // What was half written is not in the file.
    if (done === null) recorder.forget();
    return done;
  };
  const counters = (reading: CounterReading, from: number, begun: Begun | null) => {
    const until = from + samplesAtOnce;
    const written = record((db, key) => {
      const going = begun ?? recorder.begin(db, key, reading);
      if (going === null) return { going };
      return { going: recorder.samples(db, key, going, reading.samples.slice(from, until)) ? going : null };
    });
    if (!written?.going) return;
    if (until >= reading.samples.length) keep();
    else setImmediate(counters, reading, until, written.going);
  };
  const keep = () => {
    const endMs = performance.now() + keepMs;
    let more = true;
    while (more && performance.now() < endMs) {
      const used = database.usedBytes();
      more = database.use((db) => keepStep(db, limits(), used, now()), true) ?? false;
    }
  };
  const usage = (): HistoryUsage => {
    const extent = database.use(extentOf) ?? { oldestAt: null, newestAt: null, readings: 0, events: 0 };
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
    counters: (reading) => counters(reading, 0, null),
    states(reading) {
      record((db, key) => recorder.states(db, key, reading));
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
    clear() {
      database.use((db) => {
        for (const table of ["samples", "readings", "events", "cables", "ports", "labs"])
          db.exec(`DELETE FROM ${table}`);
      }, true);
      recorder.forget();
      for (const path of damagedOf(database.path)) remove(path);
      database.use((db) => db.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"));
      return usage();
    },
    [Symbol.dispose]() {
      closed = true;
      database.close();
    },
  };
}
