/**
 * What a failing DIMM leaves behind: the kernel's lines, its counters in /sys, the BMC's event log.
 *
 * Line: format of `edac_ce_error` in Linux drivers/edac/edac_mc.c (3.10), with the label and the empty detail that
 * drivers/edac/i7core_edac.c gives for registered DIMMs. Files: Documentation/ABI/testing/sysfs-devices-edac. Event log:
 * `ipmitool sel elist` (1.8), lib/ipmi_sel.c.
 */
import type { Server } from "../model.ts";
import type { FileSystem } from "../shell/filesystem.ts";
import type { KernelLine, World } from "../world.ts";

/** The socket, channel and slot of the DIMM. */
const place = { controller: 1, channel: 2, slot: 0 };
const label = `CPU#${place.controller}Channel#${place.channel}_DIMM#${place.slot}`;

export const memoryErrorLines = (world: World, node: string): KernelLine[] =>
  world.memoryErrors(node).map(({ at, count }) => ({
    at,
    text: `EDAC MC${place.controller}: ${count} CE error on ${label} (channel:${place.channel} slot:${place.slot} page:0x0 offset:0x0 grain:8 syndrome:0x0)`,
  }));

/** The counters of a server whose processors have their memory controllers in them. */
export function addMemoryCounters(files: FileSystem, world: World, server: Server): void {
  if (server.cpu.vendor !== "GenuineIntel") return;
  const counted = () => world.memoryErrors(server.name).reduce((sum, { count }) => sum + count, 0);
  for (let controller = 0; controller < server.sockets; controller += 1) {
    const folder = `/sys/devices/system/edac/mc/mc${controller}`;
    const errors = () => (controller === place.controller ? counted() : 0);
    files.addFile(`${folder}/mc_name`, `i7 core #${controller}\n`);
    files.addFile(`${folder}/size_mb`, `${(server.memoryGiB * 1024) / server.sockets}\n`);
    files.addFile(`${folder}/ce_count`, () => `${errors()}\n`);
    files.addFile(`${folder}/ce_noinfo_count`, "0\n");
    files.addFile(`${folder}/ue_count`, "0\n");
    files.addFile(`${folder}/ue_noinfo_count`, "0\n");
    files.addFile(
      `${folder}/seconds_since_reset`,
      () => `${Math.floor((world.now() - world.bootedAt(server.name)) / 1000)}\n`,
    );
    for (let channel = 0; channel < 3; channel += 1) {
      const dimm = `${folder}/dimm${channel * 3}`;
      files.addFile(`${dimm}/dimm_label`, `CPU#${controller}Channel#${channel}_DIMM#0\n`);
      files.addFile(`${dimm}/dimm_location`, `channel ${channel} slot 0 \n`);
      files.addFile(`${dimm}/size`, `${server.dimmGiB * 1024}\n`);
    }
  }
}

/** Polls of the kernel that make one event of the BMC. */
const pollsPerEvent = 12;

/** `ipmitool sel elist`, from the node itself. */
export function eventLog(world: World, node: string): string {
  const row = (number: number, at: number, sensor: string, event: string) => {
    const day = new Date(at).toISOString();
    const date = `${day.slice(5, 7)}/${day.slice(8, 10)}/${day.slice(0, 4)}`;
    return `${number.toString(16).padStart(4)} | ${date} | ${day.slice(11, 19)} | ${sensor} | ${event} | Asserted\n`;
  };
  const cleared = row(1, world.bootedAt(node) - 86_400_000, "Event Logging Disabled SEL", "Log area reset/cleared");
  const events = world.memoryErrors(node).filter((_error, index) => index % pollsPerEvent === pollsPerEvent - 1);
  return cleared + events.map(({ at }, index) => row(index + 2, at, "Memory ECC Corr Err", "Correctable ECC")).join("");
}
