import type { Clock } from "../../electron/contract/logs/entry.ts";
import { numberText } from "../kit/time.ts";

type Offset = Pick<Clock, "offsetMs" | "uncertaintyMs">;

/** Stamps of hosts that are so far apart are put in a wrong order by who reads them side by side. */
const wrongMs = 1000;

/** Surely off, by what an admin has to know. */
export const isClockWrong = ({ offsetMs, uncertaintyMs }: Offset) => Math.abs(offsetMs) - uncertaintyMs >= wrongMs;

/** `3.2 s ahead`, `2 h 5 min behind`, `right within 20 ms`. */
export function clockText({ offsetMs, uncertaintyMs }: Offset): string {
  if (Math.abs(offsetMs) <= uncertaintyMs) return `right within ${seconds(uncertaintyMs)}`;
  return `${spanText(Math.abs(offsetMs))} ${offsetMs > 0 ? "ahead" : "behind"}`;
}

const seconds = (ms: number) =>
  ms < 1000 ? `${Math.ceil(ms)} ms` : `${numberText(ms / 1000, { maximumSignificantDigits: 2 })} s`;

function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 120_000) return seconds(ms);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${numberText(Math.round(hours / 24))} d`;
}
