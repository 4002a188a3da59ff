/** The disks of a practice node as its kernel shows them: in /dev, in /sys/block and in /proc/partitions. */
import type { Server } from "./model.ts";
import type { FileSystem } from "./shell/filesystem.ts";
import type { Content } from "./shell/io.ts";
import { practiceStick } from "./stick.ts";

interface Disk {
  readonly name: string;
  readonly minor: number;
  /** Sectors of 512 bytes. */
  readonly sectors: number;
  readonly removable: boolean;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string | null;
  /** Its folder below /sys/devices. */
  readonly place: string;
  readonly partitions: readonly number[];
  readonly content: Content;
}

/** A disk of which nothing is told but zeros: nobody reads a node's own disk here. */
const zeros = (size: number): Content => ({
  size,
  slice: (from, to) => "\0".repeat(Math.max(0, Math.min(to, size) - from)),
});

const stick: Disk = {
  name: "sdb",
  minor: 16,
  sectors: practiceStick.size / 512,
  removable: true,
  vendor: "Practice",
  model: "USB Stick",
  serial: "PRACTICE-STICK-1",
  place: "pci0000:00/0000:00:02.1/usb1/1-1/1-1:1.0/host6/target6:0:0/6:0:0:0",
  partitions: [32, 256],
  content: practiceStick,
};

function disksOf(server: Server): readonly Disk[] {
  const sectors = server.diskGB * 1_953_125;
  return [
    {
      name: "sda",
      minor: 0,
      sectors,
      removable: false,
      vendor: server.bmc === "ilo" ? "HP" : "DELL",
      model: server.bmc === "ilo" ? "LOGICAL VOLUME" : "PERC 6/i",
      serial: null,
      place: "pci0000:00/0000:00:1f.2/host0/target0:0:0/0:0:0:0",
      partitions: [2_097_152, sectors - 2_099_200],
      content: zeros(sectors * 512),
    },
    // the primary board keeps its stick plugged in
    ...(server.role === "primary" ? [stick] : []),
  ];
}

/** Shows a node's disks. */
export function addDisks(files: FileSystem, server: Server): void {
  const disks = disksOf(server);
  for (const disk of disks) {
    const real = `/sys/devices/${disk.place}/block/${disk.name}`;
    files.addLink(`/sys/block/${disk.name}`, real);
    files.addFile(`${real}/size`, `${disk.sectors}\n`);
    files.addFile(`${real}/dev`, `8:${disk.minor}\n`);
    files.addFile(`${real}/removable`, `${disk.removable ? 1 : 0}\n`);
    files.addFile(`${real}/ro`, "0\n");
    files.addLink(`${real}/device`, `/sys/devices/${disk.place}`);
    files.addFile(`/sys/devices/${disk.place}/vendor`, `${disk.vendor.padEnd(8)}\n`);
    files.addFile(`/sys/devices/${disk.place}/model`, `${disk.model.padEnd(16)}\n`);
    if (disk.serial !== null)
      files.addFile(`/sys/devices/${disk.place.split("/").slice(0, 4).join("/")}/serial`, `${disk.serial}\n`);
    const { content } = disk;
    files.addDevice(`/dev/${disk.name}`, { device: "other", block: true, major: 8, minor: disk.minor, content });
    disk.partitions.forEach((sectors, index) => {
      const number = index + 1;
      files.addFile(`${real}/${disk.name}${number}/size`, `${sectors}\n`);
      files.addFile(`${real}/${disk.name}${number}/dev`, `8:${disk.minor + number}\n`);
      files.addDevice(`/dev/${disk.name}${number}`, {
        device: "other",
        block: true,
        major: 8,
        minor: disk.minor + number,
        content: zeros(sectors * 512),
      });
    });
  }
  const rows = disks.flatMap((disk) => [
    `   8 ${String(disk.minor).padStart(8)} ${String(Math.floor(disk.sectors / 2)).padStart(10)} ${disk.name}`,
    ...disk.partitions.map(
      (sectors, index) =>
        `   8 ${String(disk.minor + index + 1).padStart(8)} ${String(Math.floor(sectors / 2)).padStart(10)} ${disk.name}${index + 1}`,
    ),
  ]);
  files.addFile("/proc/partitions", `major minor  #blocks  name\n\n${rows.join("\n")}\n`);
}
