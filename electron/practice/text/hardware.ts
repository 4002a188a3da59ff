/** Texts about a server's hardware: lspci, lscpu, numactl, dmidecode, /proc/cpuinfo, /proc/meminfo. */
import type { Server } from "../model.ts";

const gts = (value: number) => `${value}GT/s`;

interface PciDevice {
  readonly address: string;
  readonly className: string;
  readonly classId: string;
  readonly name: string;
  readonly id: string;
  readonly details: readonly string[];
}

/** Vendor and device of the root port: the DL785's chipset is NVIDIA's. */
export const bridgeId = (server: Server) => (server.cpu.vendor === "AuthenticAMD" ? "10de:0376" : "8086:340a");

function devices(server: Server): PciDevice[] {
  const { slot } = server;
  const width = `Width x${slot.currentWidth}`;
  return [
    {
      address: server.bridgeAddress.slice(5),
      className: "PCI bridge",
      classId: "0604",
      name: server.bridgeName,
      id: bridgeId(server),
      details: [
        `\tBus: primary=00, secondary=${server.hcaAddress.slice(5, 7)}, subordinate=${server.hcaAddress.slice(5, 7)}, sec-latency=0`,
        "\tCapabilities: [90] Express (v2) Root Port (Slot+), MSI 00",
        "\t\tDevCap:\tMaxPayload 256 bytes, PhantFunc 0",
        "\t\tDevCtl:\tCorrErr- NonFatalErr- FatalErr- UnsupReq-",
        "\t\t\tMaxPayload 256 bytes, MaxReadReq 128 bytes",
        "\t\tLnkCap:\tPort #0, Speed 5GT/s, Width x8, ASPM L0s L1, Exit Latency L0s <512ns, L1 <64us",
        `\t\tLnkSta:\tSpeed ${gts(slot.currentGts)}${slot.currentGts < 5 ? " (downgraded)" : ""}, ${width}`,
        "\tKernel driver in use: pcieport",
      ],
    },
    {
      address: server.hcaAddress.slice(5),
      className: "Network controller",
      classId: "0280",
      name: "Mellanox Technologies MT27500 Family [ConnectX-3]",
      id: "15b3:1003",
      details: [
        "\tSubsystem: Mellanox Technologies MT27500 Family [ConnectX-3]",
        "\tCapabilities: [60] Express (v2) Endpoint, MSI 00",
        "\t\tDevCap:\tMaxPayload 512 bytes, PhantFunc 0, Latency L0s <64ns, L1 unlimited",
        "\t\tDevCtl:\tCorrErr- NonFatalErr- FatalErr- UnsupReq-",
        "\t\t\tMaxPayload 256 bytes, MaxReadReq 512 bytes",
        `\t\tLnkCap:\tPort #8, Speed ${gts(slot.maxGts)}, Width x${slot.maxWidth}, ASPM L0s, Exit Latency L0s unlimited`,
        `\t\tLnkSta:\tSpeed ${gts(slot.currentGts)}${slot.currentGts < slot.maxGts ? " (downgraded)" : ""}, ${width}${slot.currentWidth < slot.maxWidth ? " (downgraded)" : ""}`,
        "\tKernel driver in use: mlx4_core",
      ],
    },
  ];
}

export interface LspciOptions {
  readonly verbose: boolean;
  readonly numbers: boolean;
  readonly bothNames: boolean;
  readonly domain: boolean;
  /** `-x`: the header of its configuration space; of the rest nothing is known here. */
  readonly bytes: boolean;
  /** `-s`: address with or without domain, function or bus. */
  readonly address: string | null;
  /** `-d`: vendor:device, either may be empty. */
  readonly id: string | null;
}

export function lspci(server: Server, options: LspciOptions): string {
  const wanted = devices(server).filter((device) => {
    const address = options.address?.replace(/^0000:/, "");
    if (
      address &&
      device.address !== address &&
      !device.address.startsWith(`${address}:`) &&
      !device.address.startsWith(`${address}.`)
    )
      return false;
    if (options.id !== null) {
      const [vendor = "", product = ""] = options.id.split(":");
      const [ownVendor, ownProduct] = device.id.split(":");
      if ((vendor !== "" && vendor !== ownVendor) || (product !== "" && product !== ownProduct)) return false;
    }
    return true;
  });
  return wanted
    .map((device) => {
      const address = `${options.domain ? "0000:" : ""}${device.address}`;
      const title = options.bothNames
        ? `${device.className} [${device.classId}]: ${device.name} [${device.id}]`
        : options.numbers
          ? `${device.classId}: ${device.id}`
          : `${device.className}: ${device.name}`;
      return `${address} ${title}\n${options.verbose ? `${device.details.join("\n")}\n` : ""}${options.bytes ? header(device) : ""}${options.verbose || options.bytes ? "\n" : ""}`;
    })
    .join("");
}

/** Vendor, device, command, status, class and header type at their places (PCI Local Bus 3.0, 6.1), base addresses left at zero. */
function header(device: PciDevice): string {
  const bytes = new Array<number>(64).fill(0);
  const put = (at: number, value: number) => bytes.splice(at, 2, value & 255, value >> 8);
  const [vendor = "", product = ""] = device.id.split(":");
  put(0, Number.parseInt(vendor, 16));
  put(2, Number.parseInt(product, 16));
  put(4, 0x0406);
  put(6, 0x0010);
  put(0x0a, Number.parseInt(device.classId, 16));
  bytes[0x0e] = device.classId === "0604" ? 1 : 0;
  bytes[0x34] = device.classId === "0604" ? 0x90 : 0x60;
  const two = (value: number) => value.toString(16).padStart(2, "0");
  return [0, 16, 32, 48]
    .map(
      (at) =>
        `${two(at)}: ${bytes
          .slice(at, at + 16)
          .map(two)
          .join(" ")}\n`,
    )
    .join("");
}

/** `lspci -tv`: pciutils, ls-tree.c. The root bus shows one bridge, with the card behind it. */
export function lspciTree(server: Server, verbose: boolean): string {
  const [bridge, card] = devices(server);
  const bus = server.hcaAddress.slice(5, 7);
  return `-[0000:00]---${bridge?.address.slice(3)}-[${bus}]----${card?.address.slice(3)}${verbose ? `  ${card?.name}` : ""}\n`;
}

export const threadCount = (server: Server) => server.sockets * server.cpu.coresPerSocket * server.cpu.threadsPerCore;

/** CPU numbers of a socket, as the firmware of these machines orders them: round robin over the sockets on Intel. */
function cpusOf(server: Server, socket: number): number[] {
  const all = Array.from({ length: threadCount(server) }, (_, cpu) => cpu);
  return server.cpu.vendor === "AuthenticAMD"
    ? all.filter((cpu) => Math.floor(cpu / server.cpu.coresPerSocket) === socket)
    : all.filter((cpu) => cpu % server.sockets === socket);
}
/** As the kernel lists them: a run as its ends. */
export function cpuList(server: Server, socket: number): string {
  const list = cpusOf(server, socket);
  const isRun = list.every((one, index) => index === 0 || one === (list[index - 1] ?? 0) + 1);
  return isRun ? `${list[0]}-${list.at(-1)}` : list.join(",");
}
/** Of memory, from one node to another (ACPI SLIT). */
export const numaDistance = (from: number, to: number) => (from === to ? 10 : 20);
export const socketOf = (server: Server, cpu: number) =>
  server.cpu.vendor === "AuthenticAMD" ? Math.floor(cpu / server.cpu.coresPerSocket) : cpu % server.sockets;

export function lscpu(server: Server): string {
  const { cpu } = server;
  const rows: [string, string | number][] = [
    ["Architecture", "x86_64"],
    ["CPU op-mode(s)", "32-bit, 64-bit"],
    ["Byte Order", "Little Endian"],
    ["CPU(s)", threadCount(server)],
    ["On-line CPU(s) list", `0-${threadCount(server) - 1}`],
    ["Thread(s) per core", cpu.threadsPerCore],
    ["Core(s) per socket", cpu.coresPerSocket],
    ["Socket(s)", server.sockets],
    ["NUMA node(s)", server.sockets],
    ["Vendor ID", cpu.vendor],
    ["CPU family", cpu.family],
    ["Model", cpu.model],
    ["Model name", cpu.name],
    ["Stepping", cpu.stepping],
    ["CPU MHz", `${cpu.mhz}.000`],
    ["BogoMIPS", (cpu.mhz * 2).toFixed(2)],
    ["Virtualization", cpu.vendor === "AuthenticAMD" ? "AMD-V" : "VT-x"],
    ["L1d cache", cpu.vendor === "AuthenticAMD" ? "64K" : "32K"],
    ["L1i cache", cpu.vendor === "AuthenticAMD" ? "64K" : "32K"],
    ["L2 cache", `${cpu.l2KiB}K`],
    ["L3 cache", `${cpu.l3KiB}K`],
    ...Array.from({ length: server.sockets }, (_, socket): [string, string] => [
      `NUMA node${socket} CPU(s)`,
      cpuList(server, socket),
    ]),
    ["Flags", cpu.flags],
  ];
  return rows.map(([name, value]) => `${`${name}:`.padEnd(23)}${value}\n`).join("");
}

/** Memory the kernel manages: what is installed less what firmware and kernel keep. */
export const memoryTotalKiB = (server: Server) => server.memoryGiB * 1024 * 1024 - 1_400_000;

export function numactl(server: Server): string {
  const nodes = Array.from({ length: server.sockets }, (_, socket) => socket);
  const megabytes = Math.floor(memoryTotalKiB(server) / 1024 / server.sockets);
  return [
    `available: ${nodes.length} nodes (0-${nodes.length - 1})`,
    ...nodes.flatMap((node) => [
      `node ${node} cpus: ${cpusOf(server, node).join(" ")}`,
      `node ${node} size: ${megabytes} MB`,
      `node ${node} free: ${Math.floor(megabytes * 0.94)} MB`,
    ]),
    "node distances:",
    `node ${nodes.map((node) => String(node).padStart(3)).join(" ")} `,
    ...nodes.map(
      (node) =>
        `${String(node).padStart(3)}: ${nodes.map((other) => String(numaDistance(node, other)).padStart(3)).join(" ")} `,
    ),
    "",
  ].join("\n");
}

/** `numactl --show` in a shell that is bound to nothing. */
export function numaPolicy(server: Server): string {
  const list = (count: number) => `${Array.from({ length: count }, (_, one) => one).join(" ")} `;
  const nodes = list(server.sockets);
  return `policy: default\npreferred node: current\nphyscpubind: ${list(threadCount(server))}\ncpubind: ${nodes}\nnodebind: ${nodes}\nmembind: ${nodes}\n`;
}

export function cpuinfo(server: Server): string {
  const { cpu } = server;
  return Array.from({ length: threadCount(server) }, (_, number) =>
    [
      `processor\t: ${number}`,
      `vendor_id\t: ${cpu.vendor}`,
      `cpu family\t: ${cpu.family}`,
      `model\t\t: ${cpu.model}`,
      `model name\t: ${cpu.name}`,
      `stepping\t: ${cpu.stepping}`,
      `cpu MHz\t\t: ${cpu.mhz}.000`,
      `cache size\t: ${cpu.vendor === "AuthenticAMD" ? cpu.l2KiB : cpu.l3KiB} KB`,
      `physical id\t: ${socketOf(server, number)}`,
      `siblings\t: ${cpu.coresPerSocket * cpu.threadsPerCore}`,
      `core id\t\t: ${Math.floor((server.cpu.vendor === "AuthenticAMD" ? number % cpu.coresPerSocket : number / server.sockets) % cpu.coresPerSocket)}`,
      `cpu cores\t: ${cpu.coresPerSocket}`,
      "fpu\t\t: yes",
      `flags\t\t: ${cpu.flags}`,
      `bogomips\t: ${(cpu.mhz * 2).toFixed(2)}`,
      "\n",
    ].join("\n"),
  ).join("");
}

export interface Memory {
  readonly totalKiB: number;
  readonly freeKiB: number;
  readonly cachedKiB: number;
}
export function memoryOf(server: Server): Memory {
  const totalKiB = memoryTotalKiB(server);
  return { totalKiB, freeKiB: Math.floor(totalKiB * 0.94), cachedKiB: 512_000 + server.number * 4096 };
}

export function meminfo(server: Server): string {
  const { totalKiB, freeKiB, cachedKiB } = memoryOf(server);
  const row = (name: string, kib: number) => `${`${name}:`.padEnd(16)}${String(kib).padStart(8)} kB\n`;
  return [
    row("MemTotal", totalKiB),
    row("MemFree", freeKiB),
    row("MemAvailable", freeKiB + Math.floor(cachedKiB / 2)),
    row("Buffers", 2108),
    row("Cached", cachedKiB),
    row("SwapCached", 0),
    row("SwapTotal", 4_194_300),
    row("SwapFree", 4_194_300),
  ].join("");
}

const sections = (server: Server): Readonly<Record<string, { types: readonly string[]; text: string }>> => ({
  bios: {
    types: ["bios", "0"],
    text: `Handle 0x0000, DMI type 0, 24 bytes\nBIOS Information\n\tVendor: ${server.bios.vendor}\n\tVersion: ${server.bios.version}\n\tRelease Date: ${server.bios.date}\n`,
  },
  system: {
    types: ["system", "1"],
    text: `Handle 0x0100, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: ${server.vendor}\n\tProduct Name: ${server.product}\n\tSerial Number: ${server.serial}\n\tWake-up Type: Power Switch\n`,
  },
  processor: {
    types: ["processor", "4"],
    text: Array.from(
      { length: server.sockets },
      (_, socket) =>
        `Handle 0x040${socket}, DMI type 4, 40 bytes\nProcessor Information\n\tSocket Designation: ${server.vendor === "HP" ? `Proc ${socket + 1}` : `CPU${socket + 1}`}\n\tType: Central Processor\n\tManufacturer: ${server.cpu.vendor === "AuthenticAMD" ? "AMD" : "Intel"}\n\tVersion: ${server.cpu.name}\n\tCurrent Speed: ${server.cpu.mhz} MHz\n\tStatus: Populated, Enabled\n\tCore Count: ${server.cpu.coresPerSocket}\n\tCore Enabled: ${server.cpu.coresPerSocket}\n\tThread Count: ${server.cpu.coresPerSocket * server.cpu.threadsPerCore}\n`,
    ).join("\n"),
  },
  memory: {
    types: ["memory", "17", "16"],
    text: Array.from({ length: server.dimmSlots }, (_, slot) => {
      const filled = slot < server.memoryGiB / server.dimmGiB;
      const handle = (0x1100 + slot).toString(16).toUpperCase();
      return `Handle 0x${handle}, DMI type 17, 28 bytes\nMemory Device\n\tSize: ${filled ? `${server.dimmGiB * 1024} MB` : "No Module Installed"}\n\tForm Factor: DIMM\n\tLocator: DIMM ${slot + 1}\n\tType: ${filled ? server.dimmType : "Unknown"}\n\tSpeed: ${filled ? `${server.dimmMhz} MHz` : "Unknown"}\n`;
    }).join("\n"),
  },
});

/** `dmidecode [-t type] [-s keyword]`; null for what is not here. */
export function dmidecode(server: Server, type: string | null, keyword: string | null): string | null {
  if (keyword !== null) {
    const words: Readonly<Record<string, string>> = {
      "bios-vendor": server.bios.vendor,
      "bios-version": server.bios.version,
      "bios-release-date": server.bios.date,
      "system-manufacturer": server.vendor,
      "system-product-name": server.product,
      "system-serial-number": server.serial,
    };
    const value = words[keyword];
    return value === undefined ? null : `${value}\n`;
  }
  const all = Object.values(sections(server));
  const wanted = type === null ? all : all.filter(({ types }) => types.includes(type));
  if (wanted.length === 0) return null;
  return `# dmidecode 3.2\nGetting SMBIOS data from sysfs.\nSMBIOS 2.6 present.\n\n${wanted.map(({ text }) => text).join("\n")}\n`;
}
