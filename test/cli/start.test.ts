/** What `npm start` says of its options, before anything is built or opened. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { outputOf } from "../process-output.ts";

const script = join(import.meta.dirname, "..", "..", "electron", "start.ts");
const start = (...args: string[]) =>
  outputOf(spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] }));

test.each([
  [["--frob"], /^halfrack: Unknown option '--frob'/],
  [["--port", "99999"], /^halfrack: --port: not a TCP port: 99999$/m],
  [["--lab"], /^halfrack: Option '--lab <value>' argument missing$/m],
])("%j is answered with the usage and exit code 2", { timeout: 60_000 }, async (args, said) => {
  const { code, stdout, stderr } = await start(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(said);
  expect(stderr).toContain("usage: npm start -- [options]");
});

test("--help prints the usage and opens nothing", { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await start("--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^usage: npm start -- \[options\]\n(\n? {2}--\S+ .+\n){6}$/);
});
