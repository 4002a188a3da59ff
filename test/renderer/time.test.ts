/** Times and numbers are written alike, whatever the system's language is. */
import { expect, test } from "vitest";
import { countText, momentText, numberText, sinceText } from "../../renderer/kit/time.ts";

const at = new Date(2026, 10, 2, 7, 4, 33).getTime();

test("a moment is its day as ISO 8601 writes it and the time of 24 hours; today's needs no day", () => {
  expect(momentText(at)).toBe("2026-11-02 07:04:33");
  expect(sinceText(at, at + 3_600_000)).toBe("07:04:33");
  expect(sinceText(at, at + 86_400_000)).toBe("2026-11-02 07:04:33");
  expect(momentText(new Date(2026, 10, 2, 0, 0, 0).getTime())).toBe("2026-11-02 00:00:00");
});

test("numbers are grouped and have a point; one thing is one", () => {
  expect(numberText(12_345.5)).toBe("12,345.5");
  expect([0, 1, 1200].map((count) => countText(count, "reading"))).toEqual([
    "0 readings",
    "1 reading",
    "1,200 readings",
  ]);
});
