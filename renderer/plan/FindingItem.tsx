import { useId, useState } from "react";
import type { Finding } from "../../electron/contract/fabric.ts";
import { EvidenceLine } from "../kit/EvidenceLine.tsx";
import { SeverityItem } from "../kit/Severity.tsx";
import { openDialog } from "../stores.ts";
import "./plan.css";

/** One finding: what, and one click away what it means, what to do and the lines it stands on. */
export function FindingItem({
  finding,
  said = "",
  onLead,
}: {
  readonly finding: Finding;
  /** Stands just above it: a title that says no more is not said again. */
  readonly said?: string;
  readonly onLead: (() => void) | null;
}) {
  const [open, setOpen] = useState(false);
  const more = useId();
  const { severity, detail, next, evidence } = finding;
  const { node } = finding.subject;
  const isSaid = said !== "" && finding.title.includes(said);
  const title = isSaid ? detail : finding.title;
  return (
    <SeverityItem severity={severity}>
      {onLead === null ? (
        <span className="pl-title">{title}</span>
      ) : (
        <button type="button" className="pl-title" onClick={onLead}>
          {title}
        </button>
      )}
      <button
        type="button"
        className="hr-link pl-toggle"
        aria-expanded={open}
        aria-controls={more}
        onClick={() => setOpen(!open)}
      >
        {open ? "Less" : isSaid ? "What to do" : "What it means"}
      </button>
      {open && (
        <div id={more} className="pl-more">
          {!isSaid && <p>{detail}</p>}
          <p>
            <strong>Next: </strong>
            {next}
          </p>
          {finding.rule.startsWith("plan.") && (
            <p className="pl-links">
              {finding.rule === "plan.not-in-lab" && node !== undefined && (
                <button type="button" className="hr-link" onClick={() => openDialog({ kind: "add-device", node })}>
                  Add to lab file…
                </button>
              )}
              <button type="button" className="hr-link" onClick={() => openDialog({ kind: "plan" })}>
                Compare plan and fabric…
              </button>
            </p>
          )}
          {evidence.length > 0 && (
            <ul className="pl-evidence" aria-label="Evidence">
              {evidence.map((each) => (
                <li key={`${each.source} ${each.line} ${each.text}`}>
                  <EvidenceLine {...each} />
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </SeverityItem>
  );
}
