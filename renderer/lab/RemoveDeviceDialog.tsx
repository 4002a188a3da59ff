import { Button } from "@mantine/core";
import { cableText } from "../../electron/contract/words.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { select, useLab, useUi } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { plannedCablesOf, reachedThrough } from "./device-draft.ts";
import { EditActions } from "./EditActions.tsx";
import { useLabEdit } from "./use-lab-edit.ts";

/** Names the device and every cable that goes with it; leaving things as they are is the default. */
export function RemoveDeviceDialog({ device, onClose }: { readonly device: string; readonly onClose: () => void }) {
  const lab = useLab((mirror) => mirror.value?.lab);
  const why = useReadOnlyWhy();
  const dependent = lab ? reachedThrough(lab, device) : [];
  const done = () => {
    const { selection } = useUi.getState();
    if (selection?.kind !== "cable" ? selection?.device === device : true) select(null);
    onClose();
  };
  const ready = why === null && dependent.length === 0;
  const editing = useLabEdit(ready ? () => ({ edits: [{ op: "remove-device", device }], done }) : null);
  if (!lab?.devices.some(({ name }) => name === device)) return null;
  const cables = plannedCablesOf(lab, device);
  return (
    <Dialog onClose={onClose} title={`Remove ${device}?`} size="md">
      <p className="hr-p">
        It is taken out of the lab file{cables.length > 0 ? ", and with it:" : ". No planned cable goes with it."}
      </p>
      {cables.length > 0 && (
        <ul className="hr-list" aria-label="Cables that go with it">
          {cables.map(({ from, to, label }) => (
            <li key={`${from.device} ${from.port}`}>
              Cable {cableText({ a: from, b: to })}
              {label && <span className="hr-dim"> ({label})</span>}
            </li>
          ))}
        </ul>
      )}
      {dependent.length > 0 && (
        <p className="hr-p">
          {dependent.join(", ")} {dependent.length === 1 ? "is" : "are"} reached through it and need another way first.
        </p>
      )}
      <p className="hr-p hr-dim">The device itself is not touched. Undo brings it and its cables back.</p>
      <EditActions editing={editing} why={why} cautious onClose={onClose}>
        <Button color="red" loading={editing.busy} disabled={!editing.ready} onClick={editing.edit}>
          <span className="hr-clip">
            Remove {device}
            {cables.length > 0 && ` and ${cables.length} ${cables.length === 1 ? "cable" : "cables"}`}
          </span>
        </Button>
      </EditActions>
    </Dialog>
  );
}
