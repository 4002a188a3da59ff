import fc from "fast-check";
import { applyPatches, enablePatches, type Patch as ImmerPatch } from "immer";
import { expect, test } from "vitest";
import type { Patch } from "../../electron/contract/base.ts";
import { become, merge } from "../../electron/fabric/merge.ts";
import { Published } from "../../electron/published.ts";
import { atOnce } from "../../electron/steps.ts";

enablePatches();

const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, fc.constantFrom<unknown>(null, 0, 1, "a", true), tie("list"), tie("record")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  record: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
}));

test("whatever stood there, what is merged stands there then, and equal values are no change", () => {
  fc.assert(
    fc.property(json.record, json.record, (before, after) => {
      const state = new Published(structuredClone(before));
      become(state, structuredClone(after));
      expect(state.get()).toEqual(after);
      const now = state.get();
      become(state, structuredClone(after));
      expect(state.get()).toBe(now);
    }),
  );
});

test("the patches lead from what stood there to what is merged", () => {
  fc.assert(
    fc.property(json.record, json.record, (before, after) => {
      const patches: Patch[] = [];
      atOnce(merge(before, structuredClone(after), patches));
      expect(applyPatches(before as object, structuredClone(patches) as ImmerPatch[])).toEqual(after);
    }),
  );
});

const thousands = () => ({
  nodes: Array.from({ length: 3000 }, (_, n) => ({ guid: String(n), ports: [{ state: "Active" }] })),
});

function oneDown() {
  const value = thousands();
  const port = value.nodes[1234]?.ports[0];
  if (port) port.state = "Down";
  return value;
}

test("one changed value among thousands is one patch, and all others are the objects they were", async () => {
  const before = thousands();
  const state = new Published(before);
  const stop = new AbortController();
  const messages = state.watch(stop.signal);
  await messages.next();
  become(state, oneDown());
  expect((await messages.next()).value).toMatchObject({
    patches: [{ op: "replace", path: ["nodes", 1234, "ports", 0, "state"], value: "Down" }],
  });
  expect(state.get().nodes.flatMap((node, index) => (node === before.nodes[index] ? [] : [index]))).toEqual([1234]);
  stop.abort();
  await messages.return();
});

test("immer changes what was merged without looking into what is new", () => {
  const state = new Published<{ one: object | null; other: number }>({ one: null, other: 1 });
  const port = { state: "Active" };
  become(state, { one: { ports: [port] }, other: 1 });
  state.update((draft) => {
    draft.other = 2;
  });
  expect(state.get()).toEqual({ one: { ports: [{ state: "Active" }] }, other: 2 });
  expect(Object.isFrozen(port)).toBe(false);
});

test("thousands are looked at in several steps, some at once", () => {
  expect([...merge(thousands(), oneDown(), [])].length).toBeGreaterThan(10);
  expect([...merge({ nodes: [1, 2, 3] }, { nodes: [1, 2, 4] }, [])]).toEqual([]);
});
