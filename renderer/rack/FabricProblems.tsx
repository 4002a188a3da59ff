/** Owns how what was odd in the tools' output is told: in words, with the line it was read from. */
import type { Problem } from "../../electron/contract/fabric.ts";
import { SeverityItem, SeverityList } from "../kit/Severity.tsx";
import { problemWords } from "./words.ts";

/** A host may claim thousands; the list says how many more there are. */
const shownAtMost = 100;

/** How many problems the last observation had, and one click away which, and where they stand. */
export function FabricProblems({ problems }: { readonly problems: readonly Problem[] }) {
  const more = problems.length - shownAtMost;
  return (
    <SeverityList
      label="Problems of the observation"
      title={`${problems.length === 1 ? "1 problem" : `${problems.length} problems`} in what the fabric's tools said`}
      things={problems}
      startsOpen={false}
    >
      {(sorted) => (
        <>
          {sorted.slice(0, shownAtMost).map(({ code, severity, subject, evidence }) => (
            <SeverityItem
              key={`${code} ${subject} ${evidence.source} ${evidence.line} ${evidence.text}`}
              severity={severity}
            >
              <strong>{problemWords(code)}</strong>
              {subject !== evidence.source && <span> {subject}</span>}
              <div className="hr-dim">
                {evidence.source}
                {evidence.line > 0 && `, line ${evidence.line}`}
              </div>
              <code>{evidence.text}</code>
            </SeverityItem>
          ))}
          {more > 0 && <li className="hr-dim">{`${more} more of the same observation`}</li>}
        </>
      )}
    </SeverityList>
  );
}
