/** What a benchmark makes of its measurements: one JSON file in test/bench/results/, for docs/performance.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import * as z from "zod";

const rowSchema = z.object({
  /** What was measured, e.g. `Ctrl-C under flood to prompt`. */
  measure: z.string(),
  value: z.number(),
  /** `ms`, `MB/s`, `x` for a ratio of two measurements of one run. */
  unit: z.string(),
  goal: z.union([z.object({ atMost: z.number() }), z.object({ atLeast: z.number() })]).optional(),
  /** How it was measured, in a few words. */
  how: z.string().default(""),
});

export const resultSchema = z.object({
  title: z.string(),
  /** One paragraph: what ran against what. */
  setting: z.string(),
  rows: z.array(rowSchema).min(1),
  machine: z.object({
    processor: z.string(),
    processors: z.number(),
    memoryGiB: z.number(),
    system: z.string(),
    node: z.string(),
  }),
});
export type Result = z.infer<typeof resultSchema>;
type Measured = Omit<z.input<typeof resultSchema>, "machine">;

export const resultsDir = join(import.meta.dirname, "results");

/** Saves the result of the benchmark `name` (its file name without `.bench.ts`), over an earlier one. */
export function saveResult(name: string, measured: Measured): void {
  const result = resultSchema.parse({ ...measured, machine: machine() });
  mkdirSync(resultsDir, { recursive: true });
  writeFileSync(join(resultsDir, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** NaN of no values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value that `share` of all are below; NaN of no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function machine(): Result["machine"] {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    processors: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release().split("-")[0]} ${process.arch}`,
    node: process.version,
  };
}
