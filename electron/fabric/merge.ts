/** Decides what of a published value is written again: only what differs, so that an equal observation patches ages alone. */
import { current, isDraft } from "immer";

type Json = { [key: string]: unknown } | unknown[];

function isContainer(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/**
 * Makes `target` (an immer draft) equal to `next`, touching only what differs. Looking at a draft costs many times what
 * looking at a value does, and a fabric is tens of thousands of them: what is equal is found out beside the draft.
 */
export function mergeInto(target: object, next: object): void {
  const [into, from] = [target as Record<string, unknown>, next as Record<string, unknown>];
  const plain = plainOf(target) as Record<string, unknown>;
  for (const key of Object.keys(plain)) {
    if (key in from) continue;
    delete into[key];
  }
  for (const [key, value] of Object.entries(from)) {
    const known = plain[key];
    const wanted = plainOf(value);
    if (equal(known, wanted)) continue;
    const mergeable = isContainer(known) && isContainer(wanted) && Array.isArray(known) === Array.isArray(wanted);
    if (!mergeable || (Array.isArray(known) && Array.isArray(wanted) && known.length !== wanted.length)) {
      into[key] = value;
    } else mergeInto(into[key] as object, wanted);
  }
}

function plainOf(value: unknown): unknown {
  return isDraft(value) ? current(value) : value;
}

function equal(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isContainer(one) || !isContainer(other)) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    for (let index = 0; index < one.length; index += 1) if (!equal(one[index], other[index])) return false;
    return true;
  }
  let count = 0;
  for (const key in one) {
    if (!Object.hasOwn(other, key) || !equal(one[key as keyof Json], other[key as keyof Json])) return false;
    count += 1;
  }
  return Object.keys(other).length === count;
}
