import { StateMark } from "../kit/StateMark.tsx";
import type { CableState } from "./words.ts";

/** A cable's state as its mark and words, in one colour. */
export function CableMark({ state, words }: { readonly state: CableState; readonly words: string }) {
  return (
    <span className="rk-state" data-state={state}>
      {state === "unexpected" ? (
        <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <path d="M0.8 3.2h8.4M0.8 6.8h8.4" stroke="currentColor" strokeWidth="1.8" />
        </svg>
      ) : (
        <StateMark state={state} />
      )}
      {words}
    </span>
  );
}
