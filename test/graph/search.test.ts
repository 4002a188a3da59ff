import { expect, test } from "vitest";
import { search } from "../../renderer/graph/search.ts";
import { shortName, topologyOf } from "../../renderer/graph/topology.ts";
import { fabricOf, guidOf } from "./fabrics.ts";

const topology = topologyOf(fabricOf(["h10-l1", "h1-l1", "h2-l1"]));
const { nodes } = topology;
const names = (query: string) => search(topology, query).nodes.map((node) => nodes[node]?.description);

test("a whole name stands before its beginnings, beginnings in the order people count", () => {
  expect(names("h1")).toEqual(["h1", "h10"]);
  expect(names("H")).toEqual(["h1", "h2", "h10"]);
  expect(names("nobody")).toEqual([]);
  expect(names("  ")).toEqual([]);
});

test("a GUID is found by its first digits, with and without 0x and leading zeros", () => {
  const guid = guidOf("h10");
  for (const query of [
    guid,
    guid.toUpperCase().replace("0X", "0x"),
    guid.slice(2),
    guid.slice(2).replace(/^0+/, "").slice(0, 8),
  ])
    expect(names(query), query).toContain("h10");
});

test("a number is a LID first", () => {
  const lid = nodes.find(({ description }) => description === "l1")?.ports[0]?.lid;
  expect(names(`lid ${lid}`)).toEqual(["l1"]);
  expect(names(`${lid}`)[0]).toBe("l1");
});

test("many are counted, some are shown", () => {
  const many = topologyOf(fabricOf(Array.from({ length: 100 }, (_, n) => `h${n}-l1`)));
  const found = search(many, "h");
  expect([found.total, found.nodes.length]).toEqual([100, 60]);
});

test("a managed switch is called as its admin calls it", () => {
  expect(shortName({ description: "MF0;leaf01:SX6036/U1", guid: "0x1" })).toBe("leaf01");
  expect(shortName({ description: "node1 mlx4_0", guid: "0x1" })).toBe("node1 mlx4_0");
  expect(shortName({ description: "", guid: "0x0000000000000001" })).toBe("0x0000000000000001");
});
