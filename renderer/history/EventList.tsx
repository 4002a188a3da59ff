/** Owns how events are listed: when, what it is about where that differs, and what happened. */
import type { HistoryEvent } from "../../electron/contract/history.ts";
import { useNow } from "../kit/now.ts";
import { clockText } from "./figures.ts";
import "./history.css";

export function EventList({
  events,
  subjects = false,
}: {
  readonly events: readonly HistoryEvent[];
  /** Whether each says which port it is about. */
  readonly subjects?: boolean;
}) {
  const now = useNow();
  return (
    <ol className="hi-events">
      {events.map(({ id, at, kind, device, port, text }) => (
        <li key={id} data-kind={kind}>
          <time className="hr-tabular" dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString()}>
            {clockText(at, now)}
          </time>
          <span>
            {subjects && device !== "" && (
              <span className="hr-dim">
                {device} {port}{" "}
              </span>
            )}
            {kind === "cable-state" ? `cable ${text}` : text}
          </span>
        </li>
      ))}
    </ol>
  );
}
