import { CloseButton } from "@mantine/core";
import type { Collected } from "../../electron/contract/logs/collect.ts";
import type { EntryResult } from "../../electron/contract/logs/entry.ts";
import { type Cell, stateWords } from "../../electron/contract/logs/matrix.ts";
import { sourceText } from "../../electron/contract/logs/source-text.ts";
import { sizeText } from "../../electron/contract/size-text.ts";
import { RawText } from "../kit/RawOutput.tsx";
import { Facts } from "../kit/Section.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { momentText } from "../kit/time.ts";
import { durationText, stateMarks, targetName } from "./words.ts";

/** All that is known of one item on one target: each entry with its reason, size, time and sum. */
export function CellDetails({
  cell,
  collected: { header, results },
  target,
  title,
  onClose,
}: {
  readonly cell: Cell;
  readonly collected: Collected;
  readonly target: string;
  readonly title: string;
  readonly onClose: () => void;
}) {
  return (
    <aside className="lg-details" aria-label={`${title} of ${targetName(target)}`}>
      <header>
        <div>
          <h3>{title}</h3>
          <span className="hr-dim">{targetName(target)}</span>
        </div>
        <CloseButton aria-label="Close these details" onClick={onClose} />
      </header>
      {cell.entries.map(({ n, state, reason, path }) => {
        const source = header.entries.find((entry) => entry.n === n)?.source;
        const result = results.find((each) => each.n === n);
        return (
          <section key={n}>
            {source && <code className="lg-source">{sourceText(source)}</code>}
            <p>
              <StateMark state={stateMarks[state]} /> {stateWords[state].label}
              {reason !== "" && `: ${reason}`}
            </p>
            {result && <ResultFacts result={result} path={path} />}
            {result !== undefined && result.stderr !== "" && <RawText text={result.stderr} what="what it complained" />}
          </section>
        );
      })}
    </aside>
  );
}

function ResultFacts({ result, path }: { readonly result: EntryResult; readonly path: string }) {
  const { sha256, sizeBytes, exitCode, fromByte, modifiedAt, attempts, sumAgrees } = result;
  return (
    <Facts
      facts={[
        ["Size", sha256 === null ? null : sizeText(sizeBytes)],
        ["Exit code", exitCode === null || exitCode === 0 ? null : String(exitCode)],
        ["From byte", fromByte > 0 ? String(fromByte) : null],
        ["Changed", modifiedAt === null ? null : momentText(modifiedAt)],
        ["Took", `${durationText(result)}${attempts > 1 ? `, ${attempts} attempts` : ""}`],
        [
          "SHA-256",
          sha256 && (
            <>
              <code className="lg-sha">{sha256}</code>{" "}
              <span className="hr-dim">{sumAgrees === true ? "the same on the host" : "computed here alone"}</span>
            </>
          ),
        ],
        [
          "In a bundle",
          <code key="path" className="lg-sha">
            {path}
          </code>,
        ],
      ]}
    />
  );
}
