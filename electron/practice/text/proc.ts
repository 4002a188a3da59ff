/**
 * Texts of /proc that no other command shows. Formats: proc(5), Documentation/filesystems/proc.txt and x86/mtrr.txt of
 * Linux 3.10, and what prints them there: mm/vmstat.c (buddyinfo, zoneinfo, vmstat), mm/slab_common.c, kernel/module.c,
 * drivers/scsi/scsi_proc.c. Addresses, sizes and counts are made up.
 */
import type { Server } from "../model.ts";
import { memoryOf, threadCount } from "./hardware.ts";
import { modules } from "./system.ts";

const pad = (value: number | string, width: number) => String(value).padStart(width);

/** A share of what a machine counts, on one of its processors; the first takes most. */
const share = (count: number, cpu: number) => Math.floor(cpu === 0 ? count * 0.7 : (count * 0.3) / cpu);

const perCpu = (server: Server, cell: (cpu: number) => string) =>
  Array.from({ length: threadCount(server) }, (_, cpu) => cell(cpu)).join("");

export function interrupts(server: Server, upMs: number): string {
  const seconds = upMs / 1000;
  const lines: readonly (readonly [name: string, count: number, what: string])[] = [
    ["0", 127, "  IO-APIC-edge      timer"],
    ["8", 1, "  IO-APIC-edge      rtc0"],
    ["9", 0, "  IO-APIC-fasteoi   acpi"],
    ["16", 2904 + seconds / 4, "  IO-APIC-fasteoi   ehci_hcd:usb1"],
    ["72", 41_000 + seconds * 3, "  PCI-MSI-edge      sda"],
    ["80", 21_000 + seconds * 12, "  PCI-MSI-edge      eno1"],
    ["96", 17_413 + seconds / 9, `  PCI-MSI-edge      mlx4-async@pci:${server.hcaAddress}`],
    ["97", 1188 + seconds / 30, `  PCI-MSI-edge      mlx4-1@${server.hcaAddress}`],
    ["NMI", seconds / 60, "  Non-maskable interrupts"],
    ["LOC", seconds * 90, "  Local timer interrupts"],
    ["SPU", 0, "  Spurious interrupts"],
    ["PMI", seconds / 60, "  Performance monitoring interrupts"],
    ["RES", seconds * 2, "  Rescheduling interrupts"],
    ["CAL", seconds / 8, "  Function call interrupts"],
    ["TLB", seconds / 5, "  TLB shootdowns"],
    ["THR", 0, "  Threshold APIC interrupts"],
    ["MCE", 0, "  Machine check exceptions"],
    ["MCP", Math.floor(seconds / 300), "  Machine check polls"],
  ];
  const head = `     ${perCpu(server, (cpu) => `      CPU${String(cpu).padEnd(2)}`)}\n`;
  const totals = "ERR:          0\nMIS:          0\n";
  return (
    head +
    lines
      .map(
        ([name, count, what]) =>
          `${pad(name, 3)}: ${perCpu(server, (cpu) => `${pad(share(count, cpu), 10)} `)}${what}\n`,
      )
      .join("") +
    totals
  );
}

export function softirqs(server: Server, upMs: number): string {
  const seconds = upMs / 1000;
  const rows: readonly (readonly [string, number])[] = [
    ["HI", 1],
    ["TIMER", seconds * 80],
    ["NET_TX", seconds / 20],
    ["NET_RX", seconds * 14],
    ["BLOCK", seconds * 3],
    ["BLOCK_IOPOLL", 0],
    ["TASKLET", seconds / 50],
    ["SCHED", seconds * 40],
    ["HRTIMER", 0],
    ["RCU", seconds * 60],
  ];
  const head = `${" ".repeat(20)}${perCpu(server, (cpu) => `CPU${cpu}`.padEnd(11))}\n`;
  const row = ([name, count]: readonly [string, number]) =>
    `${pad(name, 12)}:${perCpu(server, (cpu) => ` ${pad(share(count, cpu), 10)}`)}\n`;
  return head + rows.map(row).join("");
}

/** Zones by memory node: the low ones are in the first alone. */
function zones(server: Server): readonly { readonly node: number; readonly name: string; readonly pages: number }[] {
  const each = Math.floor(memoryOf(server).totalKiB / 4 / server.sockets);
  return Array.from({ length: server.sockets }, (_, node) => node).flatMap((node) => [
    ...(node === 0
      ? [
          { node, name: "DMA", pages: 3968 },
          { node, name: "DMA32", pages: 765_000 },
        ]
      : []),
    { node, name: "Normal", pages: node === 0 ? each - 768_968 : each },
  ]);
}

export const buddyinfo = (server: Server) =>
  zones(server)
    .map(({ node, name, pages }) => {
      const orders = Array.from({ length: 10 }, (_, order) => (pages < 10_000 ? 1 : 40 - order * 3));
      const rest = orders.reduce((left, count, order) => left - count * 2 ** order, Math.floor(pages * 0.94));
      const counts = [...orders, Math.max(0, Math.floor(rest / 1024))];
      return `Node ${node}, zone ${pad(name, 8)} ${counts.map((count) => `${pad(count, 6)} `).join("")}\n`;
    })
    .join("");

export const zoneinfo = (server: Server) =>
  zones(server)
    .map(({ node, name, pages }) => {
      const low = Math.floor(pages / 1000);
      const stats: readonly (readonly [string, number])[] = [
        ["nr_free_pages", Math.floor(pages * 0.94)],
        ["nr_inactive_anon", 0],
        ["nr_active_anon", Math.floor(pages / 400)],
        ["nr_inactive_file", Math.floor(pages / 80)],
        ["nr_active_file", Math.floor(pages / 120)],
        ["numa_hit", pages * 11],
        ["numa_miss", 0],
        ["numa_foreign", 0],
        ["numa_interleave", 9811],
        ["numa_local", pages * 11 - 12_004],
        ["numa_other", 12_004],
      ];
      return [
        `Node ${node}, zone ${pad(name, 8)}`,
        `  pages free     ${Math.floor(pages * 0.94)}`,
        `        min      ${low}`,
        `        low      ${Math.floor(low * 1.25)}`,
        `        high     ${Math.floor(low * 1.5)}`,
        "        scanned  0",
        `        spanned  ${pages}`,
        `        present  ${pages}`,
        `        managed  ${pages}`,
        ...stats.map(([key, value]) => `    ${key.padEnd(12)} ${value}`),
        "        protection: (0, 0, 0, 0)",
        "  pagesets",
        `  all_unreclaimable: 0\n  start_pfn:         ${name === "DMA" ? 1 : 4096}\n  inactive_ratio:    1`,
        "",
      ].join("\n");
    })
    .join("");

export function vmstat(server: Server): string {
  const { freeKiB, cachedKiB } = memoryOf(server);
  const free = Math.floor(freeKiB / 4);
  const rows: readonly (readonly [string, number])[] = [
    ["nr_free_pages", free],
    ["nr_inactive_anon", 0],
    ["nr_active_anon", Math.floor(free / 400)],
    ["nr_inactive_file", Math.floor(cachedKiB / 8)],
    ["nr_active_file", Math.floor(cachedKiB / 8)],
    ["nr_dirty", 12],
    ["nr_writeback", 0],
    ["pgpgin", 1_804_112],
    ["pgpgout", 903_377],
    ["pswpin", 0],
    ["pswpout", 0],
    ["pgfault", 18_240_551],
    ["pgmajfault", 3120],
    ["allocstall", 0],
    ["compact_stall", 0],
    ["thp_fault_alloc", 811],
    ["thp_split", 0],
  ];
  return rows.map(([name, value]) => `${name} ${value}\n`).join("");
}

export const swaps = `Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n${"/dev/dm-1".padEnd(40)}partition\t4194300\t0\t-1\n`;

export const cgroups = `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${[
  "cpuset\t5\t1\t1",
  "cpu\t2\t61\t1",
  "cpuacct\t2\t61\t1",
  "memory\t8\t61\t1",
  "devices\t4\t61\t1",
  "freezer\t6\t1\t1",
  "blkio\t3\t61\t1",
].join("\n")}\n`;

export const mdstat = "Personalities : \nunused devices: <none>\n";

/** From what `lsmod` shows: size, users, whose they are, state, address. */
export const modulesFile = modules
  .split("\n")
  .slice(1, -1)
  .map((line, index) => {
    const [name, size, count, users = ""] = line.trim().split(/\s+/);
    const address = (0xffffffffa0100000n + BigInt(index) * 0x60000n).toString(16);
    return `${name} ${size} ${count} ${users === "" ? "-" : `${users},`} Live 0x${address}\n`;
  })
  .join("");

export const mtrr = (server: Server) =>
  [
    "reg00: base=0x000000000 (    0MB), size= 2048MB, count=1: write-back",
    `reg01: base=0x100000000 ( 4096MB), size=${pad(server.memoryGiB * 1024 - 2048, 5)}MB, count=1: write-back`,
    "",
  ].join("\n");

export const iomem = (server: Server) => `00000000-00000fff : reserved
00001000-0009dfff : System RAM
0009e000-0009ffff : reserved
000a0000-000bffff : PCI Bus 0000:00
000f0000-000fffff : System ROM
00100000-bf78ffff : System RAM
  01000000-016b9b2e : Kernel code
  016b9b2f-01b07bff : Kernel data
  01c8b000-01faafff : Kernel bss
bf790000-bf79dfff : ACPI Tables
d0000000-dfffffff : PCI MMCONFIG 0000 [bus 00-ff]
f6000000-f7ffffff : PCI Bus 0000:${server.hcaAddress.slice(5, 7)}
  f6000000-f67fffff : ${server.hcaAddress}
    f6000000-f67fffff : mlx4_core
  f7f00000-f7ffffff : ${server.hcaAddress}
    f7f00000-f7ffffff : mlx4_core
fec00000-fec003ff : IOAPIC 0
fee00000-fee00fff : Local APIC
100000000-${(server.memoryGiB * 1024 ** 3 + 2 ** 30 - 1).toString(16)} : System RAM
`;

export const ioports = `0000-0cf7 : PCI Bus 0000:00
  0000-001f : dma1
  0020-0021 : pic1
  0040-0043 : timer0
  0050-0053 : timer1
  0060-0060 : keyboard
  0064-0064 : keyboard
  0070-0071 : rtc0
  0080-008f : dma page reg
  00a0-00a1 : pic2
  00c0-00df : dma2
  00f0-00ff : fpu
  03c0-03df : vga+
  03f8-03ff : serial
0cf8-0cff : PCI conf1
`;

export const slabinfo = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
${[
  ["xfs_inode", 36_448, 36_448, 960, 34, 8],
  ["dentry", 61_236, 61_236, 192, 42, 2],
  ["buffer_head", 9_906, 9_906, 104, 39, 1],
  ["kmalloc-4096", 1_184, 1_184, 4096, 8, 8],
  ["kmalloc-64", 40_128, 40_128, 64, 64, 1],
]
  .map(([name = "", active = 0, total = 0, size = 0, perSlab = 1, pages = 1]) => {
    const slabs = Math.ceil(Number(total) / Number(perSlab));
    const objects = `${String(name).padEnd(17)} ${pad(active, 6)} ${pad(total, 6)} ${pad(size, 6)} ${pad(perSlab, 4)} ${pad(pages, 4)}`;
    return `${objects} : tunables    0    0    0 : slabdata ${pad(slabs, 6)} ${pad(slabs, 6)}      0\n`;
  })
  .join("")}`;

export const scsi = (server: Server) =>
  [
    "Attached devices:",
    "Host: scsi0 Channel: 00 Id: 00 Lun: 00",
    `  Vendor: ${(server.bmc === "ilo" ? "HP" : "DELL").padEnd(8)} Model: ${(server.bmc === "ilo" ? "LOGICAL VOLUME" : "PERC 6/i").padEnd(16)} Rev: 1.11`,
    "  Type:   Direct-Access                    ANSI  SCSI revision: 05",
    "",
  ].join("\n");

export const procMounts = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
/dev/mapper/centos-root / xfs rw,relatime,attr2,inode64,noquota 0 0
/dev/sda1 /boot xfs rw,relatime,attr2,inode64,noquota 0 0
`;
