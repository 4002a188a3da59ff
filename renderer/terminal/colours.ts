/** Owns the terminal's colours in both themes; every one is at least 4.5:1 on its background. */
import type { ITheme } from "@xterm/xterm";

export const darkColours: ITheme = {
  background: "#0b0e13",
  foreground: "#d5dbe4",
  cursor: "#5b9bff",
  cursorAccent: "#0b0e13",
  selectionBackground: "#2b4a78",
  selectionInactiveBackground: "#263245",
  black: "#7b8494",
  red: "#ff7b72",
  green: "#3fc9a5",
  yellow: "#e3a83b",
  blue: "#6ea8fe",
  magenta: "#d2a8ff",
  cyan: "#56c8d8",
  white: "#c9d1dc",
  brightBlack: "#8b95a6",
  brightRed: "#ff9a93",
  brightGreen: "#6fe0c0",
  brightYellow: "#f4c56a",
  brightBlue: "#93c1ff",
  brightMagenta: "#e2c5ff",
  brightCyan: "#83dde9",
  brightWhite: "#f2f5f9",
  scrollbarSliderBackground: "#8b95a640",
  scrollbarSliderHoverBackground: "#8b95a680",
  scrollbarSliderActiveBackground: "#8b95a6a0",
  overviewRulerBorder: "#00000000",
};

export const lightColours: ITheme = {
  background: "#fbfcfd",
  foreground: "#1c2530",
  cursor: "#1f5fd0",
  cursorAccent: "#fbfcfd",
  selectionBackground: "#bcd4fb",
  selectionInactiveBackground: "#dde4ee",
  black: "#1c2530",
  red: "#b3261e",
  green: "#0b6e56",
  yellow: "#855400",
  blue: "#1f5fd0",
  magenta: "#7a3aa8",
  cyan: "#0a6878",
  white: "#5b6675",
  brightBlack: "#5b6675",
  brightRed: "#c2352c",
  brightGreen: "#0d7a5f",
  brightYellow: "#8c5a00",
  brightBlue: "#2a69d9",
  brightMagenta: "#8746b8",
  brightCyan: "#0c7282",
  brightWhite: "#4a5462",
  scrollbarSliderBackground: "#5b667540",
  scrollbarSliderHoverBackground: "#5b667580",
  scrollbarSliderActiveBackground: "#5b6675a0",
  overviewRulerBorder: "#00000000",
};

export type Scheme = "light" | "dark";

export const coloursFor = (scheme: Scheme): ITheme => (scheme === "dark" ? darkColours : lightColours);

/** Search marks: colours of the addon are plain #RRGGBB, drawn under the text. */
export function searchMarks(scheme: Scheme) {
  return scheme === "dark"
    ? {
        matchBackground: "#4a3a12",
        matchOverviewRuler: "#e3a83b",
        activeMatchBackground: "#7a5a10",
        activeMatchBorder: "#f4c56a",
        activeMatchColorOverviewRuler: "#f4c56a",
      }
    : {
        matchBackground: "#ffe6b0",
        matchOverviewRuler: "#b57900",
        activeMatchBackground: "#ffcf66",
        activeMatchBorder: "#855400",
        activeMatchColorOverviewRuler: "#855400",
      };
}
