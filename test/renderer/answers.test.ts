/** Which question a value answers: what is done with an answer must be done with the one that is shown as the present. */
import { expect, test } from "vitest";
import { knownOf, nothingKnown } from "../../renderer/kit/answers.ts";

const fault = { code: "host.gone", title: "", detail: "", next: "" };
const first = { key: "first", value: 1 };

test("nothing is known at first", () => {
  expect(knownOf(nothingKnown, "first", true)).toEqual({ value: null, current: false, fault: null });
});

test("an answer is current for its own question only, and stays for the next where it is to", () => {
  const known = { answered: first, failed: null };
  expect(knownOf(known, "first", false)).toEqual({ value: 1, current: true, fault: null });
  expect(knownOf(known, "second", true)).toEqual({ value: 1, current: false, fault: null });
  expect(knownOf(known, "second", false)).toEqual({ value: null, current: false, fault: null });
});

test("a kept answer is not the present question's while that failed, nor while it is asked again", () => {
  const failed = { answered: first, failed: { key: "second", fault } };
  expect(knownOf(failed, "second", true)).toEqual({ value: 1, current: false, fault });
  expect(knownOf({ ...failed, failed: null }, "second", true)).toEqual({ value: 1, current: false, fault: null });
});

test("an answer whose question fails when asked anew stays, with its fault", () => {
  const failed = { answered: first, failed: { key: "first", fault } };
  expect(knownOf(failed, "first", false)).toEqual({ value: 1, current: false, fault });
  expect(knownOf(failed, "second", true)).toEqual({ value: 1, current: false, fault: null });
});
