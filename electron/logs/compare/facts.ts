/** Owns what is a fact of a node, and from which of its collected outputs it is read. Pure: the caller reads the entries. */
import { readIbstat } from "../../fabric/read/ibstat.ts";
import { readLspci } from "../../fabric/read/lspci.ts";
import { readAssignments, readDmidecode, readGrepped, readModules, readPackages, readPairs } from "./readers.ts";

/** One entry's content, as text, at most {@link maxFactChars} of it. */
export interface NodeOutput {
  /** In the bundle. */
  readonly path: string;
  readonly item: string;
  readonly text: string;
}

export interface Fact {
  readonly group: FactGroup;
  readonly name: string;
  readonly value: string;
  readonly from: readonly string[];
}

/** In the order in which they matter for "why does this node fail and that one not". */
export const factGroups = [
  "CPU",
  "BIOS and board",
  "Memory",
  "Adapter",
  "PCIe",
  "InfiniBand",
  "Kernel",
  "Drivers",
  "System",
  "Modules",
  "Settings",
  "Packages",
] as const;
export type FactGroup = (typeof factGroups)[number];

/** Of longer outputs the beginning is read. */
export const maxFactChars = 4 * 1024 * 1024;

type Tell = (group: FactGroup, name: string, value: string | number | null | undefined) => void;
type Reader = (text: string, tell: Tell, output: NodeOutput) => void;

/** What decides whether hypervisor, timekeeping and copies work the same way. */
const flags = [
  "vmx",
  "svm",
  "ept",
  "npt",
  "x2apic",
  "ht",
  "hypervisor",
  "constant_tsc",
  "nonstop_tsc",
  "pdpe1gb",
  "nx",
  "aes",
  "sse4_2",
  "avx",
  "avx2",
];

const dmi: Reader = (text, tell) => {
  const records = readDmidecode(text);
  const of = (type: number) => records.filter((record) => record.type === type);
  for (const [type, keys] of [
    [0, { Vendor: "BIOS vendor", Version: "BIOS version", "Release Date": "BIOS date" }],
    [1, { Manufacturer: "System vendor", "Product Name": "System" }],
    [2, { Manufacturer: "Board vendor", "Product Name": "Board", Version: "Board version" }],
  ] as const) {
    for (const [key, name] of Object.entries(keys)) tell("BIOS and board", name, of(type)[0]?.values.get(key));
  }
  const there = (value: string | undefined) =>
    value === undefined || /^(?:Unknown|Not Specified|None)$/i.test(value) ? null : value;
  for (const [index, { values }] of of(4).entries()) {
    const socket = values.get("Socket Designation") ?? `socket ${index + 1}`;
    const filled = values.get("Status")?.startsWith("Populated") ?? true;
    const cores = there(values.get("Core Count"));
    const words = [
      there(values.get("Version")),
      there(values.get("Max Speed")),
      cores === null ? null : `${cores} cores`,
    ];
    tell("CPU", `In ${socket}`, filled ? words.filter((word) => word !== null).join(", ") || null : "empty");
  }
  const modules = of(17);
  for (const { values } of modules) {
    const place = [there(values.get("Bank Locator")), there(values.get("Locator"))]
      .filter((word) => word !== null)
      .join(" ");
    const size = values.get("Size");
    const words = [
      size,
      there(values.get("Type")),
      there(values.get("Speed")),
      there(values.get("Manufacturer")),
      there(values.get("Part Number")),
    ];
    const empty = size === "No Module Installed";
    if (size !== undefined && place !== "")
      tell("Memory", `Module ${place}`, empty ? "empty" : words.filter(Boolean).join(", "));
  }
  const filled = modules.filter(({ values }) => /^\d/.test(values.get("Size") ?? "")).length;
  if (modules.length > 0) tell("Memory", "Modules", `${filled} of ${modules.length} slots`);
};

const cpuinfo: Reader = (text, tell) => {
  const pairs = readPairs(text);
  for (const [key, name] of [
    ["vendor_id", "Vendor"],
    ["cpu family", "Family"],
    ["model", "Model"],
    ["model name", "Model name"],
    ["stepping", "Stepping"],
    ["microcode", "Microcode"],
  ] as const) {
    tell("CPU", name, pairs.get(key));
  }
  // The microcode of all CPUs: one that differs from the others on a node is odd by itself.
  const codes = new Set([...text.matchAll(/^microcode\s*: (\S{1,40})$/gm)].map((match) => match[1]));
  if (codes.size > 1) tell("CPU", "Microcode, all CPUs", [...codes].sort().join(", "));
  tellFlags(pairs.get("flags"), tell);
  const count = [...text.matchAll(/^processor\s*: \d+$/gm)].length;
  if (count > 0) tell("CPU", "Logical CPUs", count);
};

const lscpu: Reader = (text, tell) => {
  const pairs = readPairs(text);
  for (const [key, name] of [
    ["Vendor ID", "Vendor"],
    ["CPU family", "Family"],
    ["Model", "Model"],
    ["Model name", "Model name"],
    ["Stepping", "Stepping"],
    ["CPU(s)", "Logical CPUs"],
    ["Socket(s)", "Sockets"],
    ["Core(s) per socket", "Cores per socket"],
    ["Thread(s) per core", "Threads per core"],
    ["NUMA node(s)", "NUMA nodes"],
    ["Virtualization", "Virtualisation"],
  ] as const) {
    tell("CPU", name, pairs.get(key));
  }
  tellFlags(pairs.get("Flags"), tell);
};

function tellFlags(text: string | undefined, tell: Tell): void {
  if (text === undefined) return;
  const all = new Set(text.split(/\s+/));
  for (const flag of flags) tell("CPU", `Flag ${flag}`, all.has(flag) ? "yes" : "no");
}

const lspci: Reader = (text, tell) => {
  const hcas = readLspci(text).devices.filter(
    ({ description }) => /infiniband|mellanox/i.test(description) && !/bridge/i.test(description),
  );
  for (const [index, hca] of hcas.entries()) {
    const link = (state: typeof hca.able) => (state === null ? null : `${state.gts} GT/s x${state.lanes}`);
    const name = hcas.length === 1 ? "Adapter" : `Adapter ${index + 1}`;
    tell("PCIe", `${name}: what it is`, hca.description.replace(/^.{0,60}?\]?: /, ""));
    tell("PCIe", `${name}: link at most (LnkCap)`, link(hca.able));
    tell("PCIe", `${name}: link now (LnkSta)`, link(hca.now));
    tell("PCIe", `${name}: payload`, hca.maxPayload === null ? null : `${hca.maxPayload} bytes`);
    tell("PCIe", `${name}: read request`, hca.maxReadRequest === null ? null : `${hca.maxReadRequest} bytes`);
  }
};

const ibstat: Reader = (text, tell) => {
  for (const hca of readIbstat(text).hcas) {
    tell("Adapter", `${hca.name}: model`, hca.model || null);
    tell("Adapter", `${hca.name}: firmware`, hca.firmware || null);
    for (const port of hca.ports) {
      const name = `${hca.name} port ${port.number}`;
      tell("InfiniBand", `${name}: state`, `${port.state}, ${port.physState}`);
      tell("InfiniBand", `${name}: rate`, port.rateGbps === null ? null : `${port.rateGbps} Gb/s`);
      tell(
        "InfiniBand",
        `${name}: width and speed`,
        port.width === null || port.speed === null ? null : `${port.width} ${port.speed}`,
      );
      tell("InfiniBand", `${name}: link layer`, port.linkLayer || null);
    }
  }
};

/** `ibv_devinfo` (libibverbs, devinfo.c): a block of pairs for each `hca_id`. */
const ibvDevinfo: Reader = (text, tell) => {
  for (const block of text.split(/^hca_id:/m).slice(1, 33)) {
    const name = /^\s*(\S{1,64})/.exec(block)?.[1];
    const pairs = readPairs(block);
    if (name === undefined) continue;
    for (const [key, word] of [
      ["fw_ver", "firmware"],
      ["board_id", "board id (PSID)"],
      ["hw_ver", "hardware revision"],
      ["vendor_part_id", "device number"],
    ] as const) {
      tell("Adapter", `${name}: ${word}`, pairs.get(key));
    }
  }
};

const hcaFiles: Reader = (text, tell) => {
  for (const [path, value] of readGrepped(text)) {
    const [, name, file] = /^\/sys\/class\/infiniband\/([\w-]{1,64})\/(board_id|fw_ver|hca_type)$/.exec(path) ?? [];
    const word = { board_id: "board id (PSID)", fw_ver: "firmware", hca_type: "model" }[file ?? ""];
    if (word !== undefined) tell("Adapter", `${name}: ${word}`, value);
  }
};

const dmiFiles: Reader = (text, tell) => {
  const words: Readonly<Record<string, string>> = {
    bios_vendor: "BIOS vendor",
    bios_version: "BIOS version",
    bios_date: "BIOS date",
    sys_vendor: "System vendor",
    product_name: "System",
    board_vendor: "Board vendor",
    board_name: "Board",
    board_version: "Board version",
  };
  for (const [path, value] of readGrepped(text)) {
    const word = words[path.slice(path.lastIndexOf("/") + 1)];
    if (word !== undefined) tell("BIOS and board", word, value);
  }
};

/** Settings that count or identify, and so differ always. */
const unsettled =
  /random\.|\.boot_id|hostname|domainname|_nr$|[.-]nr$|nr_open_files|file-nr|inode-|dentry-state|ns_last_pid|_count$|pty\.nr|lease|seed|sched_domain|cad_pid|\.max_newidle|nf_conntrack_buckets|threads-max|\.event-|secure_rpc|tcp_fastopen_key|stable_secret|random_/;

const readers: Readonly<Record<string, Reader>> = {
  dmidecode: dmi,
  dmi: dmiFiles,
  lscpu,
  "lspci-details": lspci,
  "lspci-hca": lspci,
  "hca-lspci": lspci,
  ibstat,
  "ibv-devinfo": ibvDevinfo,
  "hca-files": hcaFiles,
  uname: (text, tell) => {
    const [, release, version] = /^\S{1,40} \S{1,255} (\S{1,200}) (.{1,300})/m.exec(text) ?? [];
    tell("Kernel", "Release", release);
    tell("Kernel", "Build", version);
  },
  "os-release": (text, tell, { path }) => {
    if (/os-release/.test(path)) tell("System", "Distribution", readAssignments(text).get("PRETTY_NAME"));
    else
      tell(
        "System",
        `Release file ${path.slice(path.lastIndexOf("/") + 1)}`,
        text.trim().split("\n")[0]?.slice(0, 200),
      );
  },
  "kernel-config": (text, tell, { path }) => {
    const set = readAssignments(text);
    const kernel = /config-([\w.+-]{1,200}?)(?:\.txt)?$/.exec(path)?.[1] ?? "";
    if (set.size > 0) tell("Kernel", `CONFIG_X86_VSMP of ${kernel}`, set.get("CONFIG_X86_VSMP") ?? "not set");
  },
  proc: (text, tell, output) => {
    const name = /proc[/_](\w+)(?:\.txt)?$/.exec(output.path)?.[1];
    if (name === "cpuinfo") cpuinfo(text, tell, output);
    else if (name === "cmdline") tell("Kernel", "Command line", text.trim().slice(0, 4096) || null);
    else if (name === "meminfo") {
      const kb = /^(\d{1,15}) kB$/.exec(readPairs(text).get("MemTotal") ?? "")?.[1];
      // Firmware takes a little more or less at each boot.
      tell("Memory", "Usable, in GiB", kb === undefined ? null : (Number(kb) / 1024 ** 2).toFixed(1));
    } else if (name === "modules") for (const module of readModules(text)) tell("Modules", module, "loaded");
  },
  modules: (text, tell) => {
    for (const module of readModules(text)) tell("Modules", module, "loaded");
  },
  sysctl: (text, tell) => {
    for (const [key, value] of readAssignments(text)) if (!unsettled.test(key)) tell("Settings", key, value);
  },
  "packages-rpm": (text, tell) => {
    for (const [name, version] of readPackages(text)) tell("Packages", name, version);
  },
  "packages-deb": (text, tell) => {
    for (const [name, version] of readPackages(text)) tell("Packages", name, version);
  },
  ofed: (text, tell) => tell("Drivers", "OFED", /^\S{0,20}OFED\S{0,80}/m.exec(text)?.[0]?.replace(/:$/, "")),
  "driver-versions": (text, tell) => {
    const pairs = readPairs(text);
    const name = /([\w-]{1,80})\.ko(?:\.\w{1,4})?$/.exec(pairs.get("filename") ?? "")?.[1];
    if (name !== undefined) tell("Drivers", name, pairs.get("version") ?? pairs.get("vermagic"));
  },
  dmesg: (text, tell) => {
    const capped = /vSMP CTL: Capping CPUs to (\d{1,6})/.exec(text)?.[1];
    if (capped !== undefined) tell("Kernel", "CPUs capped by a kernel without CONFIG_X86_VSMP", capped);
    for (const [, name, version] of text.matchAll(/\b(mlx[45]_\w{1,20}): [^\n]{1,80}? driver v(\S{1,40})/g))
      tell("Drivers", `${name}, as it said at its start`, version);
  },
};

/** Items of the catalogue from which facts are read. */
export const factItems: ReadonlySet<string> = new Set(Object.keys(readers));

/** The facts of one node; the first output that tells one counts, the others that tell the same are named. Total. */
export function factsOf(outputs: readonly NodeOutput[]): readonly Fact[] {
  const facts = new Map<string, { group: FactGroup; name: string; value: string; from: string[] }>();
  for (const output of outputs) {
    readers[output.item]?.(
      output.text.slice(0, maxFactChars),
      (group, name, told) => {
        const value = told === null || told === undefined ? "" : String(told).trim().slice(0, 4096);
        if (value === "") return;
        const key = `${group} ${name}`;
        const known = facts.get(key);
        if (!known) facts.set(key, { group, name, value, from: [output.path] });
        else if (known.value === value && !known.from.includes(output.path)) known.from.push(output.path);
      },
      output,
    );
  }
  return [...facts.values()];
}
