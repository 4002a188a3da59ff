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

/** What was done about it to a time that a host's stamp told: `420.1 s behind, known within 20 ms; corrected by that`. */
export function correctionText(offset: Offset): string {
  if (Math.abs(offset.offsetMs) <= offset.uncertaintyMs) return clockText(offset);
  const exact =
    Math.abs(offset.offsetMs) < 120_000
      ? ""
      : ` (${numberText(Math.abs(offset.offsetMs) / 1000, { maximumFractionDigits: 1 })} s)`;
  return `${clockText(offset)}${exact}, known within ${seconds(offset.uncertaintyMs)}: the time above is corrected by that`;
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
