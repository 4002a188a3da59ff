/** How figures and tiers of the graph are said; one place, so that picture, panel and legend agree. */
import { numberText } from "../kit/time.ts";
import { type Look, looks, type Verdicts } from "./verdict.ts";

/** How many links and how many nodes look alike; of nodes, those with something of their own, not of their links. */
export interface Alike {
  readonly links: number;
  readonly nodes: number;
}

/** Of each look how often it occurs. */
export function countsOf({ links, nodes }: Pick<Verdicts, "links" | "nodes">): ReadonlyMap<Look, Alike> {
  const count = (of: Uint8Array, look: number) => of.reduce((sum, each) => sum + Number(each === look), 0);
  // A node of which nothing is said is no node that was found in order.
  return new Map(looks.map((look, at) => [look, { links: count(links, at), nodes: at === 0 ? 0 : count(nodes, at) }]));
}

/** `7 links`, `1 link, 3 nodes`, `none`. */
export function alikeText({ links, nodes }: Alike): string {
  const words = (count: number, one: string) =>
    count === 0 ? [] : [`${numberText(count)} ${count === 1 ? one : `${one}s`}`];
  return [...words(links, "link"), ...words(nodes, "node")].join(", ") || "none";
}

/** What the nodes of a tier are called, many of them, where `top` is the highest tier there is. */
export function tierWords(tier: number, top: number): string {
  if (tier === 0) return "Hosts";
  if (top === 1) return "Switches";
  if (tier === 1) return "Leaf switches";
  if (tier === 2 && top <= 3) return "Spine switches";
  return tier === 3 && top === 3 ? "Core switches" : `Switches, tier ${tier}`;
}

/** Numbers in rising order: `3`, `6 to 18`, `1, 4 to 6 and 9`. */
export function numbersText(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  const words = runs.map(([from, to]) =>
    from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`,
  );
  const last = words.pop() ?? "";
  return words.length === 0 ? last : `${words.join(", ")} and ${last}`;
}
