import { Button, Checkbox, Group } from "@mantine/core";
import { useState } from "react";
import { roleSchema } from "../../electron/contract/lab.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useLab, useTerminals } from "../stores.ts";
import { focusDock } from "./groups.ts";
import { inOrder, placeText } from "./labels.ts";
import { useLabels } from "./TerminalTab.tsx";
import { showDialog, useDock } from "./ui.ts";

/** Chooses the terminals that get the same keystrokes, one by one or by role. */
export function BroadcastDialog() {
  const terminals = useTerminals((mirror) => mirror.value?.terminals);
  const lab = useLab((mirror) => mirror.value?.lab ?? null);
  const labels = useLabels();
  const before = useDock((dock) => dock.broadcast);
  const all = inOrder(terminals ?? {});
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(before.targets));
  const targets = all.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const roleOf = (device: string) => lab?.devices.find(({ name }) => name === device)?.role;
  const roles = roleSchema.options.filter((role) => all.some(({ device }) => roleOf(device) === role));

  const set = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) on ? next.add(id) : next.delete(id);
    setChosen(next);
  };
  const close = () => {
    showDialog(null);
    focusDock();
  };
  const start = () => {
    useDock.setState({ broadcast: { on: targets.length > 0, targets, results: {} } });
    close();
  };

  return (
    <Dialog onClose={close} title="Broadcast to several terminals" size="lg">
      <p className="hr-term-lead">
        What is typed in one of the chosen terminals goes to all of them, until it is switched off.
      </p>
      {all.length === 0 && <p className="hr-dim">No terminal is open. Open some first: the plus beside the tabs.</p>}
      <Group gap="xs" mb="sm">
        <Button variant="default" onClick={() => setChosen(new Set(all.map(({ id }) => id)))}>
          All
        </Button>
        <Button variant="default" onClick={() => setChosen(new Set())}>
          None
        </Button>
        {roles.map((role) => {
          const ids = all.filter(({ device }) => roleOf(device) === role).map(({ id }) => id);
          const on = ids.every((id) => chosen.has(id));
          return (
            <Button key={role} variant={on ? "filled" : "default"} aria-pressed={on} onClick={() => set(ids, !on)}>
              Role {role} ({ids.length})
            </Button>
          );
        })}
      </Group>
      <ul className="hr-term-choices" aria-label="Open terminals">
        {all.map(({ id, device, status }) => (
          <li key={id}>
            <Checkbox
              checked={chosen.has(id)}
              onChange={(event) => set([id], event.currentTarget.checked)}
              label={labels.get(id) ?? device}
              description={`${placeText(lab, device)}${status === "open" ? "" : ` · ${status}`}`}
            />
          </li>
        ))}
      </ul>
      <DialogActions>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button onClick={start} disabled={targets.length === 0 && !before.on}>
          {broadcastLabel(targets.length, before.on)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function broadcastLabel(count: number, on: boolean): string {
  if (count === 0) return on ? "Stop broadcasting" : "Broadcast";
  return `Broadcast to ${count} ${count === 1 ? "terminal" : "terminals"}`;
}
