/**
 * Reads the stamp at the beginning of a line, in the forms that logs of Linux hosts, switches and schedulers have. Pure
 * and total; a reader looks at one place of a text and leaves the rest alone.
 */
import { severityNamed, severityOfPriority } from "./severity.ts";
import { fractionMs, type Head, monthNames, months, timeOfDay, wallClock } from "./stamp.ts";

type Reader = (text: string, at: number) => Head | null;

const weekday = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const time = "(\\d\\d):(\\d\\d):(\\d\\d)";

/**
 * RFC 3164, 4.1.2 (`Mmm dd hh:mm:ss`), as syslog daemons and `journalctl -o short`, `short-precise` and `with-unit`
 * (journalctl(1)) write it; with a year as network devices do. With microseconds after a blank and a thread it is
 * opensm's (osm_log.c). MLNX-OS's log is of this form.
 */
const syslogForm = new RegExp(
  `(?:<(\\d{1,3})>)?(${monthNames}) {1,2}(\\d{1,2})(?: (\\d{4}))? ${time}(?:\\.(\\d{1,6})| (\\d{6})(?= \\[))?(?=[ :]|$)`,
  "y",
);
function syslog(text: string, at: number): Head | null {
  const found = exec(syslogForm, text, at);
  if (!found) return null;
  const month = months.indexOf(found[2] as (typeof months)[number]);
  const day = Number(found[3]);
  const fraction = fractionMs(found[8] ?? found[9]);
  const [hour, minute, second] = [Number(found[5]), Number(found[6]), Number(found[7])];
  const msOfDay = timeOfDay(hour, minute, second, fraction);
  // Any leap year: whether it was one is concluded later.
  if (msOfDay === null || wallClock(2000, month, day, 0, 0, 0) === null) return null;
  const wallMs =
    found[4] === undefined ? null : wallClock(Number(found[4]), month, day, hour, minute, second, fraction);
  if (found[4] !== undefined && wallMs === null) return null;
  return {
    format: found[9] === undefined ? "syslog" : "opensm",
    stamp: wallMs === null ? { kind: "yearless", month, day, msOfDay } : { kind: "wall", ms: wallMs },
    end: syslogForm.lastIndex,
    severity: found[1] === undefined ? null : severityOfPriority(Number(found[1])),
  };
}

/**
 * ISO 8601 and RFC 3339, with or without a zone: rsyslog's RSYSLOG_FileFormat; RFC 5424 (`<PRI>1 ` before it);
 * `journalctl -o short-iso`, `short-iso-precise` and `short-full` (weekday before it, the zone's name after it);
 * `dmesg --time-format=iso` (comma); Slurm (in brackets, log.c); libvirt and QEMU (`+0000:` after it, virlog.c); apt's
 * history.log (`Start-Date: `, two blanks); also with a level in capitals before it, as many programs' own logs have.
 */
const isoForm = new RegExp(
  `(?:<(\\d{1,3})>1 |(\\[)|${weekday} |(?:Start-Date|End-Date|[A-Z]{4,8}):? )?(\\d{4})[-/](\\d\\d)[-/](\\d\\d)(?:T| {1,2})${time}(?:[.,](\\d{1,9}))?(Z|[+-]\\d\\d(?::?\\d\\d)?| (?:UTC|GMT)\\b)?(?=[\\] :,]|$)\\]?`,
  "y",
);
function iso(text: string, at: number): Head | null {
  const found = exec(isoForm, text, at);
  if (!found) return null;
  const wallMs = wallClock(
    Number(found[3]),
    Number(found[4]) - 1,
    Number(found[5]),
    Number(found[6]),
    Number(found[7]),
    Number(found[8]),
    fractionMs(found[9]),
  );
  const zoneMs = found[10] === undefined ? null : zoneOffset(found[10]);
  if (wallMs === null) return null;
  return {
    format: found[1] !== undefined ? "rfc5424" : found[2] !== undefined ? "slurm" : "iso",
    stamp: zoneMs === null ? { kind: "wall", ms: wallMs } : { kind: "utc", ms: wallMs - zoneMs },
    end: isoForm.lastIndex,
    severity: found[1] === undefined ? null : severityOfPriority(Number(found[1])),
  };
}

function zoneOffset(zone: string): number {
  const found = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (!found) return 0;
  return (found[1] === "-" ? -60_000 : 60_000) * (Number(found[2]) * 60 + Number(found[3] ?? 0));
}

/** asctime(3) and `date`; in brackets `dmesg -T` (dmesg(1)), which counts from the boot and drifts where the host slept. */
const ctimeForm = new RegExp(
  `(?:<(\\d{1,3})>)?(?:[a-z0-9]+ *:([a-z]+) *: )?(\\[)?${weekday} (${monthNames}) {1,2}(\\d{1,2}) ${time}(?: ([A-Z]{3,5}))? (\\d{4})\\]?`,
  "y",
);
function ctime(text: string, at: number): Head | null {
  const found = exec(ctimeForm, text, at);
  if (!found) return null;
  const month = months.indexOf(found[4] as (typeof months)[number]);
  const wallMs = wallClock(
    Number(found[10]),
    month,
    Number(found[5]),
    Number(found[6]),
    Number(found[7]),
    Number(found[8]),
  );
  if (wallMs === null) return null;
  return {
    format: found[3] === undefined ? "ctime" : "dmesg",
    stamp: { kind: found[9] === "UTC" || found[9] === "GMT" ? "utc" : "wall", ms: wallMs },
    end: ctimeForm.lastIndex,
    severity: kernelSeverity(found[1], found[2]),
  };
}

/**
 * Seconds since the boot: the kernel's printk.time, `dmesg` with `-x` (facility and level before it) or `-r` (their
 * number in angle brackets; dmesg(1)), `journalctl -o short-monotonic`.
 */
const uptimeForm = /(?:<(\d{1,3})>)?(?:[a-z0-9]+ *:([a-z]+) *: )?\[ *(\d{1,10})\.(\d{6}|\d{3})\]/y;
function uptime(text: string, at: number): Head | null {
  const found = exec(uptimeForm, text, at);
  if (!found) return null;
  return {
    format: "dmesg",
    stamp: { kind: "uptime", ms: Number(found[3]) * 1000 + fractionMs(found[4]) },
    end: uptimeForm.lastIndex,
    severity: kernelSeverity(found[1], found[2]),
  };
}

function kernelSeverity(priority: string | undefined, level: string | undefined): number | null {
  if (priority !== undefined) return severityOfPriority(Number(priority));
  return level === undefined ? null : severityNamed(level);
}

/** Seconds since the epoch: `journalctl -o short-unix`; the audit log's `msg=audit(seconds:serial)` (auditd.log(5)). */
const epochForm = /(?:(\d{9,11})\.(\d{6})(?= )|type=\w{1,40} msg=audit\((\d{9,11})\.(\d{3}):\d+\))/y;
function epoch(text: string, at: number): Head | null {
  const found = exec(epochForm, text, at);
  if (!found) return null;
  return {
    format: found[1] === undefined ? "audit" : "syslog",
    stamp: { kind: "utc", ms: Number(found[1] ?? found[3]) * 1000 + fractionMs(found[2] ?? found[4]) },
    end: epochForm.lastIndex,
    severity: null,
  };
}

/** HTCondor's daemons: month, day and two digits of the year (DEBUG_TIME_FORMAT, HTCondor manual). */
const condorForm = new RegExp(`(\\d\\d)/(\\d\\d)/(\\d\\d) ${time}(?:\\.(\\d{3}))?(?= )`, "y");
function condor(text: string, at: number): Head | null {
  const found = exec(condorForm, text, at);
  if (!found) return null;
  const [month, day, year, hour, minute, second] = found.slice(1, 7).map(Number);
  const wallMs = wallClock(
    2000 + (year ?? 0),
    (month ?? 0) - 1,
    day ?? 0,
    hour ?? 0,
    minute ?? 0,
    second ?? 0,
    fractionMs(found[7]),
  );
  if (wallMs === null) return null;
  return { format: "condor", stamp: { kind: "wall", ms: wallMs }, end: condorForm.lastIndex, severity: null };
}

/** Common Log Format of web servers (`%h %l %u %t`, Apache's mod_log_config), with whatever follows. */
const webForm = new RegExp(
  `\\S{1,255} \\S{1,255} \\S{1,255} \\[(\\d\\d)/(${monthNames})/(\\d{4}):${time} ([+-]\\d{4})\\]`,
  "y",
);
function web(text: string, at: number): Head | null {
  const found = exec(webForm, text, at);
  if (!found) return null;
  const month = months.indexOf(found[2] as (typeof months)[number]);
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map((group) => Number(found[group]));
  const wallMs = wallClock(year ?? 0, month, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0);
  if (wallMs === null) return null;
  const stamp = { kind: "utc", ms: wallMs - zoneOffset(found[7] ?? "") } as const;
  return { format: "web", stamp, end: webForm.lastIndex, severity: null };
}

const readers: readonly Reader[] = [syslog, iso, uptime, ctime, epoch, condor, web];

function exec(form: RegExp, text: string, at: number): RegExpExecArray | null {
  form.lastIndex = at;
  return form.exec(text);
}

/** Reads heads, the form that the last line had first: a file seldom has two. */
export function headReader(): (text: string, at: number) => Head | null {
  let last = 0;
  return (text, at) => {
    const same = readers[last]?.(text, at);
    if (same) return same;
    for (const [index, reader] of readers.entries()) {
      if (index === last) continue;
      const head = reader(text, at);
      if (head) {
        last = index;
        return head;
      }
    }
    return null;
  };
}

/**
 * The severity that a format tells after its stamp: opensm's level (osm_log.h: 1 error, 2 info, 4 and 8 verbose and
 * debug, 0x80 also to syslog), libvirt's (`: thread: error : `), Slurm's (`error: `), MLNX-OS's (`[mgmtd.NOTICE]: `),
 * ESXi's: from 8.0 on two letters and a number (`Er(3)`; vSphere 8.0, ESXi log file format), hostd's before that a word.
 */
const fields: Readonly<Record<string, RegExp>> = {
  opensm: / \[[0-9A-Fa-f]+\] (?:0x([0-9a-f]{2})) -> /y,
  iso: /: \d+: (debug|info|warning|error) : | (Em|Al|Cr|Er|Wa|No|In|Db)\(\d{1,3}\)\+? | (?:\[[0-9A-F]{8} )?(error|warning|info|verbose) (?:'|[\w-]{1,40}\[\d+\] \[Originator@)/y,
  slurm: / (fatal|error|verbose|debug\d?|info): /y,
  switch: / \S{1,255} [^\s:]{1,80}: \[[^\s\]]{1,40}\.([A-Z]+)\]/y,
};

export function fieldSeverity(format: string, text: string, end: number): number | null {
  const form = fields[format];
  if (!form) return null;
  const found = exec(form, text, end)
    ?.slice(1)
    .find((group) => group !== undefined);
  if (found === undefined) return null;
  if (format !== "opensm") return severityNamed(found);
  const level = Number.parseInt(found, 16);
  return level & 1 ? 3 : level & 2 || level & 0x80 ? 6 : 7;
}
