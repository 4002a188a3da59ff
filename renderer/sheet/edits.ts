/** Owns the edits that a choice of changes makes: what is in the way goes first, once, whoever replaces it. */
import type { Cable, LabEdit } from "../../electron/contract/lab.ts";
import type { CsvChange } from "../../electron/contract/sheet.ts";
import { endKey } from "../../electron/contract/words.ts";

export function editsOf(changes: readonly Pick<CsvChange, "removes" | "adds" | "heir">[]): LabEdit[] {
  const removed = new Map(changes.flatMap(({ removes }) => removes.map((cable) => [keyOf(cable), cable] as const)));
  for (const { heir } of changes) if (heir) removed.delete(keyOf(heir));
  return [
    ...[...removed.values()].map((cable): LabEdit => ({ op: "remove-cable", cable })),
    ...changes.flatMap(({ adds, heir }) =>
      adds.map(
        (cable): LabEdit => (heir ? { op: "change-cable", cable: heir, becomes: cable } : { op: "add-cable", cable }),
      ),
    ),
  ];
}

const keyOf = ({ from, to }: Cable) => `${endKey(from)} ${endKey(to)}`;
