/**
 * Owns writing a bundle: entries are read and redacted once to know what they come to, written in one go under another
 * name, read back and held against their sums, and only then given their name. So a file of that name is whole.
 */
import { createHash, randomUUID } from "node:crypto";
import { access, constants, link, open, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Duplex, Readable } from "node:stream";
import { errorCode, type Fault, FaultError, invariant, messageOf } from "../../contract/error.ts";
import type { BundleFormat, BundleResult, Manifest } from "../../contract/logs/bundle.ts";
import type { Entry } from "../../contract/logs/entry.ts";
import type { Unfinished } from "../../unfinished.node.ts";
import type { StoredCollection } from "../stored.node.ts";
import type { WriteProgress } from "./job.ts";
import { eachMember } from "./members.node.ts";
import { bundleName, bundleStem } from "./name.ts";
import { type PackedFile, packFiles } from "./pack.node.ts";
import { type ItemWords, pageOf } from "./page.ts";
import {
  type Content,
  complaintPaths,
  isThere,
  manifestOf,
  ownFiles,
  runOf,
  runText,
  sumsText,
  type Telling,
} from "./tree.ts";

/** Takes out of bytes, names and strings what is not to be told. The same goes in, the same comes out. */
export interface Redactor extends Telling {
  /** Takes the content of the entry at `path`, gives what goes into the bundle. */
  text(path: string): Duplex;
  /** Why the entry at `path` is left out; empty where it is not. */
  withheld(path: string): string;
}

export interface WriteOptions {
  /** The file, or a folder in which it gets its usual name. */
  readonly to: string;
  readonly overwrite: boolean;
  readonly format: BundleFormat;
  readonly redactor: Redactor | null;
  readonly redaction: Manifest["redaction"];
  readonly items: ReadonlyMap<string, ItemWords>;
  /** Program and version. */
  readonly writtenBy: string;
  /** Where it is noted that the file is not finished. */
  readonly unfinished: Unfinished;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: WriteProgress) => void;
}

interface BundleFile extends PackedFile {
  readonly sha256: string;
}

/**
 * Throws FaultError `logs.bundle-exists`, `logs.bundle-unwritable`, `logs.disk-full`, `logs.bundle-not-verified`, or the
 * signal's reason.
 */
export async function writeBundle(collection: StoredCollection, options: WriteOptions): Promise<BundleResult> {
  const { header } = collection;
  const { redactor, format } = options;
  const value = (text: string) => (redactor === null || text === "" ? text : redactor.value(text));
  const name = (path: string) => redactor?.name(path) ?? path;
  const id = (told: string) => redactor?.id(told) ?? told;
  const named = { ...header, lab: value(header.lab), preset: id(header.preset) };
  const path = await placeOf(options, bundleName(named, format));

  const withheld = new Map<number, string>();
  const contents = await readAll(collection, options, withheld);
  const { results, clocks } = collection;
  const telling = { value, name, id };
  const manifest = manifestOf({
    writtenBy: options.writtenBy,
    header,
    results,
    contents,
    withheld,
    redaction: options.redaction,
    telling,
  });
  const run = runText(runOf({ header, results, telling }, clocks.values(), manifest.entries));
  const files = filesOf(collection, options, manifest, run);
  const stem = bundleStem(named);
  const sum = await written(path, stem, files, options);
  return {
    path,
    sizeBytes: sum.sizeBytes,
    sha256: sum.sha256,
    files: files.length,
    verified: files.length,
    complete: manifest.complete,
  };
}

type Place = Pick<WriteOptions, "to" | "overwrite">;

async function placeOf({ to, overwrite }: Place, usual: string): Promise<string> {
  const isFolder = (await stat(to).catch(() => null))?.isDirectory() ?? false;
  const path = isFolder ? join(to, usual) : to;
  await checkPlace({ to: path, overwrite });
  return path;
}

/** Throws what {@link writeBundle} would throw for the place alone: before an hour of reading, not after it. */
export async function checkPlace({ to, overwrite }: Place): Promise<void> {
  const there = await stat(to).catch(() => null);
  const isFolder = there?.isDirectory() ?? false;
  if (there !== null && !isFolder && (!overwrite || !there.isFile())) throw new FaultError(exists(to));
  await access(isFolder ? to : dirname(to), constants.W_OK).catch((cause: unknown) => {
    throw new FaultError(faultOf(cause, to), { cause });
  });
}

/** Reads every entry as it will stand in the bundle. */
async function readAll(
  collection: StoredCollection,
  { redactor, signal, onProgress }: WriteOptions,
  withheld: Map<number, string>,
): Promise<Map<number, Content>> {
  const contents = new Map<number, Content>();
  const { entries } = collection.header;
  let bytes = 0;
  for (const [done, entry] of entries.entries()) {
    signal.throwIfAborted();
    onProgress({ kind: "progress", phase: "reading", done, entries: entries.length, bytes });
    const result = collection.results.get(entry.n);
    if (result === undefined || result.sha256 === null) continue;
    const why = redactor?.withheld(entry.path) ?? "";
    if (why !== "") {
      withheld.set(entry.n, why);
      continue;
    }
    const content = await contentOf(collection, entry, result.sha256, redactor, signal);
    contents.set(entry.n, content);
    bytes += content.sizeBytes;
  }
  return contents;
}

/** Content that cannot be read back is a fault of its entry, told in the bundle: the others are worth having. */
async function contentOf(
  collection: StoredCollection,
  entry: Entry,
  collected: string,
  redactor: Redactor | null,
  signal: AbortSignal,
): Promise<Content> {
  const before = createHash("sha256");
  const after = createHash("sha256");
  let sizeBytes = 0;
  try {
    const stored = await collection.open(entry.n);
    stored.on("data", (chunk: Buffer) => before.update(chunk));
    for await (const chunk of redacted(entry, stored, redactor)) {
      signal.throwIfAborted();
      after.update(chunk);
      sizeBytes += chunk.length;
    }
  } catch (error) {
    signal.throwIfAborted();
    return { sizeBytes: 0, sha256: null, redacted: false, fault: `cannot be read back: ${messageOf(error)}` };
  }
  const read = before.digest("hex");
  const sha256 = after.digest("hex");
  const fault = read === collected ? "" : "what was stored of it has another sum than what was collected";
  return { sizeBytes, sha256, redacted: sha256 !== read, fault };
}

/** The entry's content as it stands in the bundle. */
function redacted(entry: Entry, stored: Readable, redactor: Redactor | null): Readable {
  if (redactor === null) return stored;
  const through = redactor.text(entry.path);
  stored.on("error", (error) => through.destroy(error));
  through.on("close", () => stored.destroy());
  return stored.pipe(through);
}

/** All files in their order: what tells of the others comes first, so that an archive need not be read to its end. */
function filesOf(
  collection: StoredCollection,
  options: WriteOptions,
  manifest: Manifest,
  run: string,
): readonly BundleFile[] {
  const { header } = collection;
  const { redactor, items } = options;
  const complaints = complaintPaths(manifest.entries);
  // an own catalogue's words are the admin's
  const page = pageOf({ manifest, items: redactor === null ? items : toldItems(items, redactor), complaints });
  const text = (path: string, content: string) => fileOf(path, Buffer.from(content), header.createdAt);
  const own = [
    text(ownFiles.page, page),
    text(ownFiles.run, run),
    text(ownFiles.manifest, `${JSON.stringify(manifest, null, 1)}\n`),
    ...(manifest.notes === "" ? [] : [text(ownFiles.notes, `${manifest.notes.trimEnd()}\n`)]),
  ];
  const entries = manifest.entries.flatMap((entry, index): BundleFile[] => {
    const { path, sizeBytes, sha256, modifiedAt, stderr } = entry;
    const planned = header.entries[index];
    invariant(planned !== undefined, "a manifest has the header's entries");
    const complaint = complaints.get(path);
    const aside = complaint === undefined ? [] : [text(complaint, stderr.endsWith("\n") ? stderr : `${stderr}\n`)];
    if (!isThere(entry) || sha256 === null) return aside;
    const open = async () => redacted(planned, await collection.open(planned.n), redactor);
    return [{ path, sizeBytes, sha256, modifiedAt: modifiedAt ?? header.createdAt, open }, ...aside];
  });
  const summed = [...own, ...entries];
  return [text(ownFiles.sums, sumsText(summed)), ...summed];
}

const toldItems = (items: ReadonlyMap<string, ItemWords>, { value, id }: Redactor): ReadonlyMap<string, ItemWords> =>
  new Map([...items].map(([item, { title, why }]) => [id(item), { title: value(title), why: value(why) }]));

function fileOf(path: string, content: Buffer, modifiedAt: number): BundleFile {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { path, sizeBytes: content.length, sha256, modifiedAt, open: async () => Readable.from([content]) };
}

/** Another name, then the right one. */
async function written(
  path: string,
  stem: string,
  files: readonly BundleFile[],
  options: WriteOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  const { signal, format } = options;
  const temporary = `${path}.${randomUUID().slice(0, 8)}.part`;
  await using _ = await options.unfinished.begin(temporary);
  try {
    await (await open(temporary, "wx", 0o600)).close();
    await packFiles(temporary, format, packing(files, stem, options), signal);
    const sum = await verified(temporary, stem, files, options);
    await named(temporary, path, options.overwrite);
    await synced(dirname(path));
    return sum;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof FaultError) throw error;
    throw new FaultError(faultOf(error, path), { cause: error });
  }
}

/** What came to stand there meanwhile is not replaced, unless that was wanted. */
async function named(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    if (errorCode(error) === "EEXIST") throw new FaultError(exists(path));
    // Not every file system has hard links.
    await checkPlace({ to: path, overwrite });
    return rename(temporary, path);
  }
}

function* packing(files: readonly BundleFile[], stem: string, { onProgress }: WriteOptions): Generator<PackedFile> {
  let bytes = 0;
  for (const [done, file] of files.entries()) {
    onProgress({ kind: "progress", phase: "writing", done, entries: files.length, bytes });
    yield { ...file, path: `${stem}/${file.path}` };
    bytes += file.sizeBytes;
  }
}

/** Reads the written file as anybody would, and holds every file in it against its sum. */
async function verified(
  archive: string,
  stem: string,
  files: readonly BundleFile[],
  { signal, onProgress }: WriteOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  const whole = createHash("sha256");
  let done = 0;
  let bytes = 0;
  const wrong = (detail: string) => new FaultError(notVerified(archive, detail));
  const visit = async ({ name, open: content }: { name: string; open: () => Promise<Readable> }) => {
    const expected = files[done];
    if (expected === undefined || name !== `${stem}/${expected.path}`)
      throw wrong(`${name} stands where it should not`);
    onProgress({ kind: "progress", phase: "verifying", done, entries: files.length, bytes });
    const sum = createHash("sha256");
    for await (const chunk of await content()) sum.update(chunk);
    if (sum.digest("hex") !== expected.sha256) throw wrong(`${expected.path} has another sum than it should have`);
    done += 1;
    bytes += expected.sizeBytes;
    return "on" as const;
  };
  const unbounded = { bytes: Number.MAX_SAFE_INTEGER, freeBytes: Number.MAX_SAFE_INTEGER, members: files.length + 1 };
  await eachMember(archive, visit, { signal, limits: unbounded });
  if (done !== files.length) throw wrong(`${files.length - done} files are not in it`);
  onProgress({ kind: "progress", phase: "verifying", done, entries: files.length, bytes });
  const file = await open(archive);
  for await (const chunk of file.createReadStream({ highWaterMark: 2 ** 20, signal })) whole.update(chunk);
  return { sizeBytes: (await stat(archive)).size, sha256: whole.digest("hex") };
}

/** The new name is on the disk too. Not every system can do that for a folder. */
async function synced(dir: string): Promise<void> {
  const folder = await open(dir).catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

const faultOf = (error: unknown, subject: string): Fault =>
  full.has(errorCode(error))
    ? {
        code: "logs.disk-full",
        title: "The bundle does not fit on the disk",
        detail: `${messageOf(error)}. Nothing is left of it; the collection is as it was.`,
        next: "Make room, choose another disk, or a preset that holds less.",
        subject,
      }
    : {
        code: "logs.bundle-unwritable",
        title: "The bundle could not be written",
        detail: `${messageOf(error)}. Nothing is left of it; the collection is as it was.`,
        next: "Choose another folder, and check that it may be written to.",
        subject,
      };

const exists = (subject: string): Fault => ({
  code: "logs.bundle-exists",
  title: "Something of that name is there already",
  detail: "It was not touched.",
  next: "Choose another name, or say that it is to be replaced.",
  subject,
});

const notVerified = (subject: string, detail: string): Fault => ({
  code: "logs.bundle-not-verified",
  title: "The written bundle was read back and is not right",
  detail: `${detail}. It was removed.`,
  next: "Write it again; if that happens again, check the disk.",
  retry: true,
  subject,
});
