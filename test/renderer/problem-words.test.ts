import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { problemWords } from "../../renderer/rack/words.ts";

test("every problem that a reader of saved or live outputs can tell has words of its own", () => {
  const sources = globSync("electron/fabric/{*.ts,read/*.ts}").map((path) => readFileSync(path, "utf8"));
  const codes = sources.flatMap((source) =>
    [
      ...source.matchAll(
        /(?:problem\(|\bfound\(|code: )\s*"((?:fabric|slot)\.[a-z-]+)", (?:severity: )?"(?:info|warning|error)"/g,
      ),
    ].map(([, code = ""]) => code),
  );
  expect(codes.length).toBeGreaterThan(10);
  expect(codes).toContain("slot.slow");
  // Files that say nothing wrong are listed apart, with words of the list's own.
  const apart = readFileSync("renderer/rack/FabricProblems.tsx", "utf8");
  expect(codes.filter((code) => problemWords(code) === code && !apart.includes(`code: "${code}"`))).toEqual([]);
});
