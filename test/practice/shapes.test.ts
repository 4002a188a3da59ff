/** The practice lab's texts have the line shapes of captured and documented outputs. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { cubeOf, serverNamed } from "../../electron/practice/model.ts";
import * as counters from "../../electron/practice/text/counters.ts";
import * as fabric from "../../electron/practice/text/fabric.ts";
import { lspci, lspciTree } from "../../electron/practice/text/hardware.ts";
import { ibstat, ibstatus } from "../../electron/practice/text/ibstat.ts";
import * as screens from "../../electron/practice/text/switch.ts";
import { slotLines } from "../../electron/practice/world.ts";

const captured = (name: string) => readFile(new URL(`../fixtures/infiniband/${name}`, import.meta.url), "utf8");
const own = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url), "utf8");

/** A text's lines with values masked: names, dates and numbers go, words, blanks and punctuation stay. */
function shape(text: string): string[] {
  return text.split("\n").map((line) =>
    line
      .replace(/generated on .*/, "generated on <date>")
      .replace(/\(Could be [^)]*\)$/, "( )")
      .replace(/ {2,}"/g, ' "')
      .replace(/" *(node\d+|MF0)[^"]*"/g, '"<name>"')
      .replace(/'(node\d+|MF0)[^']*'/g, "'<name>'")
      .replace(/(CA:|Switch: 0x\w+) .*:$/, "$1 <name>:")
      .replace(/[0-9a-f]{16}/g, "<guid>")
      .replace(/\b(?:[0-9a-f]{4}:){7}[0-9a-f]{4}\b/g, "<gid>")
      .replace(/\d+/g, "9")
      .replace(/(\.{3,})9/, ".9"),
  );
}
const shapes = (text: string) => [...new Set(shape(text))].sort();

const healthy = cubeOf(new Set());
const node1 = serverNamed(healthy, "node1");
const counted = { xmitData: 113_000, rcvData: 113_000, xmitPkts: 1570, rcvPkts: 1570, errors: {} };
const clean: counters.CountsOf = { card: () => counted, port: () => counted };
const failing = { SymbolErrorCounter: 7, LinkErrorRecoveryCounter: 2, PortRcvErrors: 2 };
const erring: counters.CountsOf = {
  card: ({ name }) => ({ ...counted, errors: name === "node3" ? failing : {} }),
  port: (number) => ({ ...counted, errors: number === 3 ? { SymbolErrorCounter: 12 } : {} }),
};
/** Figures may be of another size than those captured. */
const ofAnySize = (text: string) => text.replaceAll(/\([\d.]+[KMGTP]?(B?)\)/g, "(9.9$1)");

test("iblinkinfo, plain and by line, is as captured but for the simulator's hints", async () => {
  const plain = fabric.iblinkinfo(healthy, "node1", { line: false, show: "all", downOnly: false });
  expect(shape(plain)).toEqual(shape(await captured("healthy/iblinkinfo.out")));
  const line = fabric.iblinkinfo(healthy, "node1", { line: true, show: "all", downOnly: false });
  expect(shape(line)).toEqual(shape(await captured("healthy/iblinkinfo-line.out")));
});

test("iblinkinfo of swapped cables is as captured", async () => {
  const swapped = cubeOf(new Set(["swap-cables"]));
  const plain = fabric.iblinkinfo(swapped, "node1", { line: false, show: "all", downOnly: false });
  expect(shape(plain)).toEqual(shape(await captured("swapped/iblinkinfo.out")));
});

test("ibnetdiscover, ibhosts, ibswitches and sminfo are as captured", async () => {
  expect(shape(fabric.ibnetdiscover(healthy, "node1", "today"))).toEqual(
    shape(await captured("healthy/ibnetdiscover.out")),
  );
  expect(shape(fabric.ibnetdiscoverPorts(healthy, "node1"))).toEqual(shape(await own("ibnetdiscover-p.out")));
  expect(shape(fabric.ibhosts(healthy, "node1"))).toEqual(shape(await own("ibhosts.out")));
  expect(shape(fabric.ibswitches(healthy, "node1"))).toEqual(shape(await own("ibswitches.out")));
  expect(shape(fabric.sminfo(healthy, "node1", 114) ?? "")).toEqual(shape(await own("sminfo.out")));
});

test("perfquery and ibqueryerrors are as captured", async () => {
  expect(shape(counters.perfquery(1, 1, counted))).toEqual(shape(await own("perfquery-self.out")));
  expect(shape(counters.perfqueryExtended(1, 1, counted))).toEqual(shape(await own("perfquery-x-self.out")));
  // Here the numbers themselves must agree: six nodes, 23 ports.
  const plain = { counters: false, data: false };
  expect(counters.ibqueryerrors(healthy, "node1", clean, plain)).toEqual({
    text: await own("ibqueryerrors.out"),
    code: 0,
  });
  const errors = counters.ibqueryerrors(healthy, "node1", erring, plain);
  expect([errors.code, shape(errors.text)]).toEqual([1, shape(await own("ibqueryerrors-errors.out"))]);
  const traffic = counters.ibqueryerrors(healthy, "node1", erring, { counters: true, data: false });
  const capturedTraffic = await own("ibqueryerrors-counters.out");
  expect([traffic.code, shape(ofAnySize(traffic.text))]).toEqual([0, shape(ofAnySize(capturedTraffic))]);
});

test("ibstat and ibstatus of a ConnectX-3 equal the documented form, values included", async () => {
  expect(ibstat(node1, []).out).toBe(await captured("synthetic/ibstat_cx3_fdr.txt"));
  expect(ibstatus(node1)).toBe(await own("ibstatus_cx3_fdr.txt"));
});

test("lspci and dmesg of a slow slot equal the documented form", async () => {
  const slow = serverNamed(cubeOf(new Set(["slow-slot"])), "node3");
  const options = {
    verbose: true,
    numbers: false,
    bothNames: false,
    domain: false,
    bytes: false,
    address: slow.hcaAddress,
    id: null,
  };
  const documented = (await captured("synthetic/lspci_vv_cx3_gen1x8_limited.txt")).replaceAll("03:00.0", "04:00.0");
  const text = lspci(slow, options);
  for (const line of documented.trimEnd().split("\n")) expect(text.split("\n")).toContain(line);
  const [difference] = slotLines("0000:03:00.0", slow.slot);
  expect((await own("dmesg_mlx4.txt")).split("\n")).toContain(difference);
  expect(shapes(slotLines("0000:03:00.0", slow.slot).join("\n"))).toEqual(
    shapes(
      (await own("dmesg_mlx4.txt"))
        .split("\n")
        .filter((line) => /PCIe (BW|link)/.test(line))
        .join("\n"),
    ),
  );
});

test("switch screens equal the documented layouts", async () => {
  const pulled = cubeOf(new Set(["pull-cable"]));
  const [up, down] = [pulled.ports[0], pulled.ports[3]];
  if (!up || !down) throw new Error("the switch has 18 ports");
  const [documentedUp = "", documentedDown = ""] = (await own("mlnxos_show_interfaces_ib.txt")).split("\n\n");
  expect(screens.interfaceState(up, "").trimEnd()).toBe(documentedUp);
  expect(shape(screens.interfaceState(down, "").trimEnd())).toEqual(
    shape(
      documentedDown
        .trimEnd()
        .split("\n")
        .filter((line) => !line.includes("Warning"))
        .join("\n"),
    ),
  );
  expect(shape(screens.version(1000))).toEqual(
    shape((await own("mlnxos_show_version.txt")).replace("@example", "@practice")),
  );
  expect(shape(screens.temperature)).toEqual(shape(await own("mlnxos_show_temperature.txt")));
  expect(shape(screens.inventory)).toEqual(shape(await own("mlnxos_show_inventory_3.6.txt")));
  expect(screens.fan.split("\n").slice(0, 8)).toEqual((await own("mlnxos_show_fan.txt")).split("\n").slice(0, 8));
});

test("ibqueryerrors --report-port tells each port's link as captured", async () => {
  const { text } = counters.ibqueryerrors(healthy, "node1", erring, { counters: false, data: false, links: true });
  const links = (lines: readonly string[]) => [...new Set(lines.filter((line) => line.includes("Link info")))].sort();
  expect(links(shape(text))).toEqual(links(shape(await captured("errors/ibqueryerrors-r.out"))));
});

test("lspci -tv draws the one bridge and the card behind it", () => {
  expect(lspciTree(serverNamed(healthy, "node5"), true)).toBe(
    "-[0000:00]---03.0-[05]----00.0  Mellanox Technologies MT27500 Family [ConnectX-3]\n",
  );
});
