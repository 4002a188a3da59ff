import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { FaultError } from "../../electron/contract/error.ts";
import type { LabEdit } from "../../electron/contract/lab.ts";
import { maxCsvBytes } from "../../electron/contract/sheet.ts";
import { createLabService, type LabService } from "../../electron/lab/service.ts";
import type { SeenFabric } from "../../electron/sheet/rows.ts";
import { createSheetService, type SheetService } from "../../electron/sheet/service.ts";
import { editsOf } from "../../renderer/sheet/edits.ts";
import { practice, unseen } from "./lab.ts";

let dir = "";
let lab: LabService;
let sheet: SheetService;
let observations = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-sheet-"));
  lab = createLabService({ homeDir: dir });
  observations = 0;
  let seen: SeenFabric = unseen;
  const observe = async () => {
    observations += 1;
    seen = { cables: [], observedAt: 1_700_000_000_000 };
    return seen;
  };
  sheet = createSheetService({ lab: lab.state, fabric: { state: { get: () => seen }, observe }, userName: "root" });
});
afterEach(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const openPractice = async () => {
  const path = join(dir, "lab.yaml");
  await writeFile(path, stringify(practice));
  await lab.open({ path });
};
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "no fault",
    (error: unknown) => (error instanceof FaultError ? error.fault.code : String(error)),
  );
const plan = { content: "plan", observe: false } as const;

test("without a lab there is no sheet, and no CSV is read", async () => {
  expect(await codeOf(sheet.rows(plan))).toBe("sheet.no-lab");
  expect(await codeOf(sheet.csv({ ...plan, format: "ufm" }))).toBe("sheet.no-lab");
  expect(await codeOf(sheet.readCsv({ base64: "" }))).toBe("sheet.no-lab");
});

test("the fabric is observed first when that is asked for", async () => {
  await openPractice();
  expect((await sheet.rows({ content: "state", observe: false })).observedAt).toBeNull();
  expect(observations).toBe(0);
  expect((await sheet.rows({ content: "state", observe: true })).observedAt).toBe(1_700_000_000_000);
  expect(observations).toBe(1);
});

test("a file by its path: what it would change, what it is not, and one that is too large or not there", async () => {
  await openPractice();
  const path = join(dir, "cables.csv");
  await writeFile(path, (await sheet.csv({ ...plan, format: "sheet" })).text);
  expect(await sheet.readCsv({ path })).toMatchObject({ rows: 5, same: 5, changes: [], problems: [] });
  await writeFile(path, Buffer.from([0x66, 0x0a, 0xfc]));
  expect(await sheet.readCsv({ path })).toMatchObject({ changes: [], problems: [{ severity: "error", line: 2 }] });
  await writeFile(path, Buffer.alloc(10 * 1024 * 1024));
  expect(await codeOf(sheet.readCsv({ path }))).toBe("sheet.csv-too-large");
  expect(await codeOf(sheet.readCsv({ path: join(dir, "none.csv") }))).toBe("sheet.csv-unreadable");
  expect(await codeOf(sheet.readCsv({ path: dir }))).toBe("sheet.csv-unreadable");
  execFileSync("mkfifo", [join(dir, "pipe.csv")]);
  expect(await codeOf(sheet.readCsv({ path: join(dir, "pipe.csv") }))).toBe("sheet.csv-unreadable");
  const base64 = Buffer.alloc(maxCsvBytes + 1, 0x2c).toString("base64");
  expect(await codeOf(sheet.readCsv({ base64 }))).toBe("sheet.csv-too-large");
});

test("what is written about a cable stays with it when an import changes its label, its speed or an end", async () => {
  const path = join(dir, "lab.yaml");
  const devices = stringify({ ...practice, cables: undefined });
  const cables = (first: string, second: string, third: string) => `${devices}cables:
  # do not touch: runs under the floor
  - { from: { device: node1, port: mlx4_0/1 }, to: { device: sw1, port: "1" }, ${first} } # tested in March
  # the long one
  - from: { device: sw1, port: ${second} } # lower row
    to: { device: node2, port: mlx4_0/1 }
    # blue
    label: two
  - { from: { device: node3, port: mlx4_0/1 }, to: { device: sw1, port: "3" }${third} } # the last
`;
  await writeFile(path, cables("label: A, speed: FDR", '"2"', ", label: C, width: 4X"));
  await lab.open({ path });
  const text = [
    "From device,From port,To device,To port,Label,Speed",
    "node1,mlx4_0/1,sw1,1,B,QDR",
    "node2,mlx4_0/1,sw1,9,two,",
    "node3,mlx4_0/1,sw1,3,,",
  ].join("\n");
  const { changes } = await sheet.readCsv({ base64: Buffer.from(text).toString("base64") });
  expect(changes.map(({ kind }) => kind)).toEqual(["change", "replace", "change"]);
  await lab.edit({ edits: editsOf(changes) });
  expect(await readFile(path, "utf8")).toBe(cables("label: B, speed: QDR", '"9"', ", width: 4X"));
});

test("picked changes are one edit of the lab file: two cables swapped, one moved, one taken away", async () => {
  await openPractice();
  const text = [
    "From device,From port,To device,To port",
    "node1,mlx4_0/1,sw1,2",
    "node2,mlx4_0/1,sw1,1",
    "node3,mlx4_0/1,sw1,9",
    "node4,mlx4_0/1,sw1,4",
  ].join("\n");
  const { changes } = await sheet.readCsv({ base64: Buffer.from(text).toString("base64") });
  expect(changes.map(({ kind }) => kind)).toEqual(["replace", "replace", "replace", "remove"]);
  const edits: LabEdit[] = editsOf(changes);
  expect(edits.map(({ op }) => op)).toEqual(["remove-cable", "change-cable", "change-cable", "change-cable"]);
  const { lab: after } = await lab.edit({ edits });
  expect(after?.cables.map(({ from, to, label }) => [from.device, to.port, label])).toEqual([
    ["node1", "2", "IB-1"],
    ["node2", "1", "IB-2"],
    ["node3", "9", "IB-3"],
    ["node4", "4", "IB-4"],
  ]);
  await lab.undo();
  expect(lab.state.get().lab?.cables).toEqual(practice.cables);
});
