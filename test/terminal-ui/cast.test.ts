import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countUntil, parseCast, schedule } from "../../renderer/terminal/cast.ts";
import { Playback } from "../../renderer/terminal/playback.ts";

const header = '{"version": 2, "width": 80, "height": 24, "timestamp": 1504467315, "title": "ls"}';

describe("parseCast", () => {
  it("reads the example of the format's description", () => {
    const cast = parseCast([
      header,
      '[0.248848, "o", "\\u001b[1;31mHello \\u001b[32mWorld!\\u001b[0m\\n"]',
      '[1.001376, "o", "That was ok\\rThis is better."]',
      '[1.500000, "m", ""]',
      '[2.143733, "r", "100x40"]',
      '[2.2, "i", "q"]',
      '[3.5, "o", "Now... "]',
    ]);
    expect(cast).toEqual({
      size: { cols: 80, rows: 24 },
      events: [
        { kind: "output", atMs: 249, data: "\u001b[1;31mHello \u001b[32mWorld!\u001b[0m\n" },
        { kind: "output", atMs: 1001, data: "That was ok\rThis is better." },
        { kind: "resize", atMs: 2144, cols: 100, rows: 40 },
        { kind: "output", atMs: 3500, data: "Now... " },
      ],
      durationMs: 3500,
      skipped: 0,
      truncated: false,
    });
  });

  it("goes on behind lines it cannot read and counts them", () => {
    const cast = parseCast([
      header,
      "not json",
      '["x", "o", "y"]',
      '[1, "o", "a"]',
      '[0.5, "o", "b"]',
      '[2, "r", "0x"]',
      "{}",
      '[3, "o"',
    ]);
    expect(cast.events).toEqual([
      { kind: "output", atMs: 1000, data: "a" },
      { kind: "output", atMs: 1000, data: "b" },
    ]);
    expect(cast.skipped).toBe(5);
  });

  it("bounds the size of the screen a file may ask for", () => {
    const cast = parseCast(['{"version": 2, "width": 9999, "height": 1}', '[0, "r", "9999x1"]']);
    expect(cast.size).toEqual({ cols: 500, rows: 2 });
    expect(cast.events).toEqual([{ kind: "resize", atMs: 0, cols: 500, rows: 2 }]);
  });

  it("is total: garbage gives an empty or shorter recording in order of time", () => {
    const value = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constant(header),
      fc.tuple(fc.double(), fc.constantFrom("o", "r", "i", "m"), fc.string()).map((event) => JSON.stringify(event)),
    );
    fc.assert(
      fc.property(fc.array(value), (lines) => {
        const cast = parseCast(lines);
        expect(cast.events.length + cast.skipped).toBeLessThanOrEqual(lines.length);
        let before = 0;
        for (const { atMs } of cast.events) {
          expect(atMs).toBeGreaterThanOrEqual(before);
          expect(Number.isFinite(atMs)).toBe(true);
          before = atMs;
        }
      }),
    );
  });
});

describe("schedule and countUntil", () => {
  const events = parseCast([header, '[1, "o", "a"]', '[61, "o", "b"]', '[62, "o", "c"]']).events;

  it("shortens pauses to the limit and leaves shorter ones", () => {
    expect(schedule(events, 3000)).toEqual([1000, 4000, 5000]);
    expect(schedule(events, Number.POSITIVE_INFINITY)).toEqual([1000, 61_000, 62_000]);
  });

  it("counts what is due", () => {
    expect([-1, 999, 1000, 4500, 9999].map((time) => countUntil([1000, 4000, 5000], time))).toEqual([0, 0, 1, 2, 3]);
  });
});

/** A screen that keeps what is on it: text since the last reset, and its size. */
function paper() {
  const state = { text: "", size: "" };
  const screen = {
    write: (data: string) => {
      const reset = data.lastIndexOf("\u001bc");
      state.text = reset < 0 ? state.text + data : data.slice(reset + 2);
    },
    resize: (cols: number, rows: number) => {
      state.size = `${cols}x${rows}`;
    },
  };
  return { state, screen };
}

describe("Playback", () => {
  const cast = parseCast([header, '[1, "o", "a"]', '[2, "r", "100x40"]', '[3, "o", "b"]', '[90, "o", "c"]']);

  it("draws what is due, in order, and ends", () => {
    const { state, screen } = paper();
    const playback = new Playback(cast, screen, 3000);
    expect(playback.durationMs).toBe(6000);
    playback.advance(999);
    expect(state).toEqual({ text: "", size: "80x24" });
    playback.advance(2);
    expect(state.text).toBe("a");
    playback.advance(2500);
    expect(state).toEqual({ text: "ab", size: "100x40" });
    expect(playback.ended).toBe(false);
    playback.advance(60_000);
    expect(state.text).toBe("abc");
    expect(playback.positionMs).toBe(6000);
    expect(playback.ended).toBe(true);
  });

  it("shows after any jumps what a straight replay shows at that time", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7000), { minLength: 1 }), (times) => {
        const jumped = paper();
        const straight = paper();
        const playback = new Playback(cast, jumped.screen, 3000);
        for (const time of times) playback.seek(time);
        new Playback(cast, straight.screen, 3000).seek(times.at(-1) ?? 0);
        expect(jumped.state).toEqual(straight.state);
      }),
    );
  });

  it("keeps the picture when pauses are shortened differently", () => {
    const { state, screen } = paper();
    const playback = new Playback(cast, screen, Number.POSITIVE_INFINITY);
    playback.seek(50_000);
    playback.setIdleLimit(1000);
    expect(state.text).toBe("ab");
    expect(playback.positionMs).toBe(3000);
    expect(playback.durationMs).toBe(4000);
  });
});
