/**
 * `npm test`: installs what is missing where it may, runs every check and every test, goes on after a failure, and ends
 * with the names of what failed, one line that counts what ran and what was skipped and why, and one line `N passed, N failed, N skipped`.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { messageOf } from "../electron/contract/error.ts";
import { buildNativeCiphers, install, missingForTests } from "./run/packages.ts";
import { skippedText, type Tally, tallyPlaywright, tallyVitest } from "./run/tally.ts";

const root = join(import.meta.dirname, "..");
const results = join(root, "test-results");
const unitReport = join(results, "unit.json");
const endToEndReport = join(results, "e2e.json");

interface Step {
  readonly name: string;
  /** An npm script and its further arguments. */
  readonly script: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Steps with a report count tests; the others count as one check. */
  readonly report?: { readonly file: string; readonly read: (report: unknown) => Tally };
}

const steps: readonly Step[] = [
  { name: "types", script: ["typecheck"] },
  { name: "lint and format", script: ["lint"] },
  { name: "boundaries", script: ["boundaries"] },
  { name: "dead code", script: ["deadcode"] },
  { name: "build", script: ["build"] },
  {
    name: "unit and integration tests",
    script: ["unit", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`],
    report: { file: unitReport, read: tallyVitest },
  },
  {
    name: "end-to-end tests",
    script: ["e2e", "--reporter=list,json"],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: endToEndReport },
    report: { file: endToEndReport, read: tallyPlaywright },
  },
];

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

say(`Node ${process.version} on ${process.platform} ${process.arch}, ${availableParallelism()} processors`);
prepareMachine();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const tallies = new Map<Step, Tally>();
for (const step of steps) {
  say(`\n=== ${step.name}: npm run ${step.script.join(" ")}`);
  const startedAt = performance.now();
  const code = await runScript(step);
  const tally = count(step, code);
  tallies.set(step, tally);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(
    `--- ${step.name}: ${tally.failed === 0 ? "passed" : "FAILED"} in ${seconds} s${step.report ? ` (${sum(tally)})` : ""}`,
  );
}

const all = [...tallies.values()];
const total: Tally = {
  passed: all.reduce((passed, tally) => passed + tally.passed, 0),
  failed: all.reduce((failed, tally) => failed + tally.failed, 0),
  skipped: all.reduce((skipped, tally) => skipped + tally.skipped, 0),
  reasons: new Map(),
  failures: all.flatMap(({ failures }) => failures),
};
const ran = [...tallies].map(([step, tally]) =>
  step.report ? `${tally.passed + tally.failed} ${step.name}` : `${step.name}${tally.failed > 0 ? " (failed)" : ""}`,
);
for (const failure of total.failures) say(`FAILED ${failure.replace(`${root}/`, "")}`);
say(`\nRan: ${ran.join(", ")}. Skipped: ${skippedText(all)}.`);
say(sum(total));
process.exit(total.failed > 0 ? 1 : 0);

function sum({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function prepareMachine(): void {
  const missing = missingForTests();
  if (missing.length === 0) return;
  say(`Missing Debian packages: ${missing.join(" ")}`);
  const reason = install(missing);
  buildNativeCiphers();
  const left = missingForTests();
  if (left.length === 0) return;
  say(`Not installed (${reason || "installed, but their commands were not found"}). Tests that need them are skipped.`);
  say(`To run them too: sudo apt-get install ${left.join(" ")}`);
}

function runScript(step: Step): Promise<number> {
  const [name = "", ...args] = step.script;
  return new Promise((resolve) => {
    const child = spawn("npm", ["run", "--silent", name, ...(args.length > 0 ? ["--", ...args] : [])], {
      cwd: root,
      env: { ...process.env, ...step.env },
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    child.on("error", (error) => {
      say(error.message);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** A runner that failed without a failed test (an unhandled error, no report) still counts as one failure. */
function count(step: Step, code: number): Tally {
  const none: Tally = { passed: 0, failed: 0, skipped: 0, reasons: new Map(), failures: [] };
  if (!step.report) return { ...none, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  let tally = none;
  try {
    tally = step.report.read(JSON.parse(readFileSync(step.report.file, "utf8")));
  } catch (error) {
    say(`No report of the ${step.name}: ${messageOf(error)}`);
    return { ...none, failed: 1, failures: [`${step.name}: no report`] };
  }
  if (code === 0 || tally.failed > 0) return tally;
  return { ...tally, failed: 1, failures: [`${step.name}: an error outside of a test, told above`] };
}
