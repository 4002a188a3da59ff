/** Owns how long work is done in turns of the event loop: it stops where terminals and windows may come in between. */

/** Work that stops after each part of it, a few milliseconds at most, and gives its result at its end. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Items looked at between two stops, whatever is done with each: what has fewer is done at once. */
export const itemsAStep = 250;

/** Does it without stopping. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A turn is over after so long. */
const turnMs = 5;

/** Does it in turns of the event loop; what is short is done in one. Rejects as the work throws, or with the signal's reason. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (let begunMs = performance.now(); ; ) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - begunMs < turnMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    begunMs = performance.now();
  }
}

/** Calls `visit` with every item, and stops in between. */
export function* each<T>(items: Iterable<T>, visit: (item: T, index: number) => void): Steps<void> {
  let index = 0;
  for (const item of items) {
    if (index > 0 && index % itemsAStep === 0) yield;
    visit(item, index++);
  }
}

/** What `map` makes of every item, and stops in between. */
export function* mapped<T, U>(items: Iterable<T>, map: (item: T, index: number) => U): Steps<U[]> {
  const made: U[] = [];
  yield* each(items, (item, index) => {
    made.push(map(item, index));
  });
  return made;
}
