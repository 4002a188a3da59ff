import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LayoutStorage, loadLayout, pruneLayout, saveLayout } from "../../renderer/terminal/layout.ts";

/** What dockview 8 wrote for four terminals: a and b as tabs over c and d side by side, c maximised. */
const stored = JSON.parse(readFileSync(new URL("./fixtures/layout.json", import.meta.url), "utf8"));
const live = (...ids: string[]) => new Set(ids);

function memory(): LayoutStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

/** Terminals by group, in the order they are drawn. */
function groupsOf(layout: unknown): string[][] {
  const visit = (node: { type: string; data: unknown }): string[][] =>
    node.type === "leaf"
      ? [(node.data as { views: string[] }).views]
      : (node.data as { type: string; data: unknown }[]).flatMap(visit);
  return visit((layout as { grid: { root: { type: string; data: unknown } } }).grid.root);
}

describe("pruneLayout", () => {
  it("keeps everything while every terminal lives, but shows no group maximised", () => {
    const layout = pruneLayout(stored, live("a", "b", "c", "d"));
    expect(groupsOf(layout)).toEqual([["a", "b"], ["c"], ["d"]]);
    expect(Object.keys(layout?.panels ?? {})).toEqual(["a", "b", "c", "d"]);
    expect(layout?.grid).not.toHaveProperty("maximizedNode");
    expect(layout?.activeGroup).toBe(stored.activeGroup);
  });

  it("drops terminals that are gone, and groups left without one", () => {
    const layout = pruneLayout(stored, live("b", "d", "unknown"));
    expect(groupsOf(layout)).toEqual([["b"], ["d"]]);
    expect(Object.keys(layout?.panels ?? {})).toEqual(["b", "d"]);
  });

  it("gives nothing back when no terminal is left", () => {
    expect(pruneLayout(stored, live())).toBeNull();
  });

  it("is total on garbage and shows each terminal at most once", () => {
    const leaf = fc.record({
      type: fc.constant("leaf"),
      data: fc.record({ views: fc.array(fc.constantFrom("a", "b", "c")), id: fc.constantFrom("1", "2", "3") }),
    });
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.record({ type: fc.constant("branch"), data: fc.array(tie("node")) }),
        fc.jsonValue(),
      ),
    }));
    const layouts = node.map((root) => ({ ...stored, grid: { ...stored.grid, root }, panels: stored.panels }));
    fc.assert(
      fc.property(fc.oneof(layouts, fc.jsonValue()), (value) => {
        const layout = pruneLayout(value, live("a", "b"));
        if (layout === null) return;
        const shown = groupsOf(layout).flat();
        expect(shown.length).toBeGreaterThan(0);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.every((id) => id === "a" || id === "b")).toBe(true);
        expect(Object.keys(layout.panels).toSorted()).toEqual(shown.toSorted());
      }),
    );
  });
});

describe("loadLayout and saveLayout", () => {
  it("keeps one layout per lab and prefers this window's", () => {
    const window = memory();
    const profile = memory();
    saveLayout([profile], "/a.yaml", stored);
    expect(loadLayout([window, profile], "/b.yaml", live("a"))).toBeNull();
    expect(groupsOf(loadLayout([window, profile], "/a.yaml", live("a", "c")))).toEqual([["a"], ["c"]]);
    saveLayout([window], "/a.yaml", pruneLayout(stored, live("d")));
    expect(groupsOf(loadLayout([window, profile], "/a.yaml", live("a", "d")))).toEqual([["d"]]);
  });

  it("lives with a storage that refuses or holds something else", () => {
    const broken: LayoutStorage = {
      getItem: () => {
        throw new Error("denied");
      },
      setItem: () => {
        throw new Error("full");
      },
    };
    const foreign = memory();
    foreign.kept.set("halfrack.terminal.layout:", "{ not json");
    saveLayout([broken], null, stored);
    expect(loadLayout([broken, foreign], null, live("a"))).toBeNull();
  });
});
