/** How a change of the lab file is shown: a unified diff that really leads from one text to the other. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unifiedDiff } from "../../electron/lab/diff.ts";

const lines = (...numbers: readonly number[]) => numbers.map((n) => `line ${n}\n`).join("");
const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

describe("a unified diff", () => {
  it("shows a changed line with three lines around it", () => {
    const before = lines(...upTo(9));
    expect(unifiedDiff(before, before.replace("line 5", "line five"), "lab.yaml")).toBe(
      `--- lab.yaml\n+++ lab.yaml\n@@ -2,7 +2,7 @@\n line 2\n line 3\n line 4\n-line 5\n+line five\n line 6\n line 7\n line 8`,
    );
  });

  it("takes no line for what follows the last line's end, and tells of a text that has none there", () => {
    expect(unifiedDiff("a\nb\n", "a\nb\nc\n", "x")).toBe("--- x\n+++ x\n@@ -1,2 +1,3 @@\n a\n b\n+c");
    expect(unifiedDiff("a\nb", "a\nb\n", "x")).toBe(
      "--- x\n+++ x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b",
    );
  });

  it("is empty where nothing changes, and has a hunk for each change that stands apart", () => {
    const before = lines(...upTo(30));
    expect(unifiedDiff(before, before, "x")).toBe("");
    const after = before.replace("line 2\n", "").replace("line 25\n", "line 25\nmore\n");
    expect(unifiedDiff(before, after, "x").match(/^@@.*@@$/gm)).toEqual(["@@ -1,5 +1,4 @@", "@@ -23,6 +22,7 @@"]);
  });
});

const patch = (() => {
  try {
    execFileSync("patch", ["--version"]);
    return "";
  } catch {
    return "patch is not installed";
  }
})();

it.skipIf(patch !== "")(`is what patch needs to make one text of the other${patch && `: skipped, ${patch}`}`, () => {
  const dir = mkdtempSync(join(tmpdir(), "halfrack-diff-"));
  const file = join(dir, "lab.yaml");
  const text = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 30 }), fc.boolean())
    .map(([words, ended]) => `${words.join("\n")}${ended ? "\n" : ""}`);
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        writeFileSync(file, before);
        execFileSync("patch", ["--silent", "--posix", file], { input: `${unifiedDiff(before, after, "lab.yaml")}\n` });
        expect(readFileSync(file, "utf8")).toBe(after);
      }),
      { numRuns: 100 },
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});
