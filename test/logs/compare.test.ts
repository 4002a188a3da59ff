import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparisonSchema } from "../../electron/contract/logs/bundle.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { compareSides } from "../../electron/logs/compare/compare.node.ts";
import { compareFacts } from "../../electron/logs/compare/compare.ts";
import { factItems, factsOf, maxFactChars, type NodeOutput } from "../../electron/logs/compare/facts.ts";
import { entryOf, headerOf, toldOf } from "./collection-samples.ts";

const told = (outputs: readonly NodeOutput[]) =>
  Object.fromEntries(factsOf(outputs).map(({ group, name, value }) => [`${group}: ${name}`, value]));
const output = (item: string, text: string, path = `nodes/a/commands/${item}.txt`): NodeOutput => ({
  item,
  text,
  path,
});

/** Written by dmidecode.c's format strings. */
const dmidecode = (bios: string, dimm: string) => `# dmidecode 3.2
Handle 0x0000, DMI type 0, 24 bytes
BIOS Information
\tVendor: HP
\tVersion: ${bios}
\tRelease Date: 05/02/2011
\tCharacteristics:
\t\tPCI is supported

Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: HP
\tProduct Name: ProLiant DL785 G6
\tSerial Number: Not Specified

Handle 0x0400, DMI type 4, 42 bytes
Processor Information
\tSocket Designation: Proc 1
\tVersion: Quad-Core AMD Opteron(tm) Processor 8356
\tMax Speed: 2300 MHz
\tStatus: Populated, Enabled
\tCore Count: 4

Handle 0x0401, DMI type 4, 42 bytes
Processor Information
\tSocket Designation: Proc 2
\tStatus: Unpopulated

Handle 0x1100, DMI type 17, 34 bytes
Memory Device
\tSize: ${dimm}
\tLocator: DIMM 1A
\tBank Locator: Not Specified
\tType: DDR2
\tSpeed: 667 MT/s
`;

const cpuinfo = (vendor: string, microcode: string) => `processor\t: 0
vendor_id\t: ${vendor}
cpu family\t: 16
model\t\t: 2
model name\t: Quad-Core AMD Opteron(tm) Processor 8356
stepping\t: 3
microcode\t: ${microcode}
flags\t\t: fpu vme svm constant_tsc nx
`;

describe("facts of a node", () => {
  it.skipIf(!existsSync("/usr/bin/dpkg-query"))("are read of what the tools print here (needs dpkg)", () => {
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
    const facts = told([
      output("uname", run("uname", "-a")),
      output("lscpu", run("lscpu")),
      output("packages-deb", run("dpkg-query", "-l")),
      output("proc", readFileSync("/proc/cpuinfo", "utf8"), "nodes/a/files/proc/cpuinfo"),
      output("proc", readFileSync("/proc/meminfo", "utf8"), "nodes/a/files/proc/meminfo"),
      output("proc", readFileSync("/proc/cmdline", "utf8"), "nodes/a/files/proc/cmdline"),
      output("os-release", readFileSync("/etc/os-release", "utf8"), "nodes/a/files/etc/os-release"),
    ]);
    expect(facts["Kernel: Release"]).toBe(release());
    expect(facts["CPU: Vendor"]).toMatch(/^(?:GenuineIntel|AuthenticAMD|ARM)$/);
    expect(Number(facts["Memory: Usable, in GiB"])).toBeGreaterThan(0.1);
    expect(facts["Packages: dpkg"]).toBe(/^Version: (.*)$/m.exec(run("dpkg-query", "-s", "dpkg"))?.[1]);
    expect(facts["System: Distribution"]).toBe(run("sh", "-c", '. /etc/os-release; printf %s "$PRETTY_NAME"'));
  });

  it("are told with the entries that tell them", () => {
    expect(told([output("dmidecode", dmidecode("A15", "4096 MB"))])).toEqual({
      "BIOS and board: BIOS vendor": "HP",
      "BIOS and board: BIOS version": "A15",
      "BIOS and board: BIOS date": "05/02/2011",
      "BIOS and board: System vendor": "HP",
      "BIOS and board: System": "ProLiant DL785 G6",
      "CPU: In Proc 1": "Quad-Core AMD Opteron(tm) Processor 8356, 2300 MHz, 4 cores",
      "CPU: In Proc 2": "empty",
      "Memory: Module DIMM 1A": "4096 MB, DDR2, 667 MT/s",
      "Memory: Modules": "1 of 1 slots",
    });
    expect(
      factsOf([
        output(
          "hca-files",
          "/sys/class/infiniband/mlx4_0/board_id:MT_1090120019\n/sys/class/infiniband/mlx4_0/fw_ver:2.42.5000\n",
        ),
        output(
          "ibv-devinfo",
          "hca_id:\tmlx4_0\n\ttransport:\t\t\tInfiniBand (0)\n\tfw_ver:\t\t\t\t2.42.5000\n\tboard_id:\t\t\tMT_1090120019\n",
        ),
      ]).find(({ name }) => name === "mlx4_0: firmware"),
    ).toEqual({
      group: "Adapter",
      name: "mlx4_0: firmware",
      value: "2.42.5000",
      from: ["nodes/a/commands/hca-files.txt", "nodes/a/commands/ibv-devinfo.txt"],
    });
    expect(
      told([
        output(
          "lspci-details",
          "0000:11:00.0 InfiniBand [0207]: Mellanox Technologies MT27500 Family [ConnectX-3] [15b3:1003]\n\t\tLnkCap:\tPort #8, Speed 8GT/s, Width x8, ASPM L0s\n\t\tLnkSta:\tSpeed 5GT/s, Width x4, TrErr-\n",
        ),
        output(
          "kernel-config",
          "CONFIG_X86_64=y\n# CONFIG_X86_VSMP is not set\n",
          "nodes/a/files/boot/config-2.6.32-504.el6.x86_64",
        ),
        output(
          "dmesg",
          "<6>[    0.0] vSMP CTL: Capping CPUs to 8 (CONFIG_X86_VSMP is unset)\n<6>mlx4_core: Mellanox ConnectX core driver v2.2-1 (Feb, 2014)\n",
        ),
        output(
          "packages-rpm",
          "kernel-2.6.32-504.el6.x86_64                  Mon 22 Nov 2026\nlibibverbs-1.1.8-3.el6.x86_64  Mon 22 Nov\n",
        ),
        output("modules", "Module                  Size  Used by\nmlx4_ib               159744  0\n"),
        output("sysctl", "kernel.numa_balancing = 0\nkernel.random.boot_id = 1-2\n"),
        output("driver-versions", "filename:       /lib/modules/x/mlx4_core.ko.xz\nversion:        2.2-1\n"),
        output("ofed", "MLNX_OFED_LINUX-4.9-0.1.7.0 (OFED-4.9-0.1.7):\n\nar_mgr:\n"),
      ]),
    ).toEqual({
      "PCIe: Adapter: what it is": "Mellanox Technologies MT27500 Family [ConnectX-3] [15b3:1003]",
      "PCIe: Adapter: link at most (LnkCap)": "8 GT/s x8",
      "PCIe: Adapter: link now (LnkSta)": "5 GT/s x4",
      "Kernel: CONFIG_X86_VSMP of 2.6.32-504.el6.x86_64": "not set",
      "Kernel: CPUs capped by a kernel without CONFIG_X86_VSMP": "8",
      "Drivers: mlx4_core, as it said at its start": "2.2-1",
      "Packages: kernel": "2.6.32-504.el6.x86_64",
      "Packages: libibverbs": "1.1.8-3.el6.x86_64",
      "Modules: mlx4_ib": "loaded",
      "Settings: kernel.numa_balancing": "0",
      "Drivers: mlx4_core": "2.2-1",
      "Drivers: OFED": "MLNX_OFED_LINUX-4.9-0.1.7.0",
    });
  });

  it("are read in a moment of millions of like lines, and of lines of blanks", () => {
    const fill = (line: string) => line.repeat(maxFactChars / line.length);
    const packages = told([output("packages-rpm", fill("kernel-5.14-70.el9\n"))]);
    expect(packages).toEqual({ "Packages: kernel": Array(64).fill("5.14-70.el9").join(", ") });
    expect(told([output("lscpu", fill(`${" ".repeat(165)}\n`))])).toEqual({});
    const uname = `Linux node1 5.14 #1 SMP${" ".repeat(maxFactChars)}x`;
    expect(told([output("uname", uname)])).toEqual({ "Kernel: Release": "5.14", "Kernel: Build": "#1 SMP" });
  });

  it("are read without a fault of whatever was collected", () => {
    const items = [...factItems];
    const line = fc.oneof(
      fc.constantFrom(
        "Handle 0x0000, DMI type 17, 34 bytes",
        "\tSize: 4",
        "processor\t: 0",
        "hca_id: x",
        "CA 'mlx4_0'",
        "a = b",
        "ii  a  1 all x",
        "a-1-2",
        "/sys/class/infiniband/a/fw_ver:2",
        ":",
        "__proto__ = 1",
      ),
      fc.string({ maxLength: 60 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...items), fc.array(line, { maxLength: 20 }), fc.string(), (item, lines, path) => {
        for (const fact of factsOf([output(item, lines.join("\n"), path)])) {
          expect(fact.value).not.toBe("");
          expect(fact.from).toEqual([path]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a comparison", () => {
  const left = [
    output("proc", cpuinfo("AuthenticAMD", "0x1000065"), "l/proc/cpuinfo"),
    output("dmidecode", dmidecode("A15", "4096 MB"), "l/dmi"),
    output("modules", "mlx4_ib 1 0\nkvm 2 0\n", "l/mod"),
  ];
  const right = [
    output("proc", cpuinfo("GenuineIntel", "0x1000065"), "r/proc/cpuinfo"),
    output("modules", "mlx4_ib 1 0\n", "r/mod"),
  ];
  const differences = compareFacts(factsOf(left), factsOf(right));

  it("tells first what differs, then what is unknown on one side, then what is the same", () => {
    expect(() =>
      comparisonSchema.shape.facts.parse(differences.map((told) => ({ ...told, target: "node01" }))),
    ).not.toThrow();
    expect(differences.slice(0, 2)).toEqual([
      {
        group: "CPU",
        name: "Vendor",
        left: "AuthenticAMD",
        right: "GenuineIntel",
        same: false,
        note: "CPUs of several vendors in one aggregate: no public statement, ask ScaleMP",
        from: ["l/proc/cpuinfo", "r/proc/cpuinfo"],
      },
      { group: "Modules", name: "kvm", left: "loaded", right: "not there", same: false, note: "", from: ["l/mod"] },
    ]);
    expect(differences.find(({ name }) => name === "BIOS version")).toEqual({
      group: "BIOS and board",
      name: "BIOS version",
      left: "A15",
      right: null,
      same: false,
      note: "unknown on one side",
      from: ["l/dmi"],
    });
    const order = differences.map(({ same, left: l, right: r }) => (same ? 2 : l === null || r === null ? 1 : 0));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("of a node with itself is the same throughout", () => {
    expect(compareFacts(factsOf(left), factsOf(left)).every(({ same, note }) => same && note === "")).toBe(true);
  });
});

describe("two collections", () => {
  it("are compared as a whole: facts of targets that both have, and every file that differs or is in one alone", async () => {
    const dir = await mkdtemp(join(tmpdir(), "halfrack-compare-"));
    try {
      const store = createCollectionStore({ dir });
      const collected = async (id: string, files: Readonly<Record<string, string>>) => {
        const entries = Object.keys(files).map((path, n) => {
          const target = path.split("/")[1] ?? "";
          return entryOf(n, { target, path, item: "os-release", source: { how: "file", path: "/etc/os-release" } });
        });
        const targets = [...new Set(entries.map(({ target }) => target))];
        const writer = await store.create(headerOf(id, entries, targets), { kind: "collection", path: null });
        for (const [n, content] of Object.values(files).entries())
          await writer.put(n, Readable.from([Buffer.from(content)]), toldOf());
        await writer.close();
        return store.get(id);
      };
      const before = await collected("before", {
        "nodes/node01/files/os-release": 'PRETTY_NAME="Rocky Linux 8.9"\n',
        "nodes/node02/files/os-release": 'PRETTY_NAME="Rocky Linux 8.9"\n',
        "nodes/node03/files/os-release": 'PRETTY_NAME="Rocky Linux 8.9"\n',
      });
      const after = await collected("after", {
        "nodes/node01/files/os-release": 'PRETTY_NAME="Rocky Linux 8.10"\n',
        "nodes/node02/files/os-release": 'PRETTY_NAME="Rocky Linux 8.9"\n',
        "nodes/node04/files/os-release": 'PRETTY_NAME="Rocky Linux 8.9"\n',
      });
      const told = await compareSides({ collection: before, target: null }, { collection: after, target: null });
      expect(comparisonSchema.parse(told)).toEqual(told);
      expect(told.facts.map(({ target, name, left, right }) => [target, name, left, right])).toEqual([
        ["node01", "Distribution", "Rocky Linux 8.9", "Rocky Linux 8.10"],
        ["node02", "Distribution", "Rocky Linux 8.9", "Rocky Linux 8.9"],
      ]);
      expect(told.files.map(({ path, left, right }) => [path, left?.sizeBytes, right?.sizeBytes])).toEqual([
        ["nodes/node01/files/os-release", 30, 31],
        ["nodes/node03/files/os-release", 30, undefined],
        ["nodes/node04/files/os-release", undefined, 30],
      ]);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
