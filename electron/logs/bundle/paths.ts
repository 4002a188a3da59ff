/**
 * Owns what a path in a bundle may be: relative, without a way out, of letters that every file system takes, and unlike
 * all others also where neither case nor Unicode's forms count. What is already so stays as it is.
 */

/** Letters that Windows refuses, and those that are not seen or turn text around. */
const refused = /[<>:"|?*\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/gu;
/** Names of devices on Windows, with whatever ending. */
const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;
/** Most file systems take 255 bytes; some of them are left for what makes a name unique. */
const maxPartBytes = 200;
const maxParts = 40;

/** A path for a bundle, made of one that may be anything. */
export function safePath(path: string): string {
  const parts = path.split("/").map(safePart);
  const there = parts.filter((part) => part !== "");
  return there.slice(-maxParts).join("/") || "unnamed";
}

/** Empty for what names nothing or leads elsewhere. */
function safePart(part: string): string {
  if (part === "." || part === "..") return "";
  const seen = part.replaceAll(refused, "_").replace(devices, "$&_");
  return cut(seen, maxPartBytes).replace(/[. ]+$/, (end) => "_".repeat(end.length));
}

/** Whole characters only. */
function cut(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read);
}

const keyOf = (path: string) => path.normalize("NFKC").toLowerCase().normalize("NFKC");

/**
 * Gives safe paths, each once: what was taken comes with `~2`. No path is a folder of another. However many names are
 * alike, each is found in a step or two.
 */
export class Paths {
  readonly #files = new Set<string>();
  /** What each folder is called here, by the key of its path as asked for. */
  readonly #folders = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** The next number of files that are called alike. */
  readonly #next = new Map<string, number>();

  take(path: string): string {
    const parts = safePath(path).split("/");
    const last = parts.pop() ?? "";
    let folder = "";
    for (const part of parts) folder = this.#folder(folder, part);
    const asked = keyOf(folder + last);
    let name = last;
    let key = asked;
    for (let times = this.#next.get(asked) ?? 2; this.#files.has(key) || this.#taken.has(key); times += 1) {
      name = `${last}~${times}`;
      key = keyOf(folder + name);
      this.#next.set(asked, times + 1);
    }
    this.#files.add(key);
    return folder + name;
  }

  /** A folder stays what it was first called: no file takes its name. */
  #folder(above: string, part: string): string {
    const asked = keyOf(above + part);
    const known = this.#folders.get(asked);
    if (known !== undefined) return known;
    let name = part;
    for (let times = 2; this.#files.has(keyOf(above + name)); times += 1) name = `${part}~${times}`;
    const folder = `${above}${name}/`;
    this.#taken.add(keyOf(above + name));
    this.#folders.set(asked, folder);
    return folder;
  }
}
