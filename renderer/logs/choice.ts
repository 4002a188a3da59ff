/** Owns what a draft means: which items are chosen, and what is asked of the host with it. Pure. */
import { type LogSelection, maxNameLength, maxNotesLength } from "../../electron/contract/logs/collect.ts";
import type { FoundFile, TargetFindings } from "../../electron/contract/logs/find.ts";
import type { Catalogue, Item } from "../../electron/contract/logs/item.ts";
import { type Window, whyNoTime } from "../../electron/contract/logs/window.ts";
import { countText } from "../kit/time.ts";
import type { Draft, TypedRange } from "./store.ts";

/** Whether the preset has an item by itself; what changes something on a target is in none. */
export const inPreset = (item: Item, preset: string) =>
  item.consent === undefined && (preset === "everything" || item.presets.includes(preset));

export const isChosen = (item: Item, { preset, items }: Draft) => items.get(item.id) ?? inPreset(item, preset);

/** The draft's items after one was ticked or not; what is as the preset has it is not kept. */
export function withItem(draft: Draft, item: Item, chosen: boolean): ReadonlyMap<string, boolean> {
  const items = new Map(draft.items);
  if (inPreset(item, draft.preset) === chosen) items.delete(item.id);
  else items.set(item.id, chosen);
  return items;
}

/** The draft after the admin agreed to an item that changes something, or took that back. */
export function withConsent(draft: Draft, item: Item, agreed: boolean): Pick<Draft, "items" | "consented"> {
  const consented = new Set(draft.consented);
  if (agreed) consented.add(item.id);
  else consented.delete(item.id);
  return { items: withItem(draft, item, agreed), consented };
}

/** Targets that can be asked and are wanted, by id. */
export const wantedTargets = (findings: readonly TargetFindings[], { without }: Pick<Draft, "without">) =>
  findings.filter(({ target, fault }) => fault === null && !without.has(target.id)).map(({ target }) => target.id);

/** Targets that are wanted and did not answer: a collection has them too, and says so. */
export const silentTargets = (findings: readonly TargetFindings[], { without }: Pick<Draft, "without">) =>
  findings.filter(({ target, fault }) => fault !== null && !without.has(target.id)).map(({ target }) => target.id);

export function selectionOf(
  draft: Draft,
  catalogue: Catalogue,
  findings: readonly TargetFindings[],
): Partial<LogSelection> {
  const { preset, window, sudo, oneBmcPassword, name, notes, files, budget, items, consented } = draft;
  return {
    preset,
    window,
    sudo,
    oneBmcPassword,
    // What is agreed to runs only where it is chosen too.
    consented: [...consented],
    name,
    notes,
    files,
    budgetBytes: budgetOf(budget) ?? null,
    // Those that did not answer are part of it: a bundle says of each why it has nothing of it.
    targets: findings.filter(({ target }) => !draft.without.has(target.id)).map(({ target }) => target.id),
    ...(items.size === 0 ? {} : { items: catalogue.items.filter((item) => isChosen(item, draft)).map(({ id }) => id) }),
  };
}

/** The windows offered by name; a range is typed. */
export const windows: readonly { readonly key: string; readonly label: string; readonly window: Window }[] = [
  { key: "boot", label: "Since the last boot", window: { last: "boot" } },
  { key: "good-boot", label: "Since the last good boot", window: { last: "good-boot" } },
  { key: "2h", label: "Last 2 hours", window: { lastMs: 2 * 3_600_000 } },
  { key: "24h", label: "Last 24 hours", window: { lastMs: 24 * 3_600_000 } },
  { key: "7d", label: "Last 7 days", window: { lastMs: 7 * 86_400_000 } },
  { key: "all", label: "Everything there is", window: { fromMs: null, toMs: null } },
];

export const windowKey = (window: Window) =>
  windows.find((each) => JSON.stringify(each.window) === JSON.stringify(window))?.key ?? "range";

/** `2026-11-22 07:04:33`, or without its seconds or time, as local time; null for nothing, else what is wrong. */
export function momentOf(typed: string): number | null | string {
  const text = typed.trim();
  if (text === "") return null;
  const [, day, time = "00:00"] = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text) ?? [];
  if (day === undefined) return "Write it as 2026-11-22 07:04";
  const at = new Date(`${day}T${time}`);
  // Days that a month does not have are counted on into the next.
  const there = Number.isFinite(at.getTime()) && at.getTime() >= 0 && at.getDate() === Number(day.slice(8));
  return there ? at.getTime() : "There is no such day or time";
}

/** What a typed range means, or what is wrong at which of its fields. */
export function rangeOf(
  { from, to }: TypedRange,
  nowMs: number,
): { readonly window: Window } | { readonly wrong: Partial<TypedRange> } {
  const [fromMs, toMs] = [momentOf(from), momentOf(to)];
  if (typeof fromMs === "string" || typeof toMs === "string")
    return {
      wrong: {
        ...(typeof fromMs === "string" ? { from: fromMs } : {}),
        ...(typeof toMs === "string" ? { to: toMs } : {}),
      },
    };
  const why = whyNoTime({ fromMs, toMs }, nowMs);
  if (why === "ends-before") return { wrong: { to: "It ends before it begins, or just then" } };
  if (why === "ahead") return { wrong: { from: "This time has not come yet" } };
  return { window: { fromMs, toMs } };
}

/** Bytes; null for no limit, undefined for what is no size. */
export function budgetOf(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  const bytes = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 2 ** 20) : 0;
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

const tooLong = (text: string, max: number) =>
  text.length > max ? `At most ${countText(max, "character")}; these are ${countText(text.length, "character")}` : null;

/** What is wrong at which field of the draft; null where nothing is. */
export const draftFaults = (
  { range, budget, name, notes }: Pick<Draft, "range" | "budget" | "name" | "notes">,
  nowMs: number,
) => {
  const meant = range === null ? null : rangeOf(range, nowMs);
  return {
    range: meant !== null && "wrong" in meant ? meant.wrong : null,
    budget: budgetOf(budget) === undefined ? "A number above 0, or nothing for no limit" : null,
    name: tooLong(name, maxNameLength),
    notes: tooLong(notes, maxNotesLength),
  };
};

/** What was found of one item, over all wanted targets. */
export interface Found {
  readonly perTarget: readonly { readonly target: string; readonly files: readonly FoundFile[] }[];
  readonly files: number;
  readonly bytes: number;
  readonly unreadable: number;
  readonly changed: number;
  readonly reachesBackTo: number | null;
}

/** By item, in one pass: hosts tell of thousands of files. */
export function foundByItem(findings: readonly TargetFindings[], draft: Pick<Draft, "without">): (id: string) => Found {
  const wanted = new Set(wantedTargets(findings, draft));
  const perItem = new Map<string, Found["perTarget"][number][]>();
  for (const { target, files, commands } of findings) {
    if (!wanted.has(target.id)) continue;
    const own = Map.groupBy(files, ({ item }) => item);
    const installed = Object.keys(commands).filter((id) => commands[id] === true);
    for (const id of new Set([...own.keys(), ...installed]))
      perItem.set(id, [...(perItem.get(id) ?? []), { target: target.id, files: own.get(id) ?? [] }]);
  }
  const found = new Map([...perItem].map(([id, perTarget]) => [id, summed(perTarget)]));
  const nothing = summed([]);
  return (id) => found.get(id) ?? nothing;
}

function summed(perTarget: Found["perTarget"]): Found {
  const files = perTarget.flatMap((each) => each.files);
  const oldest = files.flatMap(({ reachesBackTo }) => reachesBackTo ?? []);
  return {
    perTarget,
    files: files.length,
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    unreadable: files.filter(({ unreadable }) => unreadable !== "").length,
    changed: files.filter(({ changedSinceGoodBoot }) => changedSinceGoodBoot === true).length,
    reachesBackTo: oldest.length === 0 ? null : Math.min(...oldest),
  };
}
