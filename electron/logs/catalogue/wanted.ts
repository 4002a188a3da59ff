/** Owns what the finder has to look for on a host so that a plan can be made: paths of items, and programs. */
import type { Item } from "../../contract/logs/item.ts";
import type { TargetKind } from "../../contract/logs/target.ts";

export interface WantedPaths {
  /** An item's `id`; what is found is told under it. */
  readonly item: string;
  /** Absolute paths or globs of a POSIX shell. */
  readonly globs: readonly string[];
  /** `file`: content that can be collected; `any`: whatever it is, for a command runs once for each. */
  readonly what: "file" | "any";
  /** Only files that hold this text; null where it does not matter. */
  readonly holding: string | null;
  /** Whether it is text, so that the first stamp in it is worth looking for. */
  readonly text: boolean;
}

export interface WantedProgram {
  readonly item: string;
  /** A name that is looked up in PATH and the folders of root's programs, or an absolute path. */
  readonly program: string;
}

export interface Wanted {
  readonly paths: readonly WantedPaths[];
  readonly programs: readonly WantedProgram[];
}

/** What to look for on a target that is all of `kinds`. */
export function wantedOn(kinds: readonly TargetKind[], items: readonly Item[]): Wanted {
  const fitting = items.filter((item) => isFor(item, kinds));
  return {
    paths: fitting.flatMap((item): WantedPaths[] => {
      if ("files" in item) return [{ item: item.id, globs: item.files, what: "file", holding: null, text: item.text }];
      if (!("command" in item) || item.each === undefined) return [];
      return [{ item: item.id, globs: item.each, what: "any", holding: item.holding ?? null, text: false }];
    }),
    programs: fitting.flatMap((item) => {
      const program = programOf(item);
      return program === null ? [] : [{ item: item.id, program }];
    }),
  };
}

/** Whether an item is collected from a target that is all of `kinds`. */
export const isFor = (item: Item, kinds: readonly TargetKind[]) => item.on.some((kind) => kinds.includes(kind));

/** What has to be installed for an item; null where it is no command, or what `each` finds is run itself. */
export function programOf(item: Item): string | null {
  if (!("command" in item)) return null;
  const program = item.program ?? item.command[0] ?? "";
  return program.includes("{") ? null : program;
}
