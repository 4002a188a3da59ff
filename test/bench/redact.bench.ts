/** Redacting logs: the two passes of a bundle, beside sed with the rules that somebody would write by hand for one lab. */
import { spawn } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { createRedaction } from "../../electron/logs/redact/redact.node.ts";
import { logScene } from "./logs/scene.ts";
import { median, saveResult } from "./result.ts";

const rounds = 3;
const hosts = ["node1", "node2", "node3", "node4", "node5"];
/** Of the scene, one file of each host: a tenth. */
const part = /messages-0$/;

/** The lab's names, IPv4 addresses and MACs; nothing that is learned. */
const byHand = [
  ...hosts.map((name, n) => `s/\\b${name}\\b/host-${n + 1}/g`),
  "s/\\b([0-9]{1,3}\\.){3}[0-9]{1,3}\\b/198.51.100.1/g",
  "s/\\b([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\\b/06:00:00:00:00:01/g",
].join("\n");

const work = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
try {
  const files = (await logScene(join(work, "files"), join(work, "collections"))).files.filter((path) =>
    part.test(path),
  );
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  const rules = join(work, "rules.sed");
  await writeFile(rules, byHand);
  const learning: number[] = [];
  const writing: number[] = [];
  const sed: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const redaction = createRedaction({ rules: redactionRulesSchema.parse({}), map: null, hosts, users: ["root"] });
    const nameOf = (path: string) => `nodes/${path.split("/").at(-2)}/files/${basename(path)}`;
    const begun = performance.now();
    for (const path of files) await redaction.learn(nameOf(path), createReadStream(path), true);
    learning.push(performance.now() - begun);
    const learned = performance.now();
    for (const path of files)
      await pipeline(createReadStream(path), redaction.text(nameOf(path)), createWriteStream(join(work, "out")));
    writing.push(performance.now() - learned);
    const started = performance.now();
    for (const path of files) {
      const child = spawn("sed", ["-E", "-f", rules, path], { stdio: ["ignore", "pipe", "inherit"] });
      await pipeline(child.stdout, createWriteStream(join(work, "out")));
    }
    sed.push(performance.now() - started);
  }
  const rate = (times: readonly number[]) => megabytes / (median(times) / 1000);
  saveResult("redact", {
    title: "Redacting logs",
    setting: `${Math.round(megabytes)} MB of five hosts' logs, redacted on one processor. Halfrack reads them twice: to learn the names, users and addresses in them, then to replace these and the secrets it knows by their place. sed replaces five names, IPv4 addresses and MACs that were told to it. Medians of ${rounds} rounds.`,
    rows: [
      { measure: "sed -E, seven rules by hand", value: rate(sed), unit: "MB/s" },
      { measure: "Halfrack, learning", value: rate(learning), unit: "MB/s" },
      { measure: "Halfrack, replacing", value: rate(writing), unit: "MB/s" },
      {
        measure: "both passes, of sed",
        value: (median(learning) + median(writing)) / median(sed),
        unit: "x",
        how: "ratio of the medians of time; sed does a small part of the work",
      },
    ],
  });
} finally {
  await rm(work, { recursive: true, force: true });
}
