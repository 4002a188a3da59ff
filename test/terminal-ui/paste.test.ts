import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  analysePaste,
  asOneLine,
  makeVisible,
  pastePayload,
  withoutTrailingNewline,
} from "../../renderer/terminal/paste.ts";

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u001b", "\u009b", "\n", "\r", "\t", "\u0003", "a", "[201~", "\u202e"),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
});

describe("analysePaste", () => {
  it("lets a plain word through", () => {
    expect(analysePaste("uname -a", false)).toEqual({
      text: "uname -a",
      lines: 1,
      endsWithNewline: false,
      removed: 0,
      hidden: 0,
      reasons: [],
    });
  });

  it("asks before lines run, and counts them as a reader does", () => {
    expect(analysePaste("echo a\r\necho b\r\n", false)).toEqual({
      text: "echo a\necho b\n",
      lines: 2,
      endsWithNewline: true,
      removed: 0,
      hidden: 0,
      reasons: ["lines"],
    });
  });

  it("asks before one line runs by the line break at its end", () => {
    expect(analysePaste("reboot\n", false).reasons).toEqual(["lines"]);
  });

  it("trusts a program that takes pastes in brackets with lines, not with control or hidden characters", () => {
    expect(analysePaste("a\nb\n", true).reasons).toEqual([]);
    expect(analysePaste("a\u001b[201~\nb\u202e", true)).toEqual({
      text: "a[201~\nb\u202e",
      lines: 2,
      endsWithNewline: false,
      removed: 1,
      hidden: 1,
      reasons: ["controls", "hidden"],
    });
  });

  it("asks before a very long paste", () => {
    expect(analysePaste("x".repeat(100_001), true).reasons).toEqual(["large"]);
  });
});

describe("pastePayload", () => {
  it("presses Enter for line breaks and frames the whole when asked", () => {
    expect(pastePayload("a\r\nb\n", false)).toBe("a\rb\r");
    expect(pastePayload("a\nb", true)).toBe("\u001b[200~a\rb\u001b[201~");
  });

  it("never lets a text end the frame, whatever it holds", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const payload = pastePayload(text, true);
        expect(payload.startsWith("\u001b[200~")).toBe(true);
        expect(payload.indexOf("\u001b[201~")).toBe(payload.length - 6);
        expect(payload.slice(6, -6)).not.toMatch(/[\u0000-\u0008\u000a-\u000c\u000e-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("the shape in which text is pasted", () => {
  it("joins lines by one blank", () => {
    expect(asOneLine("  echo a \n\n\techo b\n")).toBe("echo a echo b");
  });

  it("never leaves a line break in one line", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(asOneLine(analysePaste(text, false).text)).not.toContain("\n");
      }),
    );
  });

  it("takes every line break off the end, and nothing else", () => {
    expect(withoutTrailingNewline("a\n\nb\n\n")).toBe("a\n\nb");
  });
});

describe("makeVisible", () => {
  it("names what would not show", () => {
    expect(makeVisible("a\u001b[1mb\u202e\tc\u0007\n")).toEqual([
      { text: "a", named: false },
      { text: "ESC", named: true },
      { text: "[1mb", named: false },
      { text: "U+202E", named: true },
      { text: "→", named: true },
      { text: "c", named: false },
      { text: "^G", named: true },
      { text: "\n", named: false },
    ]);
  });

  it("shows no control character of any text raw, but line feeds", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = makeVisible(text)
          .map((piece) => piece.text)
          .join("");
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
