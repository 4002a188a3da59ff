import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Lab, labSchema } from "../../electron/contract/lab.ts";
import { type DocumentRequest, labelGridSchema } from "../../electron/contract/sheet.ts";
import { documentOf, missingNote } from "../../electron/sheet/document.ts";
import { isBundled, isMissing, measure } from "../../electron/sheet/fonts.node.ts";
import { type Page, type TextItem, wrap } from "../../electron/sheet/page.ts";
import { pdfOf } from "../../electron/sheet/pdf.node.ts";
import { type SeenCable, type SeenFabric, sheetOf } from "../../electron/sheet/rows.ts";
import { svgOf } from "../../electron/sheet/svg.ts";
import { findCommand } from "../lab/packages.ts";
import { hostile, hostileNames, labState, madeAt, practice, unseen } from "./lab.ts";

const request: DocumentRequest = {
  kind: "sheet",
  content: "plan",
  paper: "a4",
  orientation: "portrait",
  elevation: true,
  observe: false,
};
const made = (lab: Lab, options: Partial<DocumentRequest> = {}, fabric: SeenFabric = unseen) => {
  const all = { ...request, ...options };
  const sheet = sheetOf({ lab: labState(lab), fabric, content: all.content, madeAt, madeBy: "root" });
  return documentOf(sheet, labState(lab), all, measure);
};
const texts = (pages: readonly Page[]) =>
  pages.map(({ items }) => items.filter((item): item is TextItem => item.kind === "text"));
const words = (pages: readonly Page[]) =>
  texts(pages)
    .flat()
    .map(({ text }) => text)
    .join(" ");

/** A lab of `count` cables between two tall racks. */
const large = (count: number): Lab =>
  labSchema.parse({
    halfrack: 1,
    name: "Large",
    racks: [
      { name: "r1", units: 42 },
      { name: "r2", units: 42 },
    ],
    devices: [
      ...Array.from({ length: Math.ceil(count / 18) }, (_, n) => ({
        name: `sw${n + 1}`,
        type: "mellanox-sx6018",
        rack: "r2",
        unit: n + 1,
      })),
      ...Array.from({ length: count }, (_, n) => ({
        name: `node${n + 1}`,
        type: "generic-desktop",
        hcas: [{ name: "mlx4_0" }],
      })),
    ],
    cables: Array.from({ length: count }, (_, n) => ({
      from: { device: `node${n + 1}`, port: "mlx4_0/1" },
      to: { device: `sw${Math.floor(n / 18) + 1}`, port: String((n % 18) + 1) },
    })),
  });

describe("the sheet", () => {
  test("head, rows, what is open, and page numbers", () => {
    const { pages, title } = made(practice);
    expect(title).toBe("Cabling sheet, Practice lab (the cube)");
    expect(pages).toHaveLength(1);
    const all = words(pages);
    for (const part of [
      "Practice lab (the cube)",
      "Cabling sheet: the plan",
      "by root from /labs/lab.yaml.",
      "IB-3",
      "mlx4_0/1",
      "port 3",
      "4X FDR",
      "sw1: no cable planned for 6\u201318.",
      "Page 1 of 1",
    ]) {
      expect(all).toContain(part);
    }
  });

  test("states in words, with what to do and the time where it is another one", () => {
    const cable = (
      n: number,
      state: SeenCable["state"],
      at: number,
      difference: SeenCable["difference"] = "as-planned",
    ) => ({
      planned: n - 1,
      a: { device: `node${n}`, port: "mlx4_0/1" },
      b: { device: "sw1", port: String(n) },
      state,
      difference,
      width: null,
      speed: null,
      reason: `reason ${n}`,
      observedAt: at,
    });
    const swapped = { ...cable(9, "unexpected", madeAt, "swapped"), planned: null };
    const cables = [cable(1, "healthy", madeAt), cable(2, "absent", madeAt - 3_600_000), swapped];
    const { pages } = made(practice, { content: "state" }, { cables, observedAt: madeAt });
    const all = words(pages);
    expect(all).toMatch(/As planned reason 1 .*Absent reason 2 seen 2026-01-0\d \d\d:04/);
    expect(all.match(/not observed/g)).toHaveLength(3);
    // As the window says it.
    expect(all).toContain("Swapped reason 9");
    const differences = words(made(practice, { content: "differences" }, { cables, observedAt: madeAt }).pages);
    expect(differences).toContain("reason 2");
    expect(differences).not.toContain("reason 1");
    expect(words(made(practice, { content: "differences" }).pages)).toContain("No cable is known to differ");
  });

  test("nothing leaves the paper, and no cell runs into the next", () => {
    for (const lab of [practice, hostile, large(60)]) {
      for (const options of [
        {},
        { orientation: "landscape" },
        { content: "state" },
        { paper: "letter" },
        { kind: "labels" },
      ] as const) {
        for (const { items, widthMm, heightMm } of made(lab, options).pages) {
          for (const item of items) {
            if (item.kind !== "text") continue;
            const left = item.x - { start: 0, middle: 0.5, end: 1 }[item.anchor] * item.widthMm;
            expect(left).toBeGreaterThanOrEqual(0);
            expect(left + item.widthMm).toBeLessThanOrEqual(widthMm);
            expect(item.y).toBeLessThanOrEqual(heightMm - 2);
          }
          expect(overlaps(items.filter((item): item is TextItem => item.kind === "text"))).toEqual([]);
        }
      }
    }
  });

  test("300 cables: every one once, the head on every page", () => {
    const { pages } = made(large(300), { elevation: false });
    expect(pages.length).toBeGreaterThan(8);
    const rows = texts(pages)
      .flat()
      .filter(({ style, text }) => style === "bold" && /^node\d+$/.test(text));
    expect(new Set(rows.map(({ text }) => text)).size).toBe(300);
    expect(rows).toHaveLength(300);
    for (const [index, page] of texts(pages).entries()) {
      const told = page.map(({ text }) => text);
      expect(told).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(told).toContain("Large");
    }
  });

  test("what was shortened stands whole at the end", () => {
    const all = words(made(hostile, { content: "state" }).pages);
    expect(all).toContain("Texts that were too long for the table");
    expect(all.replaceAll(" ", "")).toContain("W".repeat(64));
    expect(all.replaceAll(" ", "")).toContain(hostileNames.long);
    expect(all).toContain("\\u{202e}evil");
  });
});

/** Pairs of texts of which one is drawn over the other. */
function overlaps(items: readonly TextItem[]): string[] {
  const boxes = items.map(({ text, x, y, widthMm, anchor, sizePt }) => {
    const left = x - { start: 0, middle: 0.5, end: 1 }[anchor] * widthMm;
    return { text, left, right: left + widthMm, top: y - sizePt * 0.26, bottom: y };
  });
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (b) => a.left < b.right - 0.01 && b.left < a.right - 0.01 && a.top < b.bottom - 0.01 && b.top < a.bottom - 0.01,
      )
      .map((b) => `${a.text} over ${b.text}`),
  );
}

describe("labels", () => {
  test("two for each cable, the near end first, on both halves", () => {
    const { pages, notes } = made(practice, { kind: "labels" });
    const told = texts(pages)
      .flat()
      .map(({ text }) => text);
    expect(pages).toHaveLength(1);
    expect(told.filter((text) => text === "IB-3")).toHaveLength(4);
    expect(told.join(" ")).toContain("IB-3 node3 mlx4_0/1 -> sw1 p3 IB-3 node3 mlx4_0/1 -> sw1 p3");
    expect(told.join(" ")).toContain("IB-3 sw1 p3 -> node3 mlx4_0/1 IB-3 sw1 p3 -> node3 mlx4_0/1");
    expect(notes).toEqual([]);
  });

  test("a grid of one's own; one that leaves the paper is refused; small labels say what they shorten", () => {
    const small = labelGridSchema.parse({ columns: 2, rows: 2, widthMm: 30, heightMm: 12, leftMm: 5, topMm: 5 });
    const { pages } = made(practice, { kind: "labels", grid: small });
    expect(pages).toHaveLength(3);
    expect(made(hostile, { kind: "labels", grid: small }).notes[0]).toMatch(
      /^\d labels are too small for their whole text/,
    );
    const wide = { ...small, columns: 8 };
    expect(() => made(practice, { kind: "labels", grid: wide })).toThrow(/larger than 210 x 297 mm/);
  });

  test("a lab without cables gives one empty page", () => {
    expect(made({ ...practice, cables: [] }, { kind: "labels" }).pages).toHaveLength(1);
  });
});

test("lines are never wider than asked, and lose nothing but what the ellipsis tells", () => {
  const width = (text: string) => [...text].length;
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.integer({ min: 3, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      (text, most, lines) => {
        const single = text.replaceAll(/\s+/g, " ").trim();
        const wrapped = wrap(single, width, most, lines);
        expect(wrapped.lines.length).toBeLessThanOrEqual(lines);
        if (!wrapped.cut) expect(wrapped.lines.join("").replaceAll(" ", "")).toBe(single.replaceAll(" ", ""));
        else expect(wrapped.lines.at(-1)).toMatch(/\u2026$/);
      },
    ),
  );
});

const lint = findCommand("xmllint");
const reader = findCommand("pdftotext");
let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-sheet-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe("SVG", () => {
  test.skipIf(lint === null)(
    `is well-formed whatever a name holds${lint ? "" : " (missing Debian package: libxml2-utils)"}`,
    async () => {
      for (const kind of ["sheet", "labels"] as const) {
        const { pages, title } = made(hostile, { kind, content: "state" });
        for (const some of [...pages.map((page) => [page]), [...pages, ...pages]]) {
          const svg = svgOf(some, title, isBundled);
          const path = join(dir, "page.svg");
          await writeFile(path, svg);
          const { status, stderr } = spawnSync(lint ?? "", ["--noout", "--nonet", path], { encoding: "utf8" });
          expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
          expect(svg).not.toContain("<script");
          expect(svg).not.toMatch(/\son\w+=/);
        }
      }
    },
  );

  test("holds nothing but text and paths, in millimetres", () => {
    const { pages, title } = made(practice);
    const svg = svgOf(pages.slice(0, 1), title, isBundled);
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="210mm" height="297mm" viewBox="0 0 210 297"/,
    );
    expect(new Set(svg.match(/<[a-z]+/g))).toEqual(new Set(["<svg", "<title", "<rect", "<path", "<text"]));
  });
});

describe.skipIf(reader === null)(
  `PDF, read by poppler${reader ? "" : " (missing Debian package: poppler-utils)"}`,
  () => {
    const read = async (pages: readonly Page[], title: string) => {
      const path = join(dir, "sheet.pdf");
      await writeFile(path, await pdfOf(pages, title, madeAt));
      const run = (command: string, args: string[]) => {
        const { status, stdout, stderr } = spawnSync(findCommand(command) ?? "", args, { encoding: "utf8" });
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        return stdout;
      };
      return {
        text: run("pdftotext", ["-layout", path, "-"]),
        info: run("pdfinfo", [path]),
        fonts: run("pdffonts", [path]),
      };
    };

    test("its text can be found, its fonts are embedded, its size is the paper's", async () => {
      const { pages, title } = made(practice);
      const { text, info, fonts } = await read(pages, title);
      expect(text).toMatch(/3 +IB-3 +node3 +mlx4_0\/1 +sw1 +port 3 +4X FDR/);
      expect(text).toContain("sw1: no cable planned for 6\u201318.");
      expect(info).toMatch(/Title: +Cabling sheet, Practice lab \(the cube\)/);
      expect(info).toMatch(/Pages: +1\n/);
      expect(info).toContain("(A4)");
      const embedded = fonts.split("\n").slice(2).filter(Boolean);
      expect(embedded.length).toBeGreaterThanOrEqual(3);
      for (const font of embedded) expect(font).toMatch(/\+(Inter|JetBrains).* yes yes yes /);
    });

    test("hostile names come out as they are, or as the codes of what no font holds", async () => {
      const { pages, title } = made(hostile, { paper: "letter", orientation: "landscape" });
      const { text, info } = await read(pages, title);
      expect(text).toContain('a "b", <c>&amp;');
      expect(text).toContain("=HYPERLINK(0)");
      if (!isMissing("\u05de", "bold")) expect(text).toContain(hostileNames.rightToLeft);
      expect(info).toMatch(/Page size: +792 x 612 pts \(letter\)/);
      const note = missingNote(pages, isMissing);
      if (isMissing("\u5bb6", "sans")) {
        expect(text).toContain("[U+5BB6]");
        expect(note).toMatch(/^No font on this machine holds one character/);
      } else expect(note).toBeNull();
    });

    test("the same sheet gives the same file", async () => {
      const { pages, title } = made(practice);
      const path = join(dir, "a.pdf");
      await writeFile(path, await pdfOf(pages, title, madeAt));
      expect((await pdfOf(pages, title, madeAt)).equals(await readFile(path))).toBe(true);
    });
  },
);
