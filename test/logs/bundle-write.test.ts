/** Bundles as tools of others read them, and as Halfrack opens them again. */

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { bundleFormatSchema, manifestSchema } from "../../electron/contract/logs/bundle.ts";
import { openBundle } from "../../electron/logs/bundle/open.node.ts";
import { writeBundle } from "../../electron/logs/bundle/write.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { bytes, collected, pieces, writing } from "./bundle-scene.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-bundle-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const folder = () => mkdtempSync(join(dir, "f"));
const opening = { signal: new AbortController().signal };
const unpackers = {
  "tar.zst": (file: string, to: string) => execFileSync("tar", ["--zstd", "-xf", file, "-C", to]),
  "tar.gz": (file: string, to: string) => execFileSync("tar", ["-xzf", file, "-C", to]),
  zip: (file: string, to: string) => execFileSync("unzip", ["-q", file, "-d", to]),
};
const stem = "halfrack-Lab-five-vsmp-support-20261120T093015Z";

describe.each(bundleFormatSchema.options)("a bundle as %s", (format) => {
  it("unpacks with the usual tool to a tree whose sums are right", async () => {
    const store = createCollectionStore({ dir: folder() });
    const collection = await collected(store, pieces, { notes: "Seen twice.\n" });
    const to = folder();
    const result = await writeBundle(collection, writing({ to, format }));
    const file = join(to, `${stem}.${format}`);
    expect(readdirSync(to)).toEqual([`${stem}.${format}`]);
    const written = readFileSync(file);
    const files = 6 + pieces.filter(({ content }) => content !== null).length;
    expect(result).toEqual({
      path: file,
      sizeBytes: written.length,
      sha256: createHash("sha256").update(written).digest("hex"),
      files,
      verified: files,
      complete: false,
    });

    const out = folder();
    unpackers[format](file, out);
    const top = join(out, stem);
    execFileSync("sha256sum", ["-c", "--strict", "--quiet", "SHA256SUMS"], { cwd: top });
    const listed = readFileSync(join(top, "SHA256SUMS"), "utf8").trimEnd().split("\n");
    expect(listed).toHaveLength(files - 1);
    for (const { path, content } of pieces) {
      if (content === null) expect(existsSync(join(top, path))).toBe(false);
      else expect(readFileSync(join(top, path)).equals(Buffer.from(content))).toBe(true);
    }
    expect(readFileSync(join(top, "nodes/node1/commands/dmidecode.txt.stderr.txt"), "utf8")).toBe(
      "/dev/mem: Permission denied\n",
    );
    expect(readFileSync(join(top, "notes.md"), "utf8")).toBe("Seen twice.\n");
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(top, "manifest.json"), "utf8")));
    expect(manifest.entries.map(({ path, state }) => [path, state])).toEqual(
      pieces.map(({ path, result: { state } = {} }) => [path, state ?? "got"]),
    );
    expect(manifest).toMatchObject({ complete: false, notes: "Seen twice.\n", lab: "Lab five" });
  });

  it("is the same bytes when it is written again, elsewhere and in another time zone", async () => {
    const collection = await collected(createCollectionStore({ dir: folder() }), pieces);
    const zone = process.env.TZ;
    const written: Buffer[] = [];
    try {
      for (const tz of ["Pacific/Kiritimati", "America/St_Johns"]) {
        process.env.TZ = tz;
        const { path } = await writeBundle(collection, writing({ to: folder(), format }));
        written.push(readFileSync(path));
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(written[0]?.equals(written[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it("opens again as the collection it was made of", async () => {
    const store = createCollectionStore({ dir: folder() });
    const collection = await collected(store, pieces, { notes: "Seen twice." });
    const { path } = await writeBundle(collection, writing({ to: folder(), format }));
    const opened = await openBundle(path, store, opening);
    expect(opened).toEqual({ id: opened.id, manifest: true, problems: [] });
    const again = await store.get(opened.id);
    expect(again).toMatchObject({ kind: "bundle", path });
    const { id: _, entries, ...header } = collection.header;
    expect(again.header).toMatchObject(header);
    expect(again.header.entries.map(({ target, path: at, text }) => ({ target, at, text }))).toEqual(
      entries.map(({ target, path: at, text }) => ({ target, at, text })),
    );
    expect(Object.fromEntries(again.results)).toEqual(Object.fromEntries(collection.results));
    expect(Object.fromEntries(again.clocks)).toEqual(Object.fromEntries(collection.clocks));
    for (const [n, { content }] of pieces.entries()) {
      if (content === null) continue;
      expect(Buffer.concat(await (await again.open(n)).toArray()).equals(Buffer.from(content))).toBe(true);
    }
    const rewritten = await writeBundle(again, writing({ to: folder(), format }));
    expect(readFileSync(rewritten.path).equals(readFileSync(path))).toBe(true);
  });
});

describe("writing", () => {
  it("keeps what is there under its name, unless it is to be replaced", async () => {
    const collection = await collected(createCollectionStore({ dir: folder() }), pieces);
    const to = join(folder(), "case.zip");
    writeFileSync(to, "mine");
    await expect(writeBundle(collection, writing({ to, format: "zip" }))).rejects.toMatchObject({
      fault: { code: "logs.bundle-exists", subject: to },
    });
    expect(readFileSync(to, "utf8")).toBe("mine");
    await writeBundle(collection, writing({ to, format: "zip", overwrite: true }));
    execFileSync("unzip", ["-tqq", to]);
  });

  it("says at once of a place that nothing can be written to", async () => {
    const to = join(folder(), "nowhere", "case.zip");
    const reading: string[] = [];
    const collection = await collected(createCollectionStore({ dir: folder() }), pieces);
    const onProgress = ({ phase }: { readonly phase: string }) => reading.push(phase);
    await expect(writeBundle(collection, writing({ to, onProgress }))).rejects.toMatchObject({
      fault: { code: "logs.bundle-unwritable", subject: to },
    });
    expect(reading).toEqual([]);
  });

  it("leaves what came to stand under its name meanwhile, unless it is to be replaced", async () => {
    const collection = await collected(createCollectionStore({ dir: folder() }), pieces);
    const to = join(folder(), "case.tar.zst");
    const onProgress = ({ phase }: { readonly phase: string }) => {
      if (phase === "verifying") writeFileSync(to, "another's");
    };
    await expect(writeBundle(collection, writing({ to, onProgress }))).rejects.toMatchObject({
      fault: { code: "logs.bundle-exists", subject: to },
    });
    expect(readFileSync(to, "utf8")).toBe("another's");
    expect(readdirSync(dirname(to))).toEqual(["case.tar.zst"]);
    await writeBundle(collection, writing({ to, overwrite: true }));
    expect(readFileSync(to).length).toBeGreaterThan(1000);
  });

  it("tells of stored content that is gone or was changed, and writes the rest", async () => {
    const home = folder();
    const collection = await collected(createCollectionStore({ dir: home }), pieces);
    rmSync(join(home, "c1", "items", "0"));
    const changed = readFileSync(join(home, "c1", "items", "2"));
    changed.writeUInt8(changed.readUInt8(40_000) ^ 1, 40_000);
    writeFileSync(join(home, "c1", "items", "2"), changed);
    const { path, complete } = await writeBundle(collection, writing({ to: folder() }));
    expect(complete).toBe(false);
    const out = folder();
    unpackers["tar.zst"](path, out);
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(out, stem, "manifest.json"), "utf8")));
    expect(manifest.entries[0]).toMatchObject({
      state: "failed",
      sha256: null,
      reason: expect.stringMatching(/^cannot be read back: There is no content/),
    });
    expect(manifest.entries[2]).toMatchObject({
      state: "failed",
      sizeBytes: 70_000,
      reason: "what was stored of it has another sum than what was collected",
    });
    execFileSync("sha256sum", ["-c", "--strict", "--quiet", "SHA256SUMS"], { cwd: join(out, stem) });
  });

  it("leaves nothing when it is given up", async () => {
    const collection = await collected(createCollectionStore({ dir: folder() }), pieces);
    for (const phase of ["reading", "writing", "verifying"]) {
      const to = folder();
      const giving = new AbortController();
      const { signal } = giving;
      const onProgress = (progress: { phase: string; done: number }) => {
        if (progress.phase === phase && progress.done === 3) giving.abort(new Error("given up"));
      };
      await expect(writeBundle(collection, writing({ to, signal, onProgress }))).rejects.toThrow("given up");
      expect(readdirSync(to)).toEqual([]);
    }
  });

  it("says of a collection of which nothing came that nothing came", async () => {
    const store = createCollectionStore({ dir: folder() });
    const one = { ...pieces[0], target: "node1", item: "lspci", path: "nodes/node1/commands/a.txt", content: null };
    const collection = await collected(store, [one], {});
    const waiting = { ...collection, results: new Map() };
    const { path, complete } = await writeBundle(waiting, writing({ to: folder() }));
    expect(complete).toBe(false);
    const again = await store.get((await openBundle(path, store, opening)).id);
    expect(again.results.get(0)).toMatchObject({ state: "cancelled", attempts: 0, sha256: null });
  });
});

test("whatever names and contents come back as they were, under safe names", async () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.nat(300_000).map((size) => bytes(size, size)),
  );
  const piece = fc.record({
    path: fc.oneof(fc.string({ unit: "binary", maxLength: 120 }), fc.string({ unit: fc.constantFrom(..."aA/.~:é") })),
    content,
    stderr: fc.oneof(fc.constant(""), fc.string({ unit: "binary" })),
  });
  const some = fc.array(piece, { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(some, fc.constantFrom(...bundleFormatSchema.options), async (made, format) => {
      const store = createCollectionStore({ dir: folder() });
      const from = made.map(({ path, content, stderr }) => ({
        ...{ target: "node1", item: "x", path, content, result: { stderr } },
      }));
      const { path } = await writeBundle(await collected(store, from), writing({ to: folder(), format }));
      const out = folder();
      unpackers[format](path, out);
      execFileSync("sha256sum", ["-c", "--strict", "--quiet", "SHA256SUMS"], { cwd: join(out, stem) });
      const opened = await openBundle(path, store, opening);
      expect(opened.problems).toEqual([]);
      const again = await store.get(opened.id);
      for (const [n, { content }] of made.entries()) {
        expect(Buffer.concat(await (await again.open(n)).toArray()).equals(Buffer.from(content))).toBe(true);
        expect(again.results.get(n)?.state).toBe("got");
      }
    }),
    { numRuns: 20 },
  );
});

const tiny = spawnSync("sh", [
  "-c",
  'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d"; r=$?; rmdir "$d"; exit $r',
]).status;
describe.skipIf(tiny !== 0)(`on a full disk${tiny === 0 ? "" : " (skipped: mounting a tmpfs needs root)"}`, () => {
  test.each(bundleFormatSchema.options)("%s: a clear fault, and nothing left", async (format) => {
    const mount = folder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", mount]);
    try {
      const big = { target: "node1", item: "core", path: "nodes/node1/files/core", content: bytes(2_000_000, 9) };
      const collection = await collected(createCollectionStore({ dir: folder() }), [...pieces, big]);
      await expect(writeBundle(collection, writing({ to: mount, format }))).rejects.toMatchObject({
        fault: { code: "logs.disk-full", subject: join(mount, `${stem}.${format}`) },
      });
      expect(readdirSync(mount)).toEqual([]);
    } finally {
      execFileSync("umount", [mount]);
    }
  });
});
