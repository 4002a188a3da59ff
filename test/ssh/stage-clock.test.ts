/** The clock of an attempt to connect: every stage has its time, and thinking is free. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Stage } from "../../electron/ssh/faults.ts";
import { StageClock } from "../../electron/ssh/stage-clock.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function make() {
  const rung: Stage[] = [];
  return { rung, clock: new StageClock(100, (stage) => rung.push(stage)) };
}

test("each stage has the whole time, and the one that takes longer is named", () => {
  const { rung, clock } = make();
  vi.advanceTimersByTime(90);
  clock.enter("greeting");
  vi.advanceTimersByTime(90);
  clock.enter("authentication");
  vi.advanceTimersByTime(99);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual(["authentication"]);
  expect(clock.stage).toBe("authentication");
});

test("the clock stands while anybody is asked, and starts anew after the last answer", async () => {
  const { rung, clock } = make();
  const [one, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const asked = [clock.whileAsking(one.promise), clock.whileAsking(other.promise)];
  clock.enter("host key");
  vi.advanceTimersByTime(100_000);
  one.resolve("yes");
  expect(await asked[0]).toBe("yes");
  vi.advanceTimersByTime(100_000);
  expect([rung, clock.asking]).toEqual([[], true]);
  other.reject(new Error("dismissed"));
  await expect(asked[1]).rejects.toThrow("dismissed");
  expect(clock.asking).toBe(false);
  vi.advanceTimersByTime(99);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual(["host key"]);
});

test("a stopped clock never rings, whatever is entered or answered later", async () => {
  const { rung, clock } = make();
  const answer = Promise.withResolvers<string>();
  const asked = clock.whileAsking(answer.promise);
  clock.stop();
  clock.enter("authentication");
  answer.resolve("late");
  await asked;
  vi.advanceTimersByTime(100_000);
  expect(rung).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
