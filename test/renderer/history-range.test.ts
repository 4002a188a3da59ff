/** What a chart shows: the axis of its values, and what of an asked range is without readings. */
import { expect, test } from "vitest";
import { unreadIn, valueRange } from "../../renderer/history/figures.ts";

const range = { fromMs: 1000, toMs: 2000, bucketMs: 10 };
const between = (from: number, to: number) => Array.from({ length: (to - from) / 10 }, (_, n) => from + n * 10);

test.each([
  ["all of it where nothing was read", [], [[1000, 2000]]],
  ["none where all was read", between(1000, 2000), []],
  ["what is before the first reading", between(1900, 2000), [[1000, 1900]]],
  [
    "a hole, in whatever order it is told",
    between(1000, 2000)
      .filter((at) => at < 1500 || at > 1600)
      .reverse(),
    [[1500, 1610]],
  ],
  ["what is after the last reading", between(1000, 1700), [[1700, 2000]]],
  ["no reading that came late, and none that is still to come", between(1000, 1980).filter((at) => at !== 1400), []],
])("%s", (_, known, unread) => {
  expect(unreadIn(known, range).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual(unread);
});

test("an axis goes from 0 to above the largest value, and to 1 where no value is above 0", () => {
  expect(valueRange(100)).toEqual([0, 108]);
  expect(valueRange(0.01)).toEqual([0, 0.0108]);
  expect([valueRange(0), valueRange(null)]).toEqual([
    [0, 1],
    [0, 1],
  ]);
});
