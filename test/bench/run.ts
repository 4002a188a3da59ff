/** `npm run bench [NAME...]`: runs the benchmarks one after the other and writes docs/performance.md from all results. */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { performancePage } from "./page.ts";
import { resultSchema, resultsDir } from "./result.ts";

const root = join(import.meta.dirname, "..", "..");
const wanted = process.argv.slice(2);
const all = globSync("*.bench.ts", { cwd: import.meta.dirname }).sort();
const chosen = all.filter((file) => wanted.length === 0 || wanted.includes(basename(file, ".bench.ts")));
if (chosen.length === 0) {
  console.error(`No such benchmark. There are: ${all.map((file) => basename(file, ".bench.ts")).join(", ")}`);
  process.exit(2);
}

const failed: string[] = [];
for (const file of chosen) {
  const name = basename(file, ".bench.ts");
  console.log(`\n=== ${name}`);
  const { status } = spawnSync(process.execPath, ["--expose-gc", join(import.meta.dirname, file)], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) failed.push(name);
}

const results = globSync("*.json", { cwd: resultsDir })
  .sort()
  .map((file) => resultSchema.parse(JSON.parse(readFileSync(join(resultsDir, file), "utf8"))));
writeFileSync(join(root, "docs", "performance.md"), performancePage(results));
console.log(`\ndocs/performance.md written from ${results.length} results.`);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(", ")}`);
  process.exit(1);
}
