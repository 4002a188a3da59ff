/** Owns the history's file: opened when it is first needed, migrated, moved aside when damaged, in memory where it cannot be. */
import { DatabaseSync } from "node:sqlite";
import { type Fault, invariant } from "../contract/error.ts";
import { movedAside, notKept, tooNew, troubleOf } from "./faults.ts";
import { type FileId, fileIdOf, moveAside, ownFile, sizeOf } from "./files.node.ts";
import { migrations } from "./schema.ts";

/** Another process (the command line) writes for some milliseconds; waiting blocks this one. */
const busyMs = 250;
/** A file that could not be opened is tried again after this. */
const againMs = 60_000;
/** The file beside the database that takes what was written last; cut back to this when it was emptied. */
const journalBytes = 4 * 1024 * 1024;

export class Database {
  readonly path: string;
  #open: DatabaseSync | null = null;
  #ended = false;
  #inMemory = false;
  /** The file that is open, or was tried last. */
  #fileId: FileId = null;
  #fault: Fault | null = null;
  #tryAgainAt = 0;
  /** Rises whenever another file, or none of what was there, is behind {@link get}: what was known of it is void. */
  #generation = 0;

  constructor(path: string) {
    this.path = path;
  }

  get fault(): Fault | null {
    return this.#fault;
  }

  get inMemory(): boolean {
    return this.#inMemory;
  }

  get generation(): number {
    return this.#generation;
  }

  /**
   * Runs `work` with the database, in one transaction where `write`. Null where it failed; `fault` says why. A damaged
   * file is moved aside, and `work` done with the new one.
   */
  use<T>(work: (db: DatabaseSync) => T, write = false): T | null {
    for (let attempt = 0; attempt < 2; attempt++) {
      const db = this.#get();
      if (db === null) return null;
      try {
        if (!write) return work(db);
        db.exec("BEGIN IMMEDIATE");
        const changes = numberIn(db, "SELECT total_changes()");
        const result = work(db);
        db.exec("COMMIT");
        const isWritten = numberIn(db, "SELECT total_changes()") > changes;
        if (isWritten && this.#fault?.code === "history.full") this.#fault = null;
        return result;
      } catch (error) {
        if (db.isOpen && db.isTransaction) rollBack(db);
        const trouble = troubleOf(error);
        if (trouble === "busy") return null;
        this.#fault = notKept(this.path, error);
        if (trouble !== "corrupt" || this.#inMemory) return null;
        this.#moveAside();
      }
    }
    return null;
  }

  /** Bytes on disk, with what is not yet in the main file; in memory, bytes of pages. */
  sizeBytes(): number {
    if (this.#inMemory) return this.use(pageBytes) ?? 0;
    return sizeOf(this.path);
  }

  /** Bytes in use: what deleting would have to bring down. */
  usedBytes(): number {
    return this.use(pageBytes) ?? 0;
  }

  /** Closes it for good: what is asked from now on finds nothing, and makes no file. */
  [Symbol.dispose](): void {
    this.#ended = true;
    this.#close();
  }

  #close(): void {
    this.#generation++;
    const open = this.#open;
    this.#open = null;
    try {
      open?.close();
    } catch {
      // It was damaged, or its disk is gone: nothing is left to close.
    }
  }

  #get(): DatabaseSync | null {
    if (this.#ended) return null;
    if (this.#open !== null && this.#inMemory && Date.now() >= this.#tryAgainAt) this.#backToFile();
    // Another process moved the file aside, or somebody deleted it: what is written there nobody reads.
    if (this.#open !== null && !this.#inMemory && fileIdOf(this.path) !== this.#fileId) this.#close();
    if (this.#open !== null) return this.#open;
    this.#generation++;
    try {
      this.#open = this.#openFile();
      return this.#open;
    } catch (error) {
      if (troubleOf(error) === "busy") return null;
      if (troubleOf(error) === "corrupt") {
        this.#moveAside();
        try {
          this.#open = this.#openFile();
          return this.#open;
        } catch (again) {
          this.#fault = notKept(this.path, again);
        }
      } else this.#fault = error instanceof TooNew ? tooNew(this.path, error.version) : notKept(this.path, error);
    }
    this.#inMemory = true;
    this.#tryAgainAt = Date.now() + againMs;
    this.#open = new DatabaseSync(":memory:");
    migrate(this.#open);
    return this.#open;
  }

  /** What was kept in memory goes when the file can be had again, and not before. */
  #backToFile(): void {
    this.#tryAgainAt = Date.now() + againMs;
    let file: DatabaseSync;
    try {
      file = this.#openFile();
    } catch {
      // As before: the fault that is told still holds.
      return;
    }
    this.#close();
    this.#open = file;
  }

  #openFile(): DatabaseSync {
    try {
      this.#fileId = ownFile(this.path);
    } catch (error) {
      throw Object.assign(error instanceof Error ? error : new Error(String(error)), { errcode: codeOf(error) });
    }
    const db = new DatabaseSync(this.path, { timeout: busyMs });
    try {
      db.exec(
        `PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${journalBytes}`,
      );
      migrate(db);
    } catch (error) {
      db.close();
      throw error;
    }
    if (this.#inMemory) this.#fault = null;
    this.#inMemory = false;
    return db;
  }

  #moveAside(): void {
    this.#close();
    // Another process that met the damage first has put a new file in its place.
    if (fileIdOf(this.path) === this.#fileId) this.#fault = movedAside(this.path, moveAside(this.path));
  }
}

class TooNew extends Error {
  readonly version: number;
  constructor(version: number) {
    super(`version ${version}`);
    this.version = version;
  }
}

function migrate(db: DatabaseSync): void {
  if (versionOf(db) === migrations.length) return;
  // Two processes may start at once: the second finds the work done.
  db.exec("BEGIN IMMEDIATE");
  try {
    const version = versionOf(db);
    if (version > migrations.length) throw new TooNew(version);
    for (const step of migrations.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // SQLite rolled back by itself.
  }
}

function versionOf(db: DatabaseSync): number {
  return numberIn(db, "PRAGMA user_version");
}

function pageBytes(db: DatabaseSync): number {
  const used = numberIn(db, "PRAGMA page_count") - numberIn(db, "PRAGMA freelist_count");
  return used * numberIn(db, "PRAGMA page_size");
}

/** Gives unused pages back to the file system; how many are left. */
export function giveBack(db: DatabaseSync, pages: number): number {
  db.exec(`PRAGMA incremental_vacuum(${pages})`);
  return numberIn(db, "PRAGMA freelist_count");
}

/** The one number a statement gives. */
function numberIn(db: DatabaseSync, sql: string): number {
  const [value] = Object.values(db.prepare(sql).get() ?? {});
  invariant(typeof value === "number", `${sql} gives a number`);
  return value;
}

/** A full disk and a folder that may not be written, as SQLite would call them. */
function codeOf(error: unknown): number {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ENOSPC" || code === "EDQUOT" ? 13 : 14;
}
