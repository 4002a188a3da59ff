/** Decides what of a published value is written again: only what differs, so that an equal observation patches ages alone. */

type Json = { [key: string]: unknown } | unknown[];

function isContainer(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/** Makes `target` (an immer draft) equal to `next`, touching only what differs. */
export function mergeInto(target: object, next: object): void {
  const [into, from] = [target as Record<string, unknown>, next as Record<string, unknown>];
  for (const key of Object.keys(into)) {
    if (key in from) continue;
    delete into[key];
  }
  for (const [key, value] of Object.entries(from)) {
    const current = into[key];
    if (Object.is(current, value)) continue;
    const mergeable = isContainer(current) && isContainer(value) && Array.isArray(current) === Array.isArray(value);
    if (!mergeable || (Array.isArray(current) && Array.isArray(value) && current.length !== value.length)) {
      into[key] = value;
    } else mergeInto(current, value);
  }
}
