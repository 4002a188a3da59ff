import { expect, test } from "vitest";
import { topologyOf } from "../../renderer/graph/topology.ts";
import { verdictsOf } from "../../renderer/graph/verdict.ts";
import { alikeText, countsOf, numbersText, tierWords } from "../../renderer/graph/words.ts";
import { numberText } from "../../renderer/kit/time.ts";
import { fabricOf, guidOf } from "./fabrics.ts";

test("tiers have the field's names as far as it has any", () => {
  const names = (top: number) => Array.from({ length: top + 1 }, (_, tier) => tierWords(tier, top));
  expect(names(1)).toEqual(["Hosts", "Switches"]);
  expect(names(2)).toEqual(["Hosts", "Leaf switches", "Spine switches"]);
  expect(names(3)).toEqual(["Hosts", "Leaf switches", "Spine switches", "Core switches"]);
  expect(names(4).slice(2)).toEqual(["Switches, tier 2", "Switches, tier 3", "Switches, tier 4"]);
});

test("thousands stand apart", () => expect(numberText(6802)).toBe("6,802"));

test("numbers in a row are a range", () => {
  const texts = [[], [3], [1, 2], [6, 7, 8], [1, 4, 5, 6, 9]].map(numbersText);
  expect(texts).toEqual(["", "3", "1, 2", "6 to 8", "1, 4 to 6 and 9"]);
});

test("links and nodes that look alike are counted apart", () => {
  const fabric = fabricOf(["h1-sw1", "h2-sw1"]);
  const evidence = { source: "ibnetdiscover.out", line: 3, text: "The node is told twice." };
  const problems = [
    {
      severity: "warning" as const,
      code: "fabric.contradiction" as const,
      subject: "h1",
      node: guidOf("h1"),
      evidence,
    },
  ];
  const topology = topologyOf({ ...fabric, problems });
  const tier = Uint8Array.from(topology.nodes, ({ type }) => Number(type === "switch"));
  const counts = countsOf(verdictsOf(topology, tier));
  expect([counts.get("fine"), counts.get("slow")]).toEqual([
    { links: 2, nodes: 0 },
    { links: 0, nodes: 1 },
  ]);
  const texts = [
    [1, 0],
    [0, 2],
    [1200, 1],
    [0, 0],
  ].map(([links = 0, nodes = 0]) => alikeText({ links, nodes }));
  expect(texts).toEqual(["1 link", "2 nodes", "1,200 links, 1 node", "none"]);
});
