/** Reads what nodes' facts are read from, and holds two nodes, or all of two collections, against each other. */
import type { Comparison } from "../../contract/logs/bundle.ts";
import { collectedEntries } from "../../contract/logs/matrix.ts";
import { compareFiles } from "../bundle/compare-files.ts";
import type { StoredCollection } from "../stored.node.ts";
import { compareFacts } from "./compare.ts";
import { factItems, factsOf, maxFactChars, type NodeOutput } from "./facts.ts";

interface Side {
  readonly collection: StoredCollection;
  /** A target's id; null for all of them. */
  readonly target: string | null;
}

/** Where both sides are whole collections, targets of one id are held against each other. */
export async function compareSides(left: Side, right: Side): Promise<Comparison> {
  const facts: Comparison["facts"] = [];
  for (const [one, other] of pairsOf(left, right)) {
    const [lefts, rights] = [
      factsOf(await outputsOf(left.collection, one)),
      factsOf(await outputsOf(right.collection, other)),
    ];
    facts.push(...compareFacts(lefts, rights).map((fact) => ({ ...fact, target: one, from: [...fact.from] })));
  }
  const targets = { left: left.target, right: right.target };
  return { ...targets, facts, files: compareFiles(entriesOf(left), entriesOf(right), targets) };
}

function pairsOf(left: Side, right: Side): readonly (readonly [string, string])[] {
  if (left.target !== null && right.target !== null) return [[left.target, right.target]];
  const others = new Set(right.collection.header.targets.map(({ id }) => id));
  return left.collection.header.targets.filter(({ id }) => others.has(id)).map(({ id }) => [id, id]);
}

const entriesOf = ({ collection: { header, results } }: Side) =>
  collectedEntries({ header, results: [...results.values()] });

/** All outputs of a node that are read; what a host prints for facts has some hundred kilobytes. */
const maxNodeChars = 32 * 1024 * 1024;

async function outputsOf(collection: StoredCollection, target: string): Promise<NodeOutput[]> {
  const outputs: NodeOutput[] = [];
  let chars = 0;
  for (const { n, path, item, target: of } of collection.header.entries) {
    if (of !== target || !factItems.has(item) || (collection.results.get(n)?.sizeBytes ?? 0) === 0) continue;
    const text = await beginning(collection, n);
    chars += text.length;
    if (chars > maxNodeChars) break;
    outputs.push({ path, item, text });
  }
  return outputs;
}

/** The first {@link maxFactChars} of an entry. */
async function beginning(collection: StoredCollection, n: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of await collection.open(n)) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length >= maxFactChars) break;
  }
  return text.slice(0, maxFactChars);
}
