import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldSeverity, headReader } from "../../../electron/logs/read/heads.ts";
import { dayOrderOf, readSelRow, selSeverity } from "../../../electron/logs/read/sel.ts";

const read = (line: string) => headReader()(line, 0);
const at = (...parts: [number, number, number, number, number, number, number?]) =>
  Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4], parts[5], parts[6] ?? 0);

describe("a line's stamp is read in each documented form", () => {
  it.each([
    // RFC 3164, 5.4 example 1.
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
      { format: "syslog", stamp: { kind: "yearless", month: 9, day: 11, msOfDay: 80_055_000 }, end: 19, severity: 2 },
    ],
    [
      "Feb  5 17:32:18 10.0.0.99 Use the BFG!",
      { format: "syslog", stamp: { kind: "yearless", month: 1, day: 5, msOfDay: 63_138_000 }, end: 15, severity: null },
    ],
    // journalctl -o short-precise
    [
      "Nov 02 10:41:26.123456 razor kernel: pci 0000:05:00.0: x",
      {
        format: "syslog",
        stamp: { kind: "yearless", month: 10, day: 2, msOfDay: 38_486_123 },
        end: 22,
        severity: null,
      },
    ],
    // MLNX-OS to a syslog server
    [
      "<173>Dec 7 12:02:06 10.13.110.116 mgmtd[8326]: [mgmtd.NOTICE]: Configuration saved to database initial",
      { format: "syslog", stamp: { kind: "yearless", month: 11, day: 7, msOfDay: 43_326_000 }, end: 19, severity: 5 },
    ],
    [
      "Jan 14 2026 10:00:00 switch a: b",
      { format: "syslog", stamp: { kind: "wall", ms: at(2026, 1, 14, 10, 0, 0) }, end: 20, severity: null },
    ],
    // opensm
    [
      "Mar 11 19:32:26 717944 [EC430700] 0x01 -> log_send_error: ERR 5411",
      {
        format: "opensm",
        stamp: { kind: "yearless", month: 2, day: 11, msOfDay: 70_346_717 },
        end: 22,
        severity: null,
      },
    ],
    // RFC 5424, 6.5 example 1 and 2.
    [
      "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - BOM'su root' failed",
      { format: "rfc5424", stamp: { kind: "utc", ms: at(2003, 10, 11, 22, 14, 15, 3) }, end: 30, severity: 2 },
    ],
    [
      "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
      { format: "rfc5424", stamp: { kind: "utc", ms: at(2003, 8, 24, 12, 14, 15, 0) }, end: 39, severity: 5 },
    ],
    // Apache's manual, Log Files, Access Log
    [
      '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326',
      { format: "web", stamp: { kind: "utc", ms: at(2000, 10, 10, 20, 55, 36) }, end: 46, severity: null },
    ],
    // apt's history.log
    [
      "Start-Date: 2026-01-02  03:04:05",
      { format: "iso", stamp: { kind: "wall", ms: at(2026, 1, 2, 3, 4, 5) }, end: 32, severity: null },
    ],
    [
      "WARNING 2026-01-02 03:04:05,250 x",
      { format: "iso", stamp: { kind: "wall", ms: at(2026, 1, 2, 3, 4, 5, 250) }, end: 31, severity: null },
    ],
    // journalctl -o short-iso, short-full
    [
      "2026-10-03T05:56:38-0400 h kernel: mlx5_core",
      { format: "iso", stamp: { kind: "utc", ms: at(2026, 10, 3, 9, 56, 38) }, end: 24, severity: null },
    ],
    [
      "Wed 2026-01-14 10:00:00 CET host systemd[1]: x",
      { format: "iso", stamp: { kind: "wall", ms: at(2026, 1, 14, 10, 0, 0) }, end: 23, severity: null },
    ],
    [
      "Wed 2026-01-14 10:00:00 UTC host systemd[1]: x",
      { format: "iso", stamp: { kind: "utc", ms: at(2026, 1, 14, 10, 0, 0) }, end: 27, severity: null },
    ],
    // dmesg --time-format=iso
    [
      "2023-10-03T12:00:02,123456+02:00 usb 1-1: x",
      { format: "iso", stamp: { kind: "utc", ms: at(2023, 10, 3, 10, 0, 2, 123) }, end: 32, severity: null },
    ],
    // libvirt, QEMU
    [
      "2026-01-14 10:00:00.123+0000: 1234: error : virNetSocketReadWire:1826 : End of file while reading data: Input/output error",
      { format: "iso", stamp: { kind: "utc", ms: at(2026, 1, 14, 10, 0, 0, 123) }, end: 28, severity: null },
    ],
    // Slurm
    [
      "[2026-01-14T10:00:00.123] error: Node node4 not responding",
      { format: "slurm", stamp: { kind: "wall", ms: at(2026, 1, 14, 10, 0, 0, 123) }, end: 25, severity: null },
    ],
    // dmesg, dmesg -r, dmesg -x, dmesg -T
    [
      "[    6.446411] mlx4_core: Initializing 0000:11:00.0",
      { format: "dmesg", stamp: { kind: "uptime", ms: 6446 }, end: 14, severity: null },
    ],
    [
      "<4>[38080.001870] Buffer I/O error on device dm-12, logical block 2621438",
      { format: "dmesg", stamp: { kind: "uptime", ms: 38_080_001 }, end: 17, severity: 4 },
    ],
    [
      "kern  :err   : [  849.100963] EXT4-fs (sdb7): x",
      { format: "dmesg", stamp: { kind: "uptime", ms: 849_100 }, end: 29, severity: 3 },
    ],
    [
      "[Thu Oct 10 09:36:06 2019] mce: CPU0: Core temperature above threshold",
      { format: "dmesg", stamp: { kind: "wall", ms: at(2019, 10, 10, 9, 36, 6) }, end: 26, severity: null },
    ],
    // MLNX-OS User Manual, Logging
    [
      "Wed Jul 10 11:30:42 2013: Interface IB1/17 changed state to DOWN",
      { format: "ctime", stamp: { kind: "wall", ms: at(2013, 7, 10, 11, 30, 42) }, end: 24, severity: null },
    ],
    // journalctl -o short-unix; auditd
    [
      "1768384800.500000 host systemd[1]: x",
      { format: "syslog", stamp: { kind: "utc", ms: 1_768_384_800_500 }, end: 17, severity: null },
    ],
    [
      "type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e",
      { format: "audit", stamp: { kind: "utc", ms: 1_364_481_363_243 }, end: 44, severity: null },
    ],
    // HTCondor
    [
      "11/22/26 14:07:29 ** condor_master STARTING UP",
      { format: "condor", stamp: { kind: "wall", ms: at(2026, 11, 22, 14, 7, 29) }, end: 17, severity: null },
    ],
  ])("%s", (line, head) => {
    expect(read(line)).toEqual(head);
  });

  it.each([
    "Feb 30 10:00:00 no such day",
    "Jan 14 25:00:00 no such hour",
    "2026-13-01T00:00:00Z no such month",
    "Janet 14 10:00:00",
    "[<ffffffff8104>] call_trace+0x10",
    "   at Module.run (x.js:1:2)",
    "",
    "\0\0\0",
  ])("and not where there is none: %j", (line) => {
    expect(read(line)).toBeNull();
  });

  it("tells what the format's own field says", () => {
    const opensm = "Mar 11 19:32:26 717944 [EC430700] 0x01 -> log_send_error: ERR 5411";
    expect(fieldSeverity("opensm", opensm, 22)).toBe(3);
    expect(fieldSeverity("opensm", opensm.replace("0x01", "0x02"), 22)).toBe(6);
    expect(fieldSeverity("opensm", opensm.replace("0x01", "0x80"), 22)).toBe(6);
    expect(fieldSeverity("slurm", "[2026-01-14T10:00:00.123] error: Node", 25)).toBe(3);
    expect(fieldSeverity("slurm", "[2026-01-14T10:00:00.123] debug2: x", 25)).toBe(7);
    expect(fieldSeverity("slurm", "[2026-01-14T10:00:00.123] slurmd started", 25)).toBeNull();
    expect(fieldSeverity("iso", "2026-01-14 10:00:00.123+0000: 1234: warning : f:1 : x", 28)).toBe(4);
    // ESXi: vSphere 8.0, format of ESXi log files; hostd before that
    const esxi = "2025-03-01T10:50:21.535Z";
    for (const [field, number] of [
      ["Er(11) vmkernel: cpu3:2097789)NMP: x", 3],
      ["Wa(180)+ vmkwarning: x", 4],
      ["In(14) vobd[2097521]:  x failed", 6],
      ["Db(167) Hostd[2099545]: x", 7],
      ["error hostd[2099545] [Originator@6876 sub=Vimsvc] x", 3],
      ["[FFB0AD20 warning 'Vimsvc'] x", 4],
      ["info hostd[2099545] [Originator@6876 sub=Vimsvc] no error", 6],
    ] as const)
      expect([field, fieldSeverity("iso", `${esxi} ${field}`, esxi.length)]).toEqual([field, number]);
    expect(fieldSeverity("iso", `${esxi} cpu3:32789)ScsiDeviceIO: 2331: x`, esxi.length)).toBeNull();
    expect(fieldSeverity("switch", "Dec  7 12:02:06 sw mgmtd[8326]: [mgmtd.ERR]: x", 15)).toBe(3);
  });

  it("for any text, without throwing, within it", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), (text, from) => {
        const head = headReader()(text, from);
        if (head) expect(head.end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  it("for texts that look like stamps, without throwing", () => {
    const digits = fc.stringMatching(/^[0-9:./\-T [\]<>,+ZJanFeb]{0,40}$/);
    fc.assert(
      fc.property(digits, (text) => void headReader()(text, 0)),
      { numRuns: 500 },
    );
  });
});

describe("rows of ipmitool's event log", () => {
  it.each([
    [
      "   1 | 06/14/2023 | 10:01:17 | Power Supply PS2 Status | Power Supply AC lost | Asserted",
      { kind: "wall", ms: at(2023, 6, 14, 10, 1, 17) },
      2,
    ],
    [
      "  3a | 12/14/22 | 23:09:44 CET | Memory #0x88 | Correctable ECC (CPU0_G1) | Asserted",
      { kind: "wall", ms: at(2022, 12, 14, 23, 9, 44) },
      4,
    ],
    [
      "  34 | 02/25/2025 | 04:50:09 PM EST | Memory #0x02 | Uncorrectable ECC (UnCorrectable ECC |  DIMMD7) | Asserted",
      { kind: "wall", ms: at(2025, 2, 25, 16, 50, 9) },
      2,
    ],
    ["   5 |  Pre-Init  |0000000123| System Event #0x01 | Timestamp Clock Sync | Asserted", { kind: "unset" }, 6],
    [
      "fe3c | 04/10/2008 | 14:50:13 | Power Unit Power Redundancy | Fully Redundant",
      { kind: "wall", ms: at(2008, 4, 10, 14, 50, 13) },
      6,
    ],
    [
      "   7 | 06/14/2023 | 10:01:17 UTC | Fan #0x30 | Lower Critical going low  | Asserted | Reading 8 > Threshold 5 degrees C",
      { kind: "utc", ms: at(2023, 6, 14, 10, 1, 17) },
      2,
    ],
    ["   8 | OEM record c0 | 0019fd | 000000000000", { kind: "unset" }, 6],
  ])("%s", (line, stamp, severity) => {
    const head = readSelRow(line, 0, "month-first");
    expect(head?.stamp).toEqual(stamp);
    expect(selSeverity(line.slice(head?.end ?? 0))).toBe(severity);
  });

  it("are no rows where the text was cut before a date", () => {
    expect(readSelRow("   9 | Linux kernel panic: Fatal excep", 0, "month-first")).toBeNull();
  });

  it("have day and month in the order that one date in the log gives away", () => {
    expect(dayOrderOf("   1 | 06/14/2023 | 10:01:17 | x\n")).toBe("month-first");
    expect(dayOrderOf("   1 | 06/07/2023 | 10:01:17 | x\n   2 | 14/07/2023 | 10:01:17 | x\n")).toBe("day-first");
    expect(dayOrderOf("   1 | 06.07.2023 | 10:01:17 | x\n")).toBe("day-first");
    expect(readSelRow("   1 | 06.07.2023 | 10:01:17 | x", 0, "day-first")?.stamp).toEqual({
      kind: "wall",
      ms: at(2023, 7, 6, 10, 1, 17),
    });
    expect(readSelRow("   1 | 2023-07-06 | 10:01:17 | x", 0, "day-first")?.stamp).toEqual({
      kind: "wall",
      ms: at(2023, 7, 6, 10, 1, 17),
    });
  });

  it("are read from any text without throwing", () => {
    fc.assert(fc.property(fc.string(), (text) => void readSelRow(text, 0, "day-first")));
    fc.assert(
      fc.property(
        fc.stringMatching(/^ *[0-9a-f]{1,4} \| [0-9/:. |A-Z]{0,40}$/),
        (text) => void readSelRow(text, 0, "month-first"),
      ),
    );
  });
});
