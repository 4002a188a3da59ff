import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const maxLines = 400;

/** Words are put together here, so that this file does not hold them. */
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    "a path of one workplace",
    new RegExp(`(?<![\\w.-])/${"work"}/|(?<![\\w-])${"shared"}/(design|domain|anchors|hints|lab)/`),
  ],
  ["a note to do something later", new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`)],
  ["a test that switches the others off", new RegExp(`\\b(test|it|describe|bench)\\.${"only"}\\(`)],
  ["a silenced type error", new RegExp(`@ts-${"ignore"}|@ts-${"nocheck"}`)],
];

/** Captured output of real tools may say anything but where it was captured. */
const captured = /^test\/fixtures\//;

const tracked = listFiles();

describe.skipIf(tracked === null)(`the files${tracked === null ? " (skipped: not a git checkout)" : ""}`, () => {
  const files = (tracked ?? []).filter((path) => existsSync(join(root, path)));

  test("are there", () => {
    expect(files).toContain("package.json");
  });

  test.each(forbidden)("do not hold %s", (what, pattern) => {
    const found = files
      .filter((path) => !captured.test(path) || what.startsWith("a path"))
      .flatMap((path) =>
        textOf(path)
          .split("\n")
          .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
      );
    expect(found).toEqual([]);
  });

  test(`of the app are at most ${maxLines} lines long`, () => {
    const long = files
      .filter((path) => /^(electron|renderer)\/.*\.(ts|tsx|css)$/.test(path))
      .map((path) => ({ path, lines: textOf(path).trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > maxLines);
    expect(long).toEqual([]);
  });
});

test.each([
  ["a path of one workplace", `see /${"work"}/main/x`, "network/work.ts"],
  ["a note to do something later", `// ${"TO" + "DO"}: more`, "a todo list"],
  ["a test that switches the others off", `test.${"only"}("x"`, "readonly("],
  ["a silenced type error", `// @ts-${"ignore"}`, "// @ts-expect-error"],
])("the pattern for %s finds it and nothing near it", (what, bad, good) => {
  const pattern = forbidden.find(([name]) => name === what)?.[1];
  expect(pattern?.test(bad)).toBe(true);
  expect(pattern?.test(good)).toBe(false);
});

/** Paths under version control, or null where this is no checkout. */
function listFiles(): string[] | null {
  try {
    return execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .split("\0")
      .filter((path) => path !== "");
  } catch {
    return null;
  }
}

/** A file's text; nothing for a binary file. */
function textOf(path: string): string {
  const bytes = readFileSync(join(root, path));
  return bytes.subarray(0, 8000).includes(0) ? "" : bytes.toString("utf8");
}
