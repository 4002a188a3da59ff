/** Owns what a manifest from somebody else becomes: a header whose paths are safe, and faults that name what is wrong with it. */
import type * as z from "zod";
import type { Fault } from "../../contract/error.ts";
import {
  type BundleRun,
  bundleRunSchema,
  type Manifest,
  type ManifestEntry,
  manifestSchema,
} from "../../contract/logs/bundle.ts";
import type { CollectionHeader, EntryResult } from "../../contract/logs/entry.ts";
import { collectionHeaderSchema } from "../../contract/logs/entry.ts";
import { Paths } from "./paths.ts";

/** Letters of an entry or a clock, and of all the rest. Halfrack's own have some thousands; they are read in turns one by one. */
const maxRecordLetters = 2 ** 16;
const maxRestLetters = 2 ** 20;

const isTooLong = (value: unknown, letters: number) => JSON.stringify(value).length > letters;

/** Null for JSON that is of some other program, or none: then it is a file like others. */
export function readManifest(text: string, subject: string): { manifest: Manifest } | { fault: Fault } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("halfrack" in value)) return null;
  if (value.halfrack !== 1) return { fault: otherVersion(subject) };
  const read = manifestSchema.safeParse(value);
  if (!read.success) return { fault: badManifest(subject, issuesOf(read.error)) };
  const { entries, ...rest } = read.data;
  const long = entries.findIndex((each) => isTooLong(each, maxRecordLetters));
  if (long !== -1 || isTooLong(rest, maxRestLetters)) {
    const what = long === -1 ? "what stands beside entries" : `record ${long}`;
    return { fault: badManifest(subject, `${what} is larger than any that Halfrack writes`) };
  }
  return { manifest: read.data };
}

/** Null for what is no such file. */
export function readRun(text: string): BundleRun | null {
  try {
    const run = bundleRunSchema.parse(JSON.parse(text));
    return run.clocks.some((clock) => isTooLong(clock, maxRecordLetters)) ? null : run;
  } catch {
    return null;
  }
}

/** The collection that a bundle is, without its contents. Entries keep the manifest's order. */
export function headerOf(manifest: Manifest, run: BundleRun | null, id: string): CollectionHeader {
  const paths = new Paths();
  return collectionHeaderSchema.parse({
    halfrack: 1,
    id,
    name: manifest.name,
    lab: manifest.lab,
    preset: manifest.preset,
    createdAt: run?.createdAt ?? 0,
    ...(manifest.window === undefined ? {} : { window: manifest.window }),
    fromMs: manifest.fromMs,
    toMs: manifest.toMs,
    targets: manifest.targets,
    entries: manifest.entries.map(({ target, item, source, path, text, capBytes, timeoutMs, sizeBytes }, n) => ({
      n,
      target,
      item,
      source,
      path: paths.take(path),
      root: false,
      timeoutMs,
      capBytes,
      keep: "tail",
      text,
      estimateBytes: sizeBytes,
    })),
    notes: manifest.notes,
  });
}

/** What the manifest says came of an entry, but for size and sum: those are computed anew. */
export function resultOf(
  entry: ManifestEntry,
  times: BundleRun["entries"][number] | undefined,
): Omit<EntryResult, "n" | "sizeBytes" | "sha256"> {
  const { sumAgrees, exitCode, stderr, fromByte, modifiedAt } = entry;
  const { startedAt = 0, durationMs = 0, attempts = 0 } = times ?? {};
  const { state, reason } =
    entry.withheld === "" ? entry : { state: "left-out" as const, reason: `withheld by redaction: ${entry.withheld}` };
  return { state, reason, sumAgrees, exitCode, stderr, fromByte, modifiedAt, startedAt, durationMs, attempts };
}

/** Sums by path, of a file as `sha256sum` writes it; lines of another form are passed over. */
export function readSums(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line));
  return new Map(lines.flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1]] as const] : [])));
}

const issuesOf = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.join(".") || "manifest"}: ${message}`)
    .join("\n");

const badManifest = (subject: string, evidence: string): Fault => ({
  code: "logs.bundle-manifest",
  title: "The bundle's manifest is not right",
  detail: "It was written by another program, changed, or damaged.",
  next: "Ask for the bundle again, or unpack it and read its files.",
  evidence,
  subject,
});

const otherVersion = (subject: string): Fault => ({
  code: "logs.bundle-version",
  title: "The bundle was written by another version of Halfrack",
  detail: "Its manifest is of a format that this version does not read.",
  next: "Open it with the version that wrote it, or a newer one.",
  subject,
});
