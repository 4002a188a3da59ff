/** Owns that nothing is typed into a switch which was not shown before, line by line. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import {
  descriptionFault,
  maxDescription,
  type SwitchChange,
  type SwitchResult,
} from "../../electron/contract/switch.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { RawText } from "../kit/RawOutput.tsx";
import { StateMark } from "../kit/StateMark.tsx";
import { useAnswer } from "../kit/use-answer.ts";
import { useWork } from "../kit/use-work.ts";
import { openDialog, useSwitches, useUi } from "../stores.ts";
import "./switch.css";

export function SwitchDialogs() {
  const dialog = useUi((ui) => ui.dialog);
  const close = () => openDialog(null);
  if (dialog?.kind === "switch-save")
    return <ChangeDialog device={dialog.device} change={{ kind: "save" }} onClose={close} />;
  if (dialog?.kind !== "switch-port") return null;
  const { device, port, change } = dialog;
  return change === "describe" ? (
    <DescribeDialog device={device} port={port} onClose={close} />
  ) : (
    <ChangeDialog device={device} change={{ kind: change, port }} onClose={close} />
  );
}

interface Props {
  readonly device: string;
  readonly onClose: () => void;
}

const titles = (device: string, change: SwitchChange): string => {
  if (change.kind === "save") return `Save the configuration of ${device}?`;
  if (change.kind === "describe") return `Describe port ${change.port} of ${device}`;
  return `${change.kind === "shut" ? "Shut" : "Enable"} port ${change.port} of ${device}?`;
};

const verbs = (change: SwitchChange): string => {
  if (change.kind === "save") return "Save configuration";
  if (change.kind === "describe") return change.description === "" ? "Remove description" : "Set description";
  return change.kind === "shut" ? `Shut port ${change.port}` : `Enable port ${change.port}`;
};

function DescribeDialog({ device, port, onClose }: Props & { readonly port: string }) {
  const now = useSwitches(
    (mirror) => mirror.value?.switches[device]?.ports.find(({ name }) => name === port)?.description ?? "",
  );
  const [before] = useState(now);
  const [description, setDescription] = useState(now);
  const fault = descriptionFault(description);
  return (
    <ChangeDialog
      device={device}
      change={{ kind: "describe", port, description }}
      why={fault ?? (description === before ? "It is as it was." : null)}
      changed={description !== before}
      onClose={onClose}
    >
      <TextInput
        label="Description"
        description={`Up to ${maxDescription} characters; leave it empty to take it away`}
        value={description}
        error={fault}
        maxLength={200}
        data-autofocus
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
      />
    </ChangeDialog>
  );
}

function ChangeDialog({
  device,
  change,
  why = null,
  changed = false,
  onClose,
  children,
}: Props & {
  readonly change: SwitchChange;
  /** Why it cannot be made as it stands. */
  readonly why?: string | null;
  readonly changed?: boolean;
  readonly children?: React.ReactNode;
}) {
  const { value: plan, fault: unplanned } = useAnswer(why === null ? { device, change } : null, (signal) =>
    client.switch.plan({ device, change }, { signal }),
  );
  const { busy, fault, run } = useWork();
  const [typed, setTyped] = useState("");
  const [result, setResult] = useState<SwitchResult | null>(null);
  if (result) return <ResultDialog device={device} result={result} onClose={onClose} />;
  const confirmed = plan !== null && (plan.confirm === null || typed.trim() === plan.confirm);
  const apply = async () => {
    if (!plan || !confirmed) return;
    const confirm = plan.confirm === null ? {} : { confirm: plan.confirm };
    const made = await run(() => client.switch.apply({ device, change: plan.change, shown: plan, ...confirm }));
    if (made) setResult(made);
  };
  const dangerous = change.kind === "shut" || change.kind === "save";
  return (
    <Dialog onClose={onClose} changed={changed && !busy} title={titles(device, change)} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void apply();
        }}
      >
        {children}
        <div className="sw-plan">
          {plan && (
            <>
              {plan.effects.length > 0 && (
                <ul className="hr-list" aria-label="What it does">
                  {plan.effects.map((effect) => (
                    <li key={effect}>{effect}</li>
                  ))}
                </ul>
              )}
              <h3>What will be typed on {device}</h3>
              <p className="hr-mono">{plan.address}</p>
              <pre className="hr-raw sw-lines">{plan.lines.join("\n")}</pre>
              <p className="hr-dim">
                {plan.readBack === null ? "" : `Then “${plan.readBack}” reads it back. `}
                {plan.lasts}
              </p>
              {plan.confirm !== null && (
                <TextInput
                  label={`Type ${plan.confirm} to confirm`}
                  value={typed}
                  autoComplete="off"
                  mt="sm"
                  onChange={({ currentTarget }) => setTyped(currentTarget.value)}
                />
              )}
            </>
          )}
        </div>
        <DialogActions fault={fault ?? unplanned} why={children ? null : why}>
          <Button variant="default" data-autofocus={children ? undefined : true} onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(dangerous ? { color: "red" } : {})}
            loading={busy}
            disabled={why !== null || !confirmed}
          >
            {verbs(change)}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function ResultDialog({ device, result, onClose }: Props & { readonly result: SwitchResult }) {
  const { change, verified, told, typed } = result;
  const saved = change.kind === "save";
  return (
    <Dialog
      onClose={onClose}
      title={saved ? `${device} was told to save` : `Port ${change.port} of ${device}`}
      size="md"
    >
      <p className="hr-p sw-result" role="status">
        <StateMark state={verified ? "healthy" : "unknown"} />
        <span>
          <strong>{verified ? "Made, and read back." : saved ? "Typed." : "Typed, but not verified."}</strong> {told}
        </span>
      </p>
      {!saved && (
        <p className="hr-p hr-dim">
          It lasts until the switch is reloaded. To keep it, the whole configuration must be saved.
        </p>
      )}
      <RawText
        what="what was typed"
        text={typed.map(({ line, answer }) => `${line}\n${answer}`.trimEnd()).join("\n")}
      />
      <DialogActions
        aside={
          saved ? undefined : (
            <Button variant="subtle" onClick={() => openDialog({ kind: "switch-save", device })}>
              Save configuration…
            </Button>
          )
        }
      >
        <Button data-autofocus onClick={onClose}>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}
