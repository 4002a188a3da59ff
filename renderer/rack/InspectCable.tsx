/** Owns what is told of a cable: verdict, link, what limits it, and the plan behind it. */
import { Button } from "@mantine/core";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import type { Cable, LabState } from "../../electron/contract/lab.ts";
import { cableWords, endText } from "../../electron/contract/words.ts";
import { ExplainCable } from "../explain/ExplainCable.tsx";
import { CableHistorySection } from "../history/HistorySection.tsx";
import { Age } from "../kit/Age.tsx";
import { RawOutput } from "../kit/RawOutput.tsx";
import { Facts, Section } from "../kit/Section.tsx";
import { OwnFindings } from "../plan/Findings.tsx";
import { findingsOfCable } from "../plan/lead.ts";
import { readOnlyWhy } from "../read-only.ts";
import { select } from "../stores.ts";
import { applyEdits } from "./apply-edits.ts";
import { plannedCable } from "./editing.ts";
import { CableMark } from "./StateMarks.tsx";
import { dataText, gbpsText, linkText, pathGbps } from "./words.ts";

export function InspectCable({
  state,
  fabric,
  id,
}: {
  readonly state: LabState;
  readonly fabric: FabricState | null;
  readonly id: string;
}) {
  const cable = fabric?.cables.find((each) => each.id === id);
  if (!cable || !fabric) return <p className="hr-dim">This cable is no longer planned and no longer seen.</p>;
  const planned = plannedCable(state.lab, cable);
  const closed = readOnlyWhy(state);
  return (
    <>
      <header>
        <h2>Cable</h2>
        <p>
          {[cable.a, cable.b].map((end, index) => (
            <span key={endText(end)}>
              {index === 1 && <span className="hr-dim"> to </span>}
              <button
                type="button"
                className="hr-link hr-inline"
                onClick={() => select({ kind: "port", device: end.device, port: end.port })}
              >
                {endText(end)}
              </button>
            </span>
          ))}
        </p>
      </header>
      <div className="rk-verdict" data-state={cable.state}>
        <CableMark cable={cable} words={cableWords(cable)} />
        <p>{cable.reason}</p>
      </div>
      <OwnFindings findings={findingsOfCable(fabric, cable)} said={cable.reason} />
      <Section title="Link">
        <Facts facts={linkFacts(cable, pathGbps(cable, fabric))} />
      </Section>
      <CableHistorySection key={`history ${cable.id}`} cable={cable} />
      <ExplainCable key={cable.id} cable={cable} fabric={fabric} />
      <Section title="Plan">
        {planned ? <Facts facts={planFacts(planned)} /> : <p className="hr-dim">The lab file plans no such cable.</p>}
      </Section>
      {planned && (
        <div className="hr-actions">
          <Button
            variant="default"
            disabled={closed !== null}
            title={closed ?? undefined}
            onClick={() => void removeCable(planned)}
          >
            Remove planned cable
          </Button>
          {closed !== null && <span className="hr-dim">{closed}</span>}
        </div>
      )}
      {fabric.sources.map((source) => (
        <RawOutput key={`${source.device} ${source.argv.join(" ")}`} source={source} />
      ))}
    </>
  );
}

async function removeCable(cable: Cable): Promise<void> {
  if (await applyEdits([{ op: "remove-cable", cable }])) select(null);
}

const linkFacts = (cable: CableLive, path: number | null): readonly (readonly [string, React.ReactNode])[] => [
  ["Runs at", cable.width ? linkText(cable) : null],
  ["Carries", cable.dataGbps === null ? null : dataText(cable.dataGbps)],
  ["Whole path", path === null || path === cable.dataGbps ? null : `${gbpsText(path)} Gb/s, as much as the slot`],
  ["State", cable.state === "absent" ? null : `${cable.logical}, physically ${cable.physical}`],
  ["Since", cable.since === null ? sinceFirst(cable) : <Age key="since" at={cable.since} />],
  ["Observed", <Age key="observed" at={cable.observedAt} />],
  ["Seen by", cable.observedBy],
];

const sinceFirst = ({ observedAt }: CableLive): string | null => (observedAt === null ? null : "before the first look");

const planFacts = (
  planned: NonNullable<LabState["lab"]>["cables"][number],
): readonly (readonly [string, React.ReactNode])[] => [
  ["From", endText(planned.from)],
  ["To", endText(planned.to)],
  ["Expected", [planned.width ?? "4X", planned.speed ?? "best of both ends"].join(" ")],
  ["Label", planned.label ?? null],
];
