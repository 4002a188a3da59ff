import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cable, type Lab, labSchema } from "../../electron/contract/lab.ts";
import type { CsvProblem } from "../../electron/contract/sheet.ts";
import { asWritten, labelsCsv, sheetCsv, ufmCsv } from "../../electron/sheet/csv.ts";
import { decode } from "../../electron/sheet/csv-table.ts";
import { previewCsv } from "../../electron/sheet/import-plan.ts";
import { sheetOf } from "../../electron/sheet/rows.ts";
import { hostile, hostileNames, labState, madeAt, practice, unseen } from "./lab.ts";

const sheet = (lab: Lab) => sheetOf({ lab: labState(lab), fabric: unseen, content: "plan", madeAt, madeBy: "" });
const kinds = { infiniband: () => true, switch: ({ device }: { device: string }) => device.startsWith("sw") };
const preview = (text: string, lab = practice) => previewCsv(text, labState(lab));
const bare = (lab: Lab): Lab => ({ ...lab, cables: [] });
/** The lab's cables after every change is taken. */
const imported = (text: string, lab: Lab): readonly Cable[] => {
  const { changes } = preview(text, lab);
  const removed = new Set(changes.flatMap(({ removes }) => removes));
  return [...lab.cables.filter((cable) => !removed.has(cable)), ...changes.flatMap(({ adds }) => adds)];
};
const facts = (cables: readonly Cable[]) =>
  cables
    .map(({ from, to, label, width, speed }) => {
      const ends = [from, to].map(({ device, port }) => JSON.stringify([device, port])).toSorted();
      return JSON.stringify([...ends, label || null, width ?? null, speed ?? null]);
    })
    .toSorted();

describe("writing", () => {
  test("own columns", () => {
    const [header, first] = sheetCsv(sheet(practice)).split("\r\n");
    expect(header).toBe(
      "Number,Label,From rack,From unit,From device,From port,To rack,To unit,To device,To port,Width,Speed,State,What to do,Observed at",
    );
    expect(first).toMatch(/^1,IB-\d,cube,\d+,node\d,mlx4_0\/1,cube,\d+,sw1,\d,4X,FDR,,,$/);
  });

  test("UFM's plan columns, as its manual names them and as its plugin's reader asks for them", () => {
    const ufm = ufmCsv(sheet(practice), kinds, "ufm").text.split("\r\n");
    expect([ufm[0], ...ufm.slice(1).toSorted()]).toEqual([
      "Start device,Start port,End device,End port,Link type",
      "",
      ...[1, 2, 3, 4, 5].map((n) => `node${n},mlx4_0/1,sw1,Port ${n},Data`),
    ]);
    const ndt = ufmCsv(sheet(practice), kinds, "ndt").text.split("\r\n");
    expect([ndt[0], ...ndt.slice(1).toSorted()]).toEqual([
      "#StartDevice,StartPort,EndDevice,EndPort,LinkType",
      "",
      ...[1, 2, 3, 4, 5].map((n) => `node${n} mlx4_0,Port 1,sw1,Port ${n},Data`),
    ]);
  });

  test("cables that are not InfiniBand are left out for UFM, and counted", () => {
    const none = ufmCsv(sheet(practice), { ...kinds, infiniband: ({ device }) => device !== "node1" }, "ufm");
    expect(none.leftOut).toBe(1);
    expect(none.text).not.toContain("node1");
  });

  test("labels: both ends of each cable, the near one first", () => {
    const lines = labelsCsv(sheet(practice)).split("\r\n");
    expect(lines[0]).toBe("Cable,Near end,Far end,Text");
    expect(lines).toContain("IB-3,node3 mlx4_0/1,sw1 p3,IB-3  node3 mlx4_0/1 -> sw1 p3");
    expect(lines).toContain("IB-3,sw1 p3,node3 mlx4_0/1,IB-3  sw1 p3 -> node3 mlx4_0/1");
    expect(lines).toHaveLength(12);
  });

  test("no cell begins as a formula does", () => {
    const text = [sheetCsv(sheet(hostile)), labelsCsv(sheet(hostile)), ufmCsv(sheet(hostile), kinds, "ndt").text].join(
      "",
    );
    expect(text).toContain(`,'=HYPERLINK(0),'-1+1/1,`);
    expect(text).not.toMatch(/(^|,"?|\n"?)[=+@\t-]/);
  });
});

describe("reading back", () => {
  test("what was written is what is planned", () => {
    for (const lab of [practice, hostile]) {
      expect(preview(sheetCsv(sheet(lab)), lab)).toEqual({
        format: "sheet",
        separator: ",",
        rows: lab.cables.length,
        same: lab.cables.length,
        changes: [],
        problems: [],
      });
      expect(facts(imported(sheetCsv(sheet(lab)), bare(lab)))).toEqual(facts(lab.cables));
    }
    for (const form of ["ufm", "ndt"] as const) {
      const { text } = ufmCsv(sheet(practice), kinds, form);
      expect(preview(text)).toMatchObject({ format: "ufm", rows: 5, same: 5, changes: [], problems: [] });
    }
  });

  test("any labels, names, widths and speeds", () => {
    // A file with NUL is taken for no text at all.
    const awkward = fc.string({ unit: "grapheme", maxLength: 20 });
    const label = fc
      .oneof(
        awkward,
        fc.array(fc.constantFrom("'", "=", "+", "-", "@", '"', ",", ";", "\t", "\n", "\r", " ", "a"), { maxLength: 8 }),
      )
      .map((text) => (typeof text === "string" ? text : text.join("")).replaceAll("\0", ""))
      .filter((text) => text.isWellFormed() && text.length <= 64);
    const cable = fc.record({
      label: fc.option(label, { nil: undefined }),
      width: fc.constantFrom("1X", "4X", undefined),
      speed: fc.constantFrom("QDR", "FDR10", undefined),
    });
    fc.assert(
      fc.property(fc.array(cable, { minLength: 1, maxLength: 5 }), (drawn) => {
        const cables = drawn.map((each, index) => ({ ...practice.cables[index], ...each }));
        const lab = labSchema.parse({ ...practice, cables });
        expect(preview(sheetCsv(sheet(lab)), lab)).toMatchObject({ same: cables.length, changes: [], problems: [] });
        expect(facts(imported(sheetCsv(sheet(lab)), bare(lab)))).toEqual(facts(lab.cables));
      }),
    );
  });

  test("any text is read without a throw, with every problem in a line of it", () => {
    const pieces = fc.constantFrom(
      "From device",
      "From port",
      "To device",
      "To port",
      ",",
      ";",
      "\t",
      '"',
      "\n",
      "\r\n",
      "node1",
      "sw1",
      "1",
      "mlx4_0/1",
      "Start device",
      "x",
      "=",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (text) => {
          const { problems, changes } = preview(text);
          const lines = text.split(/\r\n|\r|\n/).length;
          for (const { line } of problems) expect(line).toBeLessThanOrEqual(lines);
          for (const { line } of changes) expect(line).toBeLessThanOrEqual(lines);
        },
      ),
    );
  });

  test.each([
    ["a;=HYPERLINK(0)", "a;'=HYPERLINK(0)"],
    ["a\t-1", "a\t'-1"],
    ["x;'=y", "x;''=y"],
    ["a; =b -c", "a; =b -c"],
    ["\t\t=", "'\t'\t'="],
  ])("%j begins no formula where a spreadsheet splits at semicolons", (label, written) => {
    const cables = practice.cables.map((cable) => ({ ...cable, label }));
    expect(sheetCsv(sheet({ ...practice, cables }))).toContain(`,${written},`);
    expect(asWritten(written)).toBe(label);
  });

  test("a quote before a formula is taken away once", () => {
    expect(["'=1", "''=1", "'", "'a", "=1", "'@", "''"].map(asWritten)).toEqual([
      "=1",
      "'=1",
      "'",
      "'a",
      "=1",
      "@",
      "''",
    ]);
  });
});

describe("what an import would change", () => {
  const header = "From device,From port,To device,To port,Label,Width,Speed";

  test("a cable added, one moved, one relabelled, and those the file does not name", () => {
    const cables = practice.cables.slice(0, 4);
    const lab = { ...practice, cables };
    const text = [
      header,
      "node1,mlx4_0/1,sw1,1,IB-1,4X,FDR", // as it is
      "sw1,2,node2,mlx4_0/1,new label,4x,fdr", // the other way round, relabelled
      "node3,mlx4_0/1,sw1,9,IB-3,4X,FDR", // moved
      "node5,mlx4_0/1,sw1,5,,,", // added
    ].join("\n");
    const [, second, third, fourth] = cables;
    expect(preview(text, lab)).toEqual({
      format: "sheet",
      separator: ",",
      rows: 4,
      same: 1,
      changes: [
        {
          id: "change 3",
          kind: "change",
          line: 3,
          words: "node2 mlx4_0/1 to sw1 port 2: 4X FDR, label IB-2 becomes 4X FDR, label new label",
          removes: [second],
          adds: [{ ...second, label: "new label" }],
          heir: second,
        },
        {
          id: "replace 4",
          kind: "replace",
          line: 4,
          words: "node3 mlx4_0/1 to sw1 port 9, 4X FDR, label IB-3, instead of node3 mlx4_0/1 to sw1 port 3",
          removes: [third],
          adds: [{ from: third?.from, to: { device: "sw1", port: "9" }, label: "IB-3", width: "4X", speed: "FDR" }],
          heir: third,
        },
        {
          id: "add 5",
          kind: "add",
          line: 5,
          words: "node5 mlx4_0/1 to sw1 port 5, no label, width or speed",
          removes: [],
          adds: [{ from: { device: "node5", port: "mlx4_0/1" }, to: { device: "sw1", port: "5" } }],
          heir: null,
        },
        {
          id: "remove node4 mlx4_0/1 to sw1 port 4",
          kind: "remove",
          line: 0,
          words: "node4 mlx4_0/1 to sw1 port 4, 4X FDR, label IB-4: the file does not name it",
          removes: [fourth],
          adds: [],
          heir: null,
        },
      ],
      problems: [],
    });
  });

  test("columns that the file does not have leave label, width and speed as planned", () => {
    const text = "#StartDevice,StartPort,EndDevice,EndPort,LinkType\nsw1,Port 1,node1 mlx4_0,Port 1, Data\n";
    expect(preview(text, { ...practice, cables: practice.cables.slice(0, 1) })).toMatchObject({
      same: 1,
      changes: [],
      problems: [],
    });
  });

  test("a moved cable keeps what the file has no columns for", () => {
    const text = "Start device,Start port,End device,End port\nnode1,mlx4_0/1,sw1,Port 9\n";
    expect(preview(text, { ...practice, cables: practice.cables.slice(0, 1) }).changes).toMatchObject([
      { kind: "replace", adds: [{ ...practice.cables[0], to: { device: "sw1", port: "9" } }] },
    ]);
  });

  test("ends as UFM's files spell them", () => {
    const text = [
      "Start Device;Start Port;End Device;End Port;Link Type",
      "node1;node1 mlx4_0/1;sw1;Port 7;Data",
      "node2;Port 1;sw1;8;data",
      "sw1;Port 9;sw1;Port 10;Power",
    ].join("\r\n");
    const { changes, problems, separator } = preview(text, bare(practice));
    expect(separator).toBe(";");
    expect(changes.map(({ words }) => words)).toEqual([
      "node1 mlx4_0/1 to sw1 port 7, no label, width or speed",
      "node2 mlx4_0/1 to sw1 port 8, no label, width or speed",
    ]);
    expect(problems).toEqual([
      { severity: "warning", line: 4, column: 5, message: 'Left out: the link type is "Power", not Data.' },
    ]);
  });

  test("mark, separators, quotes, line feeds in fields, empty lines, Excel's first line", () => {
    const cells = (separator: string, feed: string) =>
      [
        ["Label", "From device", "From port", "To device", "To port"],
        [`"two${feed}lines ""q"" ${separator}"`, "node1", "mlx4_0/1", "sw1", "11"],
        ["", "", "", "", ""],
        ["b", "node2", "mlx4_0/1", "sw1", "99"],
      ]
        .map((row) => row.join(separator))
        .join(feed);
    for (const separator of [",", ";", "\t"]) {
      for (const feed of ["\n", "\r\n"]) {
        for (const before of ["", "sep=;\r\n"]) {
          const bytes = new TextEncoder().encode(`\ufeff${separator === ";" ? before : ""}${cells(separator, feed)}`);
          const decoded = decode(bytes);
          const text = "text" in decoded ? decoded.text : "";
          const { changes, problems } = preview(text, bare(practice));
          expect(changes.map(({ adds }) => adds[0]?.label)).toEqual([`two${feed}lines "q" ${separator}`]);
          const line = separator === ";" && before !== "" ? 6 : 5;
          expect(problems.map((problem) => [problem.line, problem.column])).toEqual([[line, 5]]);
        }
      }
    }
  });

  const wrong = (rows: string): readonly CsvProblem[] => preview(`${header}\n${rows}`).problems;
  const at = (line: number, column: number, message: string) => ({ severity: "error", line, column, message });

  test("errors name line and column", () => {
    expect(
      wrong(
        [
          "nod1,mlx4_0/1,sw1,1,,,",
          "node1,mlx4_9/1,sw1,1,,,",
          "node1,mlx4_0/1,sw1,19,,,",
          "node1,mlx4_0/1,node1,mlx4_0/1,,,",
          "node2,mlx4_0/1,sw1,2,,,",
          "node3,mlx4_0/1,sw1,2,,,",
          "node2,mlx4_0/1,sw1,2,,,",
          "node4,mlx4_0/1,sw1,4,,3X,warp",
          `node5,mlx4_0/1,sw1,5,${"x".repeat(65)},,`,
          "node5",
        ].join("\n"),
      ).map((problem) => ({ ...problem, message: problem.message.replace(/ Its ports: .*/, "") })),
    ).toEqual([
      at(2, 1, 'There is no device "nod1". Did you mean "node1"?'),
      at(3, 2, '"node1" has no port "mlx4_9/1".'),
      at(4, 4, '"sw1" has no port "19".'),
      at(5, 4, "Both ends are the same port."),
      at(7, 4, 'Port "2" of "sw1" stands in line 6 already.'),
      at(8, 2, 'Port "mlx4_0/1" of "node2" stands in line 6 already.'),
      at(8, 4, 'Port "2" of "sw1" stands in line 6 already.'),
      at(9, 6, '"3X" is no width. It is one of 1X, 2X, 4X, 8X, 12X.'),
      at(9, 7, '"warp" is no speed. It is one of SDR, DDR, QDR, FDR10, FDR, EDR, HDR, NDR.'),
      at(10, 5, "The label is longer than 64 characters."),
      at(11, 2, 'The port of "node5" is missing.'),
      at(11, 3, "The device is missing."),
    ]);
  });

  test("lines are counted as an editor does, also where their ends are of two kinds", () => {
    const text = `${header}\r\nx,1,sw1,1,,,\rnode1,mlx4_0/1,sw1,"1\n",,,\r\ny,1,sw1,2,,,\n`;
    expect(preview(text).problems.map(({ line }) => line)).toEqual(expect.arrayContaining([2]));
    expect(preview(`${header}\n"a\r\nb",1,sw1,1,,,\nz,1,sw1,2,,,`).problems.map(({ line }) => line)).toEqual([2, 4]);
  });

  test("with errors in the file, no cable is said to be unnamed", () => {
    expect(preview(`${header}\nnobody,1,sw1,1,,,`).changes).toEqual([]);
  });

  test("missing and doubled columns, an empty file, no cables at all", () => {
    expect(preview("From device,To device\nnode1,sw1").problems).toEqual([
      at(1, 0, "Columns are missing: From port, To port. The first line names the columns."),
    ]);
    expect(preview(`${header},LABEL\n`).problems).toEqual([at(1, 8, 'The column "LABEL" is there twice.')]);
    expect(preview("").problems).toEqual([at(0, 0, "The file is empty.")]);
    expect(preview("hello").problems).toHaveLength(1);
    expect(preview(header).changes.map(({ kind }) => kind)).toEqual(["remove", "remove", "remove", "remove", "remove"]);
  });

  test("a quote that is not closed is told with its line, and nothing is removed by it", () => {
    const { problems, changes } = preview(`${header}\nnode1,mlx4_0/1,sw1,1,"x,4X,FDR\nnode2,mlx4_0/1,sw1,2,,,`);
    expect(problems[0]).toMatchObject({ severity: "error", line: 2 });
    expect(changes.filter(({ kind }) => kind === "remove")).toEqual([]);
  });

  test.each(["not planned", "swapped", "moved", "wrong port"])(
    "what was seen and is %s is not planned by an import",
    (state) => {
      const { changes, problems } = preview(
        `From device,From port,To device,To port,State\nnode1,mlx4_0/1,sw1,12,${state}\n`,
        bare(practice),
      );
      expect(changes).toEqual([]);
      expect(problems).toMatchObject([{ severity: "warning", line: 2, column: 5 }]);
    },
  );

  test("a hostile name comes back from a file by hand", () => {
    const text = `From device,From port,To device,To port\n'${hostileNames.formula},'-1+1/1,${hostileNames.switch},3\n`;
    expect(preview(text, bare(hostile)).changes[0]?.adds[0]?.from).toEqual({ device: "=HYPERLINK(0)", port: "-1+1/1" });
  });
});

describe("bytes", () => {
  test("UTF-8 and UTF-16 with and without a mark", () => {
    expect(decode(new TextEncoder().encode("\ufeffa\u00e4"))).toEqual({ text: "a\u00e4" });
    expect(decode(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0xe4, 0))).toEqual({ text: "a\u00e4" });
    expect(decode(Uint8Array.of(0xfe, 0xff, 0, 0x61, 0, 0xe4))).toEqual({ text: "a\u00e4" });
  });

  test("what is no UTF-8, or no text, is told with its line", () => {
    const latin1 = Uint8Array.from([...Buffer.from("a,b\nc,d\n"), 0xfc, 0x0a]);
    expect(decode(latin1)).toMatchObject({ problem: { line: 3, severity: "error" } });
    expect(decode(Uint8Array.from([...Buffer.from("a\nb"), 0]))).toMatchObject({ problem: { line: 2 } });
  });

  test("any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decode(bytes)));
  });
});
