/** Owns what a redaction has to see before it may write a bundle: all of it, once. What it could not see stays out. */
import { addAbortSignal, type Readable } from "node:stream";
import type { RedactionPreview } from "../../contract/logs/redact.ts";
import { createPseudonymStore, createRedaction, type Redaction } from "../redact/redact.node.ts";
import type { StoredCollection } from "../stored.node.ts";
import type { BundleSubject } from "./job.ts";
import { strangerItem } from "./stranger.ts";
import { manifestOf, runOf } from "./tree.ts";
import type { Redactor } from "./write.node.ts";

type RedactingJob = Pick<BundleSubject, "rules" | "pseudonyms" | "hosts" | "users" | "shippedIds">;

interface Looking {
  readonly signal: AbortSignal;
  readonly onEntry: (done: number) => void;
}

/** Looks at everything, and remembers what stands for what before anything is written. */
export async function redactorFor(
  collection: StoredCollection,
  job: RedactingJob,
  looking: Looking,
): Promise<Redactor> {
  const { redaction, unseen } = await learned(collection, job, looking);
  const { results } = collection;
  for (const { n, path } of collection.header.entries) {
    looking.signal.throwIfAborted();
    if (unseen.has(path) || !results.get(n)?.sha256 || !redaction.needsSurvey(path)) continue;
    await look(collection, n, looking.signal, (content) => redaction.survey(path, content));
  }
  await createPseudonymStore(job.pseudonyms).save(collection.header.lab, redaction.map());
  return {
    text: (path) => redaction.text(path),
    value: (text) => redaction.value(text),
    id: (id) => (isShipped(id, job) ? id : redaction.value(id)),
    name: (path) => redaction.name(path),
    withheld: (path) => unseen.get(path) ?? redaction.withheld(path),
  };
}

/** What would be replaced. Nothing is written, nor remembered. */
export async function previewOf(
  collection: StoredCollection,
  job: RedactingJob,
  looking: Looking,
): Promise<RedactionPreview> {
  const { redaction, unseen } = await learned(collection, job, looking);
  for (const { n, path } of collection.header.entries) {
    looking.signal.throwIfAborted();
    if (unseen.has(path) || !collection.results.get(n)?.sha256) continue;
    await look(collection, n, looking.signal, (content) => redaction.survey(path, content));
  }
  return redaction.preview();
}

async function learned(
  collection: StoredCollection,
  job: RedactingJob,
  { signal, onEntry }: Looking,
): Promise<{ readonly redaction: Redaction; readonly unseen: ReadonlyMap<string, string> }> {
  const { header, results, clocks } = collection;
  const { rules, pseudonyms, hosts, users } = job;
  const map = await createPseudonymStore(pseudonyms).load(header.lab);
  const redaction = createRedaction({ rules, map, hosts, users, lab: header.lab });
  const unseen = new Map<string, string>();
  for (const [done, { n, path, text }] of header.entries.entries()) {
    signal.throwIfAborted();
    onEntry(done);
    if (!results.get(n)?.sha256) continue;
    const seen = await look(collection, n, signal, (content) => redaction.learn(path, content, text));
    if (!seen) unseen.set(path, "it could not be read back, so nothing in it could be redacted");
  }
  const learn = (text: string) => {
    redaction.learnText(text);
    return text;
  };
  // Every string that will stand in the manifest and beside it.
  const telling = { value: learn, name: learn, id: (id: string) => (isShipped(id, job) ? id : learn(id)) };
  const { entries } = manifestOf({
    ...{ writtenBy: "", header, results, contents: new Map(), withheld: new Map() },
    ...{ redaction: { on: rules.on, classes: [] }, telling },
  });
  runOf({ header, results, telling }, clocks.values(), entries);
  return { redaction, unseen };
}

/** Entries of somebody else's archive have an item that no catalogue has. */
const isShipped = (id: string, { shippedIds }: RedactingJob) => shippedIds.has(id) || id === strangerItem;

/** False where the content is not to be had. */
async function look(
  collection: StoredCollection,
  n: number,
  signal: AbortSignal,
  read: (content: Readable) => Promise<void>,
): Promise<boolean> {
  try {
    await read(addAbortSignal(signal, await collection.open(n)));
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
