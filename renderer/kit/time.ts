/** Owns how times, lengths and numbers are written: as the English around them, 24 hours, days as ISO 8601 has them, in the admin's own time zone. */

export const dayText = (at: number): string => new Date(at).toLocaleDateString("en-CA");

/** `07:04:33`. */
export const timeText = (at: number): string => new Date(at).toLocaleTimeString("en-GB");

/** `2026-11-22 07:04:33`. */
export const momentText = (at: number): string => `${dayText(at)} ${timeText(at)}`;

/** `07:04:33`, with its day where that is not today. */
export const sinceText = (at: number, now: number): string =>
  dayText(at) === dayText(now) ? timeText(at) : momentText(at);

/** `now`, `4 s`, `12 min`, `3 h`, `2 d`: how long ago `at` was. */
export function ageText(at: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - at) / 1000));
  if (seconds < 1) return "now";
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** `0:07`, `12:34`, `1:02:03`. */
export function lengthText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `12,345.6`. */
export const numberText = (value: number, digits: Intl.NumberFormatOptions = {}): string =>
  value.toLocaleString("en", digits);

/** `1 reading`, `12,345 readings`. */
export const countText = (count: number, one: string, several = `${one}s`): string =>
  `${numberText(count)} ${count === 1 ? one : several}`;
