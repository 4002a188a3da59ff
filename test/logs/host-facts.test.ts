/** What a host says of itself: which kinds of target it is, who is logged in, and any nonsense it may print. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foundFileSchema } from "../../electron/contract/logs/find.ts";
import { octal } from "../../electron/logs/far/octal.ts";
import { hereReach } from "../../electron/logs/far/reach.node.ts";
import { readTools } from "../../electron/logs/far/tools.ts";
import { becomesRoot, readHost } from "../../electron/logs/find/host.ts";
import { joinFiles, PathsReader } from "../../electron/logs/find/paths.ts";

const told = (facts: Readonly<Record<string, string>>) =>
  readHost(
    Object.entries(facts).map(([key, value]) => Buffer.from(`${key}=${value}`)),
    null,
    null,
  );
const linux = { uname: "Linux 5.10.0-8-amd64 x86_64" };

describe("what kind of target a host is", () => {
  // dmidecode -t 11 of an aggregate has these six strings, in this order; the second is of a single server
  const aggregate = [
    "String 1: Vendor: x",
    "String 2: Product Name: x",
    "String 3: Version: x",
    "String 4: Release Date: x",
    "String 5: Serial Number: x",
    "String 6: ================================",
  ];
  const single = ["String 1: PSF:", "String 2: Product ID: P16006-001", "String 3: OEM String:"];
  const dmi = (strings: readonly string[]) => `OEM Strings\n${strings.map((line) => `\t${line}`).join("\n")}\n`;

  test.each<[string, Record<string, string>, string[]]>([
    ["nothing else", {}, ["linux"]],
    ["the controller of an aggregate", { pci: "0x8686\n0x1010" }, ["linux", "vsmp"]],
    ["the controller of memory expansion", { pci: "0x8686\n0x1011" }, ["linux", "vsmp"]],
    ["another device there", { pci: "0x8086\n0x1010" }, ["linux"]],
    ["all six strings", { dmi: dmi(aggregate) }, ["linux", "vsmp"]],
    ["five of six strings", { dmi: dmi(aggregate.slice(0, 5)) }, ["linux"]],
    ["strings of a single server", { dmi: dmi(single) }, ["linux"]],
    ["the vendor's tool under another prefix", { tool: "/usr/local/bin/abcdversion" }, ["linux", "vsmp"]],
    ["the kernel's line", { kernel: "vSMP CTL: capabilities:0x00000000  control:0x00000000" }, ["linux", "vsmp"]],
    ["libvirt and its device", { kvm: "virsh" }, ["linux", "kvm"]],
  ])("Linux with %s", (_what, facts, kinds) => {
    expect(told({ ...linux, ...facts }).kinds).toEqual(kinds);
  });

  test("ESXi is told by its kernel and by its version", () => {
    expect(told({ uname: "VMkernel 7.0.3 x86_64" }).kinds).toEqual(["esxi"]);
    // VMware's documentation of `vmware -v`
    const esxi = told({ uname: "VMkernel 7.0.3 x86_64", vmware: "VMware ESXi 7.0.3 build-19193900" });
    expect(esxi).toMatchObject({ kinds: ["esxi"], system: "VMware ESXi 7.0.3 build-19193900, VMkernel 7.0.3 x86_64" });
  });

  test("what it is called holds what tells it, in one line", () => {
    const facts = { ...linux, release: '"Debian GNU/Linux 12 (bookworm)"\n', pci: "0x8686\n0x1010" };
    expect(told(facts).system).toBe(
      "Debian GNU/Linux 12 (bookworm), Linux 5.10.0-8-amd64 x86_64, vSMP guest by PCI 00:1f.0 8686:1010",
    );
    expect(told({ uname: "Linux \x1b[2J\n\u202e x" }).system).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe("who is logged in", () => {
  test.each([
    ["uid 0", "is-root"],
    ["uid 1000\nsudo free", "sudo"],
    ["uid 1000\nsudo asks\nsaid sudo: a password is required", "sudo-password"],
    ["uid 1000\nsudo asks\nsaid sudo: sorry, you must have a tty to run sudo", "no"],
    ["uid 1000", "no"],
  ])("%j", (printed, expected) => {
    const tools = readTools(`${printed}\nend\n`);
    expect(tools && becomesRoot(tools)).toBe(expected);
  });

  test("by name, else by number", () => {
    expect(told({ user: "hera" }).user).toBe("hera");
    expect(readHost([], 1000, null).user).toBe("uid 1000");
    expect(told({}).user).toBe("");
  });
});

describe("whatever is printed", () => {
  test("a host is told in a moment, however many empty lines or records a part has", () => {
    const many = 256 * 1024;
    const boot = "reboot   system boot  5.10.0-8-amd64   Tue Nov 14 22:13:20 2023\n";
    const listed = "-1 0123456789abcdef0123456789abcdef Tue 2023-11-14 22:13:20 UTC\u2014Tue 2023-11-14 23:36:40 UTC\n";
    const parts = [
      "uname=Linux 5.10 x86_64",
      `dmi=x${"\n".repeat(many)}x`,
      `last=${boot.repeat(many / boot.length)}`,
      `boots=${listed.repeat(many / listed.length)}`,
    ].map((text) => Buffer.from(text));
    expect(readHost(parts, null, null).kinds).toEqual(["linux"]);
  });

  const keys = ["uname", "release", "vmware", "user", "last", "boots", "dmi"];
  const fact = fc
    .tuple(fc.constantFrom(...keys), fc.string({ maxLength: 60 }))
    .map(([key, value]) => `${key}=${value}`);
  const part = fc.oneof(
    fact.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 40 }),
  );

  test("a host is told, with numbers that are numbers and texts of one line", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const host = readHost(parts, null, null);
        expect(host.kinds.length).toBeGreaterThan(0);
        for (const text of [host.system, host.user]) expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  test("paths are told that the contract takes, and no more than were asked for", () => {
    const record = fc.oneof(
      fc.constantFrom(
        "F0",
        "F1",
        "F9",
        "P0",
        "M",
        "T",
        "S",
        "fr 12 1767323045 1 2 -rw-r--r-- a:b",
        "fr",
        "/var/log/x",
        "d-",
        "x-",
      ),
      fc.string({ maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), (records) => {
        const reader = new PathsReader([{ item: "a" }, { item: "b" }], "me", { zoneMinutes: 0, bootedAt: null }, 3);
        for (const one of records) reader.take(Buffer.from(one));
        expect(reader.files.length).toBeLessThanOrEqual(3);
        for (const file of joinFiles(reader.files, null, "me", 5))
          expect(foundFileSchema.safeParse(file).success).toBe(true);
      }),
    );
  });

  test("any bytes but NUL go through a shell's printf as they are", async () => {
    const bytes = Uint8Array.from({ length: 255 }, (_, n) => n + 1);
    const got: Uint8Array[] = [];
    for (const shell of ["sh", "bash"]) {
      const argv = [shell, "-c", 'printf %b "$1"', "sh", octal(bytes)];
      await hereReach.run(argv, { timeoutMs: 5000, onStdout: (chunk) => void got.push(Uint8Array.from(chunk)) });
    }
    expect(Buffer.concat(got)).toEqual(Buffer.concat([bytes, bytes]));
  });
});
