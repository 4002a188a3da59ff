/**
 * Owns opening a bundle or any archive of logs, perhaps from somebody who means harm. Nothing of it decides a path on
 * disk: what it holds becomes entries of a new collection, by number, and every sum that it claims is checked.
 */
import { createHash, randomUUID } from "node:crypto";
import { basename } from "node:path";
import { errorCode, type Fault, FaultError, messageOf } from "../../contract/error.ts";
import type { BundleRun, Manifest, ManifestEntry } from "../../contract/logs/bundle.ts";
import type { CollectionHeader, EntryResult } from "../../contract/logs/entry.ts";
import type { DiskStore, DiskWriter } from "../collect/store.node.ts";
import type { OpenProgress } from "./job.ts";
import { ArchiveDamage, type ArchiveLimits, eachMember, type Member } from "./members.node.ts";
import { headerOf, readManifest, readRun, readSums, resultOf } from "./opened.ts";
import { type StrangerMember, strangerOf } from "./stranger.ts";
import { complaintPaths, isThere, ownFiles } from "./tree.ts";

export interface OpenOptions {
  readonly limits?: Partial<ArchiveLimits>;
  readonly signal: AbortSignal;
  /** The file goes when it was opened: its path is not kept. */
  readonly passing?: boolean;
  readonly onProgress?: (progress: OpenProgress) => void;
}

export interface OpenedBundle {
  /** The collection's. */
  readonly id: string;
  /** False for an archive that Halfrack did not write. */
  readonly manifest: boolean;
  /** What is odd about the archive, by member, beside what results of entries say. The first 1,000. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

/** A manifest of 100,000 entries has some 60 MB. */
const maxManifestBytes = 128 * 2 ** 20;
const maxSumsBytes = 64 * 2 ** 20;
const maxProblems = 1000;

/**
 * Throws FaultError `logs.not-an-archive`, `logs.archive-packed`, `logs.archive-too-large`, `logs.bundle-manifest`,
 * `logs.bundle-version`, `logs.archive-damaged`, `logs.archive-unreadable` or the store's own, or the signal's reason;
 * then nothing of it is kept. An archive that ends early is opened as far as it goes.
 */
export async function openBundle(path: string, store: DiskStore, options: OpenOptions): Promise<OpenedBundle> {
  try {
    const found = await lookInto(path, options);
    return await new Opening(path, store, options).take(found);
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof FaultError) throw error;
    if (error instanceof ArchiveDamage) throw new FaultError(damaged(path, error.message), { cause: error });
    throw new FaultError(unreadable(path, error), { cause: error });
  }
}

const onRead =
  ({ onProgress }: OpenOptions, phase: OpenProgress["phase"]) =>
  (bytes: number, ofBytes: number) =>
    onProgress?.({ kind: "progress", phase, bytes, ofBytes });

/** What an archive is: by its manifest, which stands in front of what it tells of, or by all its members. */
type Found =
  | { readonly manifest: Manifest; readonly run: BundleRun | null; readonly root: string }
  | { readonly members: readonly StrangerMember[] };

async function lookInto(path: string, options: OpenOptions): Promise<Found> {
  const { limits, signal } = options;
  const members: StrangerMember[] = [];
  let found: Found = { members };
  let run: BundleRun | null = null;
  const visit = async (member: Member) => {
    const name = plain(member.name);
    if (member.kind === "folder") return "on";
    const isManifest = /^(?:[^/]+\/)?manifest\.json$/.test(name);
    const isRun = /^(?:[^/]+\/)?run\.json$/.test(name);
    if (member.kind === "file" && isRun && member.sizeBytes <= maxManifestBytes) {
      const bytes = await bytesOf(member, maxManifestBytes);
      run ??= readRun(bytes.toString());
      if ("manifest" in found && run !== null) {
        found = { ...found, run };
        return "stop";
      }
      members.push(strangerMember(member, name, bytes.subarray(0, sniffedBytes)));
    } else if (member.kind === "file" && isManifest && member.sizeBytes <= maxManifestBytes) {
      const bytes = await bytesOf(member, maxManifestBytes);
      const read = readManifest(bytes.toString(), path);
      if (read !== null && "fault" in read) throw new FaultError(read.fault);
      if (read !== null) {
        found = { manifest: read.manifest, run, root: name.slice(0, -ownFiles.manifest.length) };
        // Somebody may have packed it anew, in another order.
        return run === null ? "on" : "stop";
      }
      members.push(strangerMember(member, name, bytes.subarray(0, sniffedBytes)));
    } else {
      members.push(strangerMember(member, name, member.kind === "file" ? await beginning(member) : Buffer.alloc(0)));
    }
    return "on";
  };
  // What is cut off is told when its contents are taken.
  await eachMember(path, visit, { limits, signal, onRead: onRead(options, "looking") }).catch((error: unknown) => {
    if (!(error instanceof ArchiveDamage) || (members.length === 0 && "members" in found)) throw error;
  });
  return found;
}

/** A longer one is cut: it is told, and no disk takes it. */
const maxNameLetters = 8192;
const plain = (name: string): string => name.slice(0, maxNameLetters).replace(/^(?:\.\/)+/, "");

const strangerMember = (
  { kind, sizeBytes, modifiedAt, link }: Member,
  name: string,
  start: Buffer,
): StrangerMember => ({
  name,
  kind: kind === "folder" ? "other" : kind,
  sizeBytes: Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 ? sizeBytes : 0,
  modifiedAt,
  link: link.slice(0, maxNameLetters),
  text: !start.includes(0),
});

const sniffedBytes = 4096;

async function beginning(member: Member): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of await member.open()) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= sniffedBytes) break;
    }
  } catch {
    // What is wrong with it is told when it is taken.
  }
  return Buffer.concat(chunks).subarray(0, sniffedBytes);
}

async function bytesOf(member: Member, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await member.open()) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`${member.name} is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

class Opening {
  readonly #path: string;
  readonly #store: DiskStore;
  readonly #options: OpenOptions;
  readonly #problems: { path: string; reason: string }[] = [];
  readonly #taken = new Set<number>();

  constructor(path: string, store: DiskStore, options: OpenOptions) {
    this.#path = path;
    this.#store = store;
    this.#options = options;
  }

  async take(found: Found): Promise<OpenedBundle> {
    const id = randomUUID();
    if ("members" in found) {
      const stranger = strangerOf(found.members, { id, fileName: basename(this.#path), now: Date.now() });
      for (const problem of stranger.problems) this.#tell(problem.path, problem.reason);
      await this.#filled(stranger.header, (writer) => this.#strangers(writer, found.members, stranger.notes));
    } else {
      const header = headerOf(found.manifest, found.run, id);
      await this.#filled(header, (writer) => this.#own(writer, found));
    }
    return { id, manifest: "manifest" in found, problems: this.#problems };
  }

  async #filled(header: CollectionHeader, fill: (writer: DiskWriter) => Promise<void>): Promise<void> {
    const writer = await this.#store.create(header, {
      kind: "bundle",
      path: this.#options.passing ? null : this.#path,
    });
    try {
      await fill(writer);
      await writer.close();
    } catch (error) {
      await writer.close().catch(() => undefined);
      await this.#store.remove(header.id).catch(() => undefined);
      throw error;
    }
  }

  /** A bundle of Halfrack. */
  async #own(writer: DiskWriter, { manifest, run, root }: Extract<Found, { root: string }>): Promise<void> {
    const { entries } = manifest;
    if (run === null)
      this.#tell(
        ownFiles.run,
        "it is absent or damaged: when each entry was collected is not known, nor the hosts' clocks",
      );
    const times = new Map(run?.entries.map((each) => [each.path, each]));
    const told = (entry: ManifestEntry) => resultOf(entry, times.get(entry.path));
    const numbers = new Map(entries.flatMap((entry, n) => (isThere(entry) ? [[entry.path, n] as const] : [])));
    const beside = new Set<string>([...Object.values(ownFiles), ...complaintPaths(entries).values()]);
    let sums: ReadonlyMap<string, string> = new Map();
    const cutOff = await this.#each(async (member, name) => {
      const path = name.startsWith(root) ? name.slice(root.length) : name;
      const n = member.kind === "file" ? numbers.get(path) : undefined;
      const entry = n === undefined ? undefined : entries[n];
      if (path === ownFiles.sums && member.kind === "file") {
        sums = readSums((await bytesOf(member, maxSumsBytes)).toString());
      } else if (n !== undefined && entry !== undefined && !this.#taken.has(n)) {
        const result = await this.#put(writer, n, member, told(entry));
        if (result !== null && result.sha256 !== entry.sha256) {
          await writer.note({
            ...result,
            state: "failed",
            reason: "its content is not what the bundle's manifest says",
          });
        }
      } else if (beside.has(path) && member.kind === "file") await this.#check(member, path, sums);
      else
        this.#tell(
          name,
          n === undefined ? "the manifest does not name it; it was passed over" : "it is there twice; the first counts",
        );
    });
    for (const [n, entry] of entries.entries()) {
      if (this.#taken.has(n)) continue;
      const gone = cutOff === null ? "the manifest names it, and the archive does not hold it" : cutOff;
      const absent = isThere(entry) ? { state: "failed" as const, reason: gone } : {};
      await writer.note({ n, ...told(entry), sizeBytes: 0, sha256: null, ...absent });
    }
    for (const clock of run?.clocks ?? []) await writer.noteClock(clock);
  }

  /** Any other archive: members come in the order in which they were seen before. */
  async #strangers(
    writer: DiskWriter,
    members: readonly StrangerMember[],
    notes: ReadonlyMap<number, Pick<EntryResult, "state" | "reason">>,
  ): Promise<void> {
    let n = 0;
    const cutOff = await this.#each(async (member) => {
      const seen = members[n];
      if (seen === undefined) return;
      const told = notes.get(n) ?? { state: "got" as const, reason: "" };
      const result = { ...nothing, ...told, modifiedAt: seen.modifiedAt };
      if (member.kind === "file") await this.#put(writer, n, member, result);
      else await writer.note({ n, ...result, sizeBytes: 0, sha256: null });
      this.#taken.add(n);
      n += 1;
    });
    for (; n < members.length; n += 1) {
      if (this.#taken.has(n)) continue;
      await writer.note({ n, ...nothing, state: "failed", reason: cutOff ?? "", sizeBytes: 0, sha256: null });
    }
  }

  /** What is said of everything behind the place where the archive ends early; null where it does not. */
  async #each(visit: (member: Member, name: string) => Promise<void>): Promise<string | null> {
    const { limits, signal } = this.#options;
    const each = async (member: Member) => {
      if (member.kind !== "folder") await visit(member, plain(member.name));
      return "on" as const;
    };
    try {
      await eachMember(this.#path, each, { limits, signal, onRead: onRead(this.#options, "reading") });
      return null;
    } catch (error) {
      if (!(error instanceof ArchiveDamage)) throw error;
      this.#tell(
        basename(this.#path),
        `the archive is damaged or ends early (${error.message}); what came before is here`,
      );
      return `the archive is damaged or ends before it: ${error.message}`;
    }
  }

  /** Takes a member's content; null where the archive breaks off in it. */
  async #put(
    writer: DiskWriter,
    n: number,
    member: Member,
    result: Omit<EntryResult, "n" | "sizeBytes" | "sha256">,
  ): Promise<EntryResult | null> {
    try {
      const put = await writer.put(n, await member.open(), result);
      this.#taken.add(n);
      return put;
    } catch (error) {
      // Of a zip, one member may be damaged and the next one whole.
      if (!(error instanceof ArchiveDamage)) throw error;
      this.#taken.add(n);
      const reason = `it cannot be unpacked: ${error.message}`;
      await writer.note({ n, ...result, state: "failed", reason, sizeBytes: 0, sha256: null });
      return null;
    }
  }

  async #check(member: Member, path: string, sums: ReadonlyMap<string, string>): Promise<void> {
    const sum = createHash("sha256");
    for await (const chunk of await member.open()) sum.update(chunk);
    if (sums.get(path) !== sum.digest("hex")) this.#tell(path, `its content is not what ${ownFiles.sums} says`);
  }

  #tell(path: string, reason: string): void {
    if (this.#problems.length < maxProblems) this.#problems.push({ path, reason });
  }
}

/** Of what was not collected by Halfrack. */
const nothing = {
  sumAgrees: null,
  exitCode: null,
  stderr: "",
  fromByte: 0,
  modifiedAt: null,
  startedAt: 0,
  durationMs: 0,
  attempts: 0,
} as const;

const damaged = (subject: string, evidence: string): Fault => ({
  code: "logs.archive-damaged",
  title: "The archive is damaged",
  detail: "Nothing in it could be read.",
  next: "Fetch or copy it again.",
  evidence,
  subject,
});

const unreadable = (subject: string, error: unknown): Fault =>
  errorCode(error) === "ENOSPC"
    ? {
        code: "logs.disk-full",
        title: "The disk is full",
        detail: "The archive's contents do not fit beside Halfrack's profile. Nothing of it was kept.",
        next: "Make room, and open it again.",
        subject,
      }
    : {
        code: "logs.archive-unreadable",
        title: "The archive could not be opened",
        detail: messageOf(error),
        next: "Check the path, and that it may be read.",
        subject,
      };
