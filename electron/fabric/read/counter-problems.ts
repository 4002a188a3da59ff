/** Decides what the counters of saved outputs tell: values alone, as nothing shows which of them still rise. */
import type { Problem } from "../../contract/fabric.ts";
import { congestionWords, counterMeanings, fullWords } from "../counter-words.ts";
import { problem, type Subject } from "../problems.ts";
import { type Counters, harmlessErrors, isSaturated, toldByValue } from "./counters.ts";
import { driverErrors } from "./sysfs.ts";

/** One for each counter above zero that is no traffic. */
export function counterProblems(
  counters: Counters,
  subject: string | Subject,
  source: string,
  line: number,
): readonly Problem[] {
  return Object.entries(counters).flatMap(([name, value]) => {
    const code = toldByValue(name, value);
    if (code === null) return [];
    const harmless = code === "counters.congestion" || (code === "counters.counted" && harmlessErrors.has(name));
    const words = `${name} ${isSaturated(name, value) ? "at least " : ""}${value}`;
    return [problem(code, harmless ? "info" : "warning", subject, source, line, words, details[code](name))];
  });
}

const details = {
  "counters.congestion": () => `It had data and got no credits. ${congestionWords}`,
  "counters.full": (name: string) => [fullWords, meaning(name)].join(" ").trimEnd(),
  "counters.counted": (name: string) => meaning(name),
};

/** A sentence; undefined for a counter without words. */
function meaning(name: string): string | undefined {
  const words = counterMeanings[name];
  return words && `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** The driver's own counters are told without a verdict: most count what is ordinary in some traffic. */
export function driverProblems(
  counters: Counters,
  subject: string | Subject,
  source: string,
  line: number,
): readonly Problem[] {
  return Object.entries(counters).flatMap(([name, value]) =>
    value > 0 && driverErrors.has(name)
      ? [problem("counters.driver", "info", subject, source, line, `${name} ${value}`)]
      : [],
  );
}

/** The same counter with the same value, told by several outputs, is told by the first. */
export function countersOnce(problems: readonly Problem[]): readonly Problem[] {
  const told = new Set<string>();
  return problems.filter(({ code, subject, node, port, evidence }) => {
    if (!(code in details)) return true;
    // Several nodes may have one name.
    const key = JSON.stringify([node ?? subject, port, evidence.text]);
    if (told.has(key)) return false;
    told.add(key);
    return true;
  });
}
