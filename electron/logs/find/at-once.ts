/** Several streams as one: at most so many run at a time, and what any of them tells is told at once. */

/**
 * Runs `each` for every one of `all`, at most `limit` at a time. A rejection ends all; leaving the loop early does too, as
 * far as the streams heed it: each is returned from at its next message.
 */
export async function* atOnce<In, Out>(
  all: readonly In[],
  limit: number,
  each: (one: In) => AsyncGenerator<Out>,
): AsyncGenerator<Out> {
  const waiting = [...all];
  type Next = { readonly of: AsyncGenerator<Out>; readonly result: IteratorResult<Out> };
  const running = new Map<AsyncGenerator<Out>, Promise<Next>>();
  const ask = (of: AsyncGenerator<Out>) =>
    running.set(
      of,
      of.next().then((result) => ({ of, result })),
    );
  const begin = () => {
    while (running.size < limit && waiting.length > 0) for (const one of waiting.splice(0, 1)) ask(each(one));
  };
  try {
    for (begin(); running.size > 0; begin()) {
      const { of, result } = await Promise.race(running.values());
      if (result.done) running.delete(of);
      else {
        ask(of);
        yield result.value;
      }
    }
  } finally {
    for (const [of, last] of running) {
      last.catch(() => undefined);
      void of.return(undefined).catch(() => undefined);
    }
  }
}
