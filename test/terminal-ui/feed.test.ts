import { afterEach, describe, expect, test, vi } from "vitest";
import { Feed } from "../../renderer/terminal/feed.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A terminal that parses one write for each call of `parse`. */
function createParser() {
  const writes: { readonly data: string; readonly parsed: () => void }[] = [];
  let text = "";
  return {
    write: (data: string, parsed: () => void) => {
      writes.push({ data, parsed });
    },
    get given() {
      return writes.length;
    },
    get text() {
      return text;
    },
    parse() {
      const next = writes.shift();
      if (!next) throw new Error("nothing was written");
      text += next.data;
      next.parsed();
    },
  };
}

describe("feed", () => {
  test("gives output in order, a turn at a time, and tells when each piece was parsed", async () => {
    const parser = createParser();
    const feed = new Feed(parser.write);
    const parsed: string[] = [];
    const large = "x".repeat(100 * 1024);
    for (const [name, data] of Object.entries({ a: "a", b: large, c: large, d: "d" })) {
      feed.push(data, () => parsed.push(name));
    }
    expect(parser.given).toBe(1);
    parser.parse();
    await vi.waitFor(() => expect(parser.given).toBe(2));
    expect(parsed).toEqual(["a"]);
    parser.parse();
    feed.push("e", () => parsed.push("e"));
    parser.parse();
    await vi.waitFor(() => expect(parser.given).toBe(2));
    parser.parse();
    parser.parse();
    expect(parsed).toEqual(["a", "b", "c", "d", "e"]);
    expect(parser.text).toBe(`a${large}${large}de`);
  });

  test("a keystroke's echo is handed over at once", () => {
    const parser = createParser();
    const feed = new Feed(parser.write);
    feed.push("k");
    parser.parse();
    feed.push("e");
    parser.parse();
    expect(parser.text).toBe("ke");
    expect(feed.flooding).toBe(false);
  });

  test("a flood is one while it lasts", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const feed = new Feed(createParser().write);
    for (let tenth = 0; tenth < 5; tenth += 1) {
      feed.push("x".repeat(70 * 1024));
      vi.advanceTimersByTime(100);
      expect(feed.flooding).toBe(true);
    }
    vi.advanceTimersByTime(200);
    expect(feed.flooding).toBe(false);
    for (let tenth = 0; tenth < 5; tenth += 1) {
      feed.push("x".repeat(20 * 1024));
      vi.advanceTimersByTime(100);
      expect(feed.flooding).toBe(false);
    }
  });

  test("nothing is written after it was closed", () => {
    const parser = createParser();
    const feed = new Feed(parser.write);
    feed.push("a");
    feed.push("b");
    feed.close();
    parser.parse();
    feed.push("c");
    expect(parser.given).toBe(0);
  });
});
