/** Owns how events are listed: when, what it is about where that differs, and what happened. */
import type { HistoryEvent } from "../../electron/contract/history.ts";
import { useNow } from "../kit/now.ts";
import { momentText, sinceText } from "../kit/time.ts";
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
          <time className="hr-tabular" dateTime={new Date(at).toISOString()} title={momentText(at)}>
            {sinceText(at, now)}
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
