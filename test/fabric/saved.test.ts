import { describe, expect, it } from "vitest";
import { fabricSchema } from "../../electron/contract/fabric.ts";
import { recognise } from "../../electron/fabric/read/recognise.ts";
import { readSaved } from "../../electron/fabric/read/saved.ts";
import { expectedFabric, fixture, nodeGuid, sets, switchGuid } from "./fixtures.ts";

const saved = (...paths: readonly string[]) => readSaved(paths.map((path) => ({ source: path, text: fixture(path) })));

/** Of other programs, some in words that begin as a tool's do. */
const log = `Nov 22 12:00:01 node1 systemd[1]: Started Session 4 of user admin.
[    0.000000] Linux version 6.1.0 (gcc 12) #1 SMP
Router: 10.0.0.1
ca: certificate is valid until:
Errors for host node1: none
## Summary: what was done
Core dump:
node1 [worker] > started
12:30.5 seconds

`;

describe("recognise", () => {
  it.each([
    ["healthy/iblinkinfo.out", "iblinkinfo"],
    ["healthy/iblinkinfo-line.out", "iblinkinfo"],
    ["healthy/iblinkinfo-p.out", "iblinkinfo"],
    ["diff/iblinkinfo-moved.out", "iblinkinfo"],
    ["healthy/ibnetdiscover.out", "ibnetdiscover"],
    ["diff/ibnetdiscover-moved.out", "ibnetdiscover"],
    ["healthy/ibnetdiscover-p.out", "ibnetdiscover-ports"],
    ["errors/ibnetdiscover-l.out", "node-list"],
    ["errors/ibhosts.out", "node-list"],
    ["healthy/ibstat-node01.out", "ibstat"],
    ["synthetic/ibstatus_cx3_fdr.txt", "ibstatus"],
    ["errors/ibqueryerrors.out", "ibqueryerrors"],
    ["errors/perfquery-x-sw3.out", "perfquery"],
    ["errors/perfquery-E.out", "perfquery"],
    ["errors/smpquery-portinfo-self.out", "smpquery"],
    ["errors/smpquery-nodedesc.out", "smpquery"],
    ["errors/sminfo.out", "sminfo"],
    ["sm_stopped/sminfo.out", "sminfo"],
    ["sm_stopped/sminfo.err", "complaints"],
    ["synthetic/lspci_vv_cx3_gen3x8_full.txt", "lspci"],
    ["synthetic/sysfs_pci_limited.txt", "sysfs"],
    ["synthetic/dmesg_mlx4.txt", "kernel"],
    ["synthetic/mlnxos_session_transcript.txt", "switch"],
    ["synthetic/mlnxos_show_interfaces_ib.txt", "switch"],
  ])("%s is of %s", (path, kind) => expect(recognise(fixture(path))).toBe(kind));
  it.each(["healthy/ibstat-l.out", "healthy/ibstat-p.out"])("%s is known, and of no use", (path) =>
    expect(recognise(fixture(path))).toBe("other"),
  );
  it.each([
    ["synthetic/dmesg_mlx4.txt", "kernel"],
    ["healthy/iblinkinfo.out", "iblinkinfo"],
    ["healthy/iblinkinfo-line.out", "iblinkinfo"],
    ["healthy/ibnetdiscover.out", "ibnetdiscover"],
    ["synthetic/lspci_vv_cx3_gen3x8_full.txt", "lspci"],
  ])("%s is known behind however much of a log stands before it", (path, kind) => {
    expect(recognise(`${log.repeat(1000)}${fixture(path)}`)).toBe(kind);
  });
  it("takes nothing for a tool's that is none", () => {
    expect(recognise(log.repeat(1000))).toBeNull();
    expect(recognise(`${" ".repeat(1000)}\n\n`.repeat(1000))).toBeNull();
    expect(recognise("mlx4_0\nremember the milk\n")).toBeNull();
    expect(recognise("hello\nworld\n")).toBeNull();
    expect(recognise("x".repeat(1_000_000))).toBeNull();
  });
});

describe("readSaved", () => {
  it.each(sets)("reads %s from iblinkinfo alone: HCAs by their ports", (set) => {
    expect(saved(`${set}/iblinkinfo-line.out`)).toEqual(expectedFabric(set, "port"));
  });

  it.each(sets)("reads %s from iblinkinfo and ibstat of every host: HCAs by their nodes", (set) => {
    const stats = [1, 2, 3, 4, 5].map((n) => `${set}/ibstat-node0${n}.out`);
    const fabric = saved(`${set}/iblinkinfo-line.out`, ...stats);
    fabricSchema.parse(fabric);
    expect(fabric.links.map(({ a, b }) => [a.node, b.port])).toEqual(
      expectedFabric(set, "node").links.map(({ a, b }) => [a.node, b.port]),
    );
    expect(fabric.nodes.every(({ guidKind }) => guidKind === "node")).toBe(true);
  });

  it("joins the port report, the list of nodes and an answer by LID", () => {
    const fabric = saved(
      "degraded/ibnetdiscover-p.out",
      "degraded/iblinkinfo-line.out",
      "errors/smpquery-portinfo.out",
    );
    expect(fabric).toEqual(expectedFabric("degraded", "port"));
  });

  it("names nodes of a list that no other source links", () => {
    const { nodes, links } = saved("errors/ibnodes.out");
    expect(nodes.map(({ guid, type, ports }) => [guid, type, ports])).toEqual([
      ...[1, 2, 3, 4, 5].map((n) => [nodeGuid(n), "hca", []]),
      [switchGuid, "switch", []],
    ]);
    expect(links).toEqual([]);
  });

  it("tells counters by the ports' names, once each, and not of the switch's sum", () => {
    const path = "errors/ibqueryerrors.out";
    const { problems } = saved("healthy/ibnetdiscover.out", path);
    const counter = (line: number, subject: string, text: string) => {
      const code = text.startsWith("PortXmitWait")
        ? "counters.congestion"
        : text.includes("at least")
          ? "counters.full"
          : "counters.counted";
      const harmless = /^(?:PortXmitWait|PortRcvSwitchRelayErrors) /.test(text);
      const severity = harmless ? "info" : "warning";
      const node = subject.startsWith(sw) ? switchGuid : nodeGuid(3);
      const port = Number(subject.split(" ").at(-1));
      const detail = expect.stringMatching(/^[A-Z].*\.$/);
      return { code, severity, subject, node, port, detail, evidence: { source: path, line, text } };
    };
    const sw = "MF0;SX6018:SX6018/U1 port";
    expect(problems).toEqual([
      counter(2, "node03 mlx4_0 port 1", "SymbolErrorCounter at least 65535"),
      counter(2, "node03 mlx4_0 port 1", "PortRcvRemotePhysicalErrors 9"),
      counter(2, "node03 mlx4_0 port 1", "ExcessiveBufferOverrunErrors 2"),
      counter(5, `${sw} 1`, "PortRcvSwitchRelayErrors 300"),
      counter(5, `${sw} 1`, "VL15Dropped 11"),
      counter(6, `${sw} 3`, "SymbolErrorCounter 1234"),
      counter(6, `${sw} 3`, "LinkErrorRecoveryCounter 5"),
      counter(6, `${sw} 3`, "LinkDownedCounter 7"),
      counter(6, `${sw} 3`, "PortRcvErrors 42"),
      counter(6, `${sw} 3`, "PortXmitDiscards 17"),
      counter(6, `${sw} 3`, "LocalLinkIntegrityErrors 3"),
      counter(6, `${sw} 3`, "PortXmitWait 987654"),
    ]);
  });

  it("tells that no subnet manager answers, and that an empty answer is none", () => {
    const [sminfo, empty] = ["sm_stopped/sminfo.out", "sm_stopped/ibqueryerrors.out"];
    expect(saved(sminfo, empty).problems).toMatchObject([
      { code: "fabric.no-subnet-manager", severity: "error", evidence: { source: sminfo, line: 1 } },
      { code: "fabric.empty-file", severity: "info", evidence: { source: empty, line: 0, text: "" } },
    ]);
  });

  it.each([
    ["synthetic/lspci_vv_cx3_gen2x4_limited.txt", "0000:03:00.0", "Slot runs PCIe gen2 x4, the card can PCIe gen3 x8"],
    ["synthetic/lspci_vv_cx3_gen1x8_limited.txt", "0000:03:00.0", "Slot runs PCIe gen1 x8, the card can PCIe gen3 x8"],
    ["synthetic/lspci_vv_cx3_gen3x2_limited.txt", "0000:03:00.0", "Slot runs PCIe gen3 x2, the card can PCIe gen3 x8"],
    ["synthetic/sysfs_pci_limited.txt", "mlx4_0", "PCIe gen2 x4"],
  ])("tells which slot is slow, and by what: %s", (path, subject, words) => {
    expect(saved(path).problems).toMatchObject([
      { code: "slot.slow", severity: "warning", subject, evidence: { text: expect.stringContaining(words) } },
    ]);
  });

  it("tells what an older slot carries, and that as no fault, whichever tool says it", () => {
    const lspci = [
      "00:03.0 PCI bridge: Intel Corporation 5520 I/O Hub PCI Express Root Port 3",
      "\tBus: primary=00, secondary=03, subordinate=03, sec-latency=0",
      "\t\tLnkCap:\tPort #0, Speed 5GT/s, Width x8, ASPM L0s L1",
      "03:00.0 Network controller: Mellanox Technologies MT27500 Family [ConnectX-3]",
      "\t\tLnkCap:\tPort #8, Speed 8GT/s, Width x8, ASPM L0s",
      "\t\tLnkSta:\tSpeed 5GT/s (downgraded), Width x8",
      "",
    ].join("\n");
    const kernel =
      "mlx4_core 0000:03:00.0: 32.000 Gb/s available PCIe bandwidth, limited by 5.0 GT/s PCIe x8 link at 0000:00:03.0 (capable of 63.008 Gb/s with 8.0 GT/s PCIe x8 link)\n";
    const found = readSaved([
      { source: "lspci", text: lspci },
      { source: "dmesg", text: kernel },
    ]).problems;
    const about = { code: "slot.limits", severity: "info", subject: "0000:03:00.0" };
    expect(found).toEqual([
      {
        ...about,
        evidence: { source: "lspci", line: 4, text: "carries at most 32 Gb/s; the card can PCIe gen3 x8" },
      },
      { ...about, evidence: { source: "dmesg", line: 1, text: "32 Gb/s, limited by PCIe gen2 x8 at 0000:00:03.0" } },
    ]);
  });
  it("finds nothing wrong with a full slot", () => {
    expect(saved("synthetic/lspci_vv_cx3_gen3x8_full.txt").problems).toEqual([]);
  });

  it("tells the switch's warning with its line in the file", () => {
    const path = "synthetic/mlnxos_show_interfaces_ib.txt";
    expect(saved(path).problems).toEqual([
      {
        code: "fabric.port-warning",
        severity: "warning",
        subject: "switch port 1/3",
        evidence: { source: path, line: 17, text: "High power transceiver is not supported" },
      },
    ]);
  });

  /** But for far ends that the missing rest would name. */
  const cut = (text: string) =>
    readSaved([{ source: "cut.out", text }]).problems.filter(({ code }) => code !== "fabric.unplaced");

  it("tells an output that was cut off in the middle of a line, with the line", () => {
    const text = fixture("healthy/iblinkinfo.out").slice(0, 700);
    const [line, last] = [text.split("\n").length, text.split("\n").at(-1)];
    expect(cut(text)).toEqual([
      {
        code: "fabric.cut-off",
        severity: "warning",
        subject: "cut.out",
        detail: "The file ends in the middle of a line: it seems cut off.",
        evidence: { source: "cut.out", line, text: last },
      },
    ]);
  });

  it.each([
    ["healthy/iblinkinfo.out", /^CA: node03.*\n/m],
    ["healthy/ibnetdiscover.out", /^devid=.*\n/m],
    ["healthy/ibstat-node01.out", /^\t\tRate:/m],
    ["healthy/ibstat-node01.out", /^\t\tSM lid: .*\n/m],
  ])("tells an output that ends inside a block, once: %s at %s", (path, end) => {
    const text = fixture(path);
    const found = end.exec(text);
    const problems = cut(text.slice(0, (found?.index ?? 0) + (found?.[0].length ?? 0)));
    expect(problems).toMatchObject([
      { code: "fabric.cut-off", severity: "warning", detail: "The file ends inside a block: it seems cut off." },
    ]);
  });

  const head = (path: string, lines: number) => fixture(path).split("\n").slice(0, lines).join("\n");
  const switchName = "MF0;SX6018:SX6018/U1";
  it.each([
    ["healthy/ibnetdiscover.out", 12, 11, "node01 mlx4_0 port 1 and 1 other port, where links lead"],
    ["healthy/ibnetdiscover.out", 15, 11, "node01 mlx4_0 port 1 and 4 other ports, where links lead"],
    ["healthy/ibnetdiscover.out", 22, 11, "node01 mlx4_0 port 1 and 3 other ports, where links lead"],
    ["healthy/iblinkinfo-line.out", 6, 1, `${switchName} port 5 and 2 other ports, where links lead`],
    ["healthy/iblinkinfo-line.out", 8, 1, `${switchName} port 5, where a link leads`],
    ["healthy/iblinkinfo.out", 12, 2, `${switchName} port 5 and 1 other port, where links lead`],
  ])("tells an output that ends at a line's end, by where its links lead: %s, %i lines", (path, lines, line, ports) => {
    expect(cut(`${head(path, lines)}\n`)).toMatchObject([
      {
        code: "fabric.cut-off",
        severity: "warning",
        detail: `No line tells of ${ports}: it seems cut off, or tells of a part of the fabric only.`,
        evidence: { line },
      },
    ]);
  });

  it("tells an ibnetdiscover that ends inside its last line, before the rate, once", () => {
    const text = fixture("healthy/ibnetdiscover.out");
    for (const end of [
      text.lastIndexOf("4xFDR"),
      text.lastIndexOf("4xFDR") + 4,
      text.lastIndexOf(" lmc 0"),
      text.length / 2,
    ]) {
      expect([end, cut(text.slice(0, end).trimEnd()).map(({ code }) => code)]).toEqual([end, ["fabric.cut-off"]]);
    }
  });

  it.each([
    "healthy/iblinkinfo-cas.out",
    "healthy/iblinkinfo-line-sw.out",
    "healthy/iblinkinfo-down.out",
    "diff/iblinkinfo-moved.out",
    "diff/ibnetdiscover-moved.out",
  ])("takes %s, which tells of a part of the fabric by request, for whole", (path) => {
    expect(cut(fixture(path))).toEqual([]);
  });

  it("takes no whole output for cut off, with and without the last line's end", () => {
    for (const path of [
      "iblinkinfo",
      "iblinkinfo-line",
      "ibnetdiscover",
      "ibstat-node01",
      "ibstat-s",
      "ibnetdiscover-p",
    ]) {
      const text = fixture(`healthy/${path}.out`);
      expect([path, cut(text), cut(text.trimEnd())]).toEqual([path, [], []]);
    }
  });

  it.each(["healthy/iblinkinfo.out", "healthy/iblinkinfo-line.out", "healthy/ibnetdiscover.out"])(
    "reads %s before and behind any stretch of other lines, which are told as one but for the first",
    (path) => {
      const text = fixture(path);
      const { problems, ...fabric } = readSaved([{ source: "session.log", text: text + log.repeat(1000) + text }]);
      const { problems: none, ...alone } = readSaved([{ source: "session.log", text }]);
      expect([fabric, none]).toEqual([alone, []]);
      expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["fabric.unread-line"]));
      expect(problems.length).toBeLessThan(20);
      expect(problems.at(-1)?.detail).toMatch(/^[78]9\d\d more lines before this one were not understood\.$/);
    },
  );

  it.each([
    ["iblinkinfo", "==( nothing\n"],
    ["ibnetdiscover", "[1] nothing\n"],
  ])("says that too many lines of an %s could not be read, and not that it names too much", (tool, line) => {
    const { problems } = readSaved([
      { source: "damaged.out", text: fixture(`healthy/${tool}.out`) + line.repeat(3000) },
    ]);
    expect(problems.filter(({ code }) => code === "fabric.too-large")).toMatchObject([
      {
        severity: "error",
        detail: "More than 2000 lines look like the tool's own and cannot be read; nothing was read from this line on.",
      },
    ]);
  });

  it("says what it could not recognise", () => {
    expect(readSaved([{ source: "notes.txt", text: "\nremember the milk\n" }])).toEqual({
      nodes: [],
      links: [],
      problems: [
        {
          code: "fabric.unrecognised-file",
          severity: "info",
          subject: "notes.txt",
          evidence: { source: "notes.txt", line: 1, text: "remember the milk" },
        },
      ],
    });
  });
});
