/** Owns what differs between two nodes, or one node in two bundles: what differs first, in the order of what matters. */
import type { Comparison } from "../../contract/logs/bundle.ts";
import { type Fact, type FactGroup, factGroups } from "./facts.ts";

type Difference = Omit<Comparison["facts"][number], "target">;

/** Left or right is null where nothing was read: that is not known, and no difference. Of lists, what is not in one is not there. */
export function compareFacts(left: readonly Fact[], right: readonly Fact[]): readonly Difference[] {
  const lefts = byKey(left);
  const rights = byKey(right);
  const keys = [...new Set([...lefts.keys(), ...rights.keys()])];
  const listed = (facts: readonly Fact[]) =>
    new Set(facts.map(({ group }) => group).filter((group) => lists.has(group)));
  const both = new Set([...listed(left)].filter((group) => listed(right).has(group)));
  const differences = keys.flatMap((key): Difference[] => {
    const one = lefts.get(key);
    const other = rights.get(key);
    const fact = one ?? other;
    if (!fact) return [];
    const absent = both.has(fact.group) ? "not there" : null;
    const [l, r] = [one?.value ?? absent, other?.value ?? absent];
    const from = [...new Set([...(one?.from ?? []), ...(other?.from ?? [])])];
    return [{ group: fact.group, name: fact.name, left: l, right: r, same: l === r, note: noteOn(fact, l, r), from }];
  });
  const place = (difference: Difference) => factGroups.indexOf(difference.group as FactGroup);
  // What is known of both and differs; what is known of one alone; what is the same.
  const rank = ({ same, left: l, right: r }: Difference) => (same ? 2 : l === null || r === null ? 1 : 0);
  return differences.sort(
    (a, b) => rank(a) - rank(b) || place(a) - place(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** Where one of two lists does not hold a name, it is not there. */
const lists: ReadonlySet<string> = new Set(["Modules", "Packages"]);

const byKey = (facts: readonly Fact[]) => new Map(facts.map((fact) => [`${fact.group} ${fact.name}`, fact]));

/** What is known of such a difference. ScaleMP published nothing on aggregates of CPUs of several vendors. */
function noteOn({ group, name }: Fact, left: string | null, right: string | null): string {
  if (left === null || right === null) return left === right ? "" : "unknown on one side";
  if (left === right) return "";
  if (group === "CPU" && name === "Vendor")
    return "CPUs of several vendors in one aggregate: no public statement, ask ScaleMP";
  return "";
}
