/** Counts what Vitest and Playwright ran, from their JSON reports, and collects why tests were skipped and what failed. Pure. */
import { stripVTControlCharacters } from "node:util";
import * as z from "zod";

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Reason to number of tests skipped for it. */
  readonly reasons: ReadonlyMap<string, number>;
  /** File, name and the first line of what was wrong, of each that failed. */
  readonly failures: readonly string[];
}

const noReason = "no reason given";

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});

/**
 * Sums a report of Vitest's `json` reporter. A file that failed before its first test counts as one failure. The
 * reason of a skipped test stands in its name or its suite's: `(skipped: ...)`.
 */
export function tallyVitest(report: unknown): Tally {
  const files = vitestReport.parse(report).testResults;
  const tests = files.flatMap((file) => file.assertionResults);
  const brokenFiles = files.filter((file) => file.status === "failed" && !file.assertionResults.some(isFailed));
  const skipped = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(isFailed).length + brokenFiles.length,
    skipped: skipped.length,
    reasons: countBy(skipped.map(({ fullName }) => /\(skipped: ([^()]*(?:\([^()]*\)[^()]*)*)\)/.exec(fullName)?.[1])),
    failures: [
      ...files.flatMap(({ name, assertionResults }) =>
        assertionResults.filter(isFailed).map((each) => failure(name, each.fullName, each.failureMessages?.[0])),
      ),
      ...brokenFiles.map(({ name, message }) => failure(name, "before its first test", message)),
    ],
  };
}

/** The first line alone: what follows is a stack, or a picture of the page, and stands where the test ran. */
function failure(file: string, title: string, message: string | undefined): string {
  const [first = ""] = stripVTControlCharacters(message ?? "")
    .trim()
    .split("\n", 1);
  return `${file}: ${title}${first && `: ${first}`}`;
}

const isFailed = ({ status }: { status: string }): boolean => status === "failed";

const reportedError = z.object({ message: z.string().optional() });
const annotation = z.object({ type: z.string(), description: z.string().optional() });
const playwrightTest = z.object({
  projectName: z.string(),
  status: z.enum(["expected", "unexpected", "flaky", "skipped"]),
  annotations: z.array(annotation),
  results: z.array(z.object({ error: reportedError.optional() })).default([]),
});
const playwrightSuite = z.object({
  specs: z.array(z.object({ title: z.string(), file: z.string(), tests: z.array(playwrightTest) })).default([]),
  get suites() {
    return z.array(playwrightSuite).default([]);
  },
});
const playwrightReport = z.object({
  suites: z.array(playwrightSuite),
  errors: z.array(reportedError).default([]),
});

type Suite = z.infer<typeof playwrightSuite>;

/** Sums a report of Playwright's `json` reporter. A test that passed when tried again passed; the list reporter names it. */
export function tallyPlaywright(report: unknown): Tally {
  const { suites, errors } = playwrightReport.parse(report);
  const specs = suites.flatMap(specsOf);
  const tests = specs.flatMap((spec) => spec.tests);
  const skipped = tests.filter(({ status }) => status === "skipped");
  return {
    passed: tests.filter(({ status }) => status === "expected" || status === "flaky").length,
    failed: tests.filter(isUnexpected).length + errors.length,
    skipped: skipped.length,
    reasons: countBy(
      skipped.map(
        ({ annotations }) => annotations.find(({ type }) => type === "skip" || type === "fixme")?.description,
      ),
    ),
    failures: [
      ...specs.flatMap(({ file, title, tests: runs }) =>
        runs.filter(isUnexpected).map(({ results }) => failure(file, title, results[0]?.error?.message)),
      ),
      ...errors.map(({ message }) => failure("playwright", "outside of a test", message)),
    ],
  };
}

const isUnexpected = ({ status }: { status: string }): boolean => status === "unexpected";

function specsOf(suite: Suite): Suite["specs"] {
  return [...suite.specs, ...suite.suites.flatMap(specsOf)];
}

function countBy(reasons: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason ?? noReason, (counts.get(reason ?? noReason) ?? 0) + 1);
  return counts;
}

/** `3 (missing Debian packages: opensm), 1 (no display)`, or `none`. */
export function skippedText(tallies: readonly Tally[]): string {
  const all = new Map<string, number>();
  for (const { reasons } of tallies)
    for (const [reason, count] of reasons) all.set(reason, (all.get(reason) ?? 0) + count);
  return [...all].map(([reason, count]) => `${count} (${reason})`).join(", ") || "none";
}
