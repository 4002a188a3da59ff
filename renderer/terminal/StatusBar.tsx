import { Button } from "@mantine/core";
import type { ConnectionState } from "../../electron/contract/ssh.ts";
import type { Terminal } from "../../electron/contract/terminal.ts";
import { useNow } from "../kit/now.ts";
import { StateMark, type StateName } from "../kit/StateMark.tsx";
import { useSsh } from "../stores.ts";
import { reconnect } from "./actions.ts";

/** Shape and words for each state of a terminal. */
export const terminalStates: Readonly<Record<Terminal["status"], { readonly mark: StateName; readonly text: string }>> =
  {
    connecting: { mark: "busy", text: "connecting" },
    open: { mark: "healthy", text: "open" },
    reconnecting: { mark: "degraded", text: "reconnecting" },
    closed: { mark: "absent", text: "closed" },
  };

/** Below the scrollback while a terminal is not open: why, what comes next, and what can be done. */
export function StatusBar({ terminal }: { readonly terminal: Terminal }) {
  const connection = useSsh((mirror) => mirror.value?.connections[terminal.device]);
  if (terminal.status === "open") return null;
  const { mark } = terminalStates[terminal.status];
  const fault = terminal.fault ?? (terminal.status === "closed" ? null : (connection?.fault ?? null));
  return (
    <div className="hr-term-status" data-status={terminal.status} role="status">
      <StateMark state={fault && terminal.status === "closed" ? "down" : mark} />
      <div className="hr-term-status-text">
        <strong>
          <Headline terminal={terminal} connection={connection} />
        </strong>
        {fault && (
          <span>
            {fault.title}. {fault.detail} {fault.next}
          </span>
        )}
      </div>
      {terminal.status === "closed" && (
        <Button variant="filled" onClick={() => reconnect(terminal.id)}>
          Reconnect
        </Button>
      )}
    </div>
  );
}

function Headline({ terminal, connection }: { terminal: Terminal; connection: ConnectionState | undefined }) {
  if (terminal.status === "closed") return <>{endText(terminal)}</>;
  if (connection?.status === "asking") return <>Waiting for an answer about {terminal.device}</>;
  if (terminal.status === "connecting") return <>Connecting to {terminal.device}</>;
  return (
    <>
      Connection to {terminal.device} lost, reconnecting
      {connection && connection.attempt > 0 && ` (attempt ${connection.attempt})`}
      {connection?.retryAt != null && <Countdown at={connection.retryAt} />}
    </>
  );
}

function Countdown({ at }: { readonly at: number }) {
  const seconds = Math.max(0, Math.ceil((at - useNow()) / 1000));
  return <span className="hr-tabular">, next try {seconds === 0 ? "now" : `in ${seconds} s`}</span>;
}

function endText(terminal: Terminal): string {
  if (terminal.exitCode !== null) return `The session ended with exit code ${terminal.exitCode}`;
  return terminal.fault ? "The session is closed" : "The session ended";
}
