/** Owns what an inspector tells of the last hour of a port or a cable: throughput, errors, and what changed. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { CableLive } from "../../electron/contract/fabric.ts";
import type { PortSeries } from "../../electron/contract/history.ts";
import { endText } from "../../electron/contract/words.ts";
import { Age } from "../kit/Age.tsx";
import { AnswerFault } from "../kit/AnswerFault.tsx";
import { RawOutput } from "../kit/RawOutput.tsx";
import { Section } from "../kit/Section.tsx";
import { countText, numberText } from "../kit/time.ts";
import type { Answer } from "../kit/use-answer.ts";
import { useFabric, useLab } from "../stores.ts";
import { EventList } from "./EventList.tsx";
import { errorsText, ranges, shownRange, throughputText } from "./figures.ts";
import { HistoryDialog } from "./HistoryDialog.tsx";
import { Sparkline } from "./Sparkline.tsx";
import { type EventSubject, type PortHistory, useEvents, usePortHistory } from "./use-history.ts";
import "./history.css";

const [hour] = ranges;
const points = 240;

interface PortName {
  readonly device: string;
  readonly port: string;
}

/** Of one port. */
export function PortHistorySection({ device, port }: PortName) {
  const asked = usePortHistory(device, port, hour.ms, points);
  const { value } = asked;
  return (
    <HistorySection
      title={`${hour.words[0]?.toUpperCase()}${hour.words.slice(1)}`}
      ports={[{ device, port }]}
      of={{ device, port }}
      asked={[asked]}
    >
      {value?.series && hasRates(value.series) ? (
        <>
          <Rate history={value} series={value.series} of="xmit" />
          <Rate history={value} series={value.series} of="rcv" />
          <Rate history={value} series={value.series} of="errors" />
        </>
      ) : (
        <NotCounted asked={[asked]} begun={value?.series != null} />
      )}
      {value?.series && <CounterList series={value.series} />}
    </HistorySection>
  );
}

/** Of a cable: what went through it, and the errors either end counted. */
export function CableHistorySection({ cable }: { readonly cable: CableLive }) {
  const asked = [
    usePortHistory(cable.a.device, cable.a.port, hour.ms, points),
    usePortHistory(cable.b.device, cable.b.port, hour.ms, points),
  ] as const;
  const [{ value: a }, { value: b }] = asked;
  const [near, end, far] = a?.series ? [a, cable.a, cable.b] : [b, cable.b, cable.a];
  return (
    <HistorySection
      title={`${hour.words[0]?.toUpperCase()}${hour.words.slice(1)}`}
      ports={[cable.a, cable.b]}
      of={{ cable: cable.id, ports: [cable.a, cable.b].map(({ device, port }) => ({ device, port })) }}
      asked={asked}
    >
      {near?.series && hasRates(near.series) ? (
        <>
          <Rate history={near} series={near.series} of="xmit" name={`To ${far.device}`} />
          <Rate history={near} series={near.series} of="rcv" name={`To ${end.device}`} />
          {[
            { end: cable.a, history: a },
            { end: cable.b, history: b },
          ].map(
            ({ end, history }) =>
              history?.series && (
                <div key={endText(end)}>
                  <Rate history={history} series={history.series} of="errors" name={`Errors at ${end.device}`} />
                  <CounterList series={history.series} />
                </div>
              ),
          )}
        </>
      ) : (
        <NotCounted asked={asked} begun={near?.series != null} />
      )}
    </HistorySection>
  );
}

function HistorySection({
  title,
  ports,
  of,
  asked,
  children,
}: {
  readonly title: string;
  readonly ports: readonly PortName[];
  readonly of: EventSubject;
  /** What `children` show. */
  readonly asked: readonly Answer<unknown>[];
  readonly children: React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const events = useEvents(of, ranges[2].ms, 5);
  const sources = useFabric((mirror) => mirror.value?.counters?.sources);
  return (
    <Section title={title}>
      {children}
      <AnswerFault of={[...asked, events]} />
      {events.value && events.value.events.length > 0 && (
        <>
          <h4 className="hi-heading">What changed, last 24 hours</h4>
          <EventList events={events.value.events} subjects={"cable" in of} />
        </>
      )}
      <div className="hr-actions">
        <Button variant="default" onClick={() => setOpen(true)}>
          Show history
        </Button>
      </div>
      {sources?.map((source) => (
        <RawOutput key={source.argv.join(" ")} source={source} tool="ibqueryerrors" />
      ))}
      {open && <HistoryDialog ports={ports} of={of} onClose={() => setOpen(false)} />}
    </Section>
  );
}

const names = { xmit: "Out", rcv: "In", errors: "Errors" } as const;

/** One line: name, curve, what it is now and was at most. */
function Rate({
  history,
  series,
  of,
  name = names[of],
}: {
  readonly history: PortHistory;
  readonly series: PortSeries;
  readonly of: "xmit" | "rcv" | "errors";
  readonly name?: string;
}) {
  const words = of === "errors" ? errorsText : throughputText;
  const now = { xmit: series.xmitNow, rcv: series.rcvNow, errors: series.errorsNow }[of];
  const told = series.points.flatMap((point) => point[of]?.max ?? []);
  const most = told.length === 0 ? null : Math.max(...told);
  const resets = series.resets.length === 0 ? "" : `, counters went back ${countText(series.resets.length, "time")}`;
  const label = `${name} of ${endText(series)} in ${hour.words}: now ${words(now)}, at most ${words(most)}${resets}`;
  return (
    <div className="hi-rate" data-rising={(of === "errors" && now !== null && now > 0) || undefined}>
      <span className="hi-name" title={name}>
        {name}
      </span>
      <Sparkline points={series.points} resets={series.resets} label={label} of={of} {...shownRange(history)} />
      <span className="hi-figures hr-tabular">
        <span>{now === null ? "\u2013" : words(now)}</span>
        {most !== null && <span className="hr-dim">max {words(most)}</span>}
      </span>
    </div>
  );
}

/** Counters above zero: those that rise first. */
function CounterList({ series }: { readonly series: PortSeries }) {
  if (series.counters.length === 0) return null;
  const rising = (perMin: number | null) => (perMin !== null && perMin > 0 ? 0 : 1);
  const counters = [...series.counters].sort((a, b) => rising(a.perMin) - rising(b.perMin));
  return (
    <ul className="hi-counters">
      {counters.map(({ name, value, atLeast, perMin }) => (
        <li key={name} data-rising={(perMin !== null && perMin > 0 && name !== "PortXmitWait") || undefined}>
          <span>{name === "PortXmitWait" ? "PortXmitWait (congestion)" : name}</span>
          <span className="hr-tabular">
            {atLeast && "at least "}
            {numberText(value)}
          </span>
          <span className="hr-dim hr-tabular">{atLeast ? "rate not known" : riseText(name, perMin)}</span>
        </li>
      ))}
    </ul>
  );
}

function riseText(name: string, perMin: number | null): string {
  if (perMin === null) return "rate not known";
  if (perMin === 0) return "stands";
  const rise = numberText(perMin, { maximumSignificantDigits: 3 });
  return name === "PortXmitWait" ? `+${rise} ticks/min` : `+${rise}/min`;
}

/** One reading alone gives no rate: curves without one would only be empty boxes. */
const hasRates = ({ points }: PortSeries): boolean =>
  points.some(({ xmit, rcv, errors }) => xmit != null || rcv != null || errors != null);

/** Why there is nothing to draw; `begun` where the port was read, though not twice. */
function NotCounted({ asked, begun }: { readonly asked: readonly Answer<unknown>[]; readonly begun: boolean }) {
  const counters = useFabric(({ value }) => value?.counters ?? null);
  const reachable = useLab(({ value }) => value?.lab?.devices.some(({ ssh }) => ssh) ?? false);
  if (asked.some(({ fault }) => fault)) return null;
  if (!reachable && !counters?.observedAt)
    return <p className="hr-dim">Counters are read over SSH, and no device of the lab has an SSH address.</p>;
  if (asked.some(({ value }) => value === null)) return <p className="hr-dim">Reading the history.</p>;
  if (counters?.fault) {
    return (
      <p className="hr-dim">
        No counters: {counters.fault.title}. {counters.fault.next}
      </p>
    );
  }
  return (
    <p className="hr-dim">
      {counters?.observedAt && !begun ? (
        <>
          Not counted in the last hour; other ports were read <Age at={counters.observedAt} />.
        </>
      ) : (
        "Counters were not read yet: the first rates come with the second reading."
      )}
    </p>
  );
}
