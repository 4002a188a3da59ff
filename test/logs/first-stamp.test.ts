/** How far back a text log reaches: the first stamp in its beginning, in the forms that system logs have. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { firstStamp } from "../../electron/logs/find/first-stamp.ts";

const around = { zoneMinutes: 60, bootedAt: Date.UTC(2026, 0, 1), modifiedAt: Date.UTC(2026, 0, 3, 12) };
const at = (...[year, month, ...rest]: [number, number, number, number, number, number]) =>
  Date.UTC(year, month - 1, ...rest);

describe("the first stamp", () => {
  test.each([
    ["2026-01-02T03:04:05.678901+01:00 node1 kernel: x", at(2026, 1, 2, 2, 4, 5) + 678],
    ["2026-01-02T03:04:05Z x", at(2026, 1, 2, 3, 4, 5)],
    ["2026-01-02 03:04:05 startup archives unpack", at(2026, 1, 2, 2, 4, 5)],
    ["Start-Date: 2026-01-02  03:04:05", at(2026, 1, 2, 2, 4, 5)],
    ["Jan  2 03:04:05 node1 kernel: x", at(2026, 1, 2, 2, 4, 5)],
    ["Dec 31 23:59:59 node1 kernel: x", at(2025, 12, 31, 22, 59, 59)],
    ["Fri Jan  2 03:04:05 2026 : x", at(2026, 1, 2, 2, 4, 5)],
    ['10.0.0.1 - - [02/Jan/2026:03:04:05 +0100] "GET /"', at(2026, 1, 2, 2, 4, 5)],
    ["type=DAEMON_START msg=audit(1767323045.123:1): op=start", 1_767_323_045_123],
    ["[    0.500000] Linux version", Date.UTC(2026, 0, 1) + 500],
    ["INFO: 2026-01-02 03:04:05,250 x", at(2026, 1, 2, 2, 4, 5) + 250],
    ["# a banner\n\n2026-01-02T03:04:05Z x", at(2026, 1, 2, 3, 4, 5)],
  ])("%s", (line, expected) => {
    expect(firstStamp(`${line}\n`, around)).toBe(expected);
  });

  test.each(["", "no stamp", "0000-00-00T00:00:00Z", "2026-13-01 00:00:00", "Foo  2 03:04:05 x", "Feb 30 03:04:05 x"])(
    "%j has none",
    (text) => {
      expect(firstStamp(text, around)).toBeNull();
    },
  );

  test("29 February without a year is of the last leap year", () => {
    expect(firstStamp("Feb 29 00:00:00 x", { ...around, zoneMinutes: 0 })).toBe(at(2024, 2, 29, 0, 0, 0));
  });

  test("a stamp that needs what is not known is none", () => {
    const unknown = { zoneMinutes: 0, bootedAt: null, modifiedAt: null };
    expect(firstStamp("[    0.500000] x", unknown)).toBeNull();
    expect(firstStamp("Jan  2 03:04:05 x", unknown)).toBeNull();
  });

  test("any text gives a time of these decades or none", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const found = firstStamp(text, around);
        expect(found === null || (found >= Date.UTC(1990, 0) && found < Date.UTC(2100, 0))).toBe(true);
      }),
    );
  });
});
