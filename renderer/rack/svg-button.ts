/** Attributes that make an SVG shape a toggle button for keyboard and screen reader; SVG has no element for it. */
import { type Selection, selectionKey } from "./selection.ts";

export function svgButton(selection: Selection, label: string, pressed: boolean, tab: boolean) {
  return {
    role: "button",
    tabIndex: tab ? 0 : -1,
    "aria-label": label,
    "aria-pressed": pressed,
    "data-key": selectionKey(selection),
  } as const;
}

/** Attributes of a shape that a screen reader passes over; its words stand elsewhere. */
export const unspoken = { "aria-hidden": true } as const;
