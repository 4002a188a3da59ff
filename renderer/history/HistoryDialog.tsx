/** Owns the large view of a port's or a cable's history: a range, throughput, errors, and all that changed in it. */
import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { endText } from "../../electron/contract/words.ts";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { Dialog } from "../kit/Dialog.tsx";
import { numberText } from "../kit/time.ts";
import type { Answer } from "../kit/use-answer.ts";
import { useFabric } from "../stores.ts";
import { Chart, type Line } from "./Chart.tsx";
import { EventList } from "./EventList.tsx";
import { errorsText, ranges, throughputText } from "./figures.ts";
import { type EventSubject, type PortHistory, useEvents, usePortHistory } from "./use-history.ts";
import "./history.css";

interface PortName {
  readonly device: string;
  readonly port: string;
}

const [points, mostEvents] = [240, 200];

export function HistoryDialog({
  ports,
  of,
  onClose,
}: {
  /** One port, or the two ends of a cable. */
  readonly ports: readonly PortName[];
  readonly of: EventSubject;
  readonly onClose: () => void;
}) {
  const [label, setLabel] = useState<string>(ranges[0].label);
  const range = ranges.find((each) => each.label === label) ?? ranges[0];
  const [one, other] = ports;
  const first = usePortHistory(one?.device ?? "", one?.port ?? "", range.ms, points);
  const second = usePortHistory(other?.device ?? "", other?.port ?? "", range.ms, points);
  const events = useEvents(of, range.ms, mostEvents);
  const asked = [first, second, events];
  const every = useFabric(({ value }) => value?.counters?.intervalMs ?? null);
  const subject = ports.map(endText).join(" to ");
  const ends = [
    { name: one, history: first.value },
    { name: other, history: second.value },
  ].flatMap(({ name, history }) => (name && history?.series ? [{ name, history }] : []));
  const [shown] = ends;
  return (
    <Dialog title={`History of ${subject}`} size="xl" onClose={onClose}>
      <SegmentedControl
        aria-label="Range"
        data={ranges.map((each) => each.label)}
        value={label}
        onChange={(value) => setLabel(value)}
      />
      {shown ? (
        <>
          <Throughput {...shown} words={range.words} />
          <Errors ends={ends} words={range.words} />
        </>
      ) : (
        <Nothing of={first} words={`Not counted in ${range.words}.`} />
      )}
      <AnswerFault of={asked} />
      {!events.fault && <h3 className="hi-title">What changed in {range.words}</h3>}
      {events.value === null || events.value.events.length === 0 ? (
        <Nothing of={events} words="Nothing was seen to change." />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="hi-scroll" tabIndex={0} aria-label="What changed">
          <EventList events={events.value.events} subjects={"cable" in of} />
          {events.value.more && <p className="hr-dim">The {mostEvents} newest of more.</p>}
        </section>
      )}
      <p className="hr-dim hi-foot">
        {every !== null && `Counters are read every ${Math.round(every / 1000)} seconds while a window is in sight. `}A
        change happened between its time and the observation before.
      </p>
    </Dialog>
  );
}

/** Says that there is nothing once that is known, and that it is asked for until then. */
function Nothing({ of: { value, fault }, words }: { readonly of: Answer<unknown>; readonly words: string }) {
  if (fault) return null;
  return <p className="hr-dim">{value === null ? "Reading the history." : words}</p>;
}

interface End {
  readonly name: PortName;
  readonly history: PortHistory;
}

function Throughput({ name, history, words }: End & { readonly words: string }) {
  const { series } = history;
  const end = endText(name);
  const lines = useMemo<readonly Line[]>(
    () =>
      series === null
        ? []
        : [
            { name: `Out of ${end}`, colour: "--hr-accent", points: series.points, of: "xmit" },
            { name: "Into it", colour: "--hr-healthy", points: series.points, of: "rcv", dashed: true },
          ],
    [series, end],
  );
  const { fromMs, toMs, bucketMs } = history;
  return (
    <>
      <h3 className="hi-title">Throughput</h3>
      <Chart
        {...{ lines, fromMs, toMs, bucketMs }}
        format={throughputText}
        label={`Throughput of ${end} in ${words}: ${most(lines, throughputText)}`}
      />
    </>
  );
}

function Errors({ ends, words }: { readonly ends: readonly End[]; readonly words: string }) {
  const [first, second] = ends;
  const [one, other] = [first?.history.series ?? null, second?.history.series ?? null];
  const lines = useMemo<readonly Line[]>(
    () =>
      [one, other].flatMap((series, index) =>
        series === null
          ? []
          : [
              {
                name: `At ${endText(series)}`,
                colour: index === 0 ? "--hr-down" : "--hr-degraded",
                points: series.points,
                of: "errors" as const,
                dashed: index === 1,
              },
            ],
      ),
    [one, other],
  );
  if (first === undefined) return null;
  const { fromMs, toMs, bucketMs } = first.history;
  return (
    <>
      <h3 className="hi-title">Errors counted, a minute</h3>
      <Chart
        {...{ lines, fromMs, toMs, bucketMs }}
        format={perMinute}
        label={`Errors in ${words}: ${most(lines, errorsText)}`}
      />
    </>
  );
}

const perMinute = (value: number | null) => (value === null ? "" : numberText(value, { maximumSignificantDigits: 3 }));

function most(lines: readonly Line[], words: (value: number | null) => string): string {
  return lines
    .map(({ name, points, of }) => {
      const told = points.flatMap((point) => point[of]?.max ?? []);
      return `${name} at most ${words(told.length === 0 ? null : Math.max(...told))}`;
    })
    .join(", ");
}
