/** Texts of the kernel: boot messages, and the same lines as dmesg, journalctl and /var/log/messages show them. */
import type { Server } from "../model.ts";
import { type KernelLine, slotLines, type World } from "../world.ts";
import { memoryErrorLines } from "./memory-errors.ts";

export const kernelRelease = "3.10.0-1160.el7.x86_64";
export const kernelVersion = "#1 SMP Mon Oct 19 16:18:59 UTC 2020";

/** Boot messages with milliseconds since boot. */
function bootLines(server: Server): { readonly afterMs: number; readonly text: string }[] {
  const { cpu } = server;
  const threads = server.sockets * cpu.coresPerSocket * cpu.threadsPerCore;
  const memoryKiB = server.memoryGiB * 1024 * 1024;
  const mlx = `mlx4_core ${server.hcaAddress}`;
  return [
    [
      0,
      `Linux version ${kernelRelease} (mockbuild@kbuilder.bsys.centos.org) (gcc version 4.8.5 20150623 (Red Hat 4.8.5-44) (GCC) ) ${kernelVersion}`,
    ],
    [
      0,
      `Command line: BOOT_IMAGE=/vmlinuz-${kernelRelease} root=/dev/mapper/centos-root ro crashkernel=auto rd.lvm.lv=centos/root rhgb quiet LANG=en_US.UTF-8`,
    ],
    [0, `DMI: ${server.vendor} ${server.product}, BIOS ${server.bios.version} ${server.bios.date}`],
    [0, `Memory: ${memoryKiB - 1_400_000}k/${memoryKiB}k available`],
    [
      31,
      `smpboot: CPU0: ${cpu.name} (fam: ${cpu.family.toString(16).padStart(2, "0")}, model: ${cpu.model.toString(16).padStart(2, "0")}, stepping: ${cpu.stepping.toString(16).padStart(2, "0")})`,
    ],
    [412, `Brought up ${threads} CPUs`],
    [1207, "ACPI: PCI Root Bridge [PCI0] (domain 0000 [bus 00-ff])"],
    [1583, `pci ${server.hcaAddress}: [15b3:1003] type 00 class 0x028000`],
    [2846, "Freeing unused kernel memory: 1980k freed"],
    [3120, "systemd[1]: Detected architecture x86-64."],
    [3122, `systemd[1]: Set hostname to <${server.name}>.`],
    [4021, "sd 0:0:0:0: [sda] Attached SCSI disk"],
    [6480, "XFS (dm-0): Ending clean mount"],
    [8101, "mlx4_core: Mellanox ConnectX core driver v2.2-1 (Feb, 2014)"],
    [8102, `mlx4_core: Initializing ${server.hcaAddress}`],
    ...slotLines(server.hcaAddress, server.slot).map((text): [number, string] => [14_210, text]),
    [14_688, "<mlx4_ib> mlx4_ib_add: mlx4_ib: Mellanox ConnectX InfiniBand driver v2.2-1 (Feb 2014)"],
    ...(server.switchPort === null
      ? []
      : ([
          [15_902, `${mlx} ${server.hca.name}: Port: 1 Link INIT`],
          [19_377, `${mlx} ${server.hca.name}: Port: 1 Link ACTIVE`],
        ] as [number, string][])),
    [21_033, "IPv6: ADDRCONF(NETDEV_UP): eno1: link is not ready"],
    [24_115, "IPv6: ADDRCONF(NETDEV_CHANGE): eno1: link becomes ready"],
  ].map(([afterMs, text]) => ({ afterMs: Number(afterMs), text: String(text) }));
}

/**
 * Everything the kernel noted, oldest first. The boot part stays as it was at boot: a slot that was slowed since shows
 * in the live lines that follow, unless the node booted with it.
 */
export function kernelLines(world: World, server: Server): KernelLine[] {
  const bootedAt = world.bootedAt(server.name);
  const live = world.liveLines(server.name);
  const atBoot = world.asBooted(server.name);
  const booting = bootLines(atBoot).map(({ afterMs, text }) => ({ at: bootedAt + afterMs, text }));
  return [...booting, ...[...live, ...memoryErrorLines(world, server.name)].sort((a, b) => a.at - b.at)];
}

/** `dmesg`: seconds since boot, or with `-T` the wall clock. */
export function dmesg(world: World, server: Server, wallClock: boolean): string {
  const bootedAt = world.bootedAt(server.name);
  return kernelLines(world, server)
    .map(({ at, text }) => {
      if (wallClock) return `[${ctime(at + world.clockOffsetMs(server.name))}] ${text}\n`;
      const seconds = ((at - bootedAt) / 1000).toFixed(6);
      return `[${seconds.padStart(12)}] ${text}\n`;
    })
    .join("");
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (value: number) => String(value).padStart(2, "0");

/** `Sat Nov 21 20:02:07 2026`; all practice clocks run in UTC. */
export function ctime(at: number): string {
  const date = new Date(at);
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock(at)} ${date.getUTCFullYear()}`;
}
export const clock = (at: number) => {
  const date = new Date(at);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
};
/** `Nov 21 20:02:07`, as in syslog. */
export function syslogTime(at: number): string {
  const date = new Date(at);
  return `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock(at)}`;
}
export const isoDay = (at: number) => new Date(at).toISOString().slice(0, 10);

export interface JournalLine extends KernelLine {
  /** `kernel`, `sshd`, ... */
  readonly source: string;
  readonly unit: string | null;
}

/** The journal since boot: the kernel and a few services. */
export function journal(world: World, server: Server): JournalLine[] {
  const bootedAt = world.bootedAt(server.name);
  const service = (afterMs: number, source: string, unit: string, text: string): JournalLine => ({
    at: bootedAt + afterMs,
    source,
    unit,
    text,
  });
  const lines: JournalLine[] = [
    ...kernelLines(world, server).map((line) => ({ ...line, source: "kernel", unit: null })),
    service(22_000, "systemd[1]", "rdma", "Started Initialize the iWARP/InfiniBand/RDMA stack in the kernel."),
    service(24_500, "sshd[1311]", "sshd", "Server listening on 0.0.0.0 port 22."),
    service(24_501, "systemd[1]", "sshd", "Started OpenSSH server daemon."),
    service(24_900, "systemd[1]", "crond", "Started Command Scheduler."),
    ...(server.runsSubnetManager ? [service(18_000, "OpenSM[1402]", "opensm", "SUBNET UP")] : []),
  ];
  const offsetMs = world.clockOffsetMs(server.name);
  return lines.sort((a, b) => a.at - b.at).map((line) => ({ ...line, at: line.at + offsetMs }));
}

export const journalText = (server: Server, line: JournalLine) =>
  `${syslogTime(line.at)} ${server.name} ${line.source}: ${line.text}\n`;

/** A boot's ID: made up of when it was and where. */
export function bootId(world: World, server: Server): string {
  const seed = BigInt(world.bootedAt(server.name)) * 0x9e3779b97f4a7c15n + BigInt(server.number);
  return BigInt.asUintN(128, seed * 0xd1342543de82ef95d1342543de82ef95n)
    .toString(16)
    .padStart(32, "0");
}

/** A line as `journalctl -o json` gives it: systemd.journal-fields(7), and the Journal JSON Format of systemd. */
export function journalJson(world: World, server: Server, line: JournalLine): string {
  const [, program = line.source, pid] = /^(.*?)(?:\[(\d+)\])?$/.exec(line.source) ?? [];
  const bootedAt = world.bootedAt(server.name) + world.clockOffsetMs(server.name);
  const isKernel = line.source === "kernel";
  return `${JSON.stringify({
    __REALTIME_TIMESTAMP: String(Math.floor(line.at * 1000)),
    __MONOTONIC_TIMESTAMP: String(Math.floor((line.at - bootedAt) * 1000)),
    _BOOT_ID: bootId(world, server),
    _HOSTNAME: server.name,
    _TRANSPORT: isKernel ? "kernel" : "syslog",
    // warnings of the kernel are 4, the rest is 6, "informational"
    PRIORITY: / CE error | Link DOWN$/.test(line.text) ? "4" : "6",
    SYSLOG_IDENTIFIER: program,
    ...(pid === undefined ? {} : { _PID: pid }),
    ...(line.unit === null ? {} : { _SYSTEMD_UNIT: `${line.unit}.service` }),
    MESSAGE: line.text,
  })}\n`;
}
