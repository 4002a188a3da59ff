/** Texts about a running system: processes, memory, file systems, services, network. */
import type { Server } from "../model.ts";
import { firstPort } from "../model.ts";
import type { Host } from "../shell/command.ts";
import { type Memory, threadCount } from "./hardware.ts";
import { clock, ctime, isoDay } from "./kernel.ts";

export const journalDate = (at: number) => `${ctime(at).slice(0, 3)} ${isoDay(at)} ${clock(at)} UTC`;

function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  const rest = `${hours > 0 ? `${String(hours).padStart(2)}:${String(minutes % 60).padStart(2, "0")}` : `${minutes % 60} min`}`;
  return `${days > 0 ? `${days} day${days === 1 ? "" : "s"}, ` : ""}${rest}`;
}

const terminals = (host: Host) => host.logins().filter((login) => login.terminal !== null);

export function uptime(host: Host): string {
  const now = host.clock();
  const users = terminals(host).length;
  return ` ${clock(now)} up ${span(host.world.now() - host.world.bootedAt(host.name))},  ${users} user${users === 1 ? "" : "s"},  load average: 0.00, 0.01, 0.05\n`;
}

export const who = (host: Host) =>
  terminals(host)
    .map(
      ({ user, terminal, from, since }) =>
        `${user.padEnd(8)} ${(terminal ?? "").padEnd(12)} ${isoDay(since)} ${clock(since).slice(0, 5)} (${from})\n`,
    )
    .join("");

export const w = (host: Host) =>
  `${uptime(host)}USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n${terminals(host)
    .map(
      ({ user, terminal, from, since }) =>
        `${user.padEnd(8)} ${(terminal ?? "").padEnd(8)} ${from.padEnd(16)} ${clock(since).slice(0, 5)}    0.00s  0.02s  0.00s -bash\n`,
    )
    .join("")}`;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly terminal: string;
  readonly command: string;
}

function processes(host: Host): Process[] {
  const server = host.server();
  return [
    { pid: 1, parent: 0, terminal: "?", command: "/usr/lib/systemd/systemd --switched-root --system --deserialize 22" },
    { pid: 2, parent: 0, terminal: "?", command: "[kthreadd]" },
    { pid: 511, parent: 2, terminal: "?", command: "[mlx4]" },
    { pid: 602, parent: 1, terminal: "?", command: "/usr/lib/systemd/systemd-journald" },
    { pid: 811, parent: 1, terminal: "?", command: "/usr/sbin/rdma-ndd --systemd" },
    { pid: 1311, parent: 1, terminal: "?", command: "/usr/sbin/sshd -D" },
    { pid: 1320, parent: 1, terminal: "?", command: "/usr/sbin/crond -n" },
    ...(server.runsSubnetManager ? [{ pid: 1402, parent: 1, terminal: "?", command: "/usr/sbin/opensm" }] : []),
    ...terminals(host).flatMap((login, index) => [
      { pid: 2310 + index * 4, parent: 1311, terminal: "?", command: `sshd: root@${login.terminal}` },
      { pid: 2312 + index * 4, parent: 2310 + index * 4, terminal: login.terminal ?? "?", command: "-bash" },
    ]),
  ];
}

export function ps(host: Host, args: readonly string[]): string {
  const text = args.join("");
  const start = clock(host.world.bootedAt(host.name)).slice(0, 5);
  const all = processes(host);
  if (text.includes("aux")) {
    return `USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n${all
      .map(
        ({ pid, terminal, command }) =>
          `root     ${String(pid).padStart(5)}  0.0  0.0 ${String(command.startsWith("[") ? 0 : 112_000).padStart(6)} ${String(command.startsWith("[") ? 0 : 4300).padStart(5)} ${terminal.padEnd(8)} S    ${start}   0:00 ${command}\n`,
      )
      .join("")}`;
  }
  if (/e/.test(text)) {
    return `UID        PID  PPID  C STIME TTY          TIME CMD\n${all
      .map(
        ({ pid, parent, terminal, command }) =>
          `root     ${String(pid).padStart(5)} ${String(parent).padStart(5)}  0 ${start} ${terminal.padEnd(8)} 00:00:00 ${command}\n`,
      )
      .join("")}`;
  }
  return `  PID TTY          TIME CMD\n${all
    .filter(({ terminal }) => terminal !== "?")
    .slice(0, 1)
    .map(({ pid, terminal }) => `${String(pid).padStart(5)} ${terminal.padEnd(8)} 00:00:00 bash\n`)
    .join("")}`;
}

export function top(host: Host, now: number): string {
  const all = processes(host);
  const server = host.server();
  return [
    `top - ${clock(now)} up ${span(now - host.world.bootedAt(host.name))},  ${terminals(host).length} users,  load average: 0.00, 0.01, 0.05`,
    `Tasks: ${String(all.length).padStart(3)} total,   1 running, ${String(all.length - 1).padStart(3)} sleeping,   0 stopped,   0 zombie`,
    "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st",
    `KiB Mem : ${server.memoryGiB * 1024 * 1024} total (${threadCount(server)} CPUs)`,
    "",
    "  PID USER      PR  NI    VIRT    RES    SHR S  %CPU %MEM     TIME+ COMMAND",
    ...all.map(
      ({ pid, command }) =>
        `${String(pid).padStart(5)} root      20   0  112000   4300   3200 S   0.0  0.0   0:00.10 ${command.split(" ")[0]?.split("/").at(-1)}`,
    ),
    "",
  ].join("\n");
}

export function free(memory: Memory, args: readonly string[]): string {
  const text = args.join("");
  const unit = text.includes("g") ? 1024 * 1024 : text.includes("m") ? 1024 : 1;
  const show = (kib: number) => {
    if (text.includes("h"))
      return kib > 1024 * 1024 ? `${Math.floor(kib / 1024 / 1024)}G` : `${Math.floor(kib / 1024)}M`;
    return String(Math.floor(kib / unit));
  };
  const { totalKiB, freeKiB, cachedKiB } = memory;
  const row = (name: string, ...values: number[]) =>
    `${name.padEnd(7)}${values.map((value) => show(value).padStart(12)).join("")}\n`;
  return [
    "              total        used        free      shared  buff/cache   available\n",
    row(
      "Mem:",
      totalKiB,
      totalKiB - freeKiB - cachedKiB,
      freeKiB,
      9216,
      cachedKiB,
      freeKiB + Math.floor(cachedKiB / 2),
    ),
    row("Swap:", 4_194_300, 0, 4_194_300),
  ].join("");
}

export function df(server: Server, human: boolean, isFull: boolean): string {
  const root = (server.diskGB - 6) * 976_562;
  const rows: [string, number, number, string][] = [
    ["devtmpfs", Math.floor(server.memoryGiB * 524_288), 0, "/dev"],
    ["tmpfs", Math.floor(server.memoryGiB * 524_288), 9216, "/run"],
    ["/dev/mapper/centos-root", root, isFull ? root : 3_204_112, "/"],
    ["/dev/sda1", 1_038_336, 152_548, "/boot"],
  ];
  const show = (kib: number) =>
    human ? (kib >= 1024 * 1024 ? `${Math.round(kib / 1024 / 1024)}G` : `${Math.round(kib / 1024)}M`) : String(kib);
  return `${"Filesystem".padEnd(24)}${(human ? "Size" : "1K-blocks").padStart(11)}${"Used".padStart(9)}${(human ? "Avail" : "Available").padStart(11)} Use% Mounted on\n${rows
    .map(
      ([name, size, used, at]) =>
        `${name.padEnd(24)}${show(size).padStart(11)}${show(used).padStart(9)}${show(size - used).padStart(11)} ${`${Math.ceil((used / size) * 100)}%`.padStart(4)} ${at}\n`,
    )
    .join("")}`;
}

export const lsblk = (server: Server) =>
  `NAME            MAJ:MIN RM   SIZE RO TYPE MOUNTPOINT
sda               8:0    0 ${`${(server.diskGB * 0.931).toFixed(1)}G`.padStart(6)}  0 disk 
├─sda1            8:1    0     1G  0 part /boot
└─sda2            8:2    0 ${`${(server.diskGB * 0.931 - 1).toFixed(1)}G`.padStart(6)}  0 part 
  ├─centos-root 253:0    0 ${`${(server.diskGB * 0.931 - 5).toFixed(1)}G`.padStart(6)}  0 lvm  /
  └─centos-swap 253:1    0     4G  0 lvm  [SWAP]
${
  server.role === "primary"
    ? `sdb               8:16   1   3.8G  0 disk 
├─sdb1            8:17   1    16K  0 part 
└─sdb2            8:18   1   128K  0 part 
`
    : ""
}`;

export const mounts = `sysfs on /sys type sysfs (rw,nosuid,nodev,noexec,relatime)
proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)
/dev/mapper/centos-root on / type xfs (rw,relatime,attr2,inode64,noquota)
/dev/sda1 on /boot type xfs (rw,relatime,attr2,inode64,noquota)
`;

export const modules = `Module                  Size  Used by
ib_ipoib              110142  0 
ib_umad                22093  6 
mlx4_ib               211833  2 
mlx4_core             360598  1 mlx4_ib
ib_core               255469  3 ib_ipoib,mlx4_ib,ib_umad
`;

const macOf = (server: Server) => `00:1b:78:5a:00:0${server.number}`;

/** `ip neighbour`: the other nodes of the management network. */
export const neighbours = (host: Host) =>
  host.world.cube.servers
    .filter(({ name }) => name !== host.name)
    .map((other) => `${other.address} dev eno1 ${other.on ? `lladdr ${macOf(other)} STALE` : "FAILED"}\n`)
    .join("");

export function ipAddress(server: Server, addresses: boolean): string {
  const mac = macOf(server);
  const up = firstPort(server).up;
  const hardware = `80:00:02:08:fe:80:00:00:00:00:00:00:${(firstPort(server).guid.slice(2).match(/../g) ?? []).join(":")}`;
  return [
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
    "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
    ...(addresses ? ["    inet 127.0.0.1/8 scope host lo", "       valid_lft forever preferred_lft forever"] : []),
    "2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000",
    `    link/ether ${mac} brd ff:ff:ff:ff:ff:ff`,
    ...(addresses
      ? [
          `    inet ${server.address}/24 brd 10.20.0.255 scope global eno1`,
          "       valid_lft forever preferred_lft forever",
        ]
      : []),
    `3: ib0: <${up ? "BROADCAST,MULTICAST,UP,LOWER_UP" : "NO-CARRIER,BROADCAST,MULTICAST,UP"}> mtu 2044 qdisc mq state ${up ? "UP" : "DOWN"} group default qlen 256`,
    `    link/infiniband ${hardware} brd 00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff`,
    "",
  ].join("\n");
}

export const sockets = (host: Host) =>
  `Netid  State      Recv-Q Send-Q Local Address:Port               Peer Address:Port\ntcp    LISTEN     0      128               *:22                            *:*\n${terminals(
    host,
  )
    .map(({ from }) => `tcp    ESTAB      0      0      ${host.server().address}:22      ${from}:*\n`)
    .join("")}`;

export interface Service {
  readonly name: string;
  readonly description: string;
  readonly pid: number | null;
}

export const services = (server: Server): readonly Service[] => [
  { name: "crond", description: "Command Scheduler", pid: 1320 },
  ...(server.runsSubnetManager
    ? [{ name: "opensm", description: "Starts the OpenSM InfiniBand fabric Subnet Manager", pid: 1402 }]
    : []),
  { name: "rdma", description: "Initialize the iWARP/InfiniBand/RDMA stack in the kernel", pid: null },
  { name: "rdma-ndd", description: "RDMA Node Description Daemon", pid: 811 },
  { name: "sshd", description: "OpenSSH server daemon", pid: 1311 },
];

export const unitList = (all: readonly Service[]) =>
  `UNIT                LOAD   ACTIVE SUB     DESCRIPTION\n${all
    .map(
      ({ name, description, pid }) =>
        `${`${name}.service`.padEnd(19)} loaded active ${(pid === null ? "exited" : "running").padEnd(7)} ${description}\n`,
    )
    .join("")}\n${all.length} loaded units listed.\n`;

export function serviceStatus(host: Host, service: Service): string {
  const since = host.world.bootedAt(host.name) + 24_000;
  return [
    `● ${service.name}.service - ${service.description}`,
    `   Loaded: loaded (/usr/lib/systemd/system/${service.name}.service; enabled; vendor preset: enabled)`,
    `   Active: active (${service.pid === null ? "exited" : "running"}) since ${journalDate(since)}; ${span(host.world.now() - since)} ago`,
    ...(service.pid === null ? [] : [` Main PID: ${service.pid} (${service.name})`]),
    "",
  ].join("\n");
}

export const systemStatus = (host: Host) =>
  `● ${host.name}\n    State: running\n     Jobs: 0 queued\n   Failed: 0 units\n    Since: ${journalDate(host.world.bootedAt(host.name))}; ${span(host.world.now() - host.world.bootedAt(host.name))} ago\n`;

/** `last -x -F`: util-linux' last(1). The log of logins began with this boot. */
export function lastLogins(host: Host): string {
  const at = host.world.bootedAt(host.name) + host.clock() - host.world.now();
  return `reboot   system boot  ${"3.10.0-1160.el7.x"} ${ctime(at)} - ${ctime(host.clock())}  (${span(host.clock() - at)
    .trim()
    .padStart(5, "0")})\n\nwtmp begins ${ctime(at)}\n`;
}
