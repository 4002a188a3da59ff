import { expect, test } from "vitest";
import { skippedText, tallyPlaywright, tallyVitest } from "./tally.ts";

test("a Vitest report: skips carry their reason, a file that broke before its tests is a failure", () => {
  const tally = tallyVitest({
    testResults: [
      {
        status: "passed",
        assertionResults: [
          { status: "passed", fullName: "parses" },
          { status: "skipped", fullName: "the lab (skipped: missing Debian packages: opensm) logs in" },
          { status: "pending", fullName: "the lab (skipped: missing Debian packages: opensm) pulls a cable" },
          { status: "todo", fullName: "unexplained" },
        ],
      },
      { status: "failed", assertionResults: [{ status: "failed", fullName: "adds" }] },
      { status: "failed", assertionResults: [] },
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
  });
});

test("a Playwright report: nested suites, flaky counts as passed, errors outside tests too", () => {
  const run = (status: string, annotations: object[] = []) => ({
    title: "spec",
    tests: [{ projectName: "browser", status, annotations }],
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
  expect(tally).toEqual({ passed: 3, failed: 2, skipped: 1, reasons: new Map([["no Electron runtime", 1]]) });
});

test("reasons of several reports are summed in one line", () => {
  const one = { passed: 0, failed: 0, skipped: 2, reasons: new Map([["no display", 2]]) };
  const two = {
    passed: 0,
    failed: 0,
    skipped: 2,
    reasons: new Map([
      ["no display", 1],
      ["no sshd", 1],
    ]),
  };
  expect(skippedText([one, two])).toBe("3 (no display), 1 (no sshd)");
  expect(skippedText([])).toBe("none");
});
