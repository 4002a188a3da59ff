/** Counts what Vitest and Playwright ran, from their JSON reports, and collects why tests were skipped. Pure. */
import * as z from "zod";

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Reason to number of tests skipped for it. */
  readonly reasons: ReadonlyMap<string, number>;
}

const noReason = "no reason given";

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
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
  };
}

const isFailed = ({ status }: { status: string }): boolean => status === "failed";

const annotation = z.object({ type: z.string(), description: z.string().optional() });
const playwrightTest = z.object({
  projectName: z.string(),
  status: z.enum(["expected", "unexpected", "flaky", "skipped"]),
  annotations: z.array(annotation),
});
const playwrightSuite = z.object({
  specs: z.array(z.object({ title: z.string(), tests: z.array(playwrightTest) })).default([]),
  get suites() {
    return z.array(playwrightSuite).default([]);
  },
});
const playwrightReport = z.object({
  suites: z.array(playwrightSuite),
  errors: z.array(z.unknown()).default([]),
});

type Suite = z.infer<typeof playwrightSuite>;

/** Sums a report of Playwright's `json` reporter. A test that passed when tried again passed; the list reporter names it. */
export function tallyPlaywright(report: unknown): Tally {
  const { suites, errors } = playwrightReport.parse(report);
  const tests = suites.flatMap(testsOf);
  const skipped = tests.filter(({ status }) => status === "skipped");
  return {
    passed: tests.filter(({ status }) => status === "expected" || status === "flaky").length,
    failed: tests.filter(({ status }) => status === "unexpected").length + errors.length,
    skipped: skipped.length,
    reasons: countBy(
      skipped.map(
        ({ annotations }) => annotations.find(({ type }) => type === "skip" || type === "fixme")?.description,
      ),
    ),
  };
}

function testsOf(suite: Suite): z.infer<typeof playwrightTest>[] {
  return [...suite.specs.flatMap((spec) => spec.tests), ...suite.suites.flatMap(testsOf)];
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
