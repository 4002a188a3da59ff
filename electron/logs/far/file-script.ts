/**
 * A file's bytes, as content: what it held when it was opened, or one part of it. It is opened once, so that a file that
 * is renamed or deleted meanwhile is read to its end all the same; another file under its name is told by device and
 * inode. Only regular files are opened: opening a FIFO waits, opening a device may act, and what is read of /proc/kmsg is
 * taken away from the system's logger. A range is read of any.
 */

import { commonScript } from "./script.ts";
import type { FarTools } from "./tools.ts";

/**
 * After mark, pack and sum: `file` or `range`; the path in octal; `yes` where `dd` skips by bytes, `yes` for `stat -c`;
 * cap; `head` or `tail`; then, to go on with what was begun, identity, first byte, length, bytes had, and their sum; `yes`
 * where a quiet file may be read at once.
 *
 * At once is without counting: the programs that pack and sum read it themselves, which costs the host half of what pipes
 * cost. So is read what nobody wrote to for some seconds; where it changed all the same, the ending begins with `again`.
 *
 * Opens with `file <identity> <size> <mtime> <first byte> <length> <packing>`, or with why not: `gone` (what `ls`
 * says of it is among the complaints), `other <kind>`, `changed`. Length `-` is what is read to its end, as /proc is. Ends
 * with the sum and the size then.
 */
export const fileScript = `${commonScript()}
kind=$1 dd=$3 stat=$4 cap=$5 keep=$6 want=$7 from=$8 length=$9
path=$(printf '%bx' "$2"); path=\${path%x}
shift 9
had=\${1:-0} hadsum=$2 atonce=$3
complain() { ls -dL "$path" 2>&1 >/dev/null; }
look() {
  if [ "$stat" = yes ]; then set -- $(stat -L -c '%d:%i %s %Y' "$src" 2>/dev/null)
  else set -- $(ls -dnLi "$src" 2>/dev/null); set -- "0:$1" "$6" 0; fi
  id=$1 size=$2 mtime=$3
}
take() {
  if [ "$dd" = yes ]; then dd if="$src" bs=262144 iflag=skip_bytes,count_bytes,fullblock skip="$1" count="$2" status=none
  elif [ "$1" = 0 ]; then head -c "$2" <"$src"
  else tail -c "+$(($1 + 1))" <"$src" | head -c "$2"; fi || echo "$mark unread" >&2
}
at_once() {
  { packed <"$src" >&4 || echo "$mark unread" >&2; } &
  [ "$sum" = none ] || summed <"$src"
  wait $!
}
quiet() {
  [ "$kind $had $from $length" = "file 0 0 $size" ] && [ "$mtime" != 0 ] &&
    now=$(date +%s 2>/dev/null) && [ "\${now:-0}" -gt $((mtime + 5)) ]
}
whole() { head -c "$cap" <"$src" || echo "$mark unread" >&2; }
usable() { [ "$kind" = range ] || { [ -f "$path" ] && [ "$path" != /proc/kmsg ]; }; }
if ! usable; then
  if [ "$path" = /proc/kmsg ]; then say other queue
  elif [ -d "$path" ]; then say other folder
  elif [ -p "$path" ]; then say other FIFO
  elif [ -S "$path" ]; then say other socket
  elif [ -b "$path" ] || [ -c "$path" ]; then say other device
  else complain >&2; say gone; fi
  end
fi
opened() { command exec 5<"$1"; } 2>/dev/null
if ! opened "$path"; then (exec 5<"$path") 2>&1 | head -c 1000 >&2; complain >&2; say gone; end; fi
src=/dev/fd/5
[ -e "$src" ] || src=$path
look
if [ -n "$want" ] && [ "$id" != "$want" ] && [ "$kind" = file ]; then
  found=
  for other in "$path"* "\${path%/*}"/*; do
    [ -f "$other" ] && [ ! -L "$other" ] || continue
    src=$other; look
    [ "$id" = "$want" ] && { found=yes; break; }
  done
  [ -n "$found" ] && opened "$src" || { say changed; end; }
  [ -e /dev/fd/5 ] && src=/dev/fd/5
fi
if [ -z "$want" ] && [ "$kind" = file ]; then
  from=0 length=$size
  case $path in /proc/*|/sys/*) size=0;; esac
  if [ "$size" = 0 ]; then length=-
  elif [ "$size" -gt "$cap" ]; then length=$cap; [ "$keep" = tail ] && from=$((size - cap)); fi
fi
rest=$length
if [ "$had" != 0 ]; then
  [ "$length" = - ] && { say changed; end; }
  [ "$kind" = file ] && [ "$size" -lt $((from + had)) ] && { say changed; end; }
  if [ "$sum" != none ]; then
    case $(take "$from" "$had" | summed) in *"$hadsum"*) ;; *) say changed; end;; esac
  fi
  rest=$((length - had))
fi
if [ "$pack" != raw ] && [ "$length" != - ] && [ "$rest" -gt 2097152 ]; then
  sample=$(take $((from + had + rest / 2)) 131072 | packed | wc -c)
  [ "$sample" -gt 124500 ] && pack=raw
fi
say file "$id" "\${size:-0}" "\${mtime:-0}" "$from" "$length" "$pack"
seen=
if [ "$length" = - ]; then told=$(pass whole)
elif [ "$atonce" = yes ] && quiet; then seen=$size.$mtime told=$(at_once)
else told=$(pass take $((from + had)) "$rest"); fi
look
[ "\${seen:-$size.$mtime}" = "$size.$mtime" ] || end again
set -- $told
end size "$size" "$@"
`;

/** Where reading goes on, with what is had already. */
export interface FarResume {
  readonly identity: string;
  readonly fromByte: number;
  readonly lengthBytes: number;
  readonly hadBytes: number;
  readonly hadSum: string;
}

/** The arguments behind mark, pack and sum. */
export function fileArguments(
  tools: FarTools,
  asked: {
    readonly kind: "file" | "range";
    /** In octal. */
    readonly path: string;
    readonly capBytes: number;
    readonly keep: "head" | "tail";
    readonly resume: FarResume | null;
    readonly atOnce: boolean;
  },
): string[] {
  const { kind, path, capBytes, keep, resume, atOnce } = asked;
  const flag = (has: boolean) => (has ? "yes" : "no");
  return [
    kind,
    path,
    flag(tools.dd),
    flag(tools.stat),
    String(capBytes),
    keep,
    ...(resume
      ? [resume.identity, String(resume.fromByte), String(resume.lengthBytes), String(resume.hadBytes), resume.hadSum]
      : ["", "0", "0", "0", ""]),
    flag(atOnce),
  ];
}

export type FileOpening =
  | {
      readonly is: "file";
      readonly identity: string;
      readonly sizeBytes: number;
      readonly modifiedAt: number | null;
      readonly fromByte: number;
      readonly lengthBytes: number | null;
      readonly packing: "zst" | "gz" | "raw";
    }
  | { readonly is: "gone" }
  | { readonly is: "changed" }
  | { readonly is: "other"; readonly kind: string };

/** Reads the words of the opening line; total. Null for what the script does not say. */
export function readFileOpening(words: readonly string[]): FileOpening | null {
  const [is, ...rest] = words;
  if (is === "gone" || is === "changed") return { is };
  if (is === "other") return { is, kind: rest[0]?.slice(0, 20) ?? "" };
  const [identity = "", size = "", mtime = "", from = "", length = "", packing = ""] = rest;
  const sizeBytes = count(size);
  const fromByte = count(from);
  const lengthBytes = length === "-" ? null : count(length);
  if (is !== "file" || !/^[0-9a-f]+:\d+$/.test(identity) || sizeBytes === null || fromByte === null) return null;
  if (length !== "-" && lengthBytes === null) return null;
  if (packing !== "zst" && packing !== "gz" && packing !== "raw") return null;
  const seconds = count(mtime);
  const modifiedAt = seconds !== null && seconds > 0 && seconds < 8e12 ? seconds * 1000 : null;
  return { is, identity, sizeBytes, modifiedAt, fromByte, lengthBytes, packing };
}

/** Its size when reading was over; null where it was not told. */
export function sizeAfter(words: readonly string[]): number | null {
  const at = words.indexOf("size");
  return at < 0 ? null : count(words[at + 1] ?? "");
}

function count(text: string): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}
