/** Owns how a severity is drawn, and how a list of what is wrong stands folded under its count, the worst first. */
import { useId, useState } from "react";
import { type Severity, severities } from "../../electron/contract/fabric.ts";
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

interface Severe {
  readonly severity: Severity;
}

const worstFirst = <T extends Severe>(things: readonly T[]): readonly T[] =>
  things.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));

/** Things under their count, each an `li` of {@link SeverityItem}; nothing where there is none. */
export function SeverityList<T extends Severe>({
  label,
  title,
  things,
  startsOpen,
  children,
}: {
  readonly label: string;
  /** How many there are, in words. */
  readonly title: string;
  readonly things: readonly T[];
  readonly startsOpen: boolean;
  /** The items, made only while they are in sight; `things` come the worst first. */
  readonly children: (things: readonly T[]) => React.ReactNode;
}) {
  const [open, setOpen] = useState(startsOpen);
  const list = useId();
  const sorted = worstFirst(things);
  const [worst] = sorted;
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
          {children(sorted)}
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
