import { Button } from "@mantine/core";
import { useState } from "react";
import type { Device, LabState } from "../../electron/contract/lab.ts";
import { typeOf } from "../../electron/contract/units.ts";
import { client } from "../client.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { DialogActions } from "../kit/DialogActions.tsx";
import { useWork } from "../kit/use-work.ts";
import { openDialog, select, useLab, useUi } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { DeviceFields } from "./DeviceFields.tsx";
import { changeEdit, type DeviceDraft, deviceOf, draftErrors, draftOf } from "./device-draft.ts";
import { TypeSelect } from "./TypeSelect.tsx";

/** Changes what the lab file says of one device. */
export function EditDeviceDialog({ device: name, onClose }: { readonly device: string; readonly onClose: () => void }) {
  const state = useLab((mirror) => mirror.value);
  const device = state?.lab?.devices.find((each) => each.name === name);
  if (!state?.lab || !device) return null;
  return <EditDeviceForm key={name} lab={state.lab} types={state.deviceTypes} device={device} onClose={onClose} />;
}

function EditDeviceForm({
  lab,
  types,
  device,
  onClose,
}: {
  readonly lab: NonNullable<LabState["lab"]>;
  readonly types: LabState["deviceTypes"];
  readonly device: Device;
  readonly onClose: () => void;
}) {
  // Only what is changed here: what another window or program changes meanwhile stays.
  const [chosen, setChosen] = useState<Partial<DeviceDraft>>({});
  const why = useReadOnlyWhy();
  const { busy, fault, run } = useWork();
  const draft: DeviceDraft = { ...draftOf(device), ...chosen };
  const errors = draftErrors(draft, lab, device.name);
  const edit = changeEdit(device, draft);

  const save = async () => {
    if (!edit) return;
    // Before: the edited file may reach the window before the answer does, and the old name leaves the selection then.
    const { selection } = useUi.getState();
    const selected = selection?.kind === "device" && selection.device === device.name;
    if (!(await run(() => client.lab.edit({ edits: [edit] })))) return;
    if (selected) select({ kind: "device", device: deviceOf(draft).name });
    onClose();
  };

  return (
    <Dialog onClose={onClose} title={`Edit ${device.name}`} size="lg" changed={edit !== null}>
      <form
        className="hr-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TypeSelect
          types={types}
          value={draft.type}
          error={errors.type}
          onChange={(type) => setChosen({ ...chosen, type })}
        />
        <DeviceFields
          draft={draft}
          lab={lab}
          type={draft.type ? typeOf({ type: draft.type }, types) : undefined}
          errors={errors}
          editing={device.name}
          onChange={(changes) => setChosen({ ...chosen, ...changes })}
        />
        <DialogActions
          fault={fault}
          why={why}
          aside={
            <Button
              variant="subtle"
              className="hr-danger"
              disabled={why !== null}
              onClick={() => openDialog({ kind: "remove-device", device: device.name })}
            >
              Remove it…
            </Button>
          }
        >
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={!edit || why !== null || Object.keys(errors).length > 0}>
            Save the changes
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
