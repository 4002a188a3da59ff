/** Builds a practice node: its file system and what its commands see. */
import { addDisks } from "./disks.ts";
import { addKernelFiles } from "./kernel-files.ts";
import { type HcaPort, type Server, serverNamed } from "./model.ts";
import type { Host, Login } from "./shell/command.ts";
import { FileSystem } from "./shell/filesystem.ts";
import { bridgeId, cpuinfo, meminfo } from "./text/hardware.ts";
import { capabilityMask, gidOf, sysfsPhysState, sysfsRate, sysfsState } from "./text/ibstat.ts";
import { dmesg, journal, journalText, kernelRelease, kernelVersion } from "./text/kernel.ts";
import { addMemoryCounters } from "./text/memory-errors.ts";
import { rotatedMessages, rotatedPath } from "./text/rotated.ts";
import type { World } from "./world.ts";

const osRelease = `NAME="CentOS Linux"
VERSION="7 (Core)"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="7"
PRETTY_NAME="CentOS Linux 7 (Core)"
`;

const welcome = `This is a node of the practice lab: it lives inside the app, and nothing done here can harm a machine.

  help          the commands that exist here
  ibstat        state of this node's InfiniBand adapter
  iblinkinfo    every cable of the fabric
  dmesg -T      what the kernel noted

/root and /tmp can be written; they are forgotten when the practice lab stops.
`;

/** `5 GT/s`, as kernels of this age print it. */
const gts = (value: number) => `${value} GT/s\n`;

/** One practice node; `logins` tells who is on it. */
export function createHost(world: World, name: string, logins: () => readonly Login[]): Host {
  const server = () => serverNamed(world.cube, name);
  const files = new FileSystem(world.now, world.bootedAt(name));
  const host: Host = { name, world, files, server, logins, clock: () => world.now() + world.clockOffsetMs(name) };
  const first = server();
  addDisks(files, first);
  addMemoryCounters(files, world, first);
  addPci(files, server, first);
  addKernelFiles(files, world, server);
  for (const { number } of first.hca.ports) addPort(files, server, number, first.hca.name);
  files.addFile("/proc/cpuinfo", () => cpuinfo(server()));
  files.addFile("/proc/meminfo", () => meminfo(server()));
  files.addFile("/proc/version", `Linux version ${kernelRelease} ${kernelVersion}\n`);
  files.addFile("/proc/uptime", () => `${((world.now() - world.bootedAt(name)) / 1000).toFixed(2)} 0.00\n`);
  files.addFile(
    "/proc/stat",
    () => `btime ${Math.floor((world.bootedAt(name) + host.clock() - world.now()) / 1000)}\n`,
  );
  files.addFile("/proc/loadavg", "0.00 0.01 0.05 1/412 2331\n");
  files.addFile("/proc/cmdline", `BOOT_IMAGE=/vmlinuz-${kernelRelease} root=/dev/mapper/centos-root ro\n`);
  files.addFile("/sys/class/dmi/id/sys_vendor", `${first.vendor}\n`);
  files.addFile("/sys/class/dmi/id/product_name", `${first.product}\n`);
  files.addFile("/sys/class/dmi/id/product_serial", `${first.serial}\n`);
  files.addFile("/sys/class/dmi/id/bios_version", `${first.bios.version}\n`);
  files.addFile("/sys/class/dmi/id/bios_date", `${first.bios.date}\n`);
  files.addFile("/sys/module/mlx4_core/version", "2.2-1\n");
  files.addFile("/etc/os-release", osRelease);
  files.addFile("/etc/redhat-release", "CentOS Linux release 7.9.2009 (Core)\n");
  files.addFile("/etc/hostname", `${name}\n`);
  files.addFile("/etc/hosts", () =>
    ["127.0.0.1   localhost", ...world.cube.servers.map((one) => `${one.address}  ${one.name}`), ""].join("\n"),
  );
  files.addFile("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
  // a full disk takes no more lines
  const messages = () =>
    journal(world, server()).filter(({ at }) => at <= (world.diskFullSince(name) ?? Number.POSITIVE_INFINITY));
  files.addFile(
    "/var/log/messages",
    () =>
      messages()
        .map((line) => journalText(server(), line))
        .join(""),
    { mode: 0o600, mtime: () => messages().at(-1)?.at ?? files.root.mtime },
  );
  const rotatedAt = Math.floor(world.now() / 86_400_000) * 86_400_000;
  files.addFile(rotatedPath(rotatedAt), rotatedMessages(name, rotatedAt), { mode: 0o600, mtime: () => rotatedAt });
  files.addFile("/var/log/dmesg", () => dmesg(world, server(), false));
  for (const [path, device, major, minor] of [
    ["null", "null", 1, 3],
    ["zero", "zero", 1, 5],
    ["infiniband/umad0", "other", 231, 0],
  ] as const) {
    files.addDevice(`/dev/${path}`, { device, block: false, major, minor });
  }
  for (const path of ["/usr/bin", "/usr/sbin", "/boot", "/home", "/opt", "/mnt", "/run"]) files.addFolder(path);
  files.addLink("/bin", "usr/bin");
  files.addLink("/sbin", "usr/sbin");
  for (const path of ["/root", "/tmp", "/var/tmp"]) files.addFolder(path, true);
  files.open("/root/README", false)(welcome);
  files.isFull = () => world.diskFullSince(name) !== null;
  return host;
}

function addPci(files: FileSystem, server: () => Server, first: Server): void {
  const real = `/sys/devices/pci0000:00/${first.bridgeAddress}/${first.hcaAddress}`;
  const bridge = `/sys/devices/pci0000:00/${first.bridgeAddress}`;
  const files5: readonly [string, () => string][] = [
    ["current_link_speed", () => gts(server().slot.currentGts)],
    ["current_link_width", () => `${server().slot.currentWidth}\n`],
  ];
  for (const [name, text] of files5) {
    files.addFile(`${real}/${name}`, text);
    files.addFile(`${bridge}/${name}`, text);
  }
  files.addFile(`${real}/max_link_speed`, () => gts(server().slot.maxGts));
  files.addFile(`${real}/max_link_width`, () => `${server().slot.maxWidth}\n`);
  files.addFile(`${bridge}/max_link_speed`, gts(5));
  files.addFile(`${bridge}/max_link_width`, "8\n");
  files.addFile(`${real}/vendor`, "0x15b3\n");
  files.addFile(`${real}/device`, "0x1003\n");
  files.addFile(`${real}/class`, "0x028000\n");
  files.addFile(
    `${real}/uevent`,
    `DRIVER=mlx4_core\nPCI_CLASS=28000\nPCI_ID=15B3:1003\nPCI_SLOT_NAME=${first.hcaAddress}\n`,
  );
  files.addFile(
    `${bridge}/uevent`,
    `DRIVER=pcieport\nPCI_CLASS=60400\nPCI_ID=${bridgeId(first).toUpperCase()}\nPCI_SLOT_NAME=${first.bridgeAddress}\n`,
  );
  files.addLink(`/sys/bus/pci/devices/${first.hcaAddress}`, real);
  files.addLink(`/sys/bus/pci/devices/${first.bridgeAddress}`, bridge);
  const ib = `${real}/infiniband/${first.hca.name}`;
  files.addLink(`/sys/class/infiniband/${first.hca.name}`, ib);
  files.addLink(`${ib}/device`, real);
  files.addFile(`${ib}/fw_ver`, () => `${server().hca.firmware}\n`);
  files.addFile(`${ib}/hca_type`, "MT4099\n");
  files.addFile(`${ib}/hw_rev`, "1\n");
  files.addFile(`${ib}/board_id`, "MT_1090120019\n");
  files.addFile(`${ib}/node_desc`, () => `${server().hca.description}\n`);
  files.addFile(`${ib}/node_guid`, () => `${sysfsGuid(server().hca.nodeGuid)}\n`);
  files.addFile(`${ib}/sys_image_guid`, () => `${sysfsGuid(server().hca.systemGuid)}\n`);
  files.addFile(`${ib}/node_type`, "1: CA\n");
}

/** `f452:1403:00a1:0010`. */
const sysfsGuid = (guid: string) => (guid.slice(2).match(/.{4}/g) ?? []).join(":");

function addPort(files: FileSystem, server: () => Server, number: number, hca: string): void {
  const base = `/sys/devices/pci0000:00/${server().bridgeAddress}/${server().hcaAddress}/infiniband/${hca}/ports/${number}`;
  const port = (text: (port: HcaPort) => string) => () => {
    const found = server().hca.ports.find((one) => one.number === number);
    return found ? `${text(found)}\n` : "";
  };
  files.addFile(`${base}/state`, port(sysfsState));
  files.addFile(`${base}/phys_state`, port(sysfsPhysState));
  files.addFile(`${base}/rate`, port(sysfsRate));
  files.addFile(
    `${base}/lid`,
    port((one) => `0x${one.lid.toString(16)}`),
  );
  files.addFile(
    `${base}/sm_lid`,
    port((one) => `0x${one.smLid.toString(16)}`),
  );
  files.addFile(`${base}/lid_mask_count`, "0\n");
  files.addFile(`${base}/link_layer`, "InfiniBand\n");
  files.addFile(
    `${base}/cap_mask`,
    port((one) => capabilityMask(server(), one)),
  );
  files.addFile(
    `${base}/gids/0`,
    port((one) => gidOf(one.guid)),
  );
  for (const counter of [
    "symbol_error",
    "link_error_recovery",
    "link_downed",
    "port_rcv_errors",
    "port_xmit_discards",
  ]) {
    files.addFile(`${base}/counters/${counter}`, "0\n");
  }
}
