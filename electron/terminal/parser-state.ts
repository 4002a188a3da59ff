/**
 * Owns where a terminal's parser stands after each code unit: the VT500 state machine as xterm.js drives it.
 *
 * Source: https://vt100.net/emu/dec_ansi_parser, with the deviations of xterm.js 6 (C1 controls as code points, what
 * non-ASCII text does inside a sequence, ESC ending an OSC at once). A view must never be given a stream cut at a
 * place where its parser would stand elsewhere than this one.
 */

export const parserStates = [
  "ground",
  "escape",
  "escape-intermediate",
  "csi-entry",
  "csi-param",
  "csi-intermediate",
  "csi-ignore",
  "osc",
  /** SOS, PM and APC strings, whose text is dropped. */
  "string",
  "dcs-entry",
  "dcs-param",
  "dcs-intermediate",
  "dcs-ignore",
  "dcs-passthrough",
] as const;
export type ParserState = (typeof parserStates)[number];

/** Every code unit from here on leads to the same state. */
const firstPlain = 0xa0;
const columns = firstPlain + 1;

/** `nextState` looked up, because every code unit of a flood passes it; states are indices into `parserStates`. */
const table = Uint8Array.from({ length: parserStates.length * columns }, (_, index) =>
  parserStates.indexOf(nextState(parserStates[Math.floor(index / columns)] ?? "ground", index % columns)),
);

/** The index of the state after `code` was met in the state with index `state`. */
export function nextIndex(state: number, code: number): number {
  return table[state * columns + Math.min(code, firstPlain)] ?? 0;
}

/** The state after `code` (a UTF-16 code unit) was met in `state`. Total. */
export function nextState(state: ParserState, code: number): ParserState {
  if (code === 0x1b) return "escape";
  if (code === 0x18 || code === 0x1a) return "ground";
  if (code >= 0x80 && code <= 0x9f) return afterC1(code);
  if (code < 0x20) return state === "osc" && code === 0x07 ? "ground" : state;
  switch (state) {
    case "ground":
      return "ground";
    case "escape":
      return afterEscape(code);
    case "escape-intermediate":
      return isIntermediate(code) || code === 0x7f ? state : "ground";
    case "csi-entry":
    case "csi-param":
    case "csi-intermediate":
      return afterCsi(state, code);
    case "csi-ignore":
      return code >= 0x40 && code <= 0x7e ? "ground" : state;
    case "string":
      return code >= 0xa0 ? "ground" : state;
    case "dcs-entry":
    case "dcs-param":
    case "dcs-intermediate":
      return afterDcs(state, code);
    case "osc":
    case "dcs-ignore":
    case "dcs-passthrough":
      return state;
  }
}

function afterC1(code: number): ParserState {
  switch (code) {
    case 0x90:
      return "dcs-entry";
    case 0x9b:
      return "csi-entry";
    case 0x9d:
      return "osc";
    case 0x98:
    case 0x9e:
    case 0x9f:
      return "string";
    default:
      return "ground";
  }
}

function afterEscape(code: number): ParserState {
  switch (code) {
    case 0x50:
      return "dcs-entry";
    case 0x5b:
      return "csi-entry";
    case 0x5d:
      return "osc";
    case 0x58:
    case 0x5e:
    case 0x5f:
      return "string";
    case 0x7f:
      return "escape";
    default:
      return isIntermediate(code) ? "escape-intermediate" : "ground";
  }
}

function afterCsi(state: "csi-entry" | "csi-param" | "csi-intermediate", code: number): ParserState {
  if (code === 0x7f) return state;
  if (code >= 0x40) return "ground";
  if (isIntermediate(code)) return "csi-intermediate";
  if (state === "csi-intermediate") return "csi-ignore";
  if (code >= 0x3c && state === "csi-param") return "csi-ignore";
  return "csi-param";
}

function afterDcs(state: "dcs-entry" | "dcs-param" | "dcs-intermediate", code: number): ParserState {
  if (code === 0x7f) return state;
  if (code >= 0xa0) return "ground";
  if (code >= 0x40) return "dcs-passthrough";
  if (isIntermediate(code)) return "dcs-intermediate";
  if (state === "dcs-intermediate") return "dcs-ignore";
  if (code >= 0x3c && state === "dcs-param") return "dcs-ignore";
  return "dcs-param";
}

function isIntermediate(code: number): boolean {
  return code >= 0x20 && code <= 0x2f;
}
