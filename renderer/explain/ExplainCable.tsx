/** Owns the explanation of a cable in the inspector: sentence, picture, what was measured, what to try, and its readings. */
import { Button } from "@mantine/core";
import { IconGauge } from "@tabler/icons-react";
import { useState } from "react";
import type { Explanation } from "../../electron/contract/explain.ts";
import type { CableLive, FabricState } from "../../electron/contract/fabric.ts";
import type { Measurement } from "../../electron/contract/measure.ts";
import { Age } from "../kit/Age.tsx";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { RawOutput } from "../kit/RawOutput.tsx";
import { Facts, Section } from "../kit/Section.tsx";
import { MeasureDialog } from "./MeasureDialog.tsx";
import { PathDiagram } from "./PathDiagram.tsx";
import { piecesOf } from "./pieces.ts";
import { Throughput } from "./Throughput.tsx";
import { useExplanation } from "./use-explanation.ts";
import "./explain.css";

interface Measured {
  readonly gbps: number;
  /** The host it was measured against; null for a figure that was typed. */
  readonly peer: string | null;
  readonly measurement: Measurement | null;
}

export function ExplainCable({ cable, fabric }: { readonly cable: CableLive; readonly fabric: FabricState }) {
  const [measured, setMeasured] = useState<Measured | null>(null);
  const asked = useExplanation(cable, fabric, measured);
  const [measuring, setMeasuring] = useState(false);
  const { value: explanation } = asked;
  const sender = explanation?.hosts.find(({ far }) => !far) ?? null;
  const close = () => setMeasuring(false);
  if (!explanation || asked.fault) return <AnswerFault of={[asked]} tone="down" />;
  return (
    <>
      <Section title="What limits this cable">
        <p>{explanation.sentence}</p>
        <PathDiagram
          pieces={piecesOf(explanation)}
          measuredGbps={explanation.measured?.gbps ?? null}
          label={explanation.sentence}
        />
        <div className="ex-measured">
          <Throughput
            gbps={measured?.gbps ?? null}
            onChange={(gbps) => setMeasured(gbps === null ? null : { gbps, peer: null, measurement: null })}
          />
          {sender && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconGauge size={14} aria-hidden />}
              onClick={() => setMeasuring(true)}
            >
              Measure…
            </Button>
          )}
        </div>
        <p className="ex-match-words" aria-live="polite">
          {explanation.measured?.words}
        </p>
        {measured?.measurement && <MeasuredBy measurement={measured.measurement} />}
      </Section>
      {explanation.advice.length > 0 && (
        <Section title="What to try">
          <ul className="ex-advice">
            {explanation.advice.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Read from">
        <Facts facts={readings(explanation)} />
      </Section>
      {measuring && sender && (
        <MeasureDialog
          cable={cable.id}
          device={sender.device}
          peers={peersOf(fabric, sender.device)}
          onClose={close}
          onMeasured={(measurement) => {
            setMeasured({ gbps: measurement.gbps, peer: measurement.to, measurement });
            close();
          }}
        />
      )}
    </>
  );
}

/** Other hosts of the lab with one cable that carries data. */
function peersOf({ cables, devices }: FabricState, device: string): readonly string[] {
  const running = cables.filter(({ logical, width }) => logical === "Active" && width !== null);
  const ends = running.flatMap(({ a, b }) => [a, b]).filter((end) => (devices[end.device]?.hcas.length ?? 0) > 0);
  return [...new Set(ends.map((end) => end.device))].filter((name) => name !== device).sort();
}

function MeasuredBy({ measurement }: { readonly measurement: Measurement }) {
  const { tool, from, to, startedAt, sources } = measurement;
  return (
    <div className="ex-measured-by">
      <p className="hr-dim">
        {tool}, {from} to {to}, <Age at={startedAt} />
      </p>
      {sources.map((source) => (
        <RawOutput key={source.device} source={source} tool={tool} />
      ))}
    </div>
  );
}

type PortState = Pick<Explanation["switchPorts"][number], "state" | "physState" | "width" | "speed">;

const stateText = ({ state, physState, width, speed }: PortState) =>
  [state, physState, [width, speed].filter(Boolean).join(" ")].filter(Boolean).join(", ");

function readings({ link, hosts, switchPorts }: Explanation): readonly (readonly [string, React.ReactNode])[] {
  const read = (what: string, at: number | null, source: string): React.ReactNode =>
    at === null ? null : (
      <>
        {[what, source].filter(Boolean).join(", ")}, <Age at={at} />
      </>
    );
  return [
    ["Link", read("", link.observedAt, link.source)],
    ...hosts.flatMap(({ device, unread, observedAt, source, maxPayload }): (readonly [string, React.ReactNode])[] => [
      ["PCIe path", unread ? `not read: ${unread.why}` : read("", observedAt, source)],
      [
        "Packets",
        maxPayload?.bytes == null
          ? maxPayload && `size not read: ${maxPayload.why}`
          : read(`${maxPayload.bytes} bytes`, maxPayload.observedAt, `lspci on ${device}`),
      ],
    ]),
    ...switchPorts.flatMap((port): (readonly [string, React.ReactNode])[] => [
      ["Switch port", read(stateText(port), port.observedAt, port.source)],
      [
        "Switch reports",
        port.own &&
          read(
            [stateText(port.own), port.own.supportedSpeeds.length > 0 && `takes ${port.own.supportedSpeeds.join(" ")}`]
              .filter(Boolean)
              .join(", "),
            port.own.observedAt,
            `command line of ${port.device}`,
          ),
      ],
    ]),
  ];
}
