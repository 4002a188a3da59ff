/** Owns how findings are listed: all of them beside the rack, a thing's own in the inspector. */
import { useId, useState } from "react";
import type { FabricState, Finding } from "../../electron/contract/fabric.ts";
import { StateMark } from "../kit/StateMark.tsx";
import { FindingItem, severityMarks } from "./FindingItem.tsx";
import { leadTo } from "./lead.ts";
import "./plan.css";

const severities = ["error", "warning", "info"] as const;
const names = { error: ["error", "errors"], warning: ["warning", "warnings"], info: ["note", "notes"] } as const;

/** `1 error, 2 warnings`. */
function countWords(findings: readonly Finding[]): string {
  return severities
    .flatMap((severity) => {
      const count = findings.filter((finding) => finding.severity === severity).length;
      return count === 0 ? [] : [`${count} ${names[severity][count === 1 ? 0 : 1]}`];
    })
    .join(", ");
}

/** What is wrong with the fabric, each leading to what it is about. */
export function Findings({ fabric }: { readonly fabric: FabricState }) {
  const [open, setOpen] = useState(true);
  const list = useId();
  const { findings } = fabric;
  const [worst] = findings;
  if (worst === undefined) return null;
  return (
    <section className="rk-problems pl-findings" aria-label="Findings">
      <button
        type="button"
        className="rk-problems-head"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        <StateMark state={severityMarks[worst.severity]} />
        <span>{countWords(findings)}</span>
        <span className="rk-problems-toggle">{open ? "Hide" : "Show"}</span>
      </button>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <ul id={list} tabIndex={0}>
          {findings.map((finding) => (
            <FindingItem key={finding.id} finding={finding} onLead={leadTo(finding, fabric)} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** The findings of what is inspected; they are where they lead already. */
export function OwnFindings({
  findings,
  said = "",
}: {
  readonly findings: readonly Finding[];
  /** What is said of the thing above them. */
  readonly said?: string;
}) {
  if (findings.length === 0) return null;
  return (
    <ul className="pl-own">
      {findings.map((finding) => (
        <FindingItem key={finding.id} finding={finding} said={said} onLead={null} />
      ))}
    </ul>
  );
}
