/** Reads what a host told of paths and programs that were looked for. Total: what makes no sense is counted and left out. */
import type { FoundFile } from "../../contract/logs/find.ts";
import { writePath } from "../../contract/logs/remote-path.ts";
import { textOf } from "../far/parts.ts";
import { firstStamp } from "./first-stamp.ts";
import { oneLine } from "./host.ts";

export interface LookedFor {
  readonly item: string;
}

export interface StampContext {
  readonly zoneMinutes: number;
  readonly bootedAt: number | null;
}

/** Takes the parts one by one, so that what came before a connection was lost counts. */
export class PathsReader {
  readonly #wanted: readonly LookedFor[];
  readonly #user: string;
  readonly #context: StampContext;
  readonly #maxFiles: number;
  #open: Uint8Array[] = [];
  /** What stat said of paths that follow. */
  readonly #stats = new Map<string, string>();
  readonly files: FoundFile[] = [];
  /** Items whose program is there. */
  readonly installed = new Set<string>();
  /** Paths beyond the bound. */
  more = 0;
  /** Whether the script came to its end. */
  whole = false;

  constructor(wanted: readonly LookedFor[], user: string, context: StampContext, maxFiles: number) {
    this.#wanted = wanted;
    this.#user = user;
    this.#context = context;
    this.#maxFiles = maxFiles;
  }

  take(part: Uint8Array): void {
    this.#open.push(part);
    const [head = part, one = part, path = part, held = part] = this.#open;
    const what = textOf(head.subarray(0, 12));
    const letter = what.slice(0, 1);
    if (this.#open.length < (lengths[letter] ?? 1)) return;
    this.#open = [];
    const wanted = this.#wanted[Number(what.slice(1))];
    if (letter === "S" && this.#stats.size < maxStats) this.#stats.set(latin1(path), textOf(one));
    else if (letter === "F" && wanted) this.#file(wanted, textOf(one), path, held);
    else if (letter === "P" && wanted && one.length > 0) this.installed.add(wanted.item);
    else if (letter === "M") {
      this.whole = true;
      this.more = /^\d{1,9}$/.test(textOf(one)) ? Number(textOf(one)) : 0;
    }
  }

  #file(wanted: LookedFor, about: string, path: Uint8Array, held: Uint8Array): void {
    const key = latin1(path);
    const before = this.#stats.get(key) ?? "";
    this.#stats.delete(key);
    const [, letter, readable, stat = before] = /^([fdpsblx])([r-])(?: (.*))?$/s.exec(about) ?? [];
    if (letter === undefined || path[0] !== 0x2f || path.length > maxPathBytes) return;
    if (this.files.length >= this.#maxFiles) return;
    const [, size, changed, device, inode, mode, owner] =
      /^(\d{1,16}) (\d{1,12}|-) (\S+) (\d+) (\S+) (.*)$/s.exec(stat) ?? [];
    const modifiedAt = changed === undefined || changed === "-" ? null : Number(changed) * 1000;
    const written = writePath(path);
    this.files.push({
      item: wanted.item,
      path: written,
      kind: kinds[letter] ?? "file",
      sizeBytes: letter === "f" ? Number(size ?? 0) : 0,
      modifiedAt,
      inode: inode === undefined ? "" : `${device === "-" ? "" : `${device}/`}${inode}`,
      reachesBackTo: held.length === 0 ? null : firstStamp(textOf(held), { ...this.#context, modifiedAt }),
      unreadable: unreadable(letter, readable === "r", this.#user, mode, owner),
      changedSinceGoodBoot: null,
    });
  }
}

/** How many parts each kind of record has. */
const lengths: Readonly<Record<string, number>> = { S: 3, F: 4, P: 2, M: 2 };
/** A folder with more than this many files has most of them counted only. */
const maxStats = 16_384;
const latin1 = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
/** As Linux bounds a path; longer ones no call could open. */
const maxPathBytes = 4096;

const kinds: Readonly<Record<string, FoundFile["kind"]>> = {
  f: "file",
  d: "folder",
  p: "fifo",
  s: "socket",
  b: "device",
  l: "dangling",
  x: "folder",
};

function unreadable(letter: string, readable: boolean, user: string, mode = "", owner = ""): string {
  const rights = mode === "" ? "" : `: ${oneLine(`${mode} ${owner}`)}`;
  if (letter === "l") return "It is a link to what is not there.";
  if (letter === "p" || letter === "s" || letter === "b") return "It is no regular file and is not opened.";
  if (letter === "x") return `${user || "The login"} may not look into this folder${rights}.`;
  if (letter === "f" && !readable) return `${user || "The login"} may not read it${rights}.`;
  return "";
}

/**
 * What the login told and what root told of the same (null where nobody asked as root), as one: root sees more, the login's own rights say whether root is
 * needed. Sorted by item and path.
 */
export function joinFiles(
  byLogin: readonly FoundFile[],
  byRoot: readonly FoundFile[] | null,
  user: string,
  changedSince: number | null,
): FoundFile[] {
  const joined = new Map<string, FoundFile>();
  const keyOf = (file: FoundFile) => `${file.item}\0${file.path}`;
  for (const file of byLogin) joined.set(keyOf(file), file);
  // a folder that the login may not look into is no finding where root looked into it
  if (byRoot)
    for (const [key, file] of joined) if (file.kind === "folder" && file.unreadable !== "") joined.delete(key);
  for (const file of byRoot ?? []) {
    const own = joined.get(keyOf(file));
    const hidden = `${user || "The login"} may not look into its folder.`;
    joined.set(keyOf(file), { ...file, unreadable: own ? own.unreadable : file.unreadable || hidden });
  }
  return [...joined.values()]
    .map((file) => ({
      ...file,
      changedSinceGoodBoot: changedSince === null || file.modifiedAt === null ? null : file.modifiedAt >= changedSince,
    }))
    .sort((a, b) => compare(a.item, b.item) || compare(a.path, b.path));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
