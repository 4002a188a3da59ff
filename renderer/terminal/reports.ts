/** Tells a terminal's answers to a program's queries from what a person typed, and reads clipboard requests. */

/**
 * True for text that xterm.js sends by itself because a program asked: device attributes, status and cursor position,
 * mode and size reports (CSI), colours (OSC), settings (DCS). Shift-F3 and its like share the form of a cursor report.
 */
export function isReport(data: string): boolean {
  return /^(?:\u001b\[[?>=]?[\d;]*(?:[cnRt]|\$y)|\u001b\][\d;]*[^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001bP[^\u001b]*\u001b\\)+$/.test(
    data,
  );
}

/** Longest text a program may put on the clipboard, in base64 characters. */
const maxClipboardBase64 = 1024 * 1024;

/** The text of an OSC 52 write (`Pc ; base64`), or null: a query, a clear, or nothing readable. */
export function clipboardText(osc: string): string | null {
  const separator = osc.indexOf(";");
  const payload = osc.slice(separator + 1);
  if (separator < 0 || payload === "" || payload === "?" || payload.length > maxClipboardBase64) return null;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(payload)) return null;
  try {
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
