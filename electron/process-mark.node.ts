/** Tells whether a process that was noted earlier still runs: numbers of processes are used again. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { errorCode } from "./contract/error.ts";

/**
 * What no later process of the same number shares: on Linux the boot's id and the start in clock ticks (proc_pid_stat(5),
 * field 22), on macOS the time `ps` prints. Null where it cannot be known, or the process has ended.
 */
export async function processMark(pid: number): Promise<string | null> {
  try {
    if (process.platform === "linux") {
      const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      // The name in parentheses may hold anything; the fields after it start with the third.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" || fields[19] === undefined ? null : `${boot.trim()} ${fields[19]}`;
    }
    if (process.platform === "win32") return null;
    // In one time zone and language, or a traveller's next start would take the living process for another.
    const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], { env });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

/** Whether process `pid` runs and bears `mark`; where marks are not known, whether it runs. */
export async function isSameProcess(pid: number, mark: string | null): Promise<boolean> {
  return isAlive(pid) && (mark === null || (await processMark(pid)) === mark);
}

/** Whether a process of this number runs, whoever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
