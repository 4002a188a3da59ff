import { Button } from "@mantine/core";
import type { Fault } from "../../electron/contract/error.ts";
import { RawText } from "./RawOutput.tsx";
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
  return (
    <div className="hr-fault" data-tone={tone} role="alert">
      <strong>{fault.title}</strong>
      <p>{fault.detail}</p>
      <p className="hr-dim">{fault.next}</p>
      {fault.evidence !== undefined && <RawText text={fault.evidence} />}
      {onRetry && (
        <Button variant="default" size="compact-sm" mt={8} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
