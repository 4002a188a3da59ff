/**
 * Owns the hardware of the practice lab: five servers and a switch. Models and CPU data are those of real machines;
 * serial numbers, GUIDs, addresses and firmware dates are made up.
 */

export interface Cpu {
  readonly vendor: "AuthenticAMD" | "GenuineIntel";
  readonly name: string;
  readonly family: number;
  readonly model: number;
  readonly stepping: number;
  readonly mhz: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
  readonly l2KiB: number;
  readonly l3KiB: number;
  readonly flags: string;
}

export interface Machine {
  readonly name: string;
  /** Also its LID and its planned switch port. */
  readonly number: number;
  readonly typeSlug: string;
  readonly vendor: string;
  readonly product: string;
  readonly serial: string;
  readonly bios: { readonly vendor: string; readonly version: string; readonly date: string };
  readonly bmc: "ilo" | "drac";
  readonly unit: number;
  readonly role: "primary" | "secondary";
  readonly sockets: number;
  readonly cpu: Cpu;
  readonly memoryGiB: number;
  readonly dimmGiB: number;
  readonly dimmType: "DDR2" | "DDR3";
  readonly dimmMhz: number;
  readonly dimmSlots: number;
  /** PCI address of the HCA and of the root port above it. */
  readonly hcaAddress: string;
  readonly bridgeAddress: string;
  readonly bridgeName: string;
  readonly diskGB: number;
}

const x86Flags =
  "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx rdtscp lm constant_tsc rep_good nopl pni cx16 popcnt lahf_lm";

const opteron8356: Cpu = {
  vendor: "AuthenticAMD",
  name: "Quad-Core AMD Opteron(tm) Processor 8356",
  family: 16,
  model: 2,
  stepping: 3,
  mhz: 2300,
  coresPerSocket: 4,
  threadsPerCore: 1,
  l2KiB: 512,
  l3KiB: 2048,
  flags: `${x86Flags} mmxext fxsr_opt pdpe1gb 3dnowext 3dnow extd_apicid monitor cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw ibs npt lbrv svm_lock`,
};
const xeonX5650: Cpu = {
  vendor: "GenuineIntel",
  name: "Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz",
  family: 6,
  model: 44,
  stepping: 2,
  mhz: 2666,
  coresPerSocket: 6,
  threadsPerCore: 2,
  l2KiB: 256,
  l3KiB: 12288,
  flags: `${x86Flags} dts acpi ss tm pbe arch_perfmon pebs bts nonstop_tsc aperfmperf dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cx16 xtpr pdcm pcid dca sse4_1 sse4_2 aes ida arat tpr_shadow vnmi flexpriority ept vpid`,
};
const xeonE5540: Cpu = {
  ...xeonX5650,
  name: "Intel(R) Xeon(R) CPU           E5540  @ 2.53GHz",
  model: 26,
  stepping: 5,
  mhz: 2533,
  coresPerSocket: 4,
  l3KiB: 8192,
  flags: xeonX5650.flags.replace(" aes", "").replace(" pcid", ""),
};
const xeonE5520: Cpu = { ...xeonE5540, name: "Intel(R) Xeon(R) CPU           E5520  @ 2.27GHz", mhz: 2266 };

const hp = { vendor: "HP", bmc: "ilo" } as const;
const dell = { vendor: "Dell Inc.", bmc: "drac" } as const;
const intelBridge = {
  bridgeAddress: "0000:00:03.0",
  bridgeName: "Intel Corporation 5520/5500/X58 I/O Hub PCI Express Root Port 3",
};

/** The two nodes of one kind. */
const r710 = {
  ...dell,
  ...intelBridge,
  typeSlug: "dell-r710",
  product: "PowerEdge R710",
  bios: { vendor: "Dell Inc.", version: "6.4.0", date: "07/23/2013" },
  role: "secondary",
  sockets: 2,
  cpu: xeonE5540,
  memoryGiB: 48,
  dimmGiB: 4,
  dimmType: "DDR3",
  dimmMhz: 1066,
  dimmSlots: 18,
  hcaAddress: "0000:04:00.0",
  diskGB: 146,
} as const;

export const machines: readonly Machine[] = [
  {
    ...hp,
    name: "node1",
    number: 1,
    typeSlug: "hp-dl785-g5",
    product: "ProLiant DL785 G5",
    serial: "PRACTICE01",
    bios: { vendor: "HP", version: "A15", date: "05/02/2011" },
    unit: 1,
    role: "primary",
    sockets: 8,
    cpu: opteron8356,
    memoryGiB: 64,
    dimmGiB: 2,
    dimmType: "DDR2",
    dimmMhz: 667,
    dimmSlots: 64,
    hcaAddress: "0000:06:00.0",
    bridgeAddress: "0000:00:0c.0",
    bridgeName: "NVIDIA Corporation MCP55 PCI Express bridge",
    diskGB: 146,
  },
  {
    ...hp,
    ...intelBridge,
    name: "node2",
    number: 2,
    typeSlug: "hp-dl380-g7",
    product: "ProLiant DL380 G7",
    serial: "PRACTICE02",
    bios: { vendor: "HP", version: "P67", date: "05/05/2011" },
    unit: 8,
    role: "secondary",
    sockets: 2,
    cpu: xeonX5650,
    memoryGiB: 48,
    dimmGiB: 4,
    dimmType: "DDR3",
    dimmMhz: 1333,
    dimmSlots: 18,
    hcaAddress: "0000:0e:00.0",
    diskGB: 146,
  },
  { ...r710, name: "node3", number: 3, serial: "PRCTCE3", unit: 10 },
  { ...r710, name: "node4", number: 4, serial: "PRCTCE4", unit: 12 },
  {
    ...dell,
    ...intelBridge,
    name: "node5",
    number: 5,
    typeSlug: "dell-r610",
    product: "PowerEdge R610",
    serial: "PRCTCE5",
    bios: { vendor: "Dell Inc.", version: "6.4.0", date: "07/23/2013" },
    unit: 14,
    role: "secondary",
    sockets: 2,
    cpu: xeonE5520,
    memoryGiB: 24,
    dimmGiB: 4,
    dimmType: "DDR3",
    dimmMhz: 1066,
    dimmSlots: 12,
    hcaAddress: "0000:05:00.0",
    diskGB: 73,
  },
];

export const switchFacts = {
  name: "sw1",
  model: "SX6018",
  ports: 18,
  guid: "0xf452140300c0ffe0",
  lid: 6,
  description: "MF0;sw1:SX6018/U1",
  release: "3.6.8012",
  serial: "MT0000X00001",
  unit: 16,
} as const;
