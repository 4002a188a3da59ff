import "./severity.css";

/** What a finding or a problem stands on: where it was read, and the line as the tool wrote it. */
export function EvidenceLine({
  source,
  line,
  text,
}: {
  readonly source: string;
  /** 0 where it is not one line that tells it. */
  readonly line: number;
  readonly text: string;
}) {
  return (
    <div className="hr-evidence">
      <span className="hr-dim">{line > 0 ? `${source}, line ${line}` : source}</span>
      {text !== "" && <code>{text}</code>}
    </div>
  );
}
