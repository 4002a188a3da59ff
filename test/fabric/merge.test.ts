import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeInto } from "../../electron/fabric/merge.ts";
import { Published } from "../../electron/published.ts";

const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, fc.constantFrom<unknown>(null, 0, 1, "a", true), tie("list"), tie("record")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  record: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
}));

test("whatever stood there, what is merged stands there then, and equal values are no change", () => {
  fc.assert(
    fc.property(json.record, json.record, (before, after) => {
      const state = new Published(structuredClone(before));
      state.update((draft) => mergeInto(draft, structuredClone(after)));
      expect(state.get()).toEqual(after);
      const now = state.get();
      state.update((draft) => mergeInto(draft, structuredClone(after)));
      expect(state.get()).toBe(now);
    }),
  );
});

test("one changed value among thousands is one patch", async () => {
  const value = () => ({
    nodes: Array.from({ length: 3000 }, (_, n) => ({ guid: String(n), ports: [{ state: "Active" }] })),
  });
  const state = new Published(value());
  const stop = new AbortController();
  const messages = state.watch(stop.signal);
  await messages.next();
  const changed = value();
  const port = changed.nodes[1234]?.ports[0];
  if (port) port.state = "Down";
  state.update((draft) => mergeInto(draft, changed));
  expect((await messages.next()).value).toMatchObject({
    patches: [{ op: "replace", path: ["nodes", 1234, "ports", 0, "state"], value: "Down" }],
  });
  stop.abort();
  await messages.return();
});

test("what the same change wrote before it is seen", () => {
  const state = new Published<{ a: { x: number; y: number }; b: number }>({ a: { x: 1, y: 1 }, b: 1 });
  state.update((draft) => {
    draft.a.x = 2;
    mergeInto(draft, { ...draft, b: 2 });
    mergeInto(draft.a, { x: 1, y: 3 });
  });
  expect(state.get()).toEqual({ a: { x: 1, y: 3 }, b: 2 });
});
