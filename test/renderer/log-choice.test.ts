/** What the wizard tells of each item: summed over the targets that are wanted and answered. */
import { expect, test } from "vitest";
import { collectionHeaderSchema } from "../../electron/contract/logs/entry.ts";
import { type FoundFile, findingsOfTargetSchema, foundFileSchema } from "../../electron/contract/logs/find.ts";
import { untried } from "../../electron/logs/untried.ts";
import {
  budgetOf,
  draftFaults,
  foundByItem,
  rangeOf,
  silentTargets,
  wantedTargets,
} from "../../renderer/logs/choice.ts";
import { clockText, correctionText, isClockWrong } from "../../renderer/logs/clock-text.ts";
import { countPlan, notCollectedOf } from "../../renderer/logs/planned.ts";

const file = (item: string, path: string, more: Partial<FoundFile> = {}) =>
  foundFileSchema.parse({
    ...{ item, path, kind: "file", sizeBytes: 10, modifiedAt: 5, inode: "" },
    ...{ reachesBackTo: null, unreadable: "", changedSinceGoodBoot: null },
    ...more,
  });
const host = (device: string, more: object) =>
  findingsOfTargetSchema.parse({
    ...{ target: { id: device, device, kinds: ["linux"] }, fault: null, observedAt: 0, clock: null, system: "Linux" },
    ...{ user: "me", becomesRoot: "no", boots: [], files: [], commands: {}, more: 0, stick: null },
    ...more,
  });

test("found is what wanted targets hold, installed commands counted as targets without files", () => {
  const old = file("logs", "/var/log/a", { reachesBackTo: 1, changedSinceGoodBoot: true });
  const secret = file("logs", "/var/log/b", { unreadable: "no" });
  const fault = { code: "ssh.lost", title: "Lost", detail: "", next: "" };
  const foundOf = foundByItem(
    [
      host("node1", { files: [old, secret, file("other", "/x")], commands: { lspci: true, mst: false } }),
      host("node2", { files: [file("logs", "/var/log/c", { reachesBackTo: 7 })], commands: { lspci: true } }),
      host("node3", { files: [file("logs", "/var/log/d")] }),
      host("node4", { files: [file("logs", "/var/log/e")], fault }),
    ],
    { without: new Set(["node3"]) },
  );
  expect(foundOf("logs")).toEqual({
    perTarget: [
      { target: "node1", files: [old, secret] },
      { target: "node2", files: [file("logs", "/var/log/c", { reachesBackTo: 7 })] },
    ],
    files: 3,
    bytes: 30,
    unreadable: 1,
    changed: 1,
    reachesBackTo: 1,
  });
  expect(foundOf("lspci").perTarget.map(({ target }) => target)).toEqual(["node1", "node2"]);
  expect(foundOf("mst")).toMatchObject({ perTarget: [], files: 0, reachesBackTo: null });
});

test("a ticked target that did not answer is counted, one that is not wanted is not", () => {
  const fault = { code: "ssh.lost", title: "Lost", detail: "", next: "" };
  const findings = [host("node1", {}), host("node2", { fault }), host("node3", { fault })];
  const draft = { without: new Set(["node3"]) };
  expect([wantedTargets(findings, draft), silentTargets(findings, draft)]).toEqual([["node1"], ["node2"]]);
});

test("what is typed for a time is a time, or wrong at its field", () => {
  const now = new Date("2026-11-22T18:30").getTime();
  const range = (from: string, to: string) => rangeOf({ from, to }, now);
  const at = (text: string) => new Date(text).getTime();
  expect(range("2026-11-22 17:00", "2026-11-22 18:00:30")).toEqual({
    window: { fromMs: at("2026-11-22T17:00"), toMs: at("2026-11-22T18:00:30") },
  });
  expect(range("2026-11-22", "")).toEqual({ window: { fromMs: at("2026-11-22T00:00"), toMs: null } });
  expect(range("", "")).toEqual({ window: { fromMs: null, toMs: null } });
  const endsBefore = { wrong: { to: "It ends before it begins, or just then" } };
  expect(range("2026-11-22 18:00", "2026-11-22 17:00")).toEqual(endsBefore);
  expect(range("2026-11-22 18:00", "2026-11-22 18:00")).toEqual(endsBefore);
  expect(range("2030-01-01", "2031-01-01")).toEqual({ wrong: { from: "This time has not come yet" } });
  expect(range("2026-02-30 10:00", "garbage")).toEqual({
    wrong: { from: "There is no such day or time", to: "Write it as 2026-11-22 07:04" },
  });
});

test("a budget is a size above nothing, or none", () => {
  expect(["", " 5 ", "0.5"].map(budgetOf)).toEqual([null, 5 * 2 ** 20, 2 ** 19]);
  for (const typed of ["-5", "0", "0.0000001", "much", "1e3", "9".repeat(30)])
    expect(budgetOf(typed), typed).toBeUndefined();
});

test("what the host would not take is told at its field", () => {
  const draft = { name: "x".repeat(300), notes: "", budget: "-5", range: { from: "", to: "x" } };
  expect(draftFaults(draft, 0)).toEqual({
    range: { to: "Write it as 2026-11-22 07:04" },
    budget: "A number above 0, or nothing for no limit",
    name: "At most 120 characters; these are 300 characters",
    notes: null,
  });
  expect(Object.values(draftFaults({ name: "", notes: "", budget: "", range: null }, 0))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("what a plan does not collect is in none of its other numbers", () => {
  const entry = (n: number, target: string, how: "file" | "command", estimateBytes: number | null) => ({
    ...{ n, target, item: "i", path: `${n}`, root: false, timeoutMs: 1000, capBytes: 1000, keep: "head", text: true },
    ...{ estimateBytes, source: how === "file" ? { how, path: "/x" } : { how, argv: ["x"] } },
  });
  const header = collectionHeaderSchema.parse({
    ...{ halfrack: 1, id: "c", name: "c", lab: "", preset: "vsmp", createdAt: 0, fromMs: null, toMs: null, notes: "" },
    targets: ["a", "b"].map((id) => ({ id, device: id, kinds: ["linux"] })),
    entries: [
      entry(0, "a", "file", 700),
      entry(1, "a", "command", null),
      entry(2, "a", "file", 90),
      entry(3, "b", "command", 5),
    ],
  });
  const leftOut = [untried({ n: 2, state: "left-out", reason: "beyond the budget", startedAt: 0 })];
  const { perTarget, all } = countPlan({ header, leftOut });
  expect(Object.fromEntries(perTarget)).toEqual({
    a: { commands: 1, files: 1, bytes: 700, notCollected: 1 },
    b: { commands: 1, files: 0, bytes: 5, notCollected: 0 },
  });
  expect(all).toEqual({ commands: 2, files: 1, bytes: 705, notCollected: 1 });
  expect(notCollectedOf({ header, leftOut }, "a")).toEqual([
    { n: 2, item: "i", source: "/x", why: "left out: beyond the budget" },
  ]);
  expect(notCollectedOf({ header, leftOut }, "b")).toEqual([]);
});

test("a clock that is off stands out; what nobody can measure or needs to know does not", () => {
  const clock = (offsetMs: number, uncertaintyMs: number) => ({ offsetMs, uncertaintyMs });
  expect(clockText(clock(1, 2.6))).toBe("right within 3 ms");
  expect(clockText(clock(-420_000, 2))).toBe("7 min behind");
  expect(correctionText(clock(1, 2.6))).toBe("right within 3 ms");
  expect(correctionText(clock(-420_060, 2.6))).toBe(
    "7 min behind (420.1 s), known within 3 ms: the time above is corrected by that",
  );
  expect(correctionText(clock(3000, 20))).toBe("3 s ahead, known within 20 ms: the time above is corrected by that");
  expect([clock(-420_000, 2), clock(400, 2), clock(5000, 5000)].map(isClockWrong)).toEqual([true, false, false]);
});
