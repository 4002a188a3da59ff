import type { CableLive, FabricPort, FabricState } from "../../electron/contract/fabric.ts";
import { cableWords, endText } from "../../electron/contract/words.ts";
import { select } from "../stores.ts";
import { CableMark } from "./StateMarks.tsx";
import { linkText } from "./words.ts";

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
