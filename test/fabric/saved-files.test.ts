/** Saved outputs as they lie on disk: files, folders, bundles that real tools packed, and what can be wrong with them. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSavedFiles } from "../../electron/fabric/read/files.node.ts";
import { readSavedPaths } from "../../electron/fabric/read/saved.node.ts";
import { expectedFabric, fixture } from "./fixtures.ts";

let dir = "";
const at = (...names: readonly string[]) => join(dir, ...names);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-saved-"));
  mkdirSync(at("bundle", "node01"), { recursive: true });
  writeFileSync(at("bundle", "iblinkinfo.out"), fixture("swapped/iblinkinfo-line.out"));
  writeFileSync(at("bundle", "node01", "notes.txt"), "nothing of a tool\n");
  execFileSync("tar", ["-czf", at("bundle.tar.gz"), "-C", dir, "bundle"]);
  execFileSync("tar", ["-cf", at("bundle.tar"), "-C", dir, "bundle"]);
  writeFileSync(at("bundle.zip"), zipOf({ "bundle/iblinkinfo.out": fixture("swapped/iblinkinfo-line.out") }));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const linkinfo = fixture("swapped/iblinkinfo-line.out");
const notes = "nothing of a tool\n";

/** How files of these packers begin. */
const packed = {
  xz: Buffer.from("fd377a585a000004e6d6b446", "hex"),
  bzip2: Buffer.from("425a683931415926535900", "hex"),
  zstd: Buffer.from("28b52ffd2409490000", "hex"),
};

describe("readSavedFiles", () => {
  it("reads a folder in the order of its names", async () => {
    const { texts, left } = await readSavedFiles([at("bundle")]);
    expect(texts).toEqual([
      { source: at("bundle", "iblinkinfo.out"), text: linkinfo },
      { source: at("bundle", "node01", "notes.txt"), text: notes },
    ]);
    expect(left).toEqual([]);
  });

  it.each(["bundle.tar.gz", "bundle.tar"])("reads %s as tar packed it", async (name) => {
    const { texts } = await readSavedFiles([at(name)]);
    const bySource = new Map(texts.map(({ source, text }) => [source, text]));
    expect(bySource).toEqual(
      new Map([
        [`${at(name)}: bundle/iblinkinfo.out`, linkinfo],
        [`${at(name)}: bundle/node01/notes.txt`, notes],
      ]),
    );
  });

  it("says of an archive that ends early that files may be missing", async () => {
    for (const [name, bytes] of [
      ["cut.tar.gz", readFileSync(at("bundle.tar.gz")).subarray(0, -20)],
      ["cut.tar", readFileSync(at("bundle.tar")).subarray(0, 1800)],
    ] as const) {
      writeFileSync(at(name), bytes);
      const { left } = await readSavedFiles([at(name)]);
      expect(left).toEqual([
        {
          source: at(name),
          reason: expect.stringMatching(/^unexpected end of .*: what came after in it is missing here$/i),
        },
      ]);
    }
  });

  it("says of a folder that no file is in it", async () => {
    mkdirSync(at("empty", "within"), { recursive: true });
    expect(await readSavedFiles([at("empty")])).toEqual({
      texts: [],
      left: [{ source: at("empty"), reason: "no file is in it" }],
    });
  });

  it("reads a zip", async () => {
    const { texts } = await readSavedFiles([at("bundle.zip")]);
    expect(texts).toEqual([{ source: `${at("bundle.zip")}: bundle/iblinkinfo.out`, text: linkinfo }]);
  });

  it("leaves a member of a zip whose name leads out of it, and reads the others", async () => {
    const members = { "../../evil.txt": notes, "/etc/evil": notes, "good/notes.txt": notes };
    writeFileSync(at("evil.zip"), zipOf(members));
    const { texts, left } = await readSavedFiles([at("evil.zip")]);
    expect(texts).toEqual([{ source: `${at("evil.zip")}: good/notes.txt`, text: notes }]);
    expect(left).toEqual(
      ["../../evil.txt", "/etc/evil"].map((name) => ({
        source: `${at("evil.zip")}: ${name}`,
        reason: "its name leads out of the archive",
      })),
    );
  });

  it("leaves a member of a zip that cannot be unpacked, and reads the others", async () => {
    const damaged = zipOf({ "a.txt": notes, "b.txt": notes });
    damaged.writeUInt8(0xff, damaged.indexOf("a.txt") + "a.txt".length);
    writeFileSync(at("damaged.zip"), damaged);
    const { texts, left } = await readSavedFiles([at("damaged.zip")]);
    expect(texts).toEqual([{ source: `${at("damaged.zip")}: b.txt`, text: notes }]);
    expect(left).toMatchObject([{ source: `${at("damaged.zip")}: a.txt` }]);
  });

  it("keeps what came of a bundle that is cut off, and says so", async () => {
    const whole = execFileSync("cat", [at("bundle.tar.gz")]);
    writeFileSync(at("cut.tar.gz"), whole.subarray(0, whole.length - 40));
    const { left } = await readSavedFiles([at("cut.tar.gz")]);
    expect(left).toEqual([{ source: at("cut.tar.gz"), reason: expect.stringMatching(/unexpected end/i) }]);
    writeFileSync(at("no.zip"), "PK but no zip");
    expect((await readSavedFiles([at("no.zip")])).left).toMatchObject([{ source: at("no.zip") }]);
  });

  it("unpacks no more than its limits, whatever a header claims", async () => {
    const limits = { files: 10, fileBytes: 1000, allBytes: 1500 };
    mkdirSync(at("many"), { recursive: true });
    for (const n of [1, 2, 3]) writeFileSync(at("many", `${n}.out`), "x".repeat(n === 3 ? 2000 : 900));
    const { texts, left } = await readSavedFiles([at("many")], limits);
    expect(texts.map(({ source }) => source)).toEqual([at("many", "1.out")]);
    expect(left.map(({ reason }) => reason)).toEqual([
      "more than 1500 bytes in all",
      "2000 bytes are more than the 1000 that are read",
    ]);
    writeFileSync(at("bomb.zip"), zipOf({ "bomb.out": "0".repeat(1_000_000) }, 10));
    const bomb = await readSavedFiles([at("bomb.zip")], limits);
    expect([bomb.texts, bomb.left.length]).toEqual([[], 1]);
  });

  it("ends an archive that unpacks to more than it may, and keeps what came before", async () => {
    mkdirSync(at("swollen"), { recursive: true });
    writeFileSync(at("swollen", "a.out"), notes);
    writeFileSync(at("swollen", "b.out"), Buffer.alloc(3_000_000));
    execFileSync("tar", ["-czf", at("swollen.tgz"), "-C", dir, "swollen/a.out", "swollen/b.out"]);
    const { texts, left } = await readSavedFiles([at("swollen.tgz")], { fileBytes: 1000, archiveBytes: 1_000_000 });
    expect(texts).toEqual([{ source: `${at("swollen.tgz")}: swollen/a.out`, text: notes }]);
    expect(left.map(({ reason }) => reason)).toEqual([
      "3000000 bytes are more than the 1000 that are read",
      "unpacks to more than the 1000000 bytes that are read of archives: what came after in it is missing here",
    ]);
  });

  it("does not walk on where no more files are read", async () => {
    mkdirSync(at("deep", "b", "c"), { recursive: true });
    writeFileSync(at("deep", "a.out"), notes);
    writeFileSync(at("deep", "b", "c", "d.out"), notes);
    const { texts, left } = await readSavedFiles([at("deep")], { files: 1 });
    expect(texts).toHaveLength(1);
    expect(left).toEqual([{ source: at("deep", "b"), reason: "more than 1 files" }]);
  });

  it("reads what Windows' shell saved, in two bytes a character", async () => {
    writeFileSync(at("windows.txt"), Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(notes, "utf16le")]));
    expect((await readSavedFiles([at("windows.txt")])).texts).toEqual([{ source: at("windows.txt"), text: notes }]);
  });

  it("reads a file of the kernel's, which says that it is empty", async () => {
    const { texts } = await readSavedFiles(["/proc/version"]);
    expect(texts).toEqual([{ source: "/proc/version", text: expect.stringContaining("Linux") }]);
  });

  it("reads no binary, follows no link, and goes on", async () => {
    mkdirSync(at("odd"), { recursive: true });
    writeFileSync(at("odd", "a.cache"), Buffer.from([0x2b, 0x83, 0, 0, 1]));
    symlinkSync("/", at("odd", "b"));
    writeFileSync(at("odd", "c.out"), notes);
    const { texts, left } = await readSavedFiles([at("odd")]);
    expect(texts).toEqual([{ source: at("odd", "c.out"), text: notes }]);
    expect(left).toEqual([
      { source: at("odd", "a.cache"), reason: "no text" },
      { source: at("odd", "b"), reason: "neither a file nor a folder" },
    ]);
  });

  it("reads a gzipped file, alone and within a bundle, as logrotate leaves logs", async () => {
    mkdirSync(at("zipped"), { recursive: true });
    writeFileSync(at("zipped", "iblinkinfo.out.gz"), gzipSync(linkinfo));
    execFileSync("tar", ["-czf", at("zipped.tgz"), "-C", dir, "zipped"]);
    for (const path of [at("zipped", "iblinkinfo.out.gz"), at("zipped.tgz")]) {
      const { texts, left } = await readSavedFiles([path]);
      expect([texts.map(({ text }) => text), left]).toEqual([[linkinfo], []]);
    }
  });

  it("unpacks no more of a gzipped file than may be read, and leaves a broken one", async () => {
    mkdirSync(at("bombs"), { recursive: true });
    writeFileSync(at("bombs", "a.gz"), gzipSync(Buffer.alloc(5000, 0x20)));
    writeFileSync(at("bombs", "b.gz"), gzipSync(linkinfo).subarray(0, 60));
    writeFileSync(at("bombs", "c.gz"), gzipSync("x".repeat(900)));
    writeFileSync(at("bombs", "d.gz"), gzipSync("y".repeat(900)));
    const { texts, left } = await readSavedFiles([at("bombs")], { fileBytes: 1000, allBytes: 1200 });
    expect(texts).toEqual([{ source: at("bombs", "c.gz"), text: "x".repeat(900) }]);
    expect(left).toEqual([
      { source: at("bombs", "a.gz"), reason: "unpacks to more than the 1000 bytes that are read" },
      { source: at("bombs", "b.gz"), reason: "cannot be unpacked: unexpected end of file" },
      { source: at("bombs", "d.gz"), reason: "more than 1200 bytes in all" },
    ]);
  });

  it("unpacks gzipped files up to a bound in all, with those it leaves", async () => {
    mkdirSync(at("budget"), { recursive: true });
    for (const name of ["a", "b", "c", "d"])
      writeFileSync(at("budget", `${name}.gz`), gzipSync(Buffer.alloc(5000, 0x20)));
    const { texts, left } = await readSavedFiles([at("budget")], { fileBytes: 1000, archiveBytes: 2500 });
    expect([texts, left.map(({ reason }) => reason)]).toEqual([
      [],
      [
        "unpacks to more than the 1000 bytes that are read",
        "unpacks to more than the 1000 bytes that are read",
        "unpacks to more than the 500 bytes that are read",
        "unpacks to more than the 2500 bytes that are read of archives",
      ],
    ]);
  });

  it.each(["xz", "bzip2", "zstd"])("says how what %s packed is to be opened", async (packer) => {
    const path = at(`bundle.${packer}`);
    writeFileSync(path, packed[packer as keyof typeof packed]);
    expect(await readSavedFiles([path])).toEqual({
      texts: [],
      left: [{ source: path, reason: `packed with ${packer}, which is not read here: unpack it first` }],
    });
  });

  it("does not wait for a pipe that nobody writes", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    expect((await readSavedFiles([at("pipe")])).left).toEqual([
      { source: at("pipe"), reason: "neither a file nor a folder" },
    ]);
  });

  it("refuses a path that is not there", async () => {
    await expect(readSavedFiles([at("missing")])).rejects.toMatchObject({
      fault: { code: "fabric.no-such-path", subject: at("missing") },
    });
  });
});

describe("readSavedPaths", () => {
  it("reads in a thread of its own: fabric, and what was left", async () => {
    cpSync(at("bundle", "iblinkinfo.out"), at("thread", "iblinkinfo.out"), { recursive: true });
    writeFileSync(at("thread", "x.cache"), Buffer.from([0, 1, 2]));
    expect(await readSavedPaths([at("thread")])).toEqual({
      ...expectedFabric("swapped", "port"),
      problems: [
        {
          code: "fabric.unread-file",
          severity: "warning",
          subject: at("thread", "x.cache"),
          detail: "no text",
          evidence: { source: at("thread", "x.cache"), line: 0, text: "" },
        },
      ],
    });
  });
  it("carries a fault over", async () => {
    await expect(readSavedPaths([at("missing")])).rejects.toMatchObject({ fault: { code: "fabric.no-such-path" } });
  });
  it("ends with its caller", async () => {
    const leave = new AbortController();
    const read = readSavedPaths([at("bundle")], leave.signal);
    leave.abort();
    await expect(read).rejects.toMatchObject({ name: "AbortError" });
  });
});

/** A zip (APPNOTE 6.3) with deflated members; `claimedBytes` is what its headers say of their sizes. */
function zipOf(members: Readonly<Record<string, string>>, claimedBytes?: number): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(members)) {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedBytes ?? bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(centrals.length, 4);
  end.writeUInt16LE(centrals.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from("PK\x05\x06"), end]);
}
