/** Questions to the admin: asked once, answered for all who wait, withdrawn when nobody does. */
import { expect, test } from "vitest";
import type { SshState } from "../../electron/contract/ssh.ts";
import { Published } from "../../electron/published.ts";
import { type NewQuestion, Questions } from "../../electron/ssh/questions.ts";
import { rejectedWith } from "./bench.ts";

const question: NewQuestion = {
  kind: "secret",
  device: "node01",
  secret: "password",
  subject: "root@node01:22",
  instructions: "",
  prompts: [{ text: "Password", echo: false }],
  again: false,
};
const right = { kind: "secret", values: ["letmein"], remember: false } as const;
const never = () => new AbortController().signal;

function make() {
  const state = new Published<SshState>({ connections: {}, questions: [], changedKeys: [] });
  const questions = new Questions(state);
  return { state, questions, open: () => state.get().questions, id: () => state.get().questions[0]?.id ?? "" };
}

test("the same question is put once, and its answer given to all; the first asker hears of it first", async () => {
  const { questions, open, id } = make();
  const heard: string[] = [];
  const first = questions.ask("a", question, never(), () => heard.push("first"));
  const second = questions.ask("a", question, never(), () => heard.push("second"));
  const other = questions.ask("b", { ...question, device: "node02" }, never());
  expect(open()).toEqual([
    { ...question, id: expect.any(String), askedAt: expect.any(Number) },
    { ...question, device: "node02", id: expect.any(String), askedAt: expect.any(Number) },
  ]);
  questions.answer(id(), right);
  expect(heard).toEqual(["first"]);
  expect(await Promise.all([first, second])).toEqual([right, right]);
  expect(open().map((left) => left.device)).toEqual(["node02"]);
  questions.answer(id(), null);
  expect(await rejectedWith(other)).toMatchObject({ code: "ssh.dismissed", subject: "node02" });
});

test("it stays while anybody waits, and is withdrawn with the last", async () => {
  const { questions, open, id } = make();
  const [one, other] = [new AbortController(), new AbortController()];
  const first = questions.ask("a", question, one.signal);
  const second = questions.ask("a", question, other.signal);
  const asked = id();
  one.abort(new Error("one gave up"));
  await expect(first).rejects.toThrow("one gave up");
  expect(open()).toHaveLength(1);
  other.abort(new Error("the other too"));
  await expect(second).rejects.toThrow("the other too");
  expect(open()).toEqual([]);
  expect(() => questions.answer(asked, right)).toThrow("no longer open");
});

test("who has given up before asking puts no question", async () => {
  const { questions, open } = make();
  await expect(questions.ask("a", question, AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
  expect(open()).toEqual([]);
});

test("after an answer the same may be asked anew", async () => {
  const { questions, id, open } = make();
  const first = questions.ask("a", question, never());
  const before = id();
  questions.answer(before, right);
  const second = questions.ask("a", { ...question, again: true }, never());
  expect(open()).toMatchObject([{ again: true }]);
  expect(id()).not.toBe(before);
  questions.answer(id(), right);
  expect(await Promise.all([first, second])).toEqual([right, right]);
});

test("an answer of the wrong kind or length is refused, and the question stays", async () => {
  const { questions, id, open } = make();
  const asked = questions.ask("a", question, never());
  const code = (answer: Parameters<Questions["answer"]>[1]) =>
    rejectedWith((async () => questions.answer(id(), answer))());
  expect(await code({ kind: "trust", remember: true })).toMatchObject({ code: "ssh.bad-answer", subject: "node01" });
  expect(await code({ ...right, values: [] })).toMatchObject({ code: "ssh.bad-answer" });
  expect(await code({ ...right, values: ["letmein", "more"] })).toMatchObject({ code: "ssh.bad-answer" });
  expect(JSON.stringify(await code({ ...right, values: ["letmein", "more"] }))).not.toContain("letmein");
  expect(open()).toHaveLength(1);
  questions.answer(id(), right);
  await asked;
});
