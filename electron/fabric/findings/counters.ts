/** Decides what ports' counters tell: errors that rise, counters that stand at their end, congestion, and errors of old. */
import type { CableLive, Finding } from "../../contract/fabric.ts";
import { portKey } from "../../contract/fabric-words.ts";
import { endText } from "../../contract/words.ts";
import { congestionWords, counterMeanings, fullWords, signalCounters } from "../counter-words.ts";
import { harmlessErrors, toldByValue } from "../read/counters.ts";
import { type CounterTrend, trendWindowMs } from "../trends.ts";
import type { FindingInputs } from "./findings.ts";

/** Ports named in what is told of congestion. */
const mostNamed = 5;
/** A rate needs this much time to be told as one; before, the rise alone is told. */
const shortestRateMs = 20_000;

/** At most one finding a port of each kind, and one for all that wait. */
export function counterRules({ trends, counters, cables }: FindingInputs): readonly Finding[] {
  const cableOf = new Map<string, string>();
  for (const { id, a, b } of trends.length === 0 ? [] : cables) {
    for (const { at } of [a, b]) if (at !== null) cableOf.set(portKey(at.node, at.port), id);
  }
  const source = `ibqueryerrors on ${counters?.observer ?? "a host"}`;
  const found = trends.flatMap((trend) => {
    const cable = cableOf.get(portKey(trend.now.node, trend.now.number));
    const about: About = { trend, source, ...(cable === undefined ? {} : { cable }) };
    return [rising(about), full(about), standing(about)].filter((finding) => finding !== null);
  });
  return [...found, ...waiting(trends, source), ...unread(counters)];
}

interface About {
  readonly trend: CounterTrend;
  readonly cable?: CableLive["id"];
  readonly source: string;
}

function rising(about: About): Finding | null {
  const { trend } = about;
  const rises = Object.entries(trend.rises).filter(([name]) => !harmlessErrors.has(name));
  if (rises.length === 0) return null;
  const overMs = Math.max(1, trend.at - trend.since);
  const rates = rises.map(([name, by]) =>
    overMs < shortestRateMs
      ? `${name} rose by ${by} in ${duration(overMs)}`
      : `${name} rises by ${rateText((by * 60_000) / overMs)} a minute`,
  );
  const signal = rises.some(([name]) => signalCounters.has(name));
  return finding(about, {
    rule: "counters.rising",
    severity: "warning",
    title: `${endText(trend.now)} counts errors now: ${rates.join("; ")}`,
    detail: `Over the last ${duration(overMs)}: ${rises.map(([name]) => meaning(name)).join("; ")}.`,
    next: signal
      ? "Reseat both ends of the cable, then try another cable; see whether the errors go with the cable or stay with the port."
      : "Compare with the other ports: errors of one port alone point to it or to what is behind it.",
    names: rises.map(([name]) => name),
  });
}

function full(about: About): Finding | null {
  const { errors } = about.trend.now;
  const names = Object.entries(errors ?? {}).flatMap(([name, value]) =>
    toldByValue(name, value) === "counters.full" ? [name] : [],
  );
  if (names.length === 0) return null;
  const values = names.map((name) => `${name} at least ${errors?.[name]}`);
  const query = `perfquery -R <LID of ${about.trend.now.device}> ${about.trend.now.number}`;
  return finding(about, {
    rule: "counters.full",
    severity: "warning",
    title: `${endText(about.trend.now)} has counters at their end: ${values.join(", ")}`,
    detail: `${fullWords} It stands for: ${names.map(meaning).join("; ")}.`,
    next: `Clear it, then look whether it rises again: ${query}. Halfrack clears no counters.`,
    names,
  });
}

/** PortXmitWait counts ticks of the port's own clock: that it rises says congestion, its figure only compares ports. */
function waiting(trends: readonly CounterTrend[], source: string): readonly Finding[] {
  const ports = trends
    .filter(({ waitPerSec }) => waitPerSec !== null && waitPerSec > 0)
    .sort((a, b) => (b.waitPerSec ?? 0) - (a.waitPerSec ?? 0));
  const [most] = ports;
  if (most === undefined) return [];
  const named = ports.slice(0, mostNamed).map((trend) => `${endText(trend.now)} ${rateText(trend.waitPerSec ?? 0)}`);
  const more = ports.length > mostNamed ? ` and ${ports.length - mostNamed} more` : "";
  const { device, port, node } = most.now;
  return [
    {
      id: "counters.congestion",
      rule: "counters.congestion",
      severity: "info",
      subject: { device, port, node },
      title: `Ports wait to send, in ticks a second: ${named.join(", ")}${more}`,
      detail: `PortXmitWait rises: these ports have data and get no credits. ${congestionWords}`,
      next: "Look at what the receiving hosts' slots and the links behind them can carry.",
      evidence: ports.slice(0, mostNamed).map(({ now }) => ({
        source,
        line: now.line,
        text: `[PortXmitWait == ${now.errors?.PortXmitWait ?? 0}]`,
      })),
    },
  ];
}

/** Errors that were counted some time and do not rise: known, so that a rise is news. */
function standing(about: About): Finding | null {
  const { now, rises } = about.trend;
  const names = Object.entries(now.errors ?? {}).flatMap(([name, value]) => {
    const told = rises[name] !== undefined || harmlessErrors.has(name);
    return told || toldByValue(name, value) !== "counters.counted" ? [] : [name];
  });
  if (names.length === 0) return null;
  const values = names.map((name) => `${name} ${now.errors?.[name]}`);
  return finding(about, {
    rule: "counters.standing",
    severity: "info",
    title: `${endText(about.trend.now)} counted errors before: ${values.join(", ")}`,
    detail: `They did not rise in the last ${duration(Math.min(trendWindowMs, about.trend.at - about.trend.since))}. They may be as old as the port's power; a count says nothing without time.`,
    next: "Nothing, while they stand. What rises is told as a warning.",
    names,
  });
}

/** Why counters are not read, where that is so. */
function unread(counters: FindingInputs["counters"]): readonly Finding[] {
  if (!counters) return [];
  const found: Finding[] = [];
  const about = { subject: { device: counters.observer }, evidence: [] };
  if (counters.fault !== null) {
    const { title, detail, next, evidence } = counters.fault;
    const text = evidence?.split("\n")[0] ?? "";
    const shown = text === "" ? [] : [{ source: `ibqueryerrors on ${counters.observer}`, line: 0, text }];
    const id = "counters.unread";
    found.push({ id, rule: id, severity: "info", ...about, title, detail, next, evidence: shown });
  }
  if (counters.leftOut + counters.unanswered > 0) {
    const parts = [
      counters.leftOut > 0 ? `${counters.leftOut} ports are beyond the ${counters.ports} that are kept` : "",
      counters.unanswered > 0 ? `${counters.unanswered} ports did not answer for their error counters` : "",
    ].filter((part) => part !== "");
    found.push({
      id: "counters.partial",
      rule: "counters.partial",
      severity: "info",
      ...about,
      title: `Not every port's counters are known: ${parts.join("; ")}`,
      detail: "Ports of the lab file's devices come first. What is not known is not taken for free of errors.",
      next: "Ask such a port by itself: perfquery <LID> <port>.",
    });
  }
  return found;
}

function finding(
  { trend, cable, source }: About,
  said: Pick<Finding, "rule" | "severity" | "title" | "detail" | "next"> & { readonly names: readonly string[] },
): Finding {
  const { device, port, node, number, errors, line } = trend.now;
  const { names, ...words } = said;
  return {
    ...words,
    id: `${said.rule} ${node}/${number}`,
    subject: { device, port, node, ...(cable === undefined ? {} : { cable }) },
    evidence: [
      {
        source,
        line,
        text: names.map((name) => `[${name} == ${errors?.[name] ?? 0}]`).join(" "),
      },
    ],
  };
}

function meaning(name: string): string {
  const words = counterMeanings[name];
  return words === undefined ? name : `${name}: ${words}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}

/** Two figures that mean something; thousands are parted. */
function rateText(rate: number): string {
  return rate < 10 ? String(Number(rate.toPrecision(2))) : Math.round(rate).toLocaleString("en-US");
}
