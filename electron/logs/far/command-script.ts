/** What a command prints, as content: in full up to its cap, with the first 4 KiB of what it complains of and its exit code. */
import { commonScript } from "./script.ts";
import type { FarTools } from "./tools.ts";

/**
 * After mark, pack and sum: cap in bytes, words that limit its time, then the command. Ends with its exit code and the sum.
 * `timeout` makes a process group of its own, so that what it ends is the command with all its children and what had come
 * is still packed and sent. The second watch ends that group: asks it first, so that what it made for itself is removed,
 * and ends it within the seconds that the first watch leaves it, also when the command itself has ended by then.
 */
export const commandScript = `${commonScript("sleep 3; ")}
cap=$1 limit=$2; shift 2
if ! command -v "$1" >/dev/null 2>&1; then say absent; end; fi
run() {
  { { { execute "$@"; } 2>&1 >&9 9>&- | { head -c 4096; cat >/dev/null; } >&2; } 9>&1 | head -c "$cap"; }
}
execute() {
  $limit "$@" 4>&- 7<&- 8>&- &
  job=$!
  (while read -r _; do :; done
    trap '' TERM; kill -TERM "$job"; sleep 2; kill -KILL "-$job") <&7 >/dev/null 2>&1 4>&- 8>&- 9>&- &
  inner=$!
  wait "$job"
  echo "exit $?" >&8
  kill "$inner"
}
say run "$pack"
told=$( { pass run "$@"; } 8>&1 )
set -- $told
end "$@"
`;

/** The arguments behind mark, pack and sum. */
export function commandArguments(
  tools: FarTools,
  asked: { readonly argv: readonly string[]; readonly capBytes: number; readonly timeoutMs: number },
): string[] {
  const limit = tools.limit ? `timeout -k 5 ${Math.ceil(asked.timeoutMs / 1000)}` : "";
  return [String(asked.capBytes), limit, ...asked.argv];
}

/** What the last line says: the exit code, or null where it was not told. */
export function exitCodeIn(words: readonly string[]): number | null {
  const at = words.indexOf("exit");
  const code = at < 0 ? null : /^\d{1,3}$/.exec(words[at + 1] ?? "");
  return code ? Number(code[0]) : null;
}
