/** Searching the merged logs of five hosts: Halfrack's time line, ripgrep over the files, and lnav over the files. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogFilter } from "../../electron/contract/logs/reading.ts";
import { openReading, type Reading } from "../../electron/logs/read/reading.node.ts";
import { logScene } from "./logs/scene.ts";
import { median, saveResult } from "./result.ts";

type Row = Parameters<typeof saveResult>[1]["rows"][number];
const rounds = 3;

interface Search {
  readonly what: string;
  /** Another one for each round: what was looked for before is known to the time line. */
  readonly filter: (round: number) => LogFilter;
  readonly ripgrep: (round: number) => readonly string[];
  readonly lnav: (round: number) => string;
}

const searches: readonly Search[] = [
  {
    what: "a fixed word",
    filter: (round) => ({ text: `of ab${round}c` }),
    ripgrep: (round) => ["-i", "-F", `of ab${round}c`],
    lnav: (round) => `:filter-in of ab${round}c`,
  },
  {
    what: "a regular expression",
    filter: (round) => ({ regex: `port 1${round} took [1-9] us` }),
    ripgrep: (round) => ["-i", `port 1${round} took [1-9] us`],
    lnav: (round) => `:filter-in port 1${round} took [1-9] us`,
  },
  {
    what: "errors",
    filter: (round) => ({ severity: "error", targets: [`node${round + 1}`] }),
    ripgrep: (round) => ["-i", `node${round + 1} .*\\b(error|fatal|panic|critical)\\b`],
    lnav: () => ":set-min-log-level error",
  },
];

const work = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
try {
  const { files, bytes, store, id } = await logScene(join(work, "files"), join(work, "collections"));
  const indexing: number[] = [];
  const taken = new Map<string, number[]>();
  const took = (name: string, ms: number) => taken.set(name, [...(taken.get(name) ?? []), ms]);
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    const reading = openReading(await store.get(id), { cacheDir: work, patterns: [] });
    await whole(reading);
    indexing.push(performance.now() - begun);
    for (const { what, filter, ripgrep, lnav } of searches) {
      const started = performance.now();
      const found = await hits(reading, filter(round));
      took(`${what}: Halfrack`, performance.now() - started);
      const theirs = await output("rg", ["--no-filename", "--no-line-number", ...ripgrep(round), join(work, "files")]);
      took(`${what}: ripgrep`, theirs.ms);
      if (theirs.lines !== found) throw new Error(`${what}: ${found} lines here, ${theirs.lines} of ripgrep`);
      if (available("lnav")) took(`${what}: lnav`, (await output("lnav", ["-n", "-c", lnav(round), ...files])).ms);
    }
    await reading[Symbol.asyncDispose]();
  }
  const of = (name: string) => median(taken.get(name) ?? []);
  const indexed = median(indexing);
  const rows: Row[] = [
    { measure: "Indexing", value: indexed, unit: "ms", how: "time line, severities, errors counted" },
  ];
  for (const { what } of searches) {
    const ours = of(`${what}: Halfrack`);
    rows.push(
      { measure: `${what}: Halfrack`, value: ours, unit: "ms", how: "index made before" },
      { measure: `${what}: Halfrack, indexing included`, value: ours + indexed, unit: "ms" },
      {
        measure: `${what}: ripgrep`,
        value: of(`${what}: ripgrep`),
        unit: "ms",
        how: "-i, all matching lines to a pipe",
      },
      { measure: `${what}: Halfrack, of ripgrep`, value: ours / of(`${what}: ripgrep`), unit: "x" },
    );
    if (!taken.has(`${what}: lnav`)) continue;
    rows.push(
      { measure: `${what}: lnav`, value: of(`${what}: lnav`), unit: "ms", how: "-n -c, its indexing included" },
      {
        measure: `${what}: Halfrack with indexing, of lnav`,
        value: (ours + indexed) / of(`${what}: lnav`),
        unit: "x",
      },
    );
  }
  saveResult("search-logs", {
    title: "Searching the logs of five hosts",
    setting: `${files.length} files of five hosts, ${Math.round(bytes / 1e6)} MB of lines as of a busy system, in the system's file cache; every line that matches is found. Medians of ${rounds} rounds, all in turn within each; another word in each. Halfrack finds the lines of one clock in their order, ripgrep file by file.`,
    rows,
  });
  console.log(rows.map(({ measure, value, unit }) => `${measure}: ${value.toFixed(2)} ${unit}`).join("\n"));
} finally {
  await rm(work, { recursive: true, force: true });
}

function whole(reading: Reading): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  reading.state.onChange(({ done, fault }) => {
    if (fault) reject(new Error(fault.detail));
    if (done) resolve();
  });
  return promise;
}

/** Lines that the filter lets through, once all were looked at. */
async function hits(reading: Reading, filter: LogFilter): Promise<number> {
  for (;;) {
    // a row that is not there is looked for to the end
    const page = await reading.lines({ filter, from: 2 ** 40, count: 1 });
    if (page.complete) return page.total;
  }
}

/** Runs it with a home folder of its own, to the end of its output. */
async function output(program: string, args: readonly string[]): Promise<{ ms: number; lines: number }> {
  const started = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, HOME: work } });
  let lines = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>)
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  return { ms: performance.now() - started, lines };
}

function available(tool: string): boolean {
  return spawnSync(tool, ["-V"], { stdio: "ignore" }).status === 0;
}
