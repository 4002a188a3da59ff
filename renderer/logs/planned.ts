/** Owns how a plan is counted: what is decided not to be collected is in no other number. Pure. */
import type { CollectionPlan } from "../../electron/contract/logs/collect.ts";
import type { Entry } from "../../electron/contract/logs/entry.ts";
import { stateWords } from "../../electron/contract/logs/matrix.ts";
import { sourceText } from "../../electron/contract/logs/source-text.ts";

export interface PlannedCounts {
  readonly commands: number;
  readonly files: number;
  /** Of files and sticks, as far as each is read: what outputs come to is not known before. */
  readonly bytes: number;
  readonly notCollected: number;
}

const nothing: PlannedCounts = { commands: 0, files: 0, bytes: 0, notCollected: 0 };

/** By the target's id, every target of the plan, and all together. */
export function countPlan({ header, leftOut }: Pick<CollectionPlan, "header" | "leftOut">): {
  readonly perTarget: ReadonlyMap<string, PlannedCounts>;
  readonly all: PlannedCounts;
} {
  const out = new Set(leftOut.map(({ n }) => n));
  const perTarget = new Map(header.targets.map(({ id }) => [id, nothing]));
  for (const { n, target, source, estimateBytes } of header.entries) {
    const own = perTarget.get(target) ?? nothing;
    const file = source.how === "file" || source.how === "range";
    perTarget.set(
      target,
      out.has(n)
        ? { ...own, notCollected: own.notCollected + 1 }
        : {
            ...own,
            commands: own.commands + (file ? 0 : 1),
            files: own.files + (file ? 1 : 0),
            bytes: own.bytes + (estimateBytes ?? 0),
          },
    );
  }
  const sum = (of: (counts: PlannedCounts) => number) =>
    [...perTarget.values()].reduce((all, each) => all + of(each), 0);
  return {
    perTarget,
    all: {
      commands: sum(({ commands }) => commands),
      files: sum(({ files }) => files),
      bytes: sum(({ bytes }) => bytes),
      notCollected: sum(({ notCollected }) => notCollected),
    },
  };
}

export interface NotCollected extends Pick<Entry, "n" | "item"> {
  readonly source: string;
  /** `not applicable: lspci is not installed` */
  readonly why: string;
}

/** What the plan leaves out of one target, and why. */
export function notCollectedOf(
  { header, leftOut }: Pick<CollectionPlan, "header" | "leftOut">,
  target: string,
): readonly NotCollected[] {
  const out = new Map(leftOut.map((result) => [result.n, result]));
  return header.entries.flatMap(({ n, item, source, target: of }) => {
    const result = of === target ? out.get(n) : undefined;
    if (result === undefined) return [];
    const { label } = stateWords[result.state];
    return [{ n, item, source: sourceText(source), why: result.reason === "" ? label : `${label}: ${result.reason}` }];
  });
}
