/**
 * The files in which a practice node's kernel tells of itself, beyond its card and disks. Formats: Linux 3.10,
 * Documentation/ABI/{stable/sysfs-devices-node,testing/sysfs-devices-system-cpu,testing/sysfs-kernel-mm-ksm},
 * vm/transhuge.txt, hwmon/sysfs-interface; mm counters of a node from drivers/base/node.c; parameters from mlx4_core.
 */
import type { Server } from "./model.ts";
import type { FileSystem } from "./shell/filesystem.ts";
import { cpuList, memoryOf, numaDistance, socketOf, threadCount } from "./text/hardware.ts";
import * as proc from "./text/proc.ts";
import { settingsFiles } from "./text/settings.ts";
import type { World } from "./world.ts";

export function addKernelFiles(files: FileSystem, world: World, server: () => Server): void {
  const first = server();
  const upMs = () => world.now() - world.bootedAt(first.name);
  const add = (folder: string, named: Readonly<Record<string, string | (() => string)>>) => {
    for (const [name, text] of Object.entries(named)) files.addFile(`${folder}/${name}`, text);
  };
  add("/proc", {
    buddyinfo: proc.buddyinfo(first),
    cgroups: proc.cgroups,
    interrupts: () => proc.interrupts(first, upMs()),
    iomem: proc.iomem(first),
    ioports: proc.ioports,
    mdstat: proc.mdstat,
    modules: proc.modulesFile,
    mounts: proc.procMounts,
    mtrr: proc.mtrr(first),
    "scsi/scsi": proc.scsi(first),
    "self/mounts": proc.procMounts,
    slabinfo: proc.slabinfo,
    softirqs: () => proc.softirqs(first, upMs()),
    swaps: proc.swaps,
    vmstat: proc.vmstat(first),
    zoneinfo: proc.zoneinfo(first),
  });
  add("/sys/kernel", { kexec_crash_loaded: "1\n", kexec_crash_size: "169869312\n" });
  add("/sys/kernel/mm", {
    "transparent_hugepage/enabled": "[always] madvise never\n",
    "transparent_hugepage/defrag": "[always] madvise never\n",
    "ksm/run": "0\n",
    "ksm/pages_shared": "0\n",
    "ksm/pages_sharing": "0\n",
  });
  add("/sys/devices/system/clocksource/clocksource0", {
    available_clocksource: "tsc hpet acpi_pm \n",
    current_clocksource: "tsc\n",
  });
  addProcessors(add, first);
  addMemoryNodes(add, first);
  addTemperatures(add, first);
  add("/sys/module/mlx4_core/parameters", {
    debug_level: "0\n",
    log_mtts_per_seg: "3\n",
    log_num_mac: "7\n",
    log_num_mtt: "24\n",
    log_num_vlan: "0\n",
    msi_x: "1\n",
    use_prio: "N\n",
  });
  add(`/sys/devices/pci0000:00/${first.bridgeAddress}/${first.hcaAddress}`, { numa_node: "0\n" });
  for (const [path, text] of settingsFiles(first)) files.addFile(path, text);
}

type Add = (folder: string, named: Readonly<Record<string, string>>) => void;

function addProcessors(add: Add, server: Server): void {
  const all = `0-${threadCount(server) - 1}\n`;
  const isAmd = server.cpu.vendor === "AuthenticAMD";
  add("/sys/devices/system/cpu", { online: all, present: all, possible: all, offline: "\n" });
  add("/sys/devices/system/cpu/vulnerabilities", {
    meltdown: isAmd ? "Not affected\n" : "Mitigation: PTI\n",
    spec_store_bypass: "Vulnerable\n",
    spectre_v1: "Mitigation: Load fences, __user pointer sanitization\n",
    spectre_v2: isAmd ? "Mitigation: Full AMD retpoline\n" : "Mitigation: Full retpoline, IBPB\n",
  });
  for (let cpu = 0; cpu < threadCount(server); cpu += 1)
    add(`/sys/devices/system/cpu/cpu${cpu}`, {
      "topology/physical_package_id": `${socketOf(server, cpu)}\n`,
      "microcode/version": isAmd ? "0x1000083\n" : "0x1f\n",
      ...(isAmd
        ? {}
        : { "thermal_throttle/core_throttle_count": "0\n", "thermal_throttle/package_throttle_count": "0\n" }),
    });
}

function addMemoryNodes(add: Add, server: Server): void {
  const { totalKiB, freeKiB } = memoryOf(server);
  const nodes = Array.from({ length: server.sockets }, (_, node) => node);
  const kib = (all: number) => String(Math.floor(all / server.sockets)).padStart(8);
  for (const node of nodes) {
    const row = (name: string, value: string) => `Node ${node} ${`${name}:`.padEnd(15)}${value} kB\n`;
    add(`/sys/devices/system/node/node${node}`, {
      cpulist: `${cpuList(server, node)}\n`,
      distance: `${nodes.map((other) => numaDistance(node, other)).join(" ")}\n`,
      meminfo: row("MemTotal", kib(totalKiB)) + row("MemFree", kib(freeKiB)) + row("MemUsed", kib(totalKiB - freeKiB)),
      numastat: `numa_hit ${1_882_104 + node * 811}\nnuma_miss 0\nnuma_foreign 0\ninterleave_hit 9811\nlocal_node ${1_880_000 + node * 811}\nother_node 2104\n`,
    });
  }
  add("/sys/devices/system/node", { online: server.sockets > 1 ? `0-${server.sockets - 1}\n` : "0\n" });
}

/** In thousandths of a degree: coretemp, a file for each core; k10temp, one for each processor. */
function addTemperatures(add: Add, server: Server): void {
  const isAmd = server.cpu.vendor === "AuthenticAMD";
  for (let socket = 0; socket < server.sockets; socket += 1) {
    const cores = isAmd ? 1 : server.cpu.coresPerSocket;
    const inputs = Array.from({ length: cores }, (_, core): [string, string] => [
      `temp${core + (isAmd ? 1 : 2)}_input`,
      `${(38 + ((core * 3 + socket * 2) % 7)) * 1000}\n`,
    ]);
    add(`/sys/class/hwmon/hwmon${socket}`, {
      name: isAmd ? "k10temp\n" : "coretemp\n",
      ...Object.fromEntries(inputs),
    });
  }
}
