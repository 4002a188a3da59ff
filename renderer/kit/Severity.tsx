/** Owns how a severity is drawn, and how a list of what is wrong stands folded under its count. */
import { useId, useState } from "react";
import type { Severity } from "../../electron/contract/severity.ts";
import { StateMark } from "./StateMark.tsx";
import "./severity.css";

const marks = { info: "unknown", warning: "degraded", error: "down" } as const;

/** Decorative unless it is `labelled`, where no words beside it say the same. */
export function SeverityMark({
  severity,
  labelled = false,
}: {
  readonly severity: Severity;
  readonly labelled?: boolean;
}) {
  return <StateMark state={marks[severity]} {...(labelled ? { label: severity } : {})} />;
}

/** Things under their count, each an `li` of {@link SeverityItem}; nothing where there is none. */
export function SeverityList({
  label,
  title,
  things,
  startsOpen,
  children,
}: {
  readonly label: string;
  /** How many there are, in words. */
  readonly title: string;
  /** The worst first. */
  readonly things: readonly { readonly severity: Severity }[];
  readonly startsOpen: boolean;
  /** The items, made only while they are in sight. */
  readonly children: () => React.ReactNode;
}) {
  const [open, setOpen] = useState(startsOpen);
  const list = useId();
  const [worst] = things;
  if (worst === undefined) return null;
  return (
    <section className="hr-severe" aria-label={label}>
      <button
        type="button"
        className="hr-severe-head"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        <SeverityMark severity={worst.severity} />
        <span>{title}</span>
        <span className="hr-severe-toggle">{open ? "Hide" : "Show"}</span>
      </button>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <ul id={list} tabIndex={0}>
          {children()}
        </ul>
      )}
    </section>
  );
}

/** One row: its mark, and what it is. */
export function SeverityItem({
  severity,
  children,
}: {
  readonly severity: Severity;
  readonly children: React.ReactNode;
}) {
  return (
    <li className="hr-severe-item">
      <SeverityMark severity={severity} labelled />
      <div>{children}</div>
    </li>
  );
}
