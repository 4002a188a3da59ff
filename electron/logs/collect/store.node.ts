/** Owns `<profile>/collections/<id>/`: header, journal and items. What it was told survives the end of the process at any moment. */
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress } from "node:zlib";
import * as z from "zod";
import { errorCode, FaultError } from "../../contract/error.ts";
import type { Clock, CollectionHeader, EntryResult } from "../../contract/logs/entry.ts";
import { isSameProcess, processMark } from "../../process-mark.node.ts";
import { inTurns } from "../../steps.ts";
import { takesPlace, writeWhole } from "../../whole-file.node.ts";
import type { StoredCollection } from "../stored.node.ts";
import { AppendFile } from "./append.node.ts";
import { bundleIsWhole, collectionBusy, collectionExists, diskFault, entryGone, noSuchCollection } from "./faults.ts";
import { type HeaderFile, readHeader, renamed, writeHeader } from "./header.ts";
import { ItemWriter } from "./item.node.ts";
import { type Journal, type JournalLine, readJournal, type Segment, writeJournalLine } from "./journal.ts";
import { chunkBytes, holdsAll, packingOptions, readItem } from "./packing.node.ts";
import { Summing } from "./summing.node.ts";

const idForm = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

/** Writes what comes of entries; everything it was told survives the end of the process at any moment. */
export interface DiskWriter {
  readonly header: CollectionHeader;
  readonly results: ReadonlyMap<number, EntryResult>;
  /** Takes the content of entry `n` as a whole and notes its result, whose size and sum it computes. */
  put(n: number, content: Readable, result: Omit<EntryResult, "n" | "sizeBytes" | "sha256">): Promise<EntryResult>;
  note(result: EntryResult): Promise<void>;
  noteClock(clock: Clock): Promise<void>;
  /** The item of entry `n`, behind what is on the disk already. Close it. */
  item(n: number): Promise<ItemWriter>;
  close(): Promise<void>;
}

/** All collections of the profile. */
export interface DiskStore {
  list(): Promise<readonly StoredCollection[]>;
  /** Throws FaultError `logs.no-such-collection`. */
  get(id: string): Promise<StoredCollection>;
  remove(id: string): Promise<void>;
  create(header: CollectionHeader, of: Pick<StoredCollection, "kind" | "path">): Promise<DiskWriter>;
  /**
   * Opens a collection to go on with it; what is beyond its journal is cut off. Throws FaultError
   * `logs.no-such-collection`, `logs.collection-is-bundle`, or `logs.collection-busy` while another process or run writes it.
   */
  resume(id: string): Promise<DiskWriter>;
  /** What the admin calls it and notes about it; nothing else of a header ever changes. */
  annotate(id: string, told: Partial<Pick<CollectionHeader, "name" | "notes">>): Promise<void>;
}

/** `dir` is `<profile>/collections`; it is made when it is first needed, for the user alone. */
export function createCollectionStore({ dir }: { readonly dir: string }): DiskStore {
  const folder = (id: string): string => {
    if (!idForm.test(id)) throw noSuchCollection(id);
    return join(dir, id);
  };

  const load = async (id: string): Promise<StoredCollection> => {
    const at = folder(id);
    const { header, kind, path } = await headerAt(at, id);
    const journal = await loadJournal(at);
    return {
      id,
      kind,
      header,
      path,
      results: journal.results,
      clocks: journal.clocks,
      async open(n) {
        const result = journal.results.get(n);
        const segment = journal.segments.get(n);
        const item = join(at, "items", String(n));
        if (!result || result.sha256 === null) throw entryGone(id, n);
        if (result.sizeBytes === 0) return Readable.from([]);
        if (!segment || !(await holdsAll(item, segment.storedBytes))) throw entryGone(id, n);
        return readItem(item, segment);
      },
    };
  };

  return {
    async list() {
      const names = await readdir(dir).catch(() => []);
      const loaded: StoredCollection[] = [];
      // one after the other: each is read in turns of the loop, and all at a time would take one turn together
      for (const id of names.filter((name) => idForm.test(name))) {
        const collection = await load(id).catch(() => null);
        if (collection !== null) loaded.push(collection);
      }
      return loaded;
    },
    get: load,
    async create(header, of) {
      const at = folder(header.id);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      try {
        await mkdir(at, { mode: 0o700 });
        await mkdir(join(at, "items"), { mode: 0o700 });
        await writeWhole(join(at, "header.json"), writeHeader({ ...of, header }));
      } catch (error) {
        if (errorCode(error) === "EEXIST") throw collectionExists(header.id);
        throw asFault(error, dir);
      }
      return await openWriter(at, header);
    },
    async resume(id) {
      const at = folder(id);
      const { header, kind } = await headerAt(at, id);
      // what an opened bundle names as its sources is its sender's word: it is never run
      if (kind === "bundle") throw bundleIsWhole(id);
      return await openWriter(at, header);
    },
    async annotate(id, told) {
      const at = folder(id);
      const text = await fromHeader(at, id, (bytes) => renamed(bytes, told));
      await writeWhole(join(at, "header.json"), text).catch((error: unknown) => {
        throw asFault(error, at);
      });
    },
    async remove(id) {
      const at = folder(id);
      await headerAt(at, id);
      const release = await claim(at, id);
      await release();
      await rm(at, { recursive: true, force: true });
    },
  };
}

async function openWriter(at: string, header: CollectionHeader): Promise<DiskWriter> {
  const release = await claim(at, header.id);
  try {
    const journal = await loadJournal(at);
    const file = await AppendFile.open(join(at, "journal.jsonl"), journal.goodBytes);
    return new Writer(at, header, journal, file, release);
  } catch (error) {
    await release();
    throw asFault(error, at);
  }
}

class Writer implements DiskWriter {
  readonly header: CollectionHeader;
  readonly results: Map<number, EntryResult>;
  readonly #at: string;
  readonly #segments: Map<number, Segment>;
  readonly #file: AppendFile;
  readonly #release: () => Promise<void>;
  readonly #summing = new Summing();

  constructor(at: string, header: CollectionHeader, journal: Journal, file: AppendFile, release: () => Promise<void>) {
    this.#at = at;
    this.header = header;
    this.#segments = new Map(journal.segments);
    this.results = new Map(journal.results);
    this.#file = file;
    this.#release = release;
  }

  async item(n: number): Promise<ItemWriter> {
    const path = this.#path(n);
    const before = this.#segments.get(n) ?? null;
    const good = before !== null && (await holdsAll(path, before.storedBytes));
    const note = async (segment: Segment) => {
      await this.#append({ segment });
      this.#segments.set(n, segment);
    };
    return ItemWriter.open(path, n, good ? before : null, note, this.#summing).catch((error) => {
      throw asFault(error, this.#at);
    });
  }

  async put(n: number, content: Readable, told: Omit<EntryResult, "n" | "sizeBytes" | "sha256">): Promise<EntryResult> {
    const sum = createHash("sha256");
    let sizeBytes = 0;
    const summing = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        sum.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    };
    try {
      const file = createWriteStream(this.#path(n), { mode: 0o600, flush: true, highWaterMark: chunkBytes });
      await pipeline(content, summing, createZstdCompress(packingOptions), file);
      const segment: Segment = { n, pieces: [{ packing: "zst", at: 0 }], storedBytes: file.bytesWritten, source: null };
      await this.#append({ segment });
      this.#segments.set(n, segment);
      const result = { ...told, n, sizeBytes, sha256: sum.digest("hex") };
      await this.note(result);
      return result;
    } catch (error) {
      throw asFault(error, this.#at);
    }
  }

  async note(result: EntryResult): Promise<void> {
    await this.#append({ result });
    this.results.set(result.n, result);
  }

  async noteClock(clock: Clock): Promise<void> {
    await this.#append({ clock });
  }

  async close(): Promise<void> {
    await this.#summing.close();
    await this.#file.close();
    await this.#release();
  }

  #path(n: number): string {
    return join(this.#at, "items", String(n));
  }

  async #append(line: JournalLine): Promise<void> {
    await this.#file.append(writeJournalLine(line)).catch((error: unknown) => {
      throw asFault(error, this.#at);
    });
  }
}

const headerAt = (at: string, id: string): Promise<HeaderFile> =>
  fromHeader(at, id, (bytes) => inTurns(readHeader(bytes)));

async function fromHeader<T>(at: string, id: string, read: (bytes: Uint8Array) => T | Promise<T>): Promise<T> {
  try {
    return await read(await readFile(join(at, "header.json")));
  } catch {
    throw noSuchCollection(id);
  }
}

async function loadJournal(at: string): Promise<Journal> {
  const bytes = await readFile(join(at, "journal.jsonl")).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return new Uint8Array();
    throw error;
  });
  return inTurns(readJournal(bytes));
}

const claimSchema = z.object({ pid: z.number().int(), mark: z.string().nullable(), run: z.string() });
/** Tells a writer of this process from what a dead process of the same number left. */
const thisRun = createHash("sha256").update(`${process.pid} ${performance.timeOrigin}`).digest("hex").slice(0, 16);

/** Makes this process the only writer; a dead one's claim is taken over. Returns how to give it back. */
async function claim(at: string, id: string): Promise<() => Promise<void>> {
  const path = join(at, "writer.json");
  const draft = `${path}.${randomUUID()}.new`;
  const text = JSON.stringify({ pid: process.pid, mark: await processMark(process.pid), run: thisRun });
  try {
    await writeFile(draft, text, { flag: "wx", mode: 0o600 });
    while (!(await takesPlace(draft, path))) await removeDead(path, id);
    return () => rm(path, { force: true });
  } catch (error) {
    throw asFault(error, at);
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** Throws FaultError `logs.collection-busy` while the one who claimed it lives. */
async function removeDead(path: string, id: string): Promise<void> {
  const found = await readFile(path, "utf8").catch(() => null);
  if (found === null) return;
  const owner = claimSchema.safeParse(tryJson(found)).data;
  const lives =
    owner && (owner.pid === process.pid ? owner.run === thisRun : await isSameProcess(owner.pid, owner.mark));
  if (lives) throw collectionBusy(id, owner.pid);
  // another process may have taken it over meanwhile: it is moved first, and put back if it is not what was read
  const aside = `${path}.${randomUUID()}.dead`;
  const moved = await rename(path, aside).then(
    () => readFile(aside, "utf8"),
    () => null,
  );
  if (moved !== null && moved !== found) await takesPlace(aside, path);
  await rm(aside, { force: true });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asFault(error: unknown, dir: string): unknown {
  if (error instanceof FaultError) return error;
  const fault = diskFault(error, dir);
  return fault ? new FaultError(fault, { cause: error }) : error;
}
