/** Readers of what far-side scripts print: hostile text in, values or null out. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ofCommand, ofFile, unopened } from "../../electron/logs/collect/outcome.ts";
import { offsetBy, readClock } from "../../electron/logs/far/clock.ts";
import { exitCodeIn } from "../../electron/logs/far/command-script.ts";
import { readFileOpening, sizeAfter } from "../../electron/logs/far/file-script.ts";
import { readEnding, readOpening, sumIn } from "../../electron/logs/far/script.ts";
import { readTools } from "../../electron/logs/far/tools.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("what a host has", () => {
  test("is read line by line, the first of each name", () => {
    const printed =
      "uid 1000\npacker gz\nsummer openssl\nfds yes\nstat yes\nsudo asks\nsaid sudo: a password is required\nuid 0\nend\n";
    expect(readTools(printed)).toEqual({
      uid: 1000,
      packer: "gz",
      summer: "openssl",
      fds: true,
      dd: false,
      stat: true,
      limit: false,
      sudo: "asks",
      sudoSaid: "sudo: a password is required",
    });
    expect(readTools("This account is not available.\n")).toBeNull();
    expect(readTools("uid x\npacker rar\nend\n")).toMatchObject({ uid: null, packer: null, sudo: null });
  });
});

describe("the line before content and the line behind it", () => {
  test("are told by their mark alone, wherever the pieces were cut", () => {
    const whole = bytes("m1 run zst\n\0\xff m1 end");
    for (let cut = 0; cut < 11; cut++) expect(readOpening(whole.subarray(0, cut), "m1")).toBe("more");
    expect(readOpening(whole, "m1")).toEqual({ words: ["run", "zst"], rest: whole.subarray(11) });
    expect(readOpening(bytes("Welcome!\nm1 run zst\n"), "m1")).toBeNull();
    expect(readOpening(bytes("x".repeat(600)), "m1")).toBeNull();
    expect(readEnding(`odd\n\nm2 end exit 9\n\nm1 end exit 3 ${sum} *stdin\n`, "m1")).toEqual({
      words: ["exit", "3", sum, "*stdin"],
      complaint: "odd\n\nm2 end exit 9\n",
    });
    expect(readEnding("killed", "m1")).toEqual({ words: null, complaint: "killed" });
    expect(sumIn(["exit", "3", sum])).toBe(sum);
  });

  test("a file's opening is taken whole or not at all", () => {
    const opened = "file 65024:77 4096 1795358449 96 4000 zst".split(" ");
    expect(readFileOpening(opened)).toEqual({
      is: "file",
      identity: "65024:77",
      sizeBytes: 4096,
      modifiedAt: 1_795_358_449_000,
      fromByte: 96,
      lengthBytes: 4000,
      packing: "zst",
    });
    expect(readFileOpening("file 0:7 0 0 0 - raw".split(" "))).toMatchObject({ lengthBytes: null, modifiedAt: null });
    for (let index = 1; index < opened.length; index++)
      if (index !== 3) expect(readFileOpening(opened.with(index, "-x"))).toBeNull();
    expect(readFileOpening(["other", "FIFO"])).toEqual({ is: "other", kind: "FIFO" });
  });
});

test("a clock with and without fractions, east and west", () => {
  expect(readClock("1795358449 125000000 +0530 IST\nbtime 1795297100\n")).toEqual({
    nowMs: 1_795_358_449_125,
    stepMs: 0,
    zone: "IST",
    zoneMinutes: 330,
    bootedAt: 1_795_297_100_000,
  });
  // busybox prints what it does not know as it is
  expect(readClock("1795358449 %N -0330 NST\n")).toMatchObject({
    stepMs: 1000,
    zone: "NST",
    zoneMinutes: -210,
    bootedAt: null,
  });
  expect(readClock("date: not found\n")).toBeNull();
});

describe("a host's clock against ours", () => {
  const true_ = fc.record({
    offset: fc.integer({ min: -1e11, max: 1e11 }),
    heard: fc.array(
      fc.record({
        sentAt: fc.integer({ min: 0, max: 1e6 }),
        there: fc.integer({ min: 0, max: 5000 }),
        back: fc.integer({ min: 0, max: 5000 }),
        whole: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });

  test("whatever the ways took, the true difference lies within what is told", () => {
    fc.assert(
      fc.property(true_, ({ offset, heard }) => {
        const base = 1_767_323_045_000;
        const measured = offsetBy(
          heard.map(({ sentAt, there, back, whole }) => {
            const ms = base + sentAt + there + offset;
            const time = whole ? { nowMs: Math.floor(ms / 1000) * 1000, stepMs: 1000 } : { nowMs: ms, stepMs: 0 };
            return { ...time, sentAt: base + sentAt, gotAt: base + sentAt + there + back };
          }),
        );
        expect(measured).not.toBeNull();
        if (!measured) return;
        expect(Math.abs(offset - measured.offsetMs)).toBeLessThanOrEqual(measured.uncertaintyMs);
      }),
    );
  });

  test("several times bound it more tightly than one, and none leave it unknown", () => {
    const slow = { nowMs: 1000, stepMs: 0, sentAt: 0, gotAt: 900 };
    const fast = { nowMs: 2000, stepMs: 0, sentAt: 1000, gotAt: 1010 };
    expect(offsetBy([slow])?.uncertaintyMs).toBeGreaterThan(offsetBy([slow, fast])?.uncertaintyMs ?? 1e9);
    expect(offsetBy([])).toBeNull();
  });
});

test("any text is read without an error", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^(m1|end|exit|size|file|\d|[ \n:-])*$/),
  );
  fc.assert(
    fc.property(text, (printed) => {
      readTools(printed);
      readClock(printed);
      readOpening(bytes(printed), "m1");
      const { words } = readEnding(printed, "m1");
      readFileOpening(printed.split(" "));
      const code = exitCodeIn(words ?? printed.split(" "));
      expect(code === null || (code >= 0 && code < 1000)).toBe(true);
      const size = sizeAfter(printed.split(" "));
      expect(size === null || Number.isSafeInteger(size)).toBe(true);
      expect(unopened(printed, undefined).reason).not.toBe("");
    }),
  );
});

test("outcomes: the cap before all, the item's own rule before failures, and what may not be is refused", () => {
  const ran = { exitCode: 0, stderr: "", sizeBytes: 5, capBytes: 100, timedOut: false, timeoutMs: 1000 };
  const state = (more: Partial<typeof ran>, absence?: Parameters<typeof ofCommand>[1]) =>
    ofCommand({ ...ran, ...more }, absence).state;
  expect(state({})).toBe("got");
  expect(state({ exitCode: 1 })).toBe("got");
  expect(state({ sizeBytes: 100, exitCode: 141, timedOut: true })).toBe("truncated");
  expect(state({ timedOut: true })).toBe("timed-out");
  expect(state({ exitCode: 4, sizeBytes: 0 }, { exitCodes: [4] })).toBe("not-applicable");
  expect(state({ exitCode: 4, stderr: "cat: b: Permission denied" }, { exitCodes: [4], stderr: "denied" })).toBe("got");
  expect(state({ exitCode: 127, sizeBytes: 0 })).toBe("missing");
  expect(state({ exitCode: 1, sizeBytes: 0, stderr: "You must be root to run this" })).toBe("refused");
  expect(state({ exitCode: 1, sizeBytes: 0 }, { stderr: "(" })).toBe("failed");
  const read = {
    sizeBytes: 10,
    capBytes: 100,
    lengthBytes: 10,
    openedBytes: 10,
    afterBytes: 10,
    unread: false,
    complaint: "",
  };
  expect(ofFile(read)).toEqual({ state: "got", reason: "" });
  expect(ofFile({ ...read, sizeBytes: 9 }).state).toBe("failed");
  expect(ofFile({ ...read, openedBytes: 500 }).state).toBe("truncated");
  expect(ofFile({ ...read, unread: true, complaint: "dd: error reading: Input/output error" })).toEqual({
    state: "failed",
    reason: "Reading it failed after 10 bytes. It said: dd: error reading: Input/output error",
  });
});
