/** What a boot stick looks like: by the documented layout, by others that an admin wrote, and by any bytes at all. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StickLayout } from "../../electron/contract/logs/stick-layout.ts";
import { bestOf, compareWith, headBytes } from "../../electron/sticks/layout.ts";
import { loadStickLayouts, ownLayoutsFile } from "../../electron/sticks/layouts.node.ts";
import { printableStrings } from "../../electron/sticks/printable.ts";
import { headOf, type ImageParts, imageBytes, tables, versionRegion } from "./image.ts";

const nowhere = join(tmpdir(), "halfrack-no-such-profile");
const [layout] = (await loadStickLayouts(nowhere)).layouts as [StickLayout];
const mebibyte = 1024 * 1024;

const compared = (parts: ImageParts = {}, sizeBytes = imageBytes) =>
  compareWith(layout, { sizeBytes, head: headOf(parts), version: versionRegion(parts) });

describe("the documented layout", () => {
  test.each(["aFirst", "bFirst"] as const)("is recognised with its partitions in the order %s", (order) => {
    expect(compared({ table: tables[order] })).toEqual({
      layout: "scalemp-10.0",
      verdict: "matches",
      reasons: [
        "Its partition table is a known one, byte for byte.",
        "The marker ScaleMP_MaGiC is near its beginning.",
        "A version's text is at 5 MiB.",
      ],
      version: "vSMP Foundation version 10.0.1595.57",
      strings: ["ScaleMP_MaGiC", "binary", "vSMP Foundation version 10.0.1595.57"],
      ranges: [
        { range: "version", offsetBytes: 5 * mebibyte, lengthBytes: mebibyte },
        { range: "log", offsetBytes: 12 * mebibyte, lengthBytes: 20 * mebibyte },
      ],
    });
  });

  test("is recognised on a stick larger than its image, and with other bytes where its table holds cylinders", () => {
    expect(compared({}, 8 * 1024 * mebibyte).verdict).toBe("matches");
    const cylinders = tables.aFirst.replace("001400ef001400", "ffffffef000000");
    expect(compared({ table: cylinders })).toMatchObject({
      verdict: "matches",
      reasons: expect.arrayContaining(["Its partitions are where the layout says; other bytes of the table differ."]),
    });
  });

  test.each<[string, ImageParts, number]>([
    ["no marker", { marker: "" }, imageBytes],
    ["another marker", { marker: "ScaleMP_ClDeW" }, imageBytes],
    ["no version", { version: "nothing" }, imageBytes],
    ["another table", { table: "80001400ef0014000800000021000000" }, imageBytes],
    ["a partition more", { table: `${tables.aFirst}80000a00ef000a004100000000010000` }, imageBytes],
    ["an inactive partition", { table: tables.aFirst.replace(/^80/, "00") }, imageBytes],
    ["a disk that is too small", {}, imageBytes - 512],
  ])("with %s it is only partly it, and the whole is offered", (_what, parts, sizeBytes) => {
    expect(compared(parts, sizeBytes)).toMatchObject({
      verdict: "partly",
      ranges: [{ range: "whole", offsetBytes: 0, lengthBytes: Math.min(sizeBytes, imageBytes) }],
    });
  });

  test("the second marker does as well as the first", () => {
    expect(compared({ marker: "ScaleMP_ClDeV" }).verdict).toBe("matches");
  });

  test("a disk of another kind is not it: the whole is offered, and why is told", () => {
    const fat = compared({ table: "80010100 0bfe3f0a 3f000000 cc170200".replaceAll(" ", ""), marker: "", version: "" });
    expect(fat).toMatchObject({ verdict: "not", version: null, ranges: [{ range: "whole" }] });
    expect(fat.reasons[0]).toBe("Its partitions are others: type 0xb, 137164 sectors at 63.");
  });

  test("any bytes at all give a verdict, and only ranges that lie on the disk", () => {
    const bytes = fc.uint8Array({ maxLength: 2048 });
    const size = fc.integer({ min: 0, max: 64 * mebibyte });
    fc.assert(
      fc.property(bytes, fc.option(bytes), size, (head, version, sizeBytes) => {
        const found = compareWith(layout, { sizeBytes, head, version });
        expect(found.reasons.length).toBeGreaterThan(0);
        for (const { offsetBytes, lengthBytes } of found.ranges) {
          expect(lengthBytes).toBeGreaterThan(0);
          expect(offsetBytes + lengthBytes).toBeLessThanOrEqual(sizeBytes);
        }
        for (const text of found.strings) expect(text).toMatch(/^[\x20-\x7e]{5,200}$/);
      }),
    );
  });
});

test("printable strings are the first, no longer than a line, and none that is too short", () => {
  const bytes = Buffer.from(`ab\0abcd\0abcde\x1b[31m red\0${"x".repeat(300)}\0last one`);
  expect(printableStrings([bytes], 4)).toEqual(["abcde", "[31m red", "x".repeat(200), "last one"]);
  expect(printableStrings([bytes], 1)).toEqual(["abcde"]);
  expect(printableStrings([new Uint8Array(), bytes], 9, (line) => line.startsWith("last"))).toEqual(["last one"]);
});

describe("profiles as data", () => {
  test("the admin's own come first, take the place of the shipped one by id, and a wrong one is told without harm", async () => {
    const profile = await mkdtemp(join(tmpdir(), "halfrack-sticks-"));
    const own = (id: string, log: string) => `
  - id: ${id}
    title: Own
    note: Seen on our sticks.
    imageBytes: 0x2000000
    partitions: [{ type: 0xef, firstSector: 8, sectors: 32 }]
    version: { offsetBytes: 0x500000, lengthBytes: 0x100000, word: version }
    log: ${log}`;
    const good = "{ offsetBytes: 0x600000, lengthBytes: 0x200000 }";
    await writeFile(
      ownLayoutsFile(profile),
      `halfrack: 1\nlayouts:${own("lab-5.5", good)}${own("odd", "{ offsetBytes: 7, lengthBytes: 512 }")}${own("scalemp-10.0", good)}\n`,
    );
    const { layouts, problems } = await loadStickLayouts(profile);
    expect(layouts.map(({ id, log }) => [id, log.offsetBytes])).toEqual([
      ["lab-5.5", 0x600000],
      ["scalemp-10.0", 0x600000],
    ]);
    expect(problems).toEqual([expect.stringMatching(/^layouts\[1\]: .*multiple of 512/s)]);
    await writeFile(ownLayoutsFile(profile), "halfrack: 1\nlayouts: [");
    const broken = await loadStickLayouts(profile);
    expect(broken.layouts).toEqual([layout]);
    expect(broken.problems).toHaveLength(1);
    await rm(profile, { recursive: true });
  });

  test("of several the one that speaks most for a stick is taken", () => {
    const other: StickLayout = {
      ...layout,
      id: "other",
      markers: ["Nothing"],
      tables: [],
      version: { ...layout.version, word: "none" },
    };
    const bytes = { sizeBytes: imageBytes, head: headOf(), version: versionRegion() };
    expect(bestOf([other, layout].map((one) => compareWith(one, bytes)))?.layout).toBe("scalemp-10.0");
    expect(bestOf([])).toBeNull();
    expect(headBytes(layout)).toBe(64 * 1024);
  });
});
