import type { Clock } from "../../electron/contract/logs/entry.ts";
import { numberText } from "../kit/time.ts";

/** `3.2 s ahead`, `2 h 5 min behind`, `right within 0.02 s`. */
export function clockText({ offsetMs, uncertaintyMs }: Pick<Clock, "offsetMs" | "uncertaintyMs">): string {
  if (Math.abs(offsetMs) <= uncertaintyMs) return `right within ${seconds(uncertaintyMs)}`;
  return `${spanText(Math.abs(offsetMs))} ${offsetMs > 0 ? "ahead" : "behind"}`;
}

const seconds = (ms: number) => `${numberText(ms / 1000, { maximumSignificantDigits: 2 })} s`;

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 120_000) return seconds(ms);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${numberText(Math.round(hours / 24))} d`;
}
