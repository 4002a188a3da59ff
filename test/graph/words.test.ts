import { expect, test } from "vitest";
import { numbersText, tierWords } from "../../renderer/graph/words.ts";
import { numberText } from "../../renderer/kit/time.ts";

test("tiers have the field's names as far as it has any", () => {
  const names = (top: number) => Array.from({ length: top + 1 }, (_, tier) => tierWords(tier, top));
  expect(names(1)).toEqual(["Hosts", "Switches"]);
  expect(names(2)).toEqual(["Hosts", "Leaf switches", "Spine switches"]);
  expect(names(3)).toEqual(["Hosts", "Leaf switches", "Spine switches", "Core switches"]);
  expect(names(4).slice(2)).toEqual(["Switches, tier 2", "Switches, tier 3", "Switches, tier 4"]);
});

test("thousands stand apart", () => expect(numberText(6802)).toBe("6,802"));

test("numbers in a row are a range", () => {
  const texts = [[], [3], [1, 2], [6, 7, 8], [1, 4, 5, 6, 9]].map(numbersText);
  expect(texts).toEqual(["", "3", "1, 2", "6 to 8", "1, 4 to 6 and 9"]);
});
