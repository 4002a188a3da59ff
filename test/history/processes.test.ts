/** The history's file under what real processes do to it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { outputOf } from "../process-output.ts";
import { openStore, readingOf, sampleOf, stateOf } from "./store.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-history-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const writer = join(import.meta.dirname, "writer-process.ts");

it("is whole after its process was killed in the middle of writing", { timeout: 30_000 }, async () => {
  for (const readings of [3, 40]) {
    const child = spawn(process.execPath, [writer, dir], { stdio: ["ignore", "pipe", "inherit"] });
    let last = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line.split(" ")[0]);
      if (last === readings) child.kill("SIGKILL");
    }
    await (child.exitCode === null && child.signalCode === null ? once(child, "exit") : null);
    const { history } = openStore(dir);
    const usage = history.usage();
    expect(usage).toMatchObject({ kept: true, fault: null });
    expect(usage.readings).toBeGreaterThan(last);
    history[Symbol.dispose]();
    const file = new DatabaseSync(join(dir, "history.sqlite"));
    expect(file.prepare("PRAGMA integrity_check").all()).toEqual([expect.objectContaining({ integrity_check: "ok" })]);
    expect(file.prepare("SELECT count(*) AS n FROM samples").get()).toMatchObject({ n: usage.readings * 24 });
    // Emptied for the next round.
    file.exec("DELETE FROM readings; DELETE FROM samples; DELETE FROM events");
    file.close();
  }
});

it("is written by two processes at once: nothing is lost or told twice", { timeout: 30_000 }, async () => {
  const child = spawn(process.execPath, [writer, dir, "150"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = outputOf(child);
  const { history } = openStore(dir);
  let own = 0;
  while (child.exitCode === null) {
    history.states({
      at: Date.now(),
      ports: [stateOf(2, own % 2 === 0 ? "Active" : "Down")],
      portsLeft: 0,
      cables: [],
    });
    history.counters(readingOf(Date.now(), sampleOf(77, {}, own++)));
    await new Promise(setImmediate);
  }
  expect((await ended).stdout.trim().split("\n")).toHaveLength(150);
  expect(history.usage()).toMatchObject({ kept: true, fault: null });
  const told = history.events({ sinceMs: 86_400_000, limit: 1000, filter: { kinds: ["port-state"] } }).events;
  const ofOne = told.filter(({ port }) => port === "1").reverse();
  // Every change of the other process, each once: it went Down first.
  expect(ofOne.every(({ text }, index) => text.startsWith(index % 2 === 0 ? "went Down" : "came up"))).toBe(true);
  history[Symbol.dispose]();
  const file = new DatabaseSync(join(dir, "history.sqlite"));
  expect(file.prepare("PRAGMA integrity_check").all()).toEqual([expect.objectContaining({ integrity_check: "ok" })]);
  expect(file.prepare("SELECT count(*) - count(DISTINCT id) AS n FROM ports").get()).toMatchObject({ n: 0 });
  file.close();
});

// A limit on file size is what a process can be given of a full disk.
it.skipIf(process.platform === "win32")("says so when the disk is full, and goes on", { timeout: 30_000 }, async () => {
  const script = `trap '' XFSZ; ulimit -f 300; exec "$0" "$@"`;
  const child = spawn("bash", ["-c", script, process.execPath, writer, dir, "400"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  const { code, stdout } = await outputOf(child);
  const said = stdout.trim().split("\n");
  expect(code).toBe(0);
  expect(said).toHaveLength(400);
  expect(said[0]).toBe("0 kept");
  expect(said.at(-1)).toBe("399 history.full");
  const { history } = openStore(dir);
  history.counters(readingOf(Date.now() + 1000, sampleOf(1, { VL15Dropped: 1_000_000 })));
  const usage = history.usage();
  expect(usage).toMatchObject({ kept: true, fault: null });
  expect(usage.readings).toBeGreaterThan(5);
  history[Symbol.dispose]();
});
