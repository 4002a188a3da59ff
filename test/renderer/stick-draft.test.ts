import { expect, test } from "vitest";
import { stickLayoutSchema } from "../../electron/contract/logs/stick-layout.ts";
import { bytesOf, draftOf, layoutOf } from "../../renderer/logs/stick-draft.ts";

const layout = stickLayoutSchema.parse({
  id: "ours",
  title: "Ours",
  note: "Measured",
  imageBytes: 32 * 2 ** 20,
  partitions: [{ type: 0xef, firstSector: 8, sectors: 32 }],
  tables: ["0".repeat(128)],
  markers: ["MARK"],
  version: { offsetBytes: 0x500000, lengthBytes: 0x100000, word: "version" },
  log: { offsetBytes: 0xc00000, lengthBytes: 0x1400000 },
});
const draft = draftOf(layout);

test.each([
  ["0x200", 512],
  ["20971520", 20971520],
  ["20 MiB", 20971520],
  ["1GiB", 2 ** 30],
  ["5 B", 5],
  ["", Number.NaN],
  ["12 MB", Number.NaN],
  ["-5", Number.NaN],
  ["0x", Number.NaN],
])("%s is read as %d bytes", (typed, bytes) => {
  expect(bytesOf(typed)).toBe(bytes);
});

test("what is typed is the layout, with what has no field", () => {
  expect(layoutOf(draft, layout)).toEqual({ layout });
  expect(layoutOf({ ...draft, logOffset: "11 MiB" }, layout)).toEqual({
    layout: { ...layout, log: { ...layout.log, offsetBytes: 11 * 2 ** 20 } },
  });
  expect(layoutOf({ ...draft, partitions: "0xef 64 256" }, layout)).toMatchObject({ layout: { tables: [] } });
});

test.each([
  ["logOffset", "12 MB", "A number of bytes: 0x500000, 5242880 or 5 MiB"],
  ["versionOffset", "513", "Whole sectors: a multiple of 512"],
  ["logLength", "21 MiB", "It reaches beyond the whole image"],
  ["id", "Ours!", "Small letters, digits, dots and dashes"],
  ["partitions", "0xef 8", "In each line: type, first sector, number of sectors. One to four lines."],
  ["markers", "ab", "A marker has 4 to 80 letters, and there are at most 16."],
] as const)("%s: %s is told where it stands", (field, typed, error) => {
  expect(layoutOf({ ...draft, [field]: typed }, layout)).toEqual({ errors: { [field]: error } });
});
