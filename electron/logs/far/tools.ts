/** Owns what a host is asked before anything else: which tools it has and in which flavour, and who is logged in. */
import { surroundings } from "./prelude.ts";

/** What a host has, each tried before it counts. */
export interface FarTools {
  readonly uid: number | null;
  /** `zstd` before `gzip`; null where neither works. */
  readonly packer: "zst" | "gz" | null;
  readonly summer: "openssl" | "sha256sum" | null;
  /** Whether a pipe can be opened by its number, which the sum on the far side needs. */
  readonly fds: boolean;
  /** `dd` that skips and counts in bytes. */
  readonly dd: boolean;
  /** `stat -c`. */
  readonly stat: boolean;
  /** `timeout -k`. */
  readonly limit: boolean;
  /** Whether sudo needs no password; null where it is not there or was not to be tried. */
  readonly sudo: "free" | "asks" | null;
  /** Why sudo would not, in its words. Hostile text. */
  readonly sudoSaid: string;
}

/** Prints `name value` lines; runs on any POSIX shell and changes nothing. `$1` is `sudo` where sudo may be tried. */
export const toolsScript = `
${surroundings}
exec 2>/dev/null </dev/null
has() { command -v "$1" >/dev/null; }
echo "uid $(id -u)"
if has zstd && [ "$(echo x | zstd -q --fast=1 --single-thread --no-check -c | zstd -q -d -c)" = x ]; then echo "packer zst"
elif has gzip && [ "$(echo x | gzip -1 -c | gzip -d -c)" = x ]; then echo "packer gz"; fi
none=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
case $(openssl dgst -sha256 -r) in *"$none"*) echo "summer openssl";;
*) case $(sha256sum) in *"$none"*) echo "summer sha256sum";; esac;; esac
[ "$( { echo y | tee /dev/fd/3 >/dev/null; } 3>&1 | cat)" = y ] && echo "fds yes"
[ "$(printf abcd | dd bs=65536 iflag=skip_bytes,count_bytes,fullblock skip=1 count=2 status=none)" = bc ] && echo "dd yes"
case $(stat -L -c '%d:%i %s %Y' /) in *:*' '*' '*) echo "stat yes";; esac
limit=
timeout -k 5 5 true && { echo "limit yes"; limit="timeout -k 5 20"; }
if [ "$1" = sudo ] && [ "$(id -u)" != 0 ] && has sudo; then
  said=$($limit sudo -n sh -c : 2>&1) && echo "sudo free" || { echo "sudo asks"; echo "said $said"; }
fi
echo "end"
`;

/** Reads what {@link toolsScript} printed; total. Null where it did not come to its end. */
export function readTools(printed: string): FarTools | null {
  const told = new Map<string, string>();
  for (const line of printed.slice(0, 10_000).split("\n")) {
    const [, name, value = ""] = /^([a-z]+)(?: (.*))?$/.exec(line) ?? [];
    if (name !== undefined && !told.has(name)) told.set(name, value);
  }
  if (!told.has("end")) return null;
  const one = <const T extends string>(name: string, ...known: readonly T[]): T | null =>
    known.find((word) => word === told.get(name)) ?? null;
  const uid = /^\d{1,10}$/.exec(told.get("uid") ?? "");
  return {
    uid: uid ? Number(uid[0]) : null,
    packer: one("packer", "zst", "gz"),
    summer: one("summer", "openssl", "sha256sum"),
    fds: told.has("fds"),
    dd: told.has("dd"),
    stat: told.has("stat"),
    limit: told.has("limit"),
    sudo: one("sudo", "free", "asks"),
    sudoSaid: told.get("said") ?? "",
  };
}
