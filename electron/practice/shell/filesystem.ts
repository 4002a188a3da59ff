/** Owns the practice file system: a generated, read-only tree per node, and bounded writable folders in it. */
import { asBytes } from "./bytes.ts";
import { type Content, textContent } from "./io.ts";

export type Entry =
  | { readonly kind: "folder"; readonly entries: Map<string, Entry>; readonly writable: boolean; mtime: number }
  | {
      readonly kind: "file";
      text: string | (() => string);
      readonly writable: boolean;
      mtime: number;
      mode: number;
      /** Where it differs from what is read: 0 in /proc, a page in /sys. */
      readonly shownSize?: number;
    }
  | { readonly kind: "link"; readonly target: string; mtime: number }
  | Device;
export interface Device {
  readonly kind: "device";
  readonly device: "null" | "zero" | "other";
  readonly block: boolean;
  readonly major: number;
  readonly minor: number;
  mtime: number;
  /** What is read from it; a disk's, to its last sector. */
  readonly content?: Content;
}
export type Folder = Extract<Entry, { kind: "folder" }>;

/** What a call on the file system failed with, in the words of errno. */
export class FileFault extends Error {}

/** Bytes and entries that may be written per node. */
const maxWritten = 8 * 1024 * 1024;
const maxEntries = 4000;
const maxLinks = 16;

export class FileSystem {
  readonly root: Folder;
  readonly #now: () => number;
  readonly #inodes = new WeakMap<Entry, number>();
  #lastInode = 64;
  /** Whether the disk is full: then nothing more is written. */
  isFull = () => false;
  #written = 0;
  #entries = 0;

  constructor(now: () => number, mtime: number) {
    this.#now = now;
    this.root = { kind: "folder", entries: new Map(), writable: false, mtime };
  }

  /** Adds a generated file; folders above appear as needed. Only for building the tree. */
  addFile(path: string, text: string | (() => string), { mode = 0o644, mtime = () => this.root.mtime } = {}): void {
    const { folder, name } = this.#ensureParent(path);
    const shownSize = path.startsWith("/proc/") ? 0 : path.startsWith("/sys/") ? 4096 : undefined;
    folder.entries.set(name, {
      kind: "file",
      text,
      writable: false,
      mode,
      ...(shownSize === undefined ? {} : { shownSize }),
      get mtime() {
        return mtime();
      },
    });
  }

  addLink(path: string, target: string): void {
    const { folder, name } = this.#ensureParent(path);
    folder.entries.set(name, { kind: "link", target, mtime: this.root.mtime });
  }

  addDevice(path: string, device: Omit<Device, "kind" | "mtime">): void {
    const { folder, name } = this.#ensureParent(path);
    folder.entries.set(name, { kind: "device", ...device, mtime: this.root.mtime });
  }

  /** The entry is gone, whatever it was. Only for building the tree. */
  take(path: string): void {
    const at = path.lastIndexOf("/");
    const folder = this.find(path.slice(0, at) || "/");
    if (folder?.kind === "folder") folder.entries.delete(path.slice(at + 1));
  }

  addFolder(path: string, writable = false): void {
    const { folder, name } = this.#ensureParent(path);
    if (!folder.entries.has(name)) {
      folder.entries.set(name, { kind: "folder", entries: new Map(), writable, mtime: this.root.mtime });
    }
  }

  /** The absolute path without `.`, `..` and doubled slashes: `..` leads up from where a link points to, as the kernel goes. */
  absolute(cwd: string, path: string): string {
    return this.#resolve(cwd, path, (folder) => this.real(folder) ?? folder);
  }

  /** The same for `cd`, which takes `..` off the path as it was typed. */
  typed(cwd: string, path: string): string {
    return this.#resolve(cwd, path, (folder) => folder);
  }

  #resolve(cwd: string, path: string, placeOf: (folder: string) => string): string {
    let parts: string[] = [];
    for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
      if (part === "..")
        parts = placeOf(`/${parts.join("/")}`)
          .split("/")
          .filter(Boolean)
          .slice(0, -1);
      else if (part !== "" && part !== ".") parts.push(part);
    }
    return `/${parts.join("/")}`;
  }

  /** The entry at an absolute path, null when there is none; a last link is followed unless told otherwise. */
  find(path: string, followLast = true): Entry | null {
    return this.#walk(path, followLast)?.entry ?? null;
  }

  /** The path with every link resolved, null when it leads nowhere. */
  real(path: string): string | null {
    return this.#walk(path, true)?.path ?? null;
  }

  /** What is read at a path; throws {@link FileFault}. Devices without content read as empty here; `cat` streams them. */
  content(path: string): Content {
    const entry = this.find(path);
    if (!entry) throw new FileFault("No such file or directory");
    if (entry.kind === "folder") throw new FileFault("Is a directory");
    if (entry.kind === "device" && entry.content) return entry.content;
    if (entry.kind !== "file") return textContent("");
    return textContent(asBytes(typeof entry.text === "string" ? entry.text : entry.text()));
  }

  /** All of it; for what is as small as a file of text. */
  read(path: string): string {
    const content = this.content(path);
    return content.slice(0, content.size);
  }

  /** The size that `stat` tells. */
  size(entry: Entry): number {
    if (entry.kind === "folder") return 4096;
    if (entry.kind === "link") return entry.target.length;
    if (entry.kind === "device") return 0;
    return entry.shownSize ?? asBytes(typeof entry.text === "string" ? entry.text : entry.text()).length;
  }

  /** A number that is an entry's own while it exists. */
  inode(entry: Entry): number {
    const known = this.#inodes.get(entry);
    if (known !== undefined) return known;
    this.#lastInode += 1;
    this.#inodes.set(entry, this.#lastInode);
    return this.#lastInode;
  }

  /** Names in a folder, sorted; throws {@link FileFault}. */
  list(path: string): string[] {
    const entry = this.find(path);
    if (!entry) throw new FileFault("No such file or directory");
    if (entry.kind !== "folder") throw new FileFault("Not a directory");
    return [...entry.entries.keys()].sort();
  }

  /** Opens a file for writing and returns how to append to it; throws {@link FileFault}. */
  open(path: string, append: boolean): (text: string) => void {
    const at = this.real(path) ?? path;
    let file = this.find(at);
    if (file?.kind === "folder") throw new FileFault("Is a directory");
    if (file?.kind === "device") return () => {};
    if (!file) {
      const { folder, name } = this.#writableParent(at);
      this.#countEntry();
      file = { kind: "file", text: "", writable: true, mtime: this.#now(), mode: 0o644 };
      folder.entries.set(name, file);
    }
    if (file.kind !== "file" || !file.writable || typeof file.text !== "string") {
      throw new FileFault("Read-only file system");
    }
    const opened = file;
    if (!append) {
      this.#written -= file.text.length;
      opened.text = "";
    }
    return (text) => {
      const bytes = asBytes(text);
      if (bytes !== "" && (this.isFull() || this.#written + bytes.length > maxWritten))
        throw new FileFault("No space left on device");
      this.#written += bytes.length;
      opened.text += bytes;
      opened.mtime = this.#now();
    };
  }

  makeFolder(path: string): void {
    if (this.find(path, false)) throw new FileFault("File exists");
    const { folder, name } = this.#writableParent(path);
    this.#countEntry();
    folder.entries.set(name, { kind: "folder", entries: new Map(), writable: true, mtime: this.#now() });
  }

  /** Removes a file, or a folder when it is empty or `recursive`. */
  remove(path: string, recursive: boolean): void {
    const entry = this.find(path, false);
    if (!entry) throw new FileFault("No such file or directory");
    const { folder, name } = this.#writableParent(path);
    if (entry.kind === "folder") {
      if (!entry.writable || this.#isFixed(path)) throw new FileFault("Read-only file system");
      if (entry.entries.size > 0 && !recursive) throw new FileFault("Directory not empty");
      for (const child of [...entry.entries.keys()]) this.remove(`${path}/${child}`, true);
    } else if (entry.kind === "file") {
      if (!entry.writable) throw new FileFault("Read-only file system");
      this.#written -= typeof entry.text === "string" ? entry.text.length : 0;
    }
    folder.entries.delete(name);
    this.#entries -= 1;
  }

  /** `/root` and `/tmp` themselves stay. */
  #isFixed(path: string): boolean {
    return path.split("/").length <= 2;
  }

  #countEntry(): void {
    if (this.#entries >= maxEntries) throw new FileFault("No space left on device");
    this.#entries += 1;
  }

  #writableParent(path: string): { folder: Folder; name: string } {
    const cut = path.lastIndexOf("/");
    const name = path.slice(cut + 1);
    const folder = this.find(path.slice(0, cut) || "/");
    if (!folder) throw new FileFault("No such file or directory");
    if (folder.kind !== "folder") throw new FileFault("Not a directory");
    if (!folder.writable || name === "") throw new FileFault("Read-only file system");
    if (name.length > 255) throw new FileFault("File name too long");
    return { folder, name };
  }

  #ensureParent(path: string): { folder: Folder; name: string } {
    const parts = path.split("/").filter((part) => part !== "");
    const name = parts.pop() ?? "";
    let folder = this.root;
    for (const part of parts) {
      let next = folder.entries.get(part);
      if (next?.kind !== "folder") {
        next = { kind: "folder", entries: new Map(), writable: false, mtime: this.root.mtime };
        folder.entries.set(part, next);
      }
      folder = next;
    }
    return { folder, name };
  }

  #walk(path: string, followLast: boolean): { entry: Entry; path: string } | null {
    let pending = path.split("/").filter((part) => part !== "");
    const done: string[] = [];
    const trail: Folder[] = [this.root];
    let links = 0;
    let entry: Entry = this.root;
    while (pending.length > 0) {
      const [part = "", ...rest] = pending;
      pending = rest;
      if (part === ".") continue;
      if (part === "..") {
        if (trail.length > 1) trail.pop();
        done.pop();
        entry = trail.at(-1) ?? this.root;
        continue;
      }
      const folder: Entry | undefined = entry.kind === "folder" ? entry : undefined;
      const next: Entry | undefined = folder?.entries.get(part);
      if (!next) return null;
      if (next.kind === "link" && (rest.length > 0 || followLast)) {
        links += 1;
        if (links > maxLinks) return null;
        const target: string[] = next.target.split("/").filter((one) => one !== "");
        pending = [...target, ...rest];
        if (next.target.startsWith("/")) {
          done.length = 0;
          trail.length = 1;
        }
        entry = trail.at(-1) ?? this.root;
        continue;
      }
      entry = next;
      done.push(part);
      if (next.kind === "folder") trail.push(next);
    }
    return { entry, path: `/${done.join("/")}` };
  }
}
