/** Which of several drops is shown: the newest, whichever is read last. */
import { beforeEach, expect, test, vi } from "vitest";

const answers = new Map<string, PromiseWithResolvers<AsyncIterable<string>>>();
vi.mock("../../renderer/kit/base64.ts", () => ({ base64Of: async () => "" }));
vi.mock("../../renderer/stores.ts", () => ({ go: () => undefined }));
vi.mock("../../renderer/client.ts", () => ({
  client: {
    fabric: {
      drop: async ({ name }: { name: string }) => ({ drop: name }),
      readParts: ({ drop }: { drop: string }) => {
        const { promise, resolve, reject } = Promise.withResolvers<AsyncIterable<string>>();
        answers.set(drop, { promise, resolve, reject });
        return promise;
      },
    },
  },
}));

beforeEach(() => {
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  answers.clear();
});

const item = (name: string) =>
  ({ webkitGetAsEntry: () => null, getAsFile: () => new File(["x"], name) }) as unknown as DataTransferItem;

async function dropBoth() {
  const { openDropped } = await import("../../renderer/graph/saved.ts");
  const { useGraph } = await import("../../renderer/graph/store.ts");
  useGraph.setState({ saved: null, fault: null, reading: null });
  const drops = [openDropped([item("first")]), openDropped([item("second")])];
  await vi.waitFor(() => expect(answers.size).toBe(2));
  return { drops, useGraph };
}
async function* nothing() {
  yield JSON.stringify({ nodes: [], links: [], problems: [] });
}

test("a drop that is read after a newer one takes nothing of its place", async () => {
  const { drops, useGraph } = await dropBoth();
  answers.get("second")?.resolve(nothing());
  await drops[1];
  answers.get("first")?.resolve(nothing());
  await drops[0];
  expect(useGraph.getState()).toMatchObject({ saved: { names: ["second"] }, reading: null, fault: null });
});

test("while a newer drop is read, neither the older's answer nor its fault is shown", async () => {
  const { drops, useGraph } = await dropBoth();
  answers.get("first")?.reject(new Error("cut"));
  await drops[0];
  expect(useGraph.getState()).toMatchObject({ saved: null, reading: "second", fault: null });
  answers.get("second")?.resolve(nothing());
  await drops[1];
  expect(useGraph.getState()).toMatchObject({ saved: { names: ["second"] }, reading: null, fault: null });
});
