/** What a path in a bundle may be, what a bundle is called, and what differs between two. */
import fc from "fast-check";
import { describe, expect, it, test, vi } from "vitest";
import type { MatrixEntry } from "../../electron/contract/logs/matrix.ts";
import { compareFiles } from "../../electron/logs/bundle/compare-files.ts";
import { bundleName } from "../../electron/logs/bundle/name.ts";
import { Paths, safePath } from "../../electron/logs/bundle/paths.ts";

describe("safePath", () => {
  it("leaves what is safe as it is", () => {
    for (const path of [
      "nodes/node1/files/var/log/messages-20261120.gz",
      "here/.hidden",
      "a b/ü~2",
      "x/-rf",
      "console",
    ])
      expect(safePath(path)).toBe(path);
  });

  test.each([
    ["../../etc/passwd", "etc/passwd"],
    ["/etc//./passwd", "etc/passwd"],
    ["..", "unnamed"],
    ["", "unnamed"],
    ["C:\\x", "C__x"],
    ["com1.log/NUL", "com1_.log/NUL_"],
    ["dot./blank ", "dot_/blank_"],
    ["a\u0000\n\u202eb\ud800", "a___b_"],
    [`${"é".repeat(200)}`, "é".repeat(100)],
  ])("%j becomes %j", (path, safe) => expect(safePath(path)).toBe(safe));

  it("is safe for whatever text, and safe a second time", () => {
    const path = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."./\\aA:~ \n") }));
    fc.assert(
      fc.property(path, (text) => {
        const safe = safePath(text);
        expect(safePath(safe)).toBe(safe);
        for (const part of safe.split("/")) {
          expect(part).toMatch(/^[^<>:"|?*\\\p{Cc}\p{Cf}\p{Cs}]+$/u);
          expect(part).not.toMatch(/^\.{1,2}$|[. ]$/);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(203);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("Paths", () => {
  it("gives each path once, for file systems to which case and form mean nothing, and no file as a folder", () => {
    const one = fc.string({ unit: fc.constantFrom(..."aAéÉ/~2.\u0301e"), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (names) => {
        const paths = new Paths();
        const keys = names.map((name) => paths.take(name).normalize("NFKC").toLowerCase().normalize("NFKC"));
        expect(new Set(keys).size).toBe(names.length);
        for (const key of keys) expect(keys.some((other) => other.startsWith(`${key}/`))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

test("a bundle's name holds lab, preset and time, in letters that no shell knows", () => {
  const createdAt = Date.UTC(2026, 10, 22, 14, 7, 29, 999);
  expect(bundleName({ lab: "Käfer lab; rm -rf /", preset: "vsmp-support", createdAt }, "tar.zst")).toBe(
    "halfrack-Kafer-lab-rm-rf-vsmp-support-20261122T140729Z.tar.zst",
  );
  expect(bundleName({ lab: "x", preset: "y", createdAt: Number.MAX_SAFE_INTEGER }, "zip")).toBe(
    "halfrack-x-y-99991231T235959Z.zip",
  );
  expect(bundleName({ lab: "../..", preset: "", createdAt }, "zip")).toBe("halfrack-lab-all-20261122T140729Z.zip");
});

test("two nodes differ in what only one has, and in what is not the same", () => {
  const entry = (target: string, path: string, sha256: string | null, state: MatrixEntry["state"] = "got") => ({
    ...{ n: 0, item: "x", reason: "", durationMs: 1, sizeBytes: 3 },
    ...{ target, path, sha256, state },
  });
  const entries = [
    entry("node2", "nodes/node2/commands/lscpu.txt", "a"),
    entry("node2", "nodes/node2/commands/uname.txt", "b"),
    entry("node2", "nodes/node2/files/only2", "c"),
    entry("node4", "nodes/node4/commands/lscpu.txt", "d"),
    entry("node4", "nodes/node4/commands/uname.txt", "b"),
    entry("node4", "nodes/node4/files/waits", null, "waiting"),
    entry("/", "here/lab.yaml", "e"),
  ];
  const side = (sha256: string) => ({ state: "got", sizeBytes: 3, sha256 });
  expect(compareFiles(entries, entries, { left: "node2", right: "node4" })).toEqual([
    { path: "commands/lscpu.txt", left: side("a"), right: side("d") },
    { path: "files/only2", left: side("c"), right: null },
  ]);
  expect(compareFiles(entries, entries.slice(0, 6), { left: null, right: null })).toEqual([
    { path: "here/lab.yaml", left: side("e"), right: null },
  ]);
  expect(compareFiles(entries, entries, { left: "/", right: "/" })).toEqual([]);
});

test("thousands of names that are alike each get their own in a step or two", () => {
  const paths = new Paths();
  // A search for the next free number from the first would normalise eight million names.
  const seen = vi.spyOn(String.prototype, "normalize");
  try {
    const taken = Array.from({ length: 4000 }, (_, index) => paths.take(`files/${"x".repeat(250)}${index}`));
    expect(new Set(taken).size).toBe(4000);
    expect(seen.mock.calls.length).toBeLessThan(100_000);
  } finally {
    seen.mockRestore();
  }
});
