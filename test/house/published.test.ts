/** State from its owner to a mirror: whatever happens, the mirror ends up equal to the truth. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Published } from "../../electron/published.ts";
import { follow } from "../../renderer/mirror.ts";

interface State {
  devices: Record<string, { n: number; tags: string[] }>;
  list: number[];
}

const change = fc.oneof(
  fc.record({ op: fc.constant("set" as const), key: fc.constantFrom("a", "b", "c", "__proto__x"), n: fc.integer() }),
  fc.record({ op: fc.constant("drop" as const), key: fc.constantFrom("a", "b", "c") }),
  fc.record({ op: fc.constant("push" as const), n: fc.integer() }),
  fc.record({ op: fc.constant("shift" as const) }),
);

function apply(published: Published<State>, step: { op: string; key?: string; n?: number }): void {
  published.update((draft) => {
    if (step.op === "set" && step.key) draft.devices[step.key] = { n: step.n ?? 0, tags: [String(step.n)] };
    if (step.op === "drop" && step.key) delete draft.devices[step.key];
    if (step.op === "push") draft.list.push(step.n ?? 0);
    if (step.op === "shift") draft.list.shift();
  });
}

it("mirrors any sequence of changes, however they fall between reads", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 20 }), async (batches) => {
      const published = new Published<State>({ devices: {}, list: [] });
      const watch = published.watch();
      let mirrored: State | null = null;
      let seq = -1;
      const read = async () => {
        const { value: message } = await watch.next();
        if (!message) throw new Error("the watch ended");
        const next = follow<State>(mirrored, seq, JSON.parse(JSON.stringify(message)));
        if (!next) throw new Error("a message was missed");
        mirrored = next.value;
        seq = next.seq;
      };
      await read();
      for (const batch of batches) {
        const before = published.get();
        for (const step of batch) apply(published, step);
        if (published.get() !== before) await read();
        expect(mirrored).toEqual(published.get());
      }
      await watch.return();
    }),
  );
});

it("gives a watcher that fell far behind a fresh snapshot instead of an endless backlog", async () => {
  const published = new Published<{ n: number }>({ n: 0 });
  const watch = published.watch();
  await watch.next();
  for (let n = 1; n <= 5000; n += 1) {
    published.update((draft) => {
      draft.n = n;
    });
  }
  expect((await watch.next()).value).toEqual({ kind: "snapshot", seq: 1, value: { n: 5000 } });
  await watch.return();
});

it("tells how many watch, so that work can stop when nobody does", async () => {
  const published = new Published<{ n: number }>({ n: 0 });
  const counts: number[] = [];
  published.onAudience((watchers) => counts.push(watchers));
  const letGo = new AbortController();
  const watch = published.watch(letGo.signal);
  await watch.next();
  const ended = watch.next();
  letGo.abort();
  expect(await ended).toEqual({ done: true, value: undefined });
  expect(counts).toEqual([1, 0]);
});

it("asks for a new start when a message was missed", () => {
  const patch = { kind: "patch" as const, seq: 5, patches: [] };
  expect(follow({ n: 1 }, 3, patch)).toBeNull();
  expect(follow(null, 4, patch)).toBeNull();
  expect(follow({ n: 1 }, 4, patch)).toEqual({ value: { n: 1 }, seq: 5 });
});
