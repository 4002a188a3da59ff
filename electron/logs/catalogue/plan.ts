/**
 * Owns what a collection would run and read: a selection, what targets told, and the catalogue make a plan. Each item on
 * each chosen target becomes at least one entry, tried or told why not: nothing is silently absent.
 */
import { FaultError } from "../../contract/error.ts";
import type { CollectionPlan, LogSelection } from "../../contract/logs/collect.ts";
import type { Entry, EntryResult } from "../../contract/logs/entry.ts";
import type { TargetFindings } from "../../contract/logs/find.ts";
import { type Catalogue, everything, type Item, itemGroups } from "../../contract/logs/item.ts";
import { readPath, writePath } from "../../contract/logs/remote-path.ts";
import { type TargetKind, targetKindWords } from "../../contract/logs/target.ts";
import { quotePosix } from "../../ssh/quote.ts";
import { each, itemsAStep, type Steps } from "../../steps.ts";
import { Paths } from "../bundle/paths.ts";
import { untried } from "../untried.ts";
import { capsWithin, needOf } from "./budget.ts";
import { type Asked, type Draft, expand, rightsFor, type Settled } from "./expand.ts";
import { filePlace, foldersOf } from "./place.ts";
import { isFor } from "./wanted.ts";
import { windowHere, windowOn } from "./window.ts";

export interface PlanInput {
  /** The collection's. */
  readonly id: string;
  readonly lab: string;
  readonly nowMs: number;
  readonly selection: LogSelection;
  /** Of all targets that were asked; those that the selection does not name are passed over. */
  readonly findings: readonly TargetFindings[];
  readonly catalogue: Pick<Catalogue, "items" | "presets">;
}

/** Items of entries that are no item's of the catalogue. */
export const chosenFile = "chosen-file";
export const beyondBound = "files-beyond-the-bound";

interface Planned extends Draft {
  readonly target: string;
  readonly asked: number;
}

/**
 * Makes the plan; of thousands of files it takes part of a second. Throws FaultError `logs.no-such-target`,
 * `logs.no-such-item` or `logs.no-such-preset` for what the selection names and is not there.
 */
export function* planInSteps(input: PlanInput): Steps<CollectionPlan> {
  const { selection, nowMs, catalogue } = input;
  const findings = chosenTargets(input);
  const targets = findings.map(({ target }) => target);
  check(selection, findings, catalogue);
  const windows = findings.map((each) => windowOn(selection.window, each, nowMs));
  const drafts: Planned[] = [];
  for (const [index, one] of findings.entries()) {
    const window = windows[index] ?? { fromMs: null, toMs: null };
    const files = Map.groupBy(one.files, ({ item }) => item);
    const own = yield* draftsOf({ findings: one, files, window, sudo: selection.sudo }, input);
    for (const draft of inOrder(own, catalogue.items)) drafts.push(draft);
    yield;
  }
  const planned = withinBudget(drafts, selection.budgetBytes);
  yield;
  const entries = yield* placed(planned, foldersOf(targets));
  const commands: CollectionPlan["commands"] = [];
  yield* each(entries, (entry, n) => {
    if (planned[n]?.settled === null) commands.push({ target: entry.target, line: lineOf(entry) });
  });
  const leftOut = planned.flatMap(({ settled }, n) => (settled === null ? [] : [resultOf(n, settled, nowMs)]));
  // A boot is told only by what has a clock of its own.
  const here = findings.flatMap((each, index) => {
    const window = windows[index];
    return window === undefined || ("last" in selection.window && each.clock === null)
      ? []
      : [windowHere(window, each)];
  });
  return {
    header: {
      halfrack: 1,
      id: input.id,
      name: selection.name,
      lab: input.lab,
      preset: selection.preset,
      createdAt: nowMs,
      window: selection.window,
      fromMs: outermost(
        here.map(({ fromMs }) => fromMs),
        Math.min,
      ),
      toMs: outermost(
        here.map(({ toMs }) => toMs),
        Math.max,
      ),
      targets: targets.map(({ id, device, kinds, disk }) => ({
        id,
        device,
        kinds,
        ...(disk === undefined ? {} : { disk }),
      })),
      entries,
      notes: selection.notes,
    },
    leftOut,
    estimateBytes: entries.reduce(
      (sum, each, n) => sum + (planned[n]?.settled === null ? (each.estimateBytes ?? 0) : 0),
      0,
    ),
    commands,
  };
}

/** The earliest or latest of all; null where one of them is open. */
const outermost = (ends: readonly (number | null)[], of: (...all: number[]) => number) =>
  ends.length === 0 || ends.includes(null) ? null : of(...ends.map((end) => end ?? 0));

function chosenTargets({ selection, findings }: PlanInput): readonly TargetFindings[] {
  if (selection.targets === undefined) return findings;
  return findings.filter(({ target }) => selection.targets?.includes(target.id));
}

const lookAgain = "Look for evidence again; it lists the targets there are.";

/** What has files that can be named: not a BMC, a switch or a stick. */
const isHost = (kinds: readonly TargetKind[]) => !kinds.some((kind) => ["bmc", "switch", "stick"].includes(kind));

function check(
  selection: LogSelection,
  findings: readonly TargetFindings[],
  { items, presets }: PlanInput["catalogue"],
): void {
  const ids = new Set(items.map(({ id }) => id));
  const targets = findings.map(({ target }) => target.id);
  const single = [...selection.without, ...selection.also];
  for (const id of [...(selection.targets ?? []), ...single.map(({ target }) => target)])
    if (!targets.includes(id)) throw unknown("target", id, lookAgain);
  const hosts = new Set(findings.filter(({ target }) => isHost(target.kinds)).map(({ target }) => target.device));
  for (const { device } of selection.files) if (!hosts.has(device)) throw unknown("target", device, lookAgain);
  for (const id of [...(selection.items ?? []), ...single.map(({ item }) => item)])
    if (!ids.has(id)) throw unknown("item", id, "See the catalogue for the ids of items.");
  if (selection.preset !== everything && !presets.some(({ id }) => id === selection.preset))
    throw unknown("preset", selection.preset, "See the catalogue for the ids of presets.");
}

function unknown(what: "target" | "item" | "preset", id: string, next: string): FaultError {
  return new FaultError({
    code: `logs.no-such-${what}`,
    title: `There is no ${what} ${id}`,
    detail: `The selection names the ${what} ${JSON.stringify(id)}, which is not there.`,
    next,
  });
}

/** What was chosen for one target, and how much it was asked for. */
function chosenItems({ findings }: Asked, { selection, catalogue }: PlanInput): { item: Item; asked: number }[] {
  const { target, stick } = findings;
  const also = new Set(selection.also.filter((each) => each.target === target.id).map(({ item }) => item));
  // A stick whose layout is not the known one is copied as a whole, whatever was chosen of it.
  const unlike = stick !== null && stick.verdict !== "matches";
  return catalogue.items.flatMap((item) => {
    if (also.has(item.id)) return [{ item, asked: 2 }];
    if (!isFor(item, target.kinds)) return [];
    if (selection.items !== undefined) {
      if (selection.items.includes(item.id)) return [{ item, asked: 2 }];
    } else if (item.presets.includes(selection.preset)) return [{ item, asked: 1 }];
    else if (selection.preset === everything) return [{ item, asked: item.presets.length > 0 ? 1 : 0 }];
    return unlike && "range" in item && item.range === "whole" ? [{ item, asked: 1 }] : [];
  });
}

function* draftsOf(asked: Asked, input: PlanInput): Steps<Planned[]> {
  const { findings } = asked;
  const { selection } = input;
  const { target } = findings;
  const left = new Set(selection.without.filter((each) => each.target === target.id).map(({ item }) => item));
  const planned = chosenFiles(asked, input);
  const taken = new Map(planned.map((each) => [keyOf(each), each.item]));
  const isSame = sameFiles(findings);
  let stoppedAt = 0;
  for (const { item, asked: much } of chosenItems(asked, input)) {
    if (planned.length - stoppedAt >= itemsAStep) {
      yield;
      stoppedAt = planned.length;
    }
    const all = expand(item, asked);
    const reason = left.has(item.id) ? leftByChoice : whyNot(item, much, asked, selection);
    const fresh = all.filter((each) => !taken.has(keyOf(each)));
    const [first] = all;
    if (fresh.length === 0 && first !== undefined) {
      const by = taken.get(keyOf(first)) ?? "";
      const settled: Settled = { state: "not-applicable", reason: `Its files are those of ${by}.` };
      planned.push({ ...first, settled, root: false, target: target.id, asked: much });
    }
    for (const each of fresh) {
      const settled = reason ?? each.settled ?? isSame(each);
      planned.push({ ...each, settled, root: each.root && settled === null, target: target.id, asked: much });
      if (reason === null) taken.set(keyOf(each), item.id);
    }
  }
  return findings.more > 0 ? [...planned, unnamed(findings)] : planned;
}

const leftByChoice: Settled = { state: "left-out", reason: "It was left out by choice." };

function whyNot(item: Item, asked: number, { findings }: Asked, { consented }: LogSelection): Settled | null {
  if (!isFor(item, findings.target.kinds)) {
    const kinds = item.on.map((kind) => targetKindWords[kind]).join(", ");
    return { state: "not-applicable", reason: `It is an item for: ${kinds}.` };
  }
  if (item.consent === undefined || (asked === 2 && consented.includes(item.id))) return null;
  return { state: "left-out", reason: `It changes something on the target, which was not agreed to. ${item.consent}` };
}

/** Entries of different items that read the same. */
const keyOf = ({ source, item }: Draft) => (source.how === "file" ? source.path : `${item} ${JSON.stringify(source)}`);

/** Of two names of one file the first is collected. */
function sameFiles({ files }: TargetFindings): (draft: Draft) => Settled | null {
  const inodes = new Map(files.map(({ path, inode }) => [path, inode]));
  const first = new Map<string, string>();
  return ({ source }) => {
    const inode = source.how === "file" ? (inodes.get(source.path) ?? "") : "";
    if (source.how !== "file" || inode === "") return null;
    const other = first.get(inode);
    if (other === undefined) first.set(inode, source.path);
    return other === undefined ? null : { state: "not-applicable", reason: `It is the same file as ${other}.` };
  };
}

/** Files that the admin chose by themselves. */
function chosenFiles(asked: Asked, { selection }: PlanInput): Planned[] {
  const { target } = asked.findings;
  if (!isHost(target.kinds)) return [];
  const own = selection.files.filter(({ device }) => device === target.device);
  const paths = new Set(own.map(({ path }) => writePath(readPath(path))));
  return [...paths].map((path): Planned => {
    const file = asked.findings.files.find((each) => each.path === path);
    const { root, refused } = rightsFor({ root: "helps" }, file?.unreadable ?? "", asked);
    return {
      item: chosenFile,
      source: { how: "file", path },
      place: filePlace(path),
      root: root && refused === null,
      keep: "tail",
      text: true,
      timeoutMs: 1_800_000,
      capBytes: 4 * 1024 ** 3,
      cost: "medium",
      estimateBytes: file?.sizeBytes ?? null,
      modifiedAt: file?.modifiedAt ?? null,
      settled: refused,
      target: target.id,
      asked: 2,
    };
  });
}

/** Files beyond what one answer of the finder may name: they stand in the plan as one entry that failed. */
function unnamed({ target, more }: TargetFindings): Planned {
  return {
    item: beyondBound,
    source: { how: "own", what: beyondBound },
    place: `${beyondBound}.txt`,
    root: false,
    keep: "head",
    text: true,
    timeoutMs: 1000,
    capBytes: 1,
    cost: "low",
    estimateBytes: null,
    modifiedAt: null,
    settled: { state: "failed", reason: `${more} more files match than one answer of the finder names.` },
    target: target.id,
    asked: 1,
  };
}

const costs = ["low", "medium", "high"];

/** What costs little and tells much comes first: a host may be lost on the way. */
function inOrder(drafts: readonly Planned[], items: readonly Item[]): Planned[] {
  const place = new Map(items.map(({ id, group }, index) => [id, itemGroups.indexOf(group) * items.length + index]));
  const rank = ({ item, cost, source }: Planned) =>
    (costs.indexOf(cost) * 2 + (source.how === "file" ? 1 : 0)) * 1e6 + (place.get(item) ?? 0);
  const ranked = drafts.map((each) => ({
    each,
    rank: rank(each),
    path: "path" in each.source ? each.source.path : "",
  }));
  return ranked
    .sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ each }) => each);
}

function withinBudget(drafts: readonly Planned[], budgetBytes: number | null): Planned[] {
  if (budgetBytes === null) return [...drafts];
  const trying = drafts.filter(({ settled }) => settled === null);
  const caps = new Map(capsWithin(budgetBytes, trying).map((cap, index) => [trying[index], cap]));
  return drafts.map((each) => {
    const cap = caps.get(each);
    if (cap === undefined) return each;
    if (cap !== null) return { ...each, capBytes: cap };
    const reason = `It does not fit into the size budget of ${budgetBytes} bytes: it is taken for ${needOf(each)}.`;
    return { ...each, root: false, settled: { state: "left-out", reason } };
  });
}

/** What is tried is called as it is; what is not has no content and takes what names are left. */
function* placed(planned: readonly Planned[], folders: ReadonlyMap<string, string>): Steps<Entry[]> {
  const paths = new Paths();
  const taken = new Map<Planned, string>();
  for (const tried of [true, false])
    yield* each(planned, (one) => {
      if ((one.settled === null) === tried) taken.set(one, paths.take(`${folders.get(one.target) ?? ""}/${one.place}`));
    });
  return planned.map((one, n): Entry => {
    const { target, item, source, root, timeoutMs, capBytes, keep, text, estimateBytes } = one;
    const path = taken.get(one) ?? "";
    const estimate = estimateBytes === null ? null : Math.min(estimateBytes, capBytes);
    return { n, target, item, source, path, root, timeoutMs, capBytes, keep, text, estimateBytes: estimate };
  });
}

const resultOf = (n: number, { state, reason }: Settled, nowMs: number): EntryResult =>
  untried({ n, state, reason, startedAt: nowMs });

/** One entry as the admin reads it. */
function lineOf({ source, root }: Entry): string {
  const as = root ? "sudo " : "";
  switch (source.how) {
    case "command":
      return `${as}${quotePosix(source.argv)}`;
    case "ipmi":
      return quotePosix(["ipmitool", ...source.argv]);
    case "file":
      return `${as}read ${source.path}`;
    case "range":
      return `${as}read ${source.path}, ${source.lengthBytes} bytes from byte ${source.offsetBytes}`;
    case "switch":
      return source.line;
    case "own":
      return `note Halfrack's own ${source.what}`;
  }
}
