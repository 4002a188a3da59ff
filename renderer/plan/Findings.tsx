/** Owns how findings are listed: all of them beside the rack, a thing's own in the inspector. */
import type { FabricState, Finding } from "../../electron/contract/fabric.ts";
import { severities } from "../../electron/contract/severity.ts";
import { SeverityList } from "../kit/Severity.tsx";
import { FindingItem } from "./FindingItem.tsx";
import type { Counted } from "./health.ts";
import { leadTo } from "./lead.ts";
import "./plan.css";

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
export function Findings({
  fabric,
  counted,
}: {
  readonly fabric: FabricState;
  /** Only those of what is counted; all without it. */
  readonly counted: Counted | null;
}) {
  const findings =
    counted === null
      ? fabric.findings
      : fabric.findings.filter(
          ({ id, subject: { cable, device } }) =>
            counted.findings.includes(id) ||
            (cable === undefined ? counted.devices.includes(device ?? "") : counted.cables.includes(cable)),
        );
  return (
    <SeverityList label="Findings" title={countWords(findings)} things={findings} startsOpen>
      {() =>
        findings.map((finding) => <FindingItem key={finding.id} finding={finding} onLead={leadTo(finding, fabric)} />)
      }
    </SeverityList>
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
