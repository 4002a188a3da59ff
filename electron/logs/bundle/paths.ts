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

function cut(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  let length = 0;
  let kept = "";
  for (const character of text) {
    length += new TextEncoder().encode(character).length;
    if (length > maxBytes) break;
    kept += character;
  }
  return kept;
}

const keyOf = (path: string) => path.normalize("NFKC").toLowerCase().normalize("NFKC");

/** Gives safe paths, each once: what was taken comes with `~2`. No path is a folder of another. */
export class Paths {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  take(path: string): string {
    const parts = safePath(path).split("/");
    let taken = "";
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const free = (name: string) => {
        const key = keyOf(taken + name);
        return !this.#files.has(key) && !(isLast && this.#folders.has(key));
      };
      let name = part;
      for (let times = 2; !free(name); times += 1) name = `${part}~${times}`;
      taken += isLast ? name : `${name}/`;
      if (!isLast) this.#folders.add(keyOf(taken.slice(0, -1)));
    }
    this.#files.add(keyOf(taken));
    return taken;
  }
}
