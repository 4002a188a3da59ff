/** Reading one host: what the one command prints in a real shell, and what is asked where the kernel is too old. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceLive } from "../../electron/contract/fabric.ts";
import type { Device } from "../../electron/contract/lab.ts";
import { hostCommand, lspciCommand } from "../../electron/fabric/commands.ts";
import { type Run, readHost } from "../../electron/fabric/host.node.ts";
import { fixture } from "./fixtures.ts";

const device: Device = { name: "node1", type: "server", hcas: [{ name: "mlx4_0", ports: 2 }] };
const own = fixture("synthetic/ibstat_cx3_fdr.txt");
const [sysRoot, card, bridge] = ["/sys/class/infiniband", "0000:03:00.0", "0000:00:03.0"];

/** A device tree as the kernel lays it out, under a folder; `links` are the link files of card and bridge. */
function writeTree(root: string, links: boolean): void {
  const above = join(root, "devices", "pci0000:00", bridge);
  const below = join(above, card);
  mkdirSync(join(below, "infiniband", "mlx4_0"), { recursive: true });
  mkdirSync(join(root, "class"));
  writeFileSync(join(above, "uevent"), `DRIVER=pcieport\nPCI_SLOT_NAME=${bridge}\n`);
  writeFileSync(join(below, "uevent"), `DRIVER=mlx4_core\nPCI_SLOT_NAME=${card}\n`);
  symlinkSync("../../", join(below, "infiniband", "mlx4_0", "device"));
  symlinkSync(join(below, "infiniband"), join(root, "class", "infiniband"));
  if (!links) return;
  const write = (folder: string, files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
  };
  write(below, {
    current_link_speed: "2.5 GT/s",
    current_link_width: "8",
    max_link_speed: "8 GT/s",
    max_link_width: "8",
  });
  write(above, {
    current_link_speed: "2.5 GT/s",
    current_link_width: "8",
    max_link_speed: "5 GT/s",
    max_link_width: "8",
  });
}

/** A card behind a PCIe switch, whose own link to the root port has lost lanes: made as the kernel lays it out. */
function writeSwitchedTree(root: string): void {
  const ports = [
    [bridge, "5 GT/s", "4", "8 GT/s", "16"],
    ["0000:01:00.0", "5 GT/s", "4", "5 GT/s", "8"],
    ["0000:02:08.0", "8 GT/s", "8", "8 GT/s", "8"],
    [card, "8 GT/s", "8", "8 GT/s", "8"],
  ] as const;
  let folder = join(root, "devices", "pci0000:00");
  for (const [address, speed, width, maxSpeed, maxWidth] of ports) {
    folder = join(folder, address);
    mkdirSync(folder, { recursive: true });
    const files = {
      current_link_speed: speed,
      current_link_width: width,
      max_link_speed: maxSpeed,
      max_link_width: maxWidth,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
    writeFileSync(join(folder, "uevent"), `PCI_SLOT_NAME=${address}\n`);
  }
  mkdirSync(join(folder, "infiniband", "mlx4_0"), { recursive: true });
  mkdirSync(join(root, "class"));
  symlinkSync("../../", join(folder, "infiniband", "mlx4_0", "device"));
  symlinkSync(join(folder, "infiniband"), join(root, "class", "infiniband"));
}

describe("one host", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "halfrack-host-"));
    writeTree(join(dir, "new"), true);
    writeTree(join(dir, "old"), false);
    writeSwitchedTree(join(dir, "switched"));
    mkdirSync(join(dir, "bin"));
    writeFileSync(join(dir, "ibstat"), own);
    writeFileSync(join(dir, card), fixture("synthetic/lspci_vv_cx3_gen1x8_limited.txt").replace(/^/, "0000:"));
    writeFileSync(
      join(dir, bridge),
      `${bridge} PCI bridge: Intel Corporation\n\t\tLnkCap:\tPort #0, Speed 5GT/s, Width x8, ASPM L0s L1\n`,
    );
    const asked = `[ "$1 $2 $3" = "-D -vv -s" ] && cat "${dir}/$4" 2>/dev/null; exit 0`;
    writeFileSync(join(dir, "bin", "lspci"), `#!/bin/sh\n${asked}\n`, { mode: 0o755 });
    writeFileSync(join(dir, "bin", "ibstat"), `#!/bin/sh\ncat ${dir}/ibstat\n`, { mode: 0o755 });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** The real command in the system's own sh, on a tree of ours in the place of the kernel's; lspci from its documented form. */
  const runOn = (tree: string) => {
    const asked: string[] = [];
    const run: Run = async (argv) => {
      asked.push(argv.length > 3 ? `lspci ${argv.slice(4).join(" ")}` : "ibstat");
      const stdout = argv.length > 3 ? lspci(argv.slice(4)) : shell(tree);
      const ended = { exitCode: 0, signal: null, stderr: "", truncated: false, startedAt: 1000, durationMs: 10 };
      return { device: "node1", argv: [...argv], stdout, ...ended };
    };
    return { asked, run };
  };
  const shell = (tree: string): string => {
    const root = join(dir, tree, "class", "infiniband");
    const [sh = "", ...args] = hostCommand.map((word) => word.replaceAll(sysRoot, root));
    const env = { PATH: `${join(dir, "bin")}:${process.env.PATH}` };
    return execFileSync(sh, args, { encoding: "utf8", env }).replaceAll(root, sysRoot);
  };
  /** The real script in the system's own sh; the lspci in it prints the documented form of the one device it is asked for. */
  const lspci = (addresses: readonly string[]): string => {
    const [sh = "", ...args] = lspciCommand(addresses) ?? [];
    const env = { PATH: `${join(dir, "bin")}:${process.env.PATH}` };
    return execFileSync(sh, args, { encoding: "utf8", env });
  };
  const sameButAge = (slot: DeviceLive["hcas"][number]["slot"]) =>
    slot && { ...slot, maxPayload: { ...slot.maxPayload, observedAt: expect.any(Number) } };
  const lspciOf = (...addresses: readonly string[]) => `lspci ${addresses.join(" ")}`;

  it("tells its HCA and its PCIe path in one command, and asks lspci once for what no file tells", async () => {
    const { asked, run } = runOn("new");
    const { hcas, ibstat, fault, pcie } = await readHost(device, run);
    expect(asked).toEqual(["ibstat", lspciOf(card, bridge)]);
    expect([ibstat.unread, fault]).toEqual([[], null]);
    const again = await readHost(device, run, pcie && { ...pcie, answer: { ...pcie.answer, observedAt: Date.now() } });
    expect([asked.length, again.hcas]).toEqual([3, hcas.map((hca) => ({ ...hca, slot: sameButAge(hca.slot) }))]);
    expect(hcas.map(({ name, slot }) => ({ name, slot }))).toEqual([
      {
        name: "mlx4_0",
        slot: {
          address: card,
          path: [
            {
              address: card,
              runs: { speed: "2.5 GT/s", width: 8 },
              can: { speed: "8 GT/s", width: 8 },
              above: { address: bridge, can: { speed: "5 GT/s", width: 8 } },
            },
          ],
          source: "sysfs",
          maxPayload: { bytes: 256, why: "", observedAt: 1010 },
          atFault: true,
        },
      },
    ]);
  });

  it("tells every link on the way to the root port", async () => {
    const { hcas } = await readHost(device, runOn("switched").run);
    expect(hcas[0]?.slot).toMatchObject({
      path: [
        {
          address: card,
          runs: { speed: "8 GT/s", width: 8 },
          above: { address: "0000:02:08.0", can: { speed: "8 GT/s", width: 8 } },
        },
        {
          address: "0000:01:00.0",
          runs: { speed: "5 GT/s", width: 4 },
          can: { speed: "5 GT/s", width: 8 },
          above: { address: bridge, can: { speed: "8 GT/s", width: 16 } },
        },
      ],
      atFault: true,
    });
    expect(hcas[0]?.slot?.path).toHaveLength(2);
  });

  it("is asked by lspci, card and bridge, at each reading where the kernel has no link files", async () => {
    const { asked, run } = runOn("old");
    const { hcas, pcie } = await readHost(device, run);
    expect(asked).toEqual(["ibstat", lspciOf(card, bridge)]);
    expect(hcas[0]?.slot).toMatchObject({
      path: [
        {
          address: card,
          runs: { speed: "2.5 GT/s", width: 8 },
          can: { speed: "8 GT/s", width: 8 },
          above: { address: bridge, can: { speed: "5 GT/s", width: 8 } },
        },
      ],
      source: "lspci",
      maxPayload: { bytes: 256, why: "" },
      atFault: true,
    });
    await readHost(device, run, pcie && { ...pcie, answer: { ...pcie.answer, observedAt: Date.now() } });
    expect(asked).toHaveLength(4);
  });

  it.each([
    [
      "is not root's",
      { stdout: `${card} Network controller: x\n\tCapabilities: <access denied>\n`, exitCode: 0 },
      /only root/,
    ],
    ["has no lspci", { stdout: "", exitCode: 127 }, /pciutils/],
    ["has an lspci that prints garbage", { stdout: "\u0000\u0001 x\n", exitCode: 0 }, /shows none/],
  ])("says why the packets' size is not known where the login %s", async (_, told, why) => {
    const { asked, run } = runOn("new");
    const lame: Run = async (argv) => {
      const result = await run(argv);
      return argv.includes(card) ? { ...result, ...told } : result;
    };
    const { hcas } = await readHost(device, lame);
    expect(hcas[0]?.slot).toMatchObject({
      source: "sysfs",
      maxPayload: { bytes: null, why: expect.stringMatching(why) },
    });
    expect(asked).toHaveLength(2);
  });

  it("has no slot where neither files nor lspci tell the card's own link, and the host is read all the same", async () => {
    const { run } = runOn("old");
    const lost: Run = (argv) => (argv.includes(card) ? Promise.reject(new Error("the connection is lost")) : run(argv));
    const { hcas, fault } = await readHost(device, lost);
    expect([hcas.map(({ slot }) => slot), fault]).toEqual([[null], null]);
  });

  it("is read without slots where there is no such folder", async () => {
    const { asked, run } = runOn("none");
    const { hcas } = await readHost(device, run);
    expect(asked).toEqual(["ibstat"]);
    expect(hcas.map(({ slot }) => slot)).toEqual([null]);
  });
});
