/** What the log finder's window says of searches, cells, time that is left, and differences. */
import { expect, test } from "vitest";
import { cellOf, type MatrixEntry } from "../../electron/contract/logs/matrix.ts";
import { inOrder } from "../../renderer/logs/fact-order.ts";
import { filterWords, foldersOf, refusalsOf } from "../../renderer/logs/search-words.ts";
import { leftMs, waitedFor } from "../../renderer/logs/time-left.ts";
import { cellWords } from "../../renderer/logs/words.ts";

test("folders to search under are all absolute, or none is taken", () => {
  expect(foldersOf(" /var/log  /opt ")).toEqual(["/var/log", "/opt"]);
  for (const typed of ["", "  ", "var/log", "/var/log opt"]) expect(foldersOf(typed), typed).toBeNull();
});

test("an empty answer names every filter that was on, a refusal stands once with its hosts", () => {
  expect(filterWords({ under: ["/var/log"] })).toBe("under /var/log");
  expect(
    filterWords({ under: ["/a", "/b"], name: "*.conf", changedWithinMs: 3_600_000, content: "x", looksLikeLog: true }),
  ).toBe("under /a or /b, named *.conf, changed in the last hour, holding “x”, looking like a log");
  expect(
    refusalsOf([
      { device: "node1", refused: ["/root", "/root", "/nonexistent"] },
      { device: "node2", refused: ["/nonexistent"] },
      { device: "node3", refused: [] },
    ]),
  ).toEqual([
    { refused: "/root", hosts: "node1" },
    { refused: "/nonexistent", hosts: "node1, node2" },
  ]);
});

test("the worst of several entries is told with how many it is of", () => {
  const words = (...states: MatrixEntry["state"][]) => {
    const cell = cellOf(
      states.map((state, n) => ({
        ...{ n, state, target: "a", item: "i", path: "", reason: "", durationMs: 0, sha256: null },
        sizeBytes: state === "got" ? 1024 : 0,
      })),
    );
    return cell && cellWords(cell);
  };
  expect(words("got", "left-out", "got")).toBe("1 of 3 left out, 2.0 KiB");
  expect(words("empty", "refused")).toBe("1 of 2 refused");
  expect(words("left-out", "left-out")).toBe("left out in 2");
  expect(words("left-out")).toBe("left out");
  expect(words("got", "empty", "got")).toBe("got in 3, 2.0 KiB");
});

test("time that is left is told once a rate says something of the rest", () => {
  const run = { elapsedMs: 20_000, bytes: 1000, estimateBytes: 3000, bytesPerSecond: 100 };
  expect(leftMs(run)).toBe(20_000);
  expect(leftMs({ ...run, bytesPerSecond: 0 })).toBe(40_000);
  expect(leftMs({ ...run, elapsedMs: 9000 })).toBeNull();
  expect(leftMs({ ...run, bytes: 100 })).toBeNull();
  expect(leftMs({ ...run, bytes: 3000 })).toBeNull();
  expect(leftMs({ ...run, bytes: 0, estimateBytes: 0, bytesPerSecond: 0 })).toBeNull();
});

test("differences come first, of them those with a remark, then by number", () => {
  const fact = (name: string, more: object = {}) => ({
    ...{ target: "a", group: "Memory", name, left: "1", right: "2", same: false, note: "", from: [] },
    ...more,
  });
  const facts = [
    fact("A", { right: "1", same: true }),
    fact("B", { right: null, note: "unknown on one side" }),
    ...["DIMM 10", "DIMM 2"].map((name) => fact(name)),
    fact("Vendor", { note: "ask" }),
  ];
  expect(inOrder(facts).map(({ name }) => name)).toEqual(["Vendor", "DIMM 2", "DIMM 10", "B", "A"]);
});

test("a run waits for those that do not answer once the others are done", () => {
  const fault = { code: "ssh.lost", title: "", detail: "", next: "" };
  const target = (name: string, done: number, more = {}) => ({ target: name, done, entries: 9, fault: null, ...more });
  expect(waitedFor([target("node1", 9), target("node5", 3, { fault })])).toEqual(["node5"]);
  expect(waitedFor([target("node1", 8), target("node5", 3, { fault })])).toEqual([]);
  expect(waitedFor([target("node1", 9)])).toEqual([]);
});
