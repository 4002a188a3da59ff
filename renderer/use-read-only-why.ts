import { readOnlyWhy } from "./read-only.ts";
import { useLab } from "./stores.ts";

/** Why the open lab cannot be edited now, as one sentence; null when it can. */
export const useReadOnlyWhy = (): string | null =>
  useLab((mirror) => (mirror.value ? readOnlyWhy(mirror.value) : "No lab is open"));
