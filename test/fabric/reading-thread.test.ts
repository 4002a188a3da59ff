/** The thread that reads what is large: the same answers as here, one thread for what follows, none that outlives its caller. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { readIblinkinfo } from "../../electron/fabric/read/iblinkinfo.ts";
import { readIbnetdiscover } from "../../electron/fabric/read/ibnetdiscover.ts";
import { readIbqueryerrors } from "../../electron/fabric/read/ibqueryerrors.ts";
import { readInThread, readOutput, readyThread } from "../../electron/fabric/reading-thread.node.ts";
import { fixture } from "./fixtures.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "halfrack-thread-"));
  writeFileSync(join(dir, "iblinkinfo.out"), fixture("swapped/iblinkinfo-line.out"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** How many threads were given work, each counted once. */
function threads(): ReadonlySet<unknown> {
  const seen = new Set<unknown>();
  const { postMessage } = Worker.prototype;
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...message) {
    seen.add(this);
    postMessage.apply(this, message);
  });
  return seen;
}

/** As long as an output of some hundred hosts is; the same lines over and over say nothing new. */
const longOf = (name: string) => fixture(name).repeat(Math.ceil((300 * 1024) / fixture(name).length));

test("a large output is read in a thread as it is read here, a small one here", async () => {
  const seen = threads();
  const small = fixture("swapped/iblinkinfo-line.out");
  expect(await readOutput("iblinkinfo", small)).toEqual(readIblinkinfo(small));
  expect(seen.size).toBe(0);
  const linkinfo = longOf("swapped/iblinkinfo-line.out");
  expect(await readOutput("iblinkinfo", linkinfo)).toEqual(readIblinkinfo(linkinfo));
  const discovered = longOf("swapped/ibnetdiscover.out");
  expect(await readOutput("ibnetdiscover", discovered)).toEqual(readIbnetdiscover(discovered));
  const counted = longOf("errors/ibqueryerrors-data.out");
  expect(await readOutput("ibqueryerrors", counted)).toEqual(readIbqueryerrors(counted));
  expect(seen.size).toBe(1);
});

test("what comes after finds the same thread", async () => {
  const seen = threads();
  readyThread();
  for (let n = 0; n < 3; n += 1) await readInThread({ kind: "saved", paths: [dir] });
  await expect(readInThread({ kind: "saved", paths: [join(dir, "missing")] })).rejects.toMatchObject({
    fault: { code: "fabric.no-such-path" },
  });
  expect(seen.size).toBe(1);
});

test("what comes meanwhile has a thread of its own, and one that is left by its caller ends", async () => {
  const seen = threads();
  const leave = new AbortController();
  const left = readInThread({ kind: "saved", paths: [dir] }, leave.signal);
  const other = readInThread({ kind: "saved", paths: [dir] });
  leave.abort();
  await expect(left).rejects.toMatchObject({ name: "AbortError" });
  const [first] = seen as ReadonlySet<Worker>;
  expect(first?.threadId).toBe(-1);
  expect((await other).map((json) => JSON.parse(json))).toMatchObject([{ problems: [] }]);
  expect(seen.size).toBe(2);
});

test("a caller that has left already starts nothing", async () => {
  const seen = threads();
  await expect(readInThread({ kind: "saved", paths: [dir] }, AbortSignal.abort())).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(seen.size).toBe(0);
});
