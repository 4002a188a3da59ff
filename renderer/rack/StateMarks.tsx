import type { CableLive } from "../../electron/contract/fabric.ts";
import { StateMark } from "../kit/StateMark.tsx";

/** A cable's state as its mark and words, in one colour. */
export function CableMark({
  cable: { state, difference },
  words,
}: {
  readonly cable: Pick<CableLive, "state" | "difference">;
  readonly words: string;
}) {
  return (
    <span className="rk-state" data-state={state}>
      {state === "unexpected" ? (
        <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
          <path
            d={
              difference === "swapped"
                ? "M0.8 2.2C5 2.2 5 7.8 9.2 7.8M0.8 7.8C5 7.8 5 2.2 9.2 2.2"
                : "M0.8 3.2h8.4M0.8 6.8h8.4"
            }
            fill="none"
            stroke="currentColor"
            strokeWidth="1.8"
          />
        </svg>
      ) : (
        <StateMark state={state} />
      )}
      {words}
    </span>
  );
}
