/** What a search runs on a host. Constant POSIX shell text; without GNU tools it is slower and finds the same. */
import { prelude } from "./prelude.ts";

/**
 * Runs the script in `$1` with the other arguments, as root where the login becomes it by sudo without a password. Its
 * `$0` is the first of them.
 */
export const asRootWhereAllowed = `
script=$1; shift
if [ "$(id -u)" != 0 ] && sudo -n sh -c : >/dev/null 2>&1 </dev/null; then exec sudo -n sh -c "$script" "$@"
else exec sh -c "$script" "$@"; fi
`;

/** Names that logs have; what has another name is looked into. */
const logNames = [
  "*.log|*.log.*|*.log-*|*_log|*_log.*|*.err|*.out|*.journal|*.journal~|*.trace|*.elog|*.binlog",
  "messages|messages[.-]*|syslog|syslog[.-]*|secure|secure[.-]*|kern|cron|cron-*|maillog*|dmesg|dmesg.*|boot.msg*|mcelog*",
].join("|");

/** Beginnings of lines as logs have them: ISO 8601, RFC 3164, the kernel's, the audit log's, times of a day. */
const stampForms = [
  "[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[T _-]?[0-9]{2}:[0-9]{2}",
  "([A-Z][a-z]{2} )?[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}",
  "[0-9]{2}[/.-][0-9]{2}[/.-][0-9]{2,4} [0-9]{2}:[0-9]{2}",
  " *[0-9]{1,6}[.][0-9]{6}[]]",
  "type=[A-Z_]+ msg=audit",
  "[0-9]{2}:[0-9]{2}:[0-9]{2}[ .,]",
].join("|");

/** Tells of each file that is a hit. \`$1\` the text it must hold, \`$2\` \`log\` where it must look like one, \`$3\` grep's -a. */
const each = `
text=$1 like=$2 all=$3; shift 3
for file do
  line= looked=
  if [ -n "$like" ]; then
    case \${file##*/} in ${logNames}) ;; *) looked=yes ;; esac
  fi
  if [ -n "$looked$text" ] && [ ! -r "$file" ]; then printf "U\\0%s\\0" "$file"; continue; fi
  if [ -n "$looked" ]; then
    dd if="$file" bs=512 count=1 2>/dev/null | grep $all -q -E -e "^[^0-9A-Za-z]{0,3}(${stampForms})" 2>/dev/null || continue
  fi
  if [ -n "$text" ]; then
    # busybox takes -a and looks no further than a line's first NUL
    line=$(if [ -n "$all" ]; then grep -s $all -m 1 -F -e "$text" "$file"; else tr -d "\\000" <"$file" | grep -m 1 -F -e "$text"; fi |
      dd bs=1024 count=1 2>/dev/null | tr -d "\\000")
    [ -n "$line" ] || continue
  fi
  about=$(stat -c "%s %Y" "$file" 2>/dev/null) ||
    about="$(wc -c 2>/dev/null <"$file" | tr -d " ") $(date -r "$file" +%s 2>/dev/null)"
  printf "H\\0%s\\0%s\\0%s\\0" "$about" "$file" "$line"
done
`;

/**
 * Searches. \`$1\` a glob for the name or nothing, \`$2\` minutes since its change or nothing, \`$3\` the text or nothing,
 * \`$4\` \`log\` or nothing, \`$5\` \`all\` for other file systems too; then the folders. Texts are octal as far as needed.
 *
 * Prints \`T\` and a time; \`H\`, size and time of change, path and line of a hit; \`U\` and the path of what may not be
 * read; \`Z\` at the end. What else could not be searched is on stderr. Only regular files are opened; links are not
 * followed but for the folders that were named; no process needs more than 1 GiB, whatever a line's length. The closing
 * of standard input ends it with all it started.
 */
export const searchScript = `${prelude}
each='${each.replaceAll("'", `'\\''`)}'
exec 3<&0 </dev/null
(cat <&3 >/dev/null 2>&1; kill -TERM 0) >/dev/null 2>&1 &
watch=$!
exec 3<&-
ulimit -v 1048576 2>/dev/null
text() { printf '%b.' "$1"; }
printf 'T\\0%s\\0' "$(date +%s)"
name=$(text "$1"); name=\${name%.}
minutes=$2
holding=$(text "$3"); holding=\${holding%.}
like=$4 others=$5
shift 5
count=$#
while [ "$count" -gt 0 ]; do
  folder=$(text "$1"); folder=\${folder%.}
  real=$(cd -P "$folder" 2>/dev/null && pwd -P && printf .) && real=\${real%??} && [ -d "$real" ] && folder=$real
  shift; set -- "$@" "$folder"
  count=$((count - 1))
done
if [ -z "$others" ]; then set -- "$@" -xdev; fi
set -- "$@" '(' -path /proc -o -path /sys -o -path /dev
if find / -prune -fstype proc >/dev/null 2>&1; then set -- "$@" -o -fstype proc -o -fstype sysfs; fi
set -- "$@" ')' -prune -o -type f
if [ -n "$name" ]; then set -- "$@" -name "$name"; fi
if [ -n "$minutes" ] && find / -prune -mmin -1 >/dev/null 2>&1; then set -- "$@" -mmin "-$minutes"; fi
all=; if printf 'n\\0x' | grep -q -a -F x 2>/dev/null; then all=-a; fi
if [ -z "$holding$like" ] && find / -prune -printf '' >/dev/null 2>&1; then
  find "$@" -printf 'H\\0%s %T@\\0%p\\0\\0'
elif [ -n "$holding" ] && [ -z "$like" ] && [ -n "$all" ] && printf x | grep -q -l -Z x 2>/dev/null && printf '' | xargs -0 -r true 2>/dev/null; then
  find "$@" -exec grep -l -Z -a -F -e "$holding" '{}' + | xargs -0 -r -n 64 sh -c "$each" sh "$holding" "$like" "$all"
else
  find "$@" -exec sh -c "$each" sh "$holding" "$like" "$all" '{}' +
fi
kill "$watch" 2>/dev/null
printf 'Z\\0'
`;
