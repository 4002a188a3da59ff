/**
 * Redacts entries as streams, and keeps what stands for what. In a thread: it computes for as long as there are bytes.
 *
 *     const redaction = createRedaction({ rules, map: await pseudonyms.load(lab), hosts, users });
 *     for (entry of all) await redaction.learn(entry.path, open(entry), entry.text);
 *     redaction.learnText(...every string of the manifest)
 *     for (entry of all) await redaction.survey(entry.path, open(entry));      // for the preview; needed for what is binary
 *     for (entry of all) if (redaction.withheld(path) === "") write(redaction.name(path), open(entry).pipe(redaction.text(path)));
 *     await pseudonyms.save(lab, redaction.map());
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip } from "node:zlib";
import { FaultError, messageOf } from "../../contract/error.ts";
import type { RedactionPreview } from "../../contract/logs/redact.ts";
import { writeWhole } from "../../whole-file.node.ts";
import { unzstd } from "../unzstd.node.ts";
import { unxz } from "../xz.node.ts";
import { type Beginning, headBytes, tellContent } from "./content.ts";
import { type PseudonymMap, pseudonymMapSchema } from "./pseudonyms.ts";
import { type Passing, Redactor, type RedactorInput } from "./redactor.ts";

/** A packed text is unpacked up to here; beyond it nobody looked into it. */
const maxUnpackedBytes = 16 * 1024 ** 3;

export interface Redaction {
  /** The first look, at every entry. `text` false: binary by its nature, never taken for text. */
  learn(path: string, content: Readable, text: boolean): Promise<void>;
  /** The first look at a string that goes into the bundle beside the entries: of the manifest, of the notes. */
  learnText(text: string): void;
  /** The second look, after all were learned: fills the preview; of what is binary, tells whether it is withheld. */
  survey(path: string, content: Readable): Promise<void>;
  /** Whether {@link survey} has to see it before it is written. */
  needsSurvey(path: string): boolean;
  /** Takes an entry's content, gives what goes into the bundle: redacted, and unpacked where it was packed text. */
  text(path: string): Duplex;
  /** Whether {@link text} may change it, or only hands it on. */
  changes(path: string): boolean;
  name(path: string): string;
  value(text: string): string;
  /** Why it is left out; empty where it is not. */
  withheld(path: string): string;
  preview(): RedactionPreview;
  map(): PseudonymMap;
}

export function createRedaction(input: RedactorInput): Redaction {
  const redactor = new Redactor(input);
  return {
    learn: async (path, content, text) => {
      await readThrough(content, (beginning, within) => {
        const isText = text && within === "text";
        const isSealed = within === "sealed" || within === "packed";
        redactor.is(path, isSealed ? "sealed" : !isText ? "binary" : beginning === "packed" ? "packed" : "text");
        return isText ? redactor.learning(path) : null;
      }).catch((cause: unknown) => {
        if (!isDamaged(cause)) throw cause;
        redactor.is(path, "sealed");
      });
    },
    learnText: (text) => redactor.learnText(text),
    survey: async (path, content) => {
      const kind = redactor.kindOf(path);
      if (kind === "sealed") {
        content.destroy();
        return;
      }
      await readThrough(content, () => (kind === "binary" ? redactor.searching(path) : redactor.replacing(path, true)));
    },
    needsSurvey: (path) => redactor.kindOf(path) === "binary",
    text: (path) => {
      const kind = redactor.kindOf(path);
      if (kind !== "text" && kind !== "packed") return Duplex.from(handOn);
      return Duplex.from(async function* (source: AsyncIterable<Uint8Array>) {
        yield* replaced(Readable.from(source), redactor.replacing(path));
      });
    },
    changes: (path) => ["text", "packed"].includes(redactor.kindOf(path) ?? ""),
    name: (path) => redactor.name(path),
    value: (text) => redactor.value(text),
    withheld: (path) => redactor.withheld(path),
    preview: () => redactor.preview(),
    map: () => redactor.map(),
  };
}

async function* handOn(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source;
}

async function* replaced(source: Readable, passing: Passing<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { beginning, whole } = await begun(source);
  const plain = beginning.kind === "packed" ? whole.pipe(unpacker(beginning.by)) : whole;
  if (plain !== whole) whole.on("error", (cause) => plain.destroy(cause));
  for await (const chunk of plain as AsyncIterable<Uint8Array>) {
    const out = passing.push(chunk);
    if (out.length > 0) yield out;
  }
  const last = passing.end();
  if (last.length > 0) yield last;
}

/** Reads a content to its end, unpacked where it is packed; `sink` is chosen when it is known what it is, and what is in it. */
async function readThrough(
  content: Readable,
  sink: (kind: Beginning["kind"], within: Beginning["kind"]) => Passing<unknown> | null,
): Promise<void> {
  const { beginning, whole } = await begun(content);
  if (beginning.kind !== "packed") {
    await pour(whole, sink(beginning.kind, beginning.kind));
    return;
  }
  await pipeline(whole, unpacker(beginning.by), async (unpacked: AsyncIterable<Uint8Array>) => {
    const within = await begun(Readable.from(unpacked));
    await pour(within.whole, sink("packed", within.beginning.kind));
  });
}

async function pour(content: Readable, passing: Passing<unknown> | null): Promise<void> {
  if (passing === null) {
    content.destroy();
    return;
  }
  let bytes = 0;
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxUnpackedBytes) throw Object.assign(new Error("too large"), { code: "Z_TOO_LARGE" });
    passing.push(chunk);
  }
  passing.end();
}

/** What a content begins with, and all of it. */
async function begun(content: Readable): Promise<{ readonly beginning: Beginning; readonly whole: Readable }> {
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const first: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < headBytes) {
    const { done, value } = await chunks.next();
    if (done) break;
    first.push(value);
    bytes += value.length;
  }
  const head = Buffer.concat(first);
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  return { beginning: tellContent(head.subarray(0, headBytes)), whole: Readable.from(all()) };
}

/** A log that was cut off while it was packed gives what there is of it. */
function unpacker(by: "gzip" | "zstd" | "xz"): Duplex {
  if (by === "xz") return Duplex.from(unxz);
  if (by === "gzip") return createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  return Duplex.from((packed: AsyncIterable<Uint8Array>) => unzstd(packed, { finishFlush: constants.ZSTD_e_flush }));
}

const isDamaged = (cause: unknown) =>
  /^(?:Z_|ZSTD_|ERR_ZLIB|ERR_ZSTD)/.test(String((cause as { code?: unknown })?.code));

export interface PseudonymStore {
  /** What stood for what in this lab; null where nothing was redacted yet. Throws FaultError `logs.pseudonyms-damaged`. */
  load(lab: string): Promise<PseudonymMap | null>;
  save(lab: string, map: PseudonymMap): Promise<void>;
}

/** One file for each lab in `dir`, for the admin alone. */
export function createPseudonymStore(dir: string): PseudonymStore {
  const fileOf = (lab: string) => join(dir, `${createHash("sha256").update(lab).digest("hex").slice(0, 16)}.json`);
  return {
    load: async (lab) => {
      const text = await readFile(fileOf(lab), "utf8").catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT") return null;
        throw cause;
      });
      if (text === null) return null;
      try {
        return pseudonymMapSchema.parse(JSON.parse(text));
      } catch (cause) {
        throw new FaultError(
          {
            code: "logs.pseudonyms-damaged",
            title: "The list of pseudonyms cannot be read",
            detail: `${fileOf(lab)} is no list of pseudonyms: ${messageOf(cause)}`,
            next: "Put the file back from a copy, or remove it: names then get other pseudonyms than in earlier bundles.",
            subject: fileOf(lab),
          },
          { cause },
        );
      }
    },
    save: (lab, map) => writeWhole(fileOf(lab), `${JSON.stringify(map, null, 1)}\n`),
  };
}
