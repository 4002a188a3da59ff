/** Owns how what was odd in the tools' output is told: in words, with the line it was read from; files apart that were of no use. */
import type { Problem, ProblemCode } from "../../electron/contract/fabric.ts";
import { worstFirst } from "../../electron/contract/severity.ts";
import { EvidenceLine } from "../kit/EvidenceLine.tsx";
import { SeverityItem, SeverityList } from "../kit/Severity.tsx";

/** A host may claim thousands; the list says how many more there are. */
const shownAtMost = 100;

/** Files that say nothing wrong: each kind stands folded under its count, with what it is. */
const idle = [
  {
    code: "fabric.unrecognised-file",
    label: "Files of no known tool",
    title: (count: number) =>
      count === 1
        ? "1 file is no output of a tool that Halfrack reads"
        : `${count} files are no output of a tool that Halfrack reads`,
    means: "Their first lines:",
  },
  {
    code: "fabric.other-output",
    label: "Files that were not needed",
    title: (count: number) => (count === 1 ? "1 file was not needed" : `${count} files were not needed`),
    means: "Outputs of known tools that tell nothing of ports and cables beyond the others. Their first lines:",
  },
] as const;
type IdleCode = (typeof idle)[number]["code"];

const isIdle = (problem: ProblemCode): problem is IdleCode => idle.some(({ code }) => code === problem);

/** What a problem is, before its subject. */
const problemWords: Readonly<Record<Exclude<ProblemCode, IdleCode>, string>> = {
  "counters.congestion": "A port waited to send:",
  "counters.counted": "An error counter is not zero:",
  "counters.driver": "The driver counted:",
  "counters.full": "An error counter stands at its end:",
  "fabric.contradiction": "A port is told to be connected to two places:",
  "fabric.cut-off": "Seems cut off",
  "fabric.empty-file": "The file is empty",
  "fabric.incomplete": "The output is not whole",
  "fabric.module-error": "The driver tells an error of a module in a port:",
  "fabric.no-answer": "A device on the way did not answer:",
  "fabric.no-device": "The host has no InfiniBand device to ask with",
  "fabric.no-subnet-manager": "No master subnet manager answered",
  "fabric.port-warning": "The switch warns of a port:",
  "fabric.refused-command": "The switch did not take a command",
  "fabric.silent-peer": "The other end of a link does not answer:",
  "fabric.switch-part": "A part of the switch is out of order:",
  "fabric.too-large": "Too much: the rest was not read",
  "fabric.tool-complaint": "The tool complained",
  "fabric.unknown-rate": "A link is left out, as its width or speed is none that is known here:",
  "fabric.unplaced": "Cannot be placed in the fabric:",
  "fabric.unread-file": "Not read",
  "fabric.unread-line": "A line was not understood",
  "slot.limits": "A PCIe slot carries less than the card can:",
  "slot.slow": "A PCIe slot runs below its best:",
  "slot.unknown": "What the slot runs at was not shown:",
};

/** How many problems the last observation had, and one click away which, and where they stand. */
export function FabricProblems({ problems }: { readonly problems: readonly Problem[] }) {
  const wrong = problems.filter(({ code }) => !isIdle(code)).sort(worstFirst);
  return (
    <>
      <SeverityList
        label="Problems of the observation"
        title={`${wrong.length === 1 ? "1 problem" : `${wrong.length} problems`} in what the fabric's tools said`}
        things={wrong}
        startsOpen={false}
      >
        {() => <Items problems={wrong} />}
      </SeverityList>
      {idle.map(({ code, label, title, means }) => {
        const files = problems.filter((each) => each.code === code);
        return (
          <SeverityList key={code} label={label} title={title(files.length)} things={files} startsOpen={false}>
            {() => (
              <>
                <li className="hr-dim hr-severe-means">{means}</li>
                <Items problems={files} />
              </>
            )}
          </SeverityList>
        );
      })}
    </>
  );
}

function Items({ problems }: { readonly problems: readonly Problem[] }) {
  const more = problems.length - shownAtMost;
  return (
    <>
      {problems.slice(0, shownAtMost).map(({ code, severity, subject, detail, evidence }) => (
        <SeverityItem
          key={`${code} ${subject} ${evidence.source} ${evidence.line} ${evidence.text}`}
          severity={severity}
        >
          {!isIdle(code) && (
            <>
              <strong>{problemWords[code]}</strong>
              {subject !== evidence.source && <span> {subject}</span>}
              {detail !== undefined && <div>{detail}</div>}
            </>
          )}
          <EvidenceLine {...evidence} />
        </SeverityItem>
      ))}
      {more > 0 && <li className="hr-dim">{`${more} more of the same observation`}</li>}
    </>
  );
}
