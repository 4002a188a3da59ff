import { Button } from "@mantine/core";
import { useState } from "react";
import type { Fault } from "../../electron/contract/error.ts";
import "./kit.css";

/** One fault: what happened, what it means, what to do next; raw evidence one click away, always as plain text. */
export function FaultView({
  fault,
  tone = "down",
  onRetry,
}: {
  readonly fault: Fault;
  readonly tone?: "down" | "degraded";
  /** Tries the same again. */
  readonly onRetry?: () => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div className="hr-fault" data-tone={tone} role="alert">
      <strong>{fault.title}</strong>
      <p>{fault.detail}</p>
      <p className="hr-dim">{fault.next}</p>
      {fault.evidence !== undefined && (
        <>
          <button type="button" className="hr-link" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Hide raw output" : "Show raw output"}
          </button>
          {open && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            <pre className="hr-raw" tabIndex={0}>
              {fault.evidence}
            </pre>
          )}
        </>
      )}
      {onRetry && (
        <Button variant="default" size="compact-sm" mt={8} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
