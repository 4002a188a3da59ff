/** Which boots ended in order: from real `last` over records that were written here, and from journalctl's documented forms. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastGoodBoot, readBoots, readLast, readListed } from "../../electron/logs/find/boots.ts";

const first = Date.UTC(2023, 10, 14, 22, 13, 20);
const minute = 60_000;
const nothing = { bootedAt: null, reached: "", state: "", last: "", boots: "", stops: "" };

interface UtmpRecord {
  readonly type: 1 | 2;
  readonly user: "reboot" | "shutdown" | "runlevel";
  readonly at: number;
}

/** `struct utmp` of glibc on 64-bit Linux: type, line, id, user, host, time. */
function wtmp(records: readonly UtmpRecord[]): Buffer {
  return Buffer.concat(
    records.map(({ type, user, at }) => {
      const record = Buffer.alloc(384);
      record.writeInt16LE(type, 0);
      record.write("~", 8, "latin1");
      record.write("~~", 40, "latin1");
      record.write(user, 44, "latin1");
      record.write("5.10.0-8-amd64", 76, "latin1");
      record.writeInt32LE(Math.floor(at / 1000), 340);
      return record;
    }),
  );
}

function realLast(records: readonly UtmpRecord[]): string {
  const dir = mkdtempSync(join(tmpdir(), "halfrack-wtmp-"));
  try {
    writeFileSync(join(dir, "wtmp"), wtmp(records));
    const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
    const argv = ["-f", join(dir, "wtmp"), "-x", "-F", "-n", "400", "reboot", "shutdown"];
    return execFileSync("last", argv, { encoding: "utf8", env });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const started = (minutes: number): UtmpRecord => ({ type: 2, user: "reboot", at: first + minutes * minute });
const shutDown = (minutes: number): UtmpRecord => ({ type: 1, user: "shutdown", at: first + minutes * minute });

const whyNoLast = (() => {
  try {
    execFileSync("last", ["-n", "1"], { stdio: "ignore" });
    return "";
  } catch {
    return "no last (Debian: util-linux-extra or util-linux)";
  }
})();

describe.skipIf(whyNoLast)(`boots by wtmp ${whyNoLast}`, () => {
  test("a shutdown makes a boot good, a start with none before it makes the one before bad", () => {
    const last = realLast([started(0), shutDown(60), started(100), started(200)]);
    expect(readBoots({ ...nothing, last, bootedAt: first + 200 * minute })).toEqual([
      { startedAt: first + 200 * minute, endedAt: null, good: null },
      { startedAt: first + 100 * minute, endedAt: first + 200 * minute, good: false },
      { startedAt: first, endedAt: first + 60 * minute, good: true },
    ]);
  });

  test("the boot that runs is good once systemd reached its target, and bad in rescue mode", () => {
    const last = realLast([started(0), started(100)]);
    const bootedAt = first + 100 * minute;
    const good = (told: object) => readBoots({ ...nothing, last, bootedAt, ...told })[0]?.good;
    expect(good({ reached: "active", state: "degraded" })).toBe(true);
    expect(good({ reached: "active", state: "maintenance" })).toBe(false);
    expect(good({ reached: "inactive", state: "starting" })).toBeNull();
  });

  test("the last good boot is the newest that is known to be good", () => {
    const crashed = realLast([started(0), shutDown(60), started(100), started(200)]);
    expect(lastGoodBoot(readBoots({ ...nothing, last: crashed }))?.startedAt).toBe(first);
    expect(lastGoodBoot(readBoots({ ...nothing, last: realLast([started(0)]) }))).toBeNull();
  });

  test("a clock that was set by minutes at boot does not make two boots of one", () => {
    const last = realLast([started(0), shutDown(60), started(100)]);
    expect(readBoots({ ...nothing, last, bootedAt: first + 102 * minute }).map((boot) => boot.endedAt)).toEqual([
      null,
      first + 60 * minute,
    ]);
  });
});

describe("boots by the journal", () => {
  const older = "1".repeat(32);
  const newer = "2".repeat(32);
  const running = "3".repeat(32);
  // logs-show.c and journalctl.c of systemd: `% *i ID first—last` up to 251
  const listed = [
    `-2 ${older} Tue 2023-11-14 22:13:20 UTC—Tue 2023-11-14 23:13:20 UTC`,
    `-1 ${newer} Tue 2023-11-14 23:53:20 UTC—Wed 2023-11-15 00:20:00 UTC`,
    ` 0 ${running} Wed 2023-11-15 01:33:20 UTC—Wed 2023-11-15 02:00:00 UTC`,
  ].join("\n");
  const stop = (id: string, at: number) =>
    JSON.stringify({ __REALTIME_TIMESTAMP: `${at * 1000}`, _BOOT_ID: id, MESSAGE: "Journal stopped" });

  test("a journal that stopped at the boot's end was stopped in order; one that stopped at its start was the initial RAM disk's", () => {
    const stops = [stop(older, first + 60 * minute), stop(newer, first + 100 * minute + 3000)].join("\n");
    expect(readBoots({ ...nothing, boots: listed, stops, bootedAt: first + 200 * minute })).toEqual([
      { startedAt: first + 200 * minute, endedAt: null, good: null },
      { startedAt: Date.UTC(2023, 10, 14, 23, 53, 20), endedAt: Date.UTC(2023, 10, 15, 0, 20), good: null },
      { startedAt: first, endedAt: first + 60 * minute, good: true },
    ]);
  });

  test("both forms of the list are read", () => {
    // from systemd 252 on, a table
    const table = [
      "IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY",
      ` -1 ${older} Tue 2023-11-14 22:13:20 UTC Tue 2023-11-14 23:13:20 UTC`,
      `  0 ${running} Wed 2023-11-15 01:33:20 UTC Wed 2023-11-15 02:00:00 UTC`,
    ].join("\n");
    expect(readListed(table).map((boot) => boot.id)).toEqual([running, older]);
    expect(readListed(listed).map((boot) => boot.id)).toEqual([running, newer, older]);
  });

  test("where nothing but the kernel tells, one boot is known and whether it is good is not", () => {
    expect(readBoots({ ...nothing, bootedAt: first })).toEqual([{ startedAt: first, endedAt: null, good: null }]);
    expect(readBoots(nothing)).toEqual([]);
  });
});

test("any text gives boots in order, each ending after the next older one began", () => {
  const word = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.constantFrom(
      "reboot   system boot  x  Tue Nov 14 22:13:20 2023",
      "shutdown system down x Tue Feb 31 29:61:61 9999",
    ),
    fc.constant(` -1 ${"a".repeat(32)} Tue 2023-11-14 22:13:20 UTC Tue 9999-99-14 23:13:20 UTC`),
  );
  const text = fc.array(word, { maxLength: 8 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(fc.option(fc.nat(2 ** 41)), text, text, text, (bootedAt, last, boots, stops) => {
      const starts = readBoots({ ...nothing, bootedAt, last, boots, stops }).map((boot) => boot.startedAt);
      expect(starts).toEqual(starts.toSorted((a, b) => b - a));
      expect(starts.every(Number.isFinite)).toBe(true);
      expect(readLast(last).every(({ at }) => Number.isFinite(at))).toBe(true);
    }),
  );
});
