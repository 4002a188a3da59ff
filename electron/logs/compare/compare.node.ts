/** Reads what two nodes' facts are read from, and holds the nodes against each other. */
import type { Comparison } from "../../contract/logs/bundle.ts";
import { collectedEntries } from "../../contract/logs/matrix.ts";
import { compareFiles } from "../bundle/compare-files.ts";
import type { StoredCollection } from "../stored.node.ts";
import { compareFacts } from "./compare.ts";
import { factItems, factsOf, maxFactChars, type NodeOutput } from "./facts.ts";

export interface NodeOf {
  readonly collection: StoredCollection;
  /** A target's id. */
  readonly target: string;
}

export async function compareNodes(left: NodeOf, right: NodeOf): Promise<Comparison> {
  const [lefts, rights] = [factsOf(await outputsOf(left)), factsOf(await outputsOf(right))];
  return {
    left: left.target,
    right: right.target,
    facts: compareFacts(lefts, rights).map((fact) => ({ ...fact, from: [...fact.from] })),
    files: compareFiles(entriesOf(left), entriesOf(right), { left: left.target, right: right.target }),
  };
}

const entriesOf = ({ collection: { header, results } }: NodeOf) =>
  collectedEntries({ header, results: [...results.values()] });

/** All outputs of a node that are read; what a host prints for facts has some hundred kilobytes. */
const maxNodeChars = 32 * 1024 * 1024;

async function outputsOf({ collection, target }: NodeOf): Promise<NodeOutput[]> {
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
