/** Writes docs/performance.md from the saved results. Pure. */
import type { Result } from "./result.ts";

const intro = `# Performance

Measured by \`npm run bench\`, which runs \`test/bench/*.bench.ts\` one after the other and writes this page from
\`test/bench/results/\`. Figures hold for the machine named with them; ratios compare two measurements of the same run, so
that they travel.
`;

/** The whole page; results in the order given. */
export function performancePage(results: readonly Result[]): string {
  return [intro, ...results.map(section)].join("\n");
}

function section({ title, setting, rows, machine }: Result): string {
  const lines = rows.map(
    ({ measure, value, unit, goal, how }) =>
      `| ${cell(measure)} | ${figure(value)} ${unit} | ${goal ? goalText(goal, unit, value) : ""} | ${cell(how)} |`,
  );
  const { processor, processors, memoryGiB, system, node } = machine;
  return `## ${title}

${setting}

| measure | value | goal | how |
|---|---|---|---|
${lines.join("\n")}

${processor}, ${processors} processors, ${memoryGiB} GiB, ${system}, Node ${node}.
`;
}

function goalText(goal: NonNullable<Result["rows"][number]["goal"]>, unit: string, value: number): string {
  const [words, limit, met] =
    "atMost" in goal
      ? ["at most", goal.atMost, value <= goal.atMost]
      : ["at least", goal.atLeast, value >= goal.atLeast];
  return `${words} ${figure(limit)} ${unit}: ${met ? "met" : "**missed**"}`;
}

/** Three significant digits are what a run repeats. */
function figure(value: number): string {
  return String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
