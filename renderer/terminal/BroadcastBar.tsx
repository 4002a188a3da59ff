import { Button } from "@mantine/core";
import { IconAntennaBars5 } from "@tabler/icons-react";
import { useTerminals } from "../stores.ts";
import { stopBroadcast } from "./actions.ts";
import { focusDock, focusTerminal } from "./groups.ts";
import { useLabels } from "./TerminalTab.tsx";
import { type BroadcastResult, showDialog, useDock } from "./ui.ts";

/** Over the dock for as long as broadcasting is on: who gets what is typed, and whether each took the last of it. */
export function BroadcastBar() {
  const { on, targets, results } = useDock((dock) => dock.broadcast);
  const terminals = useTerminals((mirror) => mirror.value?.terminals);
  const labels = useLabels();
  if (!on) return null;
  return (
    <section className="hr-term-cast-bar" aria-label="Broadcast">
      <IconAntennaBars5 size={18} aria-hidden="true" />
      <strong>Broadcast is on</strong>
      <span>What is typed in one of these goes to all {targets.length}:</span>
      <ul>
        {targets.map((id) => (
          <li key={id} data-result={results[id]}>
            <button type="button" onClick={() => focusTerminal(id)}>
              {labels.get(id) ?? terminals?.[id]?.device ?? "terminal"}
            </button>
            <span className="hr-term-result">{resultText(terminals?.[id]?.status ?? "closed", results[id])}</span>
          </li>
        ))}
      </ul>
      <div className="hr-term-cast-buttons">
        <Button variant="default" onClick={() => showDialog({ kind: "broadcast" })}>
          Change targets
        </Button>
        <Button
          onClick={() => {
            stopBroadcast();
            focusDock();
          }}
        >
          Stop broadcasting
        </Button>
      </div>
    </section>
  );
}

function resultText(status: string, result: BroadcastResult | undefined): string {
  if (status !== "open") return `⨯ ${status}`;
  if (result === "refused") return "⨯ refused";
  return result === "sent" ? "✓ sent" : "ready";
}
