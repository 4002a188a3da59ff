import { describe, expect, it } from "vitest";
import { darkColours, lightColours } from "../../renderer/terminal/colours.ts";

const names = [
  "foreground",
  "cursor",
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "brightBlack",
  "brightRed",
  "brightGreen",
  "brightYellow",
  "brightBlue",
  "brightMagenta",
  "brightCyan",
  "brightWhite",
] as const;

/** WCAG 2.2 relative luminance of #rrggbb. */
function luminance(colour: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

describe.each([
  ["dark", darkColours],
  ["light", lightColours],
])("%s terminal colours", (_name, colours) => {
  it.each(names)("%s reads on the background", (name) => {
    expect(contrast(colours[name] ?? "", colours.background ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  it("keeps text readable where it is selected", () => {
    expect(contrast(colours.foreground ?? "", colours.selectionBackground ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});
