/** A zip beyond what its first format could tell (zip64): an entry of more than 4 GiB, and more entries than 16 bits count. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eachMember } from "../../electron/logs/bundle/members.node.ts";
import { packFiles } from "../../electron/logs/bundle/pack.node.ts";
import { findCommand } from "../lab/packages.ts";
import { at } from "./bundle-scene.ts";

const lacks = ["unzip", "python3"].filter((command) => findCommand(command) === null);
const skipped =
  process.env.HALFRACK_LARGE === "1"
    ? lacks.length > 0
      ? `(skipped: ${lacks.join(", ")} missing)`
      : ""
    : "(skipped: takes two minutes of a processor; npm run large)";

const zeros = Buffer.alloc(2 ** 20);
const zerosOf = (sizeBytes: number) =>
  Readable.from(
    (function* () {
      for (let left = sizeBytes; left > 0; left -= zeros.length) yield zeros.subarray(0, Math.min(left, zeros.length));
    })(),
  );
const { signal } = new AbortController();

/** As another program than the writer reads it: every sum checked, then names and sizes. */
const listing = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps({"bad": z.testzip(), "files": [[i.filename, i.file_size] for i in z.infolist()]}))
`;
const asPythonReads = (path: string): unknown =>
  JSON.parse(execFileSync("python3", ["-c", listing, path], { encoding: "utf8", maxBuffer: 2 ** 28 }));

describe.skipIf(skipped)(`a zip of gigabytes ${skipped}`, { timeout: 600_000 }, () => {
  let dir = "";
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "halfrack-large-"));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  async function packed(files: readonly (readonly [path: string, sizeBytes: number])[]): Promise<string> {
    const path = join(dir, "case.zip");
    execFileSync("truncate", ["-s", "0", path]);
    const all = files.map(([name, sizeBytes]) => ({
      ...{ path: name, sizeBytes, modifiedAt: at },
      open: async () => zerosOf(sizeBytes),
    }));
    await packFiles(path, "zip", all, signal);
    return path;
  }

  test("an entry of more than 4 GiB, and what comes behind it, is whole for unzip, for Python and here", async () => {
    const files = [
      ["case/before", 3],
      ["case/large", 2 ** 32 + 12_345],
      ["case/behind", 70_000],
    ] as const;
    const path = await packed(files);
    execFileSync("unzip", ["-tqq", path]);
    expect(asPythonReads(path)).toEqual({ bad: null, files });
    const read: [string, number][] = [];
    await eachMember(
      path,
      async ({ name, open }) => {
        let sizeBytes = 0;
        for await (const chunk of await open()) sizeBytes += (chunk as Buffer).length;
        read.push([name, sizeBytes]);
        return "on";
      },
      { limits: { ratio: 2000 } },
    );
    expect(read).toEqual(files);
  });

  test("more than 65,535 entries are all there", async () => {
    const files = Array.from({ length: 66_000 }, (_, n) => [`case/${n}`, 1] as const);
    const path = await packed(files);
    execFileSync("unzip", ["-tqq", path]);
    expect(asPythonReads(path)).toEqual({ bad: null, files });
  });
});
