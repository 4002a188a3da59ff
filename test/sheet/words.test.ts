/** Times on a sheet, which is read elsewhere and later than it was made. */
import { afterEach, expect, test, vi } from "vitest";
import { timeText } from "../../electron/sheet/words.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ["UTC", "2026-07-02 15:04 UTC"],
  ["Europe/Berlin", "2026-07-02 17:04 UTC+02:00"],
  ["Asia/Kolkata", "2026-07-02 20:34 UTC+05:30"],
  ["America/St_Johns", "2026-07-02 12:34 UTC-02:30"],
])("in %s a time has its zone", (zone, text) => {
  vi.stubEnv("TZ", zone);
  expect(timeText(Date.UTC(2026, 6, 2, 15, 4))).toBe(text);
});
