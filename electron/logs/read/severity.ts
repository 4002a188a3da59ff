/**
 * Owns how severe a line is: what its format's own field says, else what words it holds. Numbers are syslog's (RFC 5424,
 * 6.2.1): 0 emergency to 7 debug.
 */
import type { LogSeverity } from "../../contract/logs/reading.ts";
import { logSeverities } from "../../contract/logs/severities.ts";

export const severities: readonly LogSeverity[] = logSeverities;
export const infoNumber = 6;
export const warningNumber = 4;
const errorNumber = 3;
const criticalNumber = 2;

/** As syslog.h, dmesg, MLNX-OS, Slurm, libvirt and ESXi (two letters) write them, in small letters. */
const names: Readonly<Record<string, number>> = {
  emerg: 0,
  emergency: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  critical: 2,
  fatal: 2,
  err: 3,
  error: 3,
  warn: 4,
  warning: 4,
  notice: 5,
  info: 6,
  verbose: 6,
  debug: 7,
  em: 0,
  al: 1,
  cr: 2,
  er: 3,
  wa: 4,
  no: 5,
  in: 6,
  db: 7,
};

/** Of a level's name; null for none that is known. `debug2` is `debug`. */
export function severityNamed(name: string): number | null {
  return names[name.toLowerCase().replace(/\d+$/, "")] ?? null;
}

/** Of the number before a message in angle brackets: eight times the facility, and the severity. */
export const severityOfPriority = (priority: number) => priority & 7;

/**
 * Words by which a line without a field is judged, for scanning a text of many lines; the gravest in a line counts. What
 * is said to be none ("no errors", "errors: 0") is none, and so are the counters of /proc/interrupts.
 */
export function severityWords(): RegExp {
  return /\b(?:(panic|fatal|oops|BUG:|machine check(?! (?:exceptions|polls)\b)|lockup|out of memory|emergency|critical)|((?<!\b(?:no|0|without) )errors?(?!\s?[:=] ?0\b)|failed|failure|segfault|corrupt(?:ed|ion)?)|(warn(?:ing)?|timed out|time-?out|throttled|degraded))\b/gi;
}

/** Of one match of {@link severityWords}. */
export function severityOfWord(match: RegExpExecArray): number {
  return match[1] !== undefined ? criticalNumber : match[2] !== undefined ? errorNumber : warningNumber;
}
