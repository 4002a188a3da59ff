/** Owns how collecting is begun and gone on with from the window: the run is the host's, the window only looks. */
import { client } from "../client.ts";
import { showCollection } from "./store.ts";

type Begin = Parameters<typeof client.logs.collect>[0];

/** Begins, and resolves with the collection's id once it has; throws what kept it from beginning. */
async function begin(what: Begin): Promise<string> {
  const letGo = new AbortController();
  for await (const message of await client.logs.collect(what, { signal: letGo.signal })) {
    if (message.kind === "begun" || message.kind === "ended") {
      // `logs.watch` tells the rest; the run does not need this listener.
      letGo.abort();
      return message.id;
    }
  }
  throw new Error("the host ended without a word");
}

export async function collectPlan(
  plan: string,
  words: { readonly name: string; readonly notes: string },
): Promise<void> {
  const id = await begin({ plan, notes: words.notes, ...(words.name === "" ? {} : { name: words.name }) });
  showCollection(id, "progress");
}

export async function goOn(id: string): Promise<void> {
  await begin({ id });
  showCollection(id, "progress");
}
