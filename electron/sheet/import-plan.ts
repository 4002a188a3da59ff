/** Owns what a CSV's cables change in the plan: what is added, replaced, changed, and what the file does not name. */
import type { Cable } from "../contract/lab.ts";
import type { CsvChange, CsvPreview, CsvProblem } from "../contract/sheet.ts";
import { endKey, endText } from "../contract/words.ts";
import type { LabParts } from "./find-end.ts";
import { plannedAs, type ReadCable, readCsv } from "./read-csv.ts";
import { planText } from "./words.ts";

/** Beyond these, more of the same help nobody. */
const maxProblems = 500;

/** What importing `text` would change in the lab. Nothing is changed here. */
export function previewCsv(text: string, lab: LabParts): CsvPreview {
  const { cables, problems, format, separator, rows } = readCsv(text, lab);
  const planned = lab.lab.cables;
  const byPort = new Map(
    planned.flatMap((cable) => [cable.from, cable.to].map((end) => [endKey(end), cable] as const)),
  );
  const named = new Set<Cable>();
  const heirs = new Set<Cable>();
  const changes: CsvChange[] = [];
  let same = 0;
  for (const read of cables) {
    const [a, b] = [byPort.get(endKey(read.from)), byPort.get(endKey(read.to))];
    const was = a !== undefined && a === b ? a : null;
    if (was) {
      const now = plannedAs(read, was, was);
      named.add(was);
      if (sameFacts(was, now)) same += 1;
      else
        changes.push(
          change("change", read, [was], was, now, `${cableText(was)}: ${factsText(was)} becomes ${factsText(now)}`),
        );
      continue;
    }
    const inTheWay = [...new Set([a, b])].filter((cable) => cable !== undefined);
    // It is one of those in its way, moved: what the file has no columns for stays with it, once.
    const moved = inTheWay.find((cable) => !heirs.has(cable)) ?? null;
    if (moved) heirs.add(moved);
    const now = plannedAs(read, moved, moved ? turnedLike(read, moved) : read);
    for (const cable of inTheWay) named.add(cable);
    if (inTheWay.length === 0) changes.push(change("add", read, [], null, now, `${cableText(now)}, ${factsText(now)}`));
    else {
      const instead = inTheWay.map(cableText).join(" and ");
      changes.push(
        change("replace", read, inTheWay, moved, now, `${cableText(now)}, ${factsText(now)}, instead of ${instead}`),
      );
    }
  }
  // A file with errors may have lost the rows that name these.
  const whole = !problems.some(({ severity }) => severity === "error");
  const unnamed = whole ? planned.filter((cable) => !named.has(cable)) : [];
  const removed = unnamed.map((cable): CsvChange => {
    const words = `${cableText(cable)}, ${factsText(cable)}: the file does not name it`;
    return { id: `remove ${cableText(cable)}`, kind: "remove", line: 0, words, removes: [cable], adds: [], heir: null };
  });
  return { format, separator, rows, same, changes: [...changes, ...removed], problems: atMost(problems) };
}

function change(
  kind: CsvChange["kind"],
  { line }: ReadCable,
  removes: Cable[],
  heir: Cable | null,
  now: Cable,
  words: string,
): CsvChange {
  return { id: `${kind} ${line}`, kind, line, words, removes, adds: [now], heir };
}

/** A cable has two ends and no direction: the end that stays is where the lab file has it. */
function turnedLike({ from, to }: ReadCable, was: Cable): Pick<Cable, "from" | "to"> {
  const turned = endKey(from) === endKey(was.to) || endKey(to) === endKey(was.from);
  return turned ? { from: to, to: from } : { from, to };
}

const cableText = ({ from, to }: Cable) => `${endText(from)} to ${endText(to)}`;

function factsText(cable: Cable): string {
  const facts = [
    planText({ width: cable.width ?? null, speed: cable.speed ?? null }),
    cable.label ? `label ${cable.label}` : "",
  ];
  return facts.filter(Boolean).join(", ") || "no label, width or speed";
}

const sameFacts = (a: Cable, b: Cable) =>
  a.width === b.width && a.speed === b.speed && (a.label || undefined) === (b.label || undefined);

function atMost(problems: readonly CsvProblem[]): CsvProblem[] {
  if (problems.length <= maxProblems) return [...problems];
  const more = `${problems.length - maxProblems} more problems are not listed.`;
  return [...problems.slice(0, maxProblems), { severity: "error", message: more, line: 0, column: 0 }];
}
