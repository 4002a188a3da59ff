/** Owns how a device of the lab file is changed, also while another window or program changes it too. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { LabEdit } from "../../electron/contract/lab.ts";
import { typeOf } from "../../electron/contract/units.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { openDialog, select, useFabric, useUi } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { DeviceFields } from "./DeviceFields.tsx";
import { changeEdit, type DeviceDraft, deviceOf, draftErrors, draftOf, markedWhy } from "./device-draft.ts";
import { EditActions } from "./EditActions.tsx";
import { MeanwhileNotice } from "./MeanwhileNotice.tsx";
import { meanwhile } from "./meanwhile.ts";
import { TypeSelect } from "./TypeSelect.tsx";
import { useDevice } from "./use-device.ts";
import { useLabEdit } from "./use-lab-edit.ts";

/** Changes what the lab file says of one device. */
export function EditDeviceDialog({ device: name, onClose }: { readonly device: string; readonly onClose: () => void }) {
  const device = useDevice(name);
  return device && <EditDeviceForm {...device} onClose={onClose} />;
}

function EditDeviceForm({
  lab,
  types,
  opened,
  now,
  otherLab,
  onClose,
}: NonNullable<ReturnType<typeof useDevice>> & { readonly onClose: () => void }) {
  // Only what is changed here: what another window or program changes meanwhile stays.
  const [chosen, setChosen] = useState<Partial<DeviceDraft>>({});
  // What the file said of a field when the admin began to change it, or last settled what both changed.
  const [was, setWas] = useState(() => draftOf(opened));
  const fixed = useReadOnlyWhy();
  const why = otherLab ? "Another lab is open by now" : fixed;
  const device = now ?? opened;
  const { draft, clashes } = meanwhile(was, now ? draftOf(now) : was, chosen);
  const nodes = useFabric((mirror) => mirror.value?.fabric?.nodes) ?? [];
  const errors = draftErrors(draft, lab, now?.name ?? null, { types, nodes });
  const edit: LabEdit | null = now ? changeEdit(now, draft) : { op: "add-device", device: deviceOf(draft) };

  const enter = (changes: Partial<DeviceDraft>) => {
    setWas({ ...draftOf(device), ...Object.fromEntries(Object.entries(was).filter(([field]) => field in chosen)) });
    setChosen({ ...chosen, ...changes });
  };
  const save = (change: LabEdit) => {
    // Before: the edited file may reach the window before the answer does, and the old name leaves the selection then.
    const { selection } = useUi.getState();
    const selected = selection?.kind === "device" && selection.device === device.name;
    const done = () => {
      if (selected) select({ kind: "device", device: deviceOf(draft).name });
      onClose();
    };
    return { edits: [change], done };
  };
  const ready = edit && why === null && clashes.length === 0 && Object.keys(errors).length === 0;
  const editing = useLabEdit(ready ? () => save(edit) : null);

  return (
    <Dialog
      onClose={onClose}
      title={`Edit ${device.name}`}
      size="lg"
      changed={now ? edit !== null : Object.keys(chosen).length > 0}
    >
      <form
        className="hr-form"
        onSubmit={(event) => {
          event.preventDefault();
          void editing.edit();
        }}
      >
        <TypeSelect types={types} value={draft.type} error={errors.type} onChange={(type) => enter({ type })} />
        <DeviceFields
          draft={draft}
          lab={lab}
          type={draft.type ? typeOf({ type: draft.type }, types) : undefined}
          errors={errors}
          editing={device.name}
          onChange={enter}
        />
        <EditActions
          editing={editing}
          why={why ?? markedWhy(errors)}
          onClose={onClose}
          notice={
            <MeanwhileNotice
              news={editing.busy ? null : newsOf(opened.name, now?.name ?? null, otherLab)}
              clashes={editing.busy ? [] : clashes}
              onMine={({ field }) => now && setWas({ ...was, [field]: draftOf(now)[field] })}
              onTheirs={({ field }) => {
                const { [field]: _mine, ...rest } = chosen;
                setChosen(rest);
              }}
            />
          }
          aside={
            <Button
              variant="subtle"
              className="hr-danger"
              disabled={why !== null || now === null}
              onClick={() => openDialog({ kind: "remove-device", device: device.name })}
            >
              Remove it…
            </Button>
          }
        >
          <Button type="submit" loading={editing.busy} disabled={!editing.ready}>
            {now ? "Save the changes" : <span className="hr-clip">Add {draft.name} again</span>}
          </Button>
        </EditActions>
      </form>
    </Dialog>
  );
}

/** What became of the device since the form was opened; null when it is what it was. */
function newsOf(opened: string, now: string | null, otherLab: boolean): string | null {
  if (otherLab) return "Another lab was opened, in another window. What was entered here belongs to the one before.";
  if (now === null)
    return `${opened} is no longer in the lab file: another window or program removed it, or renamed it together with its place. What was entered is still here.`;
  return now === opened ? null : `Another window or program renamed ${opened}: it is called ${now} now.`;
}
