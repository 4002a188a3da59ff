/**
 * Owns what the far-side scripts that give content have in common. Content goes to standard output behind one line that
 * says what follows; standard error carries what the programs complain of, and in its last line how it ended. Both lines
 * begin with a mark made for this one run, so that nothing a program prints passes for them.
 *
 * Standard input is held open from here: when it closes, nobody waits any more, and the whole process group ends. That
 * also reaches a login as root, to which OpenSSH passes no signals on.
 */
import { surroundings } from "./prelude.ts";
import type { FarTools } from "./tools.ts";

/**
 * `$1` mark, `$2` how to pack, `$3` how to sum; shifted away. `pass` gives content on, packed, and prints the sum of it
 * into what it was called in (\`told=$(pass ...)\`): one pass, no temporary file. File descriptor 4 is standard
 * output, 7 the standard input that is held open (a background process would get none).
 * `beforeItEnds` is done when nobody waits any more, before the process group ends.
 */
export const commonScript = (beforeItEnds = ""): string => `
${surroundings}
mark=$1 pack=$2 sum=$3; shift 3
check=--check; [ "$sum" = none ] || check=--no-check
exec 4>&1 7<&0 </dev/null
(while read -r _; do :; done; ${beforeItEnds}kill -KILL 0) <&7 >/dev/null 2>&1 4>&- &
watch=$!
{ renice -n 10 -p $$; ionice -c 2 -n 7 -p $$; } >/dev/null 2>&1
say() { printf '%s %s\\n' "$mark" "$*" >&4; }
end() { printf '\\n%s end %s\\n' "$mark" "$*" >&2; kill "$watch" 2>/dev/null; exit 0; }
summed() { case $sum in openssl) openssl dgst -sha256 -r;; sha256sum) sha256sum;; *) cat >/dev/null;; esac; }
packed() { case $pack in zst) zstd -q --fast=1 --single-thread $check -c;; gz) gzip -1 -c;; *) cat;; esac; }
pass() {
  if [ "$sum" = none ]; then "$@" | packed >&4
  else { { "$@" | tee /dev/fd/3 | packed >&4; } 3>&1 >/dev/null | summed 4>&-; }
  fi
}
`;

export interface FarWay {
  readonly pack: "zst" | "gz" | "raw";
  readonly sum: "openssl" | "sha256sum" | "none";
}

/** How a host with these tools packs and sums; `pack` false for what is packed already. */
export function farWay(tools: FarTools, pack: boolean): FarWay {
  return { pack: (pack && tools.packer) || "raw", sum: (tools.fds && tools.summer) || "none" };
}

/** The line before the content, and the bytes behind it; `more` while it is not whole, null where there is none. */
export function readOpening(bytes: Uint8Array, mark: string): { words: string[]; rest: Uint8Array } | "more" | null {
  const end = bytes.subarray(0, maxLine).indexOf(0x0a);
  if (end < 0) return bytes.length < maxLine ? "more" : null;
  const [first, ...words] = new TextDecoder().decode(bytes.subarray(0, end)).split(" ");
  return first === mark ? { words, rest: bytes.subarray(end + 1) } : null;
}
const maxLine = 512;

/** How it ended, and what was complained of before; `words` is null where it did not come to its end. */
export function readEnding(stderr: string, mark: string): { words: string[] | null; complaint: string } {
  const at = stderr.lastIndexOf(`\n${mark} end`);
  if (at < 0) return { words: null, complaint: stderr };
  const line = stderr.slice(at + mark.length + 5).split("\n", 1)[0] ?? "";
  return { words: line.split(" ").filter((word) => word !== ""), complaint: stderr.slice(0, at) };
}

/** The sum among the words that were told, in hexadecimal. */
export const sumIn = (words: readonly string[]): string | null =>
  words.map((word) => /^[0-9a-f]{64}$/.exec(word)?.[0]).find((sum) => sum !== undefined) ?? null;
