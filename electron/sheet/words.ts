/** How the sheet says things: states, places, plans, times; the same words on pages, labels and in CSV. */
import type { SheetEnd, SheetRow } from "../contract/sheet.ts";

/** `cube U14`, or where else it stands. */
export function placeText({ rack, unit, inLab }: SheetEnd): string {
  if (rack !== null) return unit === null ? rack : `${rack} U${unit}`;
  return inLab ? "beside the rack" : "not in the lab file";
}

/** `4X FDR`; an empty text when the plan says neither. */
export const planText = ({ width, speed }: Pick<SheetRow, "width" | "speed">): string =>
  [width, speed].filter(Boolean).join(" ");

/** What a technician calls the cable: its label, or its number on the sheet. */
export const cableName = ({ label, number }: Pick<SheetRow, "label" | "number">): string => label ?? `no. ${number}`;

/** `2026-01-02 15:04 UTC+01:00`, by the clock of the machine Halfrack runs on; a sheet is read elsewhere too. */
export function timeText(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const aheadMin = -at.getTimezoneOffset();
  const ahead = Math.abs(aheadMin);
  const zone = ahead === 0 ? "UTC" : `UTC${aheadMin < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())} ${zone}`;
}

/**
 * What can be shown of a text: control and format characters (which reorder or hide what follows) and what is no
 * character at all stand as their code, blanks as one blank.
 */
export function shown(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`);
}
