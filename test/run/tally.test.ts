import { expect, test } from "vitest";
import { skippedText, tallyPlaywright, tallyVitest } from "./tally.ts";

test("a Vitest report: skips carry their reason, a file that broke before its tests is a failure", () => {
  const tally = tallyVitest({
    testResults: [
      {
        name: "/halfrack/test/a.test.ts",
        status: "passed",
        assertionResults: [
          { status: "passed", fullName: "parses" },
          { status: "skipped", fullName: "the lab (skipped: missing Debian packages: opensm) logs in" },
          { status: "pending", fullName: "the lab (skipped: missing Debian packages: opensm) pulls a cable" },
          { status: "todo", fullName: "unexplained" },
        ],
      },
      {
        name: "/halfrack/test/b.test.ts",
        status: "failed",
        assertionResults: [
          {
            status: "failed",
            fullName: "adds",
            failureMessages: ["\u001b[31mAssertionError\u001b[39m: 2\n    at b.test.ts"],
          },
        ],
      },
      { name: "/halfrack/test/c.test.ts", status: "failed", message: "Cannot find module", assertionResults: [] },
    ],
  });
  expect(tally).toEqual({
    passed: 1,
    failed: 2,
    skipped: 3,
    reasons: new Map([
      ["missing Debian packages: opensm", 2],
      ["no reason given", 1],
    ]),
    failures: [
      "/halfrack/test/b.test.ts: adds: AssertionError: 2",
      "/halfrack/test/c.test.ts: before its first test: Cannot find module",
    ],
  });
});

test("a Playwright report: nested suites, flaky counts as passed, errors outside tests too", () => {
  const run = (status: string, annotations: object[] = []) => ({
    title: "spec",
    file: "spec.ts",
    tests: [
      {
        projectName: "browser",
        status,
        annotations,
        results: status === "unexpected" ? [{ error: { message: "expect failed\nCall log" } }] : [{}],
      },
    ],
  });
  const tally = tallyPlaywright({
    suites: [
      {
        specs: [run("expected")],
        suites: [
          {
            specs: [
              run("expected"),
              run("flaky"),
              run("unexpected"),
              run("skipped", [{ type: "skip", description: "no Electron runtime" }]),
            ],
          },
        ],
      },
    ],
    errors: [{ message: "global teardown failed" }],
  });
  expect(tally).toEqual({
    passed: 3,
    failed: 2,
    skipped: 1,
    reasons: new Map([["no Electron runtime", 1]]),
    failures: ["spec.ts: spec: expect failed", "playwright: outside of a test: global teardown failed"],
  });
});

test("reasons of several reports are summed in one line", () => {
  const one = { passed: 0, failed: 0, skipped: 2, reasons: new Map([["no display", 2]]), failures: [] };
  const two = {
    passed: 0,
    failed: 0,
    skipped: 2,
    reasons: new Map([
      ["no display", 1],
      ["no sshd", 1],
    ]),
    failures: [],
  };
  expect(skippedText([one, two])).toBe("3 (no display), 1 (no sshd)");
  expect(skippedText([])).toBe("none");
});
