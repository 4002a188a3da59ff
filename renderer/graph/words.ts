/** How figures and tiers of the graph are said; one place, so that picture, panel and legend agree. */

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
