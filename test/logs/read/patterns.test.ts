import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadPatterns } from "../../../electron/logs/patterns.node.ts";
import { compiled, patternsIn } from "../../../electron/logs/read/known.ts";
import { joinPatterns, readPatterns } from "../../../electron/logs/read/patterns.ts";

const nowhere = join(tmpdir(), "halfrack-no-such-profile");
const dir = join(import.meta.dirname, "../../../assets/log-patterns");

describe("the shipped patterns", () => {
  it("are read without a problem, each with its own id and an example that it matches", async () => {
    const { patterns, problems } = await loadPatterns(nowhere);
    expect(problems).toEqual([]);
    const ids = readdirSync(dir).flatMap((name) => [
      ...readFileSync(join(dir, name), "utf8").matchAll(/^ {2}- id: (\S+)$/gm),
    ]);
    expect(patterns.map(({ id }) => id).sort()).toEqual(ids.map(([, id]) => id).sort());
  });

  it("know a line by one pattern each", async () => {
    const { patterns } = await loadPatterns(nowhere);
    const known = (text: string, format = "syslog") => patternsIn(text, format, compiled(patterns));
    expect(
      known(
        "Jan  1 23:30:53 begin kernel: pcieport 0000:00:1d.0: PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=Transaction Layer",
      ),
    ).toEqual(["pcie-fatal"]);
    expect(
      known("   1 | 06/14/2023 | 10:01:17 | Power Supply PS2 Status | Power Supply AC lost | Asserted", "sel"),
    ).toEqual(["sel-power-lost"]);
    expect(known("   1 | 06/14/2023 | 10:01:17 | Power Supply PS2 Status | Power Supply AC lost | Asserted")).toEqual(
      [],
    );
    expect(known("Jan  1 23:30:53 host kernel: all is well")).toEqual([]);
  });
});

const own = (entry: string) => `halfrack: 1\npatterns:\n  - ${entry}\n`;
const right =
  "{id: mine, title: Mine, severity: info, literals: [abc], regex: 'abc+', meaning: m, next: n, source: s, examples: ['xabcc']}";

describe("the admin's own file", () => {
  it("takes the place of a shipped pattern with the same id", () => {
    const { patterns } = readPatterns("own.yaml", own(right));
    const [joined] = joinPatterns([[{ ...(patterns[0] as (typeof patterns)[number]), title: "Shipped" }], patterns]);
    expect(joined).toEqual({
      id: "mine",
      title: "Mine",
      severity: "info",
      literals: ["abc"],
      regex: "abc+",
      formats: [],
      meaning: "m",
      next: "n",
      source: "s",
    });
  });

  it("is read past a wrong entry, which is told with its line", () => {
    const text = `${own(right.replace("xabcc", "nothing"))}  - ${right.replace("mine", "other")}\n`;
    const { patterns, problems } = readPatterns("own.yaml", text);
    expect(patterns.map(({ id }) => id)).toEqual(["other"]);
    expect(problems).toEqual([
      { file: "own.yaml", line: 3, message: "mine: regex does not match its example: nothing" },
    ]);
  });

  it.each([
    ["halfrack: 2\n", "halfrack"],
    ["halfrack: 1\npatterns: [\n", "Flow"],
    [own(right.replace("'abc+'", "'abc('")), "mine: regex: Invalid regular expression"],
    [own("{id: A}"), "id"],
  ])("that is wrong is a problem: %j", (text, words) => {
    const { patterns, problems } = readPatterns("own.yaml", text);
    expect(patterns).toEqual([]);
    expect(problems[0]?.message).toContain(words);
  });

  it("is never thrown at", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readPatterns("own.yaml", text)));
  });
});
