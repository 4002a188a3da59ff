import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPerftest } from "../../electron/fabric/read/perftest.ts";

const output = (name: string) =>
  readFileSync(join(import.meta.dirname, "..", "fixtures", "perftest", `${name}.txt`), "utf8");

describe("readPerftest", () => {
  it("reads the average of a run by duration, which has no peak", () => {
    expect(readPerftest(output("client-gbits"))).toEqual({
      rows: [{ line: 20, messageBytes: 65_536, iterations: 106_400, peakGbps: null, averageGbps: 13.94 }],
      complaints: [],
      unread: [],
    });
    expect(readPerftest(output("server-gbits"))).toMatchObject({
      rows: [{ averageGbps: 13.94 }],
      complaints: [],
      unread: [],
    });
  });

  it("reads every size, and takes MB for 2^20 bytes", () => {
    const { rows, complaints, unread } = readPerftest(output("client-sizes-megabytes"));
    expect(rows.map(({ messageBytes, averageGbps }) => [messageBytes, averageGbps.toFixed(2)])).toEqual([
      [2, "0.04"],
      [65_536, "13.94"],
    ]);
    expect(rows[1]?.peakGbps?.toFixed(2)).toBe("13.94");
    expect([complaints.length, unread]).toEqual([1, []]);
    expect(complaints[0]?.text).toContain("Conflicting CPU frequency");
  });

  it("takes what it says of a failure in its own words, and no figure from it", () => {
    expect(readPerftest(output("no-device"))).toEqual({
      rows: [],
      complaints: [
        { line: 1, text: "Did not detect devices" },
        { line: 2, text: "If device exists, check if driver is up" },
        { line: 3, text: "Unable to find the Infiniband/RoCE device" },
      ],
      unread: [],
    });
  });

  it("takes no row without a heading, and keeps what it made nothing of", () => {
    const { rows, unread } = readPerftest(
      " 65536      1000             0.00               13.94\t\t   0.026588\nhello\n",
    );
    expect(rows).toEqual([]);
    expect(unread.map(({ line }) => line)).toEqual([1, 2]);
  });

  const texts = ["client-gbits", "server-gbits", "client-sizes-megabytes", "no-device"].map(output);
  const damaged = fc
    .tuple(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.nat(100),
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\n", "9", ".", "\0")),
    )
    .map(([text, at, length, piece]) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + piece + text.slice(start + length);
    });
  it("survives anything, and gives finite figures only", () => {
    const check = (text: string) => {
      const { rows, complaints, unread } = readPerftest(text);
      expect(rows.length <= 100 && complaints.length <= 50 && unread.length <= 100).toBe(true);
      for (const { averageGbps, peakGbps } of rows) {
        expect(Number.isFinite(averageGbps) && averageGbps >= 0).toBe(true);
        expect(peakGbps === null || (Number.isFinite(peakGbps) && peakGbps > 0)).toBe(true);
      }
    };
    fc.assert(fc.property(fc.oneof(damaged, fc.string({ unit: "binary", maxLength: 2000 })), check), { numRuns: 400 });
    check("x".repeat(10_000_000));
    check(
      ` #bytes #iterations BW peak[Gb/sec] BW average[Gb/sec]\n${` 1 1 1.0 1.0${" 1.0".repeat(400)} x\n`.repeat(200)}`,
    );
  });
});
