import { useState } from "react";
import type { CableLive, FabricPort, FabricState, Source } from "../../electron/contract/fabric.ts";
import { Age } from "../kit/Age.tsx";
import { select } from "../stores.ts";
import { CableMark } from "./StateMarks.tsx";
import { cableWords, endText, linkText } from "./words.ts";

export function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="rk-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** Rows of name and value; rows without a value are left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, React.ReactNode])[] }) {
  const shown = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (shown.length === 0) return null;
  return (
    <dl className="rk-facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a tool said, one click away: its command line, age, exit code and output, as plain text. */
export function RawOutput({
  source,
  tool = source.argv[0] ?? "the tool",
}: {
  readonly source: Source;
  /** What it is called where the command begins with a shell. */
  readonly tool?: string;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div className="rk-raw">
      <button type="button" className="hr-link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? "Hide raw output" : "Show raw output"}
      </button>
      <span className="hr-dim">
        {" "}
        of {tool} on {source.device}
      </span>
      {open && (
        <div>
          <div className="rk-raw-head">
            <code>$ {source.argv.join(" ")}</code>
            <Age at={source.observedAt} />
            {source.exitCode !== 0 && <span>exit {source.exitCode ?? "none"}</span>}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre className="hr-raw" tabIndex={0}>
            {[source.stdout, source.stderr].filter(Boolean).join("\n") || "(no output)"}
          </pre>
        </div>
      )}
    </div>
  );
}

/** A list of cables, each a button that selects it. */
export function CableList({
  cables,
  of,
}: {
  readonly cables: readonly CableLive[];
  /** The device they are listed under: the other end is named. */
  readonly of: string;
}) {
  if (cables.length === 0) return <p className="hr-dim">No cable planned, none seen.</p>;
  return (
    <ul className="rk-links">
      {cables.map((cable) => {
        const near = cable.a.device === of ? cable.a : cable.b;
        const far = near === cable.a ? cable.b : cable.a;
        return (
          <li key={cable.id}>
            <button type="button" onClick={() => select({ kind: "cable", id: cable.id })} title={cable.reason}>
              <span>
                <code>{near.port}</code> to {endText(far)}
              </span>
              <code>{linkText(cable)}</code>
              <CableMark cable={cable} words={cableWords(cable)} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

export function portFacts(port: FabricPort): readonly (readonly [string, React.ReactNode])[] {
  return [
    ["State", `${port.state}, physically ${port.physState}`],
    ["Link", port.width && port.speed ? `${port.width} ${port.speed}` : null],
    ["LID", port.lid ?? null],
    ["GUID", port.guid ? <code key="guid">{port.guid}</code> : null],
  ];
}

export const liveCablesOf = (fabric: FabricState | null, device: string): readonly CableLive[] =>
  (fabric?.cables ?? []).filter((cable) => cable.a.device === device || cable.b.device === device);
