/** Where a value is from, as it is kept: a copy of the beginning, that holds no more of the output in memory. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { beginningOf, sourceOf } from "../../electron/fabric/source.ts";

const result = (stdout: string) => ({
  device: "node01",
  argv: ["ibstat"],
  startedAt: 1000.4,
  durationMs: 20.3,
  exitCode: 0,
  signal: null,
  stdout,
  stderr: "",
  truncated: false,
});

test("a source has the beginning of what was printed, and the time when it was over", () => {
  const stdout = "a".repeat(300 * 1024);
  expect(sourceOf(result(stdout))).toEqual({
    device: "node01",
    argv: ["ibstat"],
    observedAt: 1021,
    exitCode: 0,
    stdout: "a".repeat(256 * 1024),
    stderr: "",
  });
  expect(beginningOf("grün und grün", 4)).toBe("grün");
});

test("an output of megabytes is not kept for its beginning", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const usedMb = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 2 ** 20;
  };
  const before = usedMb();
  const kept = Array.from({ length: 20 }, (_, n) => sourceOf(result(Buffer.alloc(8 * 2 ** 20, 97 + n).toString())));
  // 160 would be all of it; what others left in this thread is not all gone at once
  expect(usedMb() - before).toBeLessThan(80);
  expect(kept.map(({ stdout }) => stdout.length)).toEqual(kept.map(() => 256 * 1024));
});
