/** Owns how what was odd in the tools' output is told: in words, with the line it was read from. */
import { useId, useState } from "react";
import type { Problem } from "../../electron/contract/fabric.ts";
import { StateMark } from "../kit/StateMark.tsx";
import { problemWords } from "./words.ts";

/** A host may claim thousands; the list says how many more there are. */
const shownAtMost = 100;

const marks = { info: "unknown", warning: "degraded", error: "down" } as const;
const order = ["error", "warning", "info"] as const;

/** How many problems the last observation had, and one click away which, and where they stand. */
export function FabricProblems({ problems }: { readonly problems: readonly Problem[] }) {
  const [open, setOpen] = useState(false);
  const list = useId();
  if (problems.length === 0) return null;
  const worst = order.find((severity) => problems.some((problem) => problem.severity === severity)) ?? "info";
  const sorted = [...problems].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const more = sorted.length - shownAtMost;
  return (
    <section className="rk-problems" aria-label="Problems of the observation">
      <button
        type="button"
        className="rk-problems-head"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        <StateMark state={marks[worst]} />
        <span>
          {problems.length === 1 ? "1 problem" : `${problems.length} problems`} in what the fabric's tools said
        </span>
        <span className="rk-problems-toggle">{open ? "Hide" : "Show"}</span>
      </button>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <ul id={list} tabIndex={0}>
          {sorted.slice(0, shownAtMost).map(({ code, severity, subject, evidence }) => (
            <li key={`${code} ${subject} ${evidence.source} ${evidence.line} ${evidence.text}`}>
              <StateMark state={marks[severity]} label={severity} />
              <div>
                <strong>{problemWords(code)}</strong>
                {subject !== evidence.source && <span> {subject}</span>}
                <div className="hr-dim">
                  {evidence.source}
                  {evidence.line > 0 && `, line ${evidence.line}`}
                </div>
                <code>{evidence.text}</code>
              </div>
            </li>
          ))}
          {more > 0 && <li className="hr-dim">{`${more} more of the same observation`}</li>}
        </ul>
      )}
    </section>
  );
}
