/** Owns when the host is asked and which of its answers counts: the last question's, never one that was overtaken. */
import { useCallback, useEffect, useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { type Known, knownOf, nothingKnown } from "./answers.ts";

export interface Answer<T> {
  /** Null until it came. While the same question has a fault, the answer before stays. */
  readonly value: T | null;
  /** True when the value answers this very question, not one before it. */
  readonly current: boolean;
  /** Why the last asking failed. */
  readonly fault: Fault | null;
  /** Asks the same once more. */
  readonly again: () => void;
}

export interface Asking {
  /** What makes an answer old: when one of these changes, the same is asked again. Always as many. */
  readonly news?: readonly unknown[];
  /** How long a question must stand before it is asked, where it is typed; milliseconds. */
  readonly settleMs?: number;
  /** Lets the answer stay until the next question's is there. */
  readonly keep?: boolean;
}

/**
 * What the host answers to the question that `question` tells apart from others (as JSON); nothing is asked where it is
 * null. `ask` should hand its signal on: it aborts when nobody waits any more.
 */
export function useAnswer<T>(
  question: unknown,
  ask: (signal: AbortSignal) => Promise<T>,
  { news = [], settleMs = 0, keep = false }: Asking = {},
): Answer<T> {
  const key = JSON.stringify(question);
  const [state, setState] = useState<Known<T>>(nothingKnown);
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key tells which question it is, the news when to ask again
  useEffect(() => {
    if (question === null) return;
    const letGo = new AbortController();
    const { signal } = letGo;
    const tell = (next: (before: Known<T>) => Known<T>) => !signal.aborted && setState(next);
    const askNow = () =>
      ask(signal).then(
        (value) => tell(() => ({ answered: { key, value }, failed: null })),
        (error: unknown) => tell(({ answered }) => ({ answered, failed: { key, fault: faultOf(error) } })),
      );
    const timer = settleMs > 0 ? setTimeout(askNow, settleMs) : void askNow();
    return () => {
      clearTimeout(timer);
      letGo.abort();
    };
  }, [key, asked, ...news]);
  const again = useCallback(() => {
    setState((before) => ({ ...before, failed: null }));
    setAsked((times) => times + 1);
  }, []);
  return { ...knownOf(question === null ? nothingKnown : state, key, keep), again };
}
