/** Decides what of a published value is written again: only what differs, so that an equal observation patches ages alone. */
import type { Patch } from "../contract/base.ts";
import type { Published } from "../published.ts";
import { atOnce, itemsAStep, type Steps } from "../steps.ts";

type Key = string | number;
type Container = Record<Key, unknown>;

/** Lists of thousands stand at most so deep in a state, e.g. `fabric.nodes`; what is deeper is compared at once. */
const deepestLong = 2;

/**
 * A value equal to `next` in which everything that is equal in `before` is the object it was. `patches` gets how it
 * differs; `path` is where it stands in the state. What is new is frozen where it begins, so that immer, which would
 * look through tens of thousands of ports for drafts of its own, passes over it.
 */
export function* merge<T>(before: T, next: T, patches: Patch[], path: Key[] = []): Steps<T> {
  let looked = 0;
  function* part<P>(old: P, now: P): Steps<P> {
    if (path.length > deepestLong ? equal(old, now) : Object.is(old, now)) return old;
    if (!isContainer(old) || !isContainer(now) || !isMergeable(old, now)) {
      patches.push({ op: "replace", path: [...path], value: now });
      return Object.freeze(now);
    }
    if (++looked % itemsAStep === 0) yield;
    let made: Container | null = null;
    for (const key of keysOf(old)) {
      if (Object.hasOwn(now, key)) continue;
      made ??= copyOf(old);
      delete made[key];
      patches.push({ op: "remove", path: [...path, key] });
    }
    for (const key of keysOf(now)) {
      const value = now[key];
      if (!Object.hasOwn(old, key)) {
        made ??= copyOf(old);
        made[key] = Object.freeze(value);
        patches.push({ op: "add", path: [...path, key], value });
        continue;
      }
      path.push(key);
      const merged = yield* part(old[key], value);
      path.pop();
      if (Object.is(merged, old[key])) continue;
      made ??= copyOf(old);
      made[key] = merged;
    }
    return made === null ? old : (Object.freeze(made) as P & Container);
  }
  return yield* part(before, next);
}

/** Makes a state equal to `next`, at once. */
export function become<T extends object>(state: Published<T>, next: T): void {
  const patches: Patch[] = [];
  state.put(atOnce(merge(state.get(), next, patches)), patches);
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

/** Lists of unlike lengths are written anew as a whole. */
function isMergeable(one: Container, other: Container): boolean {
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  return !Array.isArray(one) || one.length === other.length;
}

function keysOf(container: Container): Iterable<Key> {
  return Array.isArray(container) ? container.keys() : Object.keys(container);
}

function copyOf(container: Container): Container {
  return Array.isArray(container) ? (container.slice() as unknown as Container) : { ...container };
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
    if (!Object.hasOwn(other, key) || !equal(one[key], other[key])) return false;
    count += 1;
  }
  return Object.keys(other).length === count;
}
