import { marks } from "./paint.ts";
import type { Look } from "./verdict.ts";

/** A look as shape and colour; the words beside it say the same. */
export function LookMark({ look }: { readonly look: Look }) {
  const { d, stroke, dash } = marks[look];
  return (
    <svg viewBox="0 0 10 10" width="10" height="10" className="gr-mark" data-look={look} aria-hidden="true">
      <path
        d={d}
        fill={stroke ? "none" : "currentColor"}
        stroke={stroke ? "currentColor" : "none"}
        strokeWidth="1.8"
        strokeDasharray={dash}
      />
    </svg>
  );
}
