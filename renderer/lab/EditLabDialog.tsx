import { ActionIcon, Button, NumberInput, TextInput, Tooltip } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { Lab, LabState } from "../../electron/contract/lab.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { EditActions } from "./EditActions.tsx";
import {
  type LabDraft,
  labDraftErrors,
  labDraftOf,
  labEdits,
  nextRack,
  type RackDraft,
  standingIn,
} from "./lab-draft.ts";
import { useLabEdit } from "./use-lab-edit.ts";

/** The lab's name and its racks, saved as one step. */
export function EditLabDialog({ onClose }: { readonly onClose: () => void }) {
  const state = useLab((mirror) => mirror.value);
  return state?.lab ? <EditLabForm lab={state.lab} types={state.deviceTypes} onClose={onClose} /> : null;
}

function EditLabForm({
  lab,
  types,
  onClose,
}: {
  readonly lab: Lab;
  readonly types: LabState["deviceTypes"];
  readonly onClose: () => void;
}) {
  const [draft, setDraft] = useState<LabDraft>(() => labDraftOf(lab));
  const why = useReadOnlyWhy();
  const errors = labDraftErrors(draft, lab, types);
  const edits = labEdits(lab, draft);
  const change = (index: number, changes: Partial<RackDraft>) =>
    setDraft({ ...draft, racks: draft.racks.map((rack, at) => (at === index ? { ...rack, ...changes } : rack)) });
  const ready = edits.length > 0 && why === null && Object.keys(errors).length === 0;
  const editing = useLabEdit(ready ? () => ({ edits, done: onClose }) : null);
  return (
    <Dialog
      onClose={onClose}
      title="Lab and racks"
      size="lg"
      changed={edits.length > 0 || Object.keys(errors).length > 0}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void editing.edit();
        }}
      >
        <TextInput
          label="Name of the lab"
          maxLength={120}
          data-autofocus
          error={errors.name}
          value={draft.name}
          onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })}
        />
        <h3 className="hr-h3">Racks, left to right</h3>
        <div className="hr-rows">
          {draft.racks.map((rack, index) => {
            const standing = rack.was === null ? 0 : standingIn(lab, rack.was);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: the name, the only identity, is what is being typed
              <fieldset key={index} className="hr-rack-row" aria-label={`Rack ${index + 1}`}>
                <TextInput
                  label="Rack name"
                  maxLength={64}
                  error={errors[`racks.${index}.name`]}
                  value={rack.name}
                  onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
                />
                <NumberInput
                  label="Height in units"
                  min={1}
                  max={60}
                  error={errors[`racks.${index}.units`]}
                  value={rack.units}
                  onChange={(units) => change(index, { units: typeof units === "number" ? units : "" })}
                />
                <span className="hr-dim hr-rack-holds">
                  {standing === 0 ? "empty" : `${standing} ${standing === 1 ? "device" : "devices"}`}
                </span>
                <Tooltip label="Devices stand in it: move or remove them first" disabled={standing === 0}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    mt={22}
                    aria-label={`Remove ${rack.name || "the rack"}`}
                    disabled={standing > 0}
                    onClick={() => setDraft({ ...draft, racks: draft.racks.filter((_, at) => at !== index) })}
                  >
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              </fieldset>
            );
          })}
          <Button
            variant="default"
            onClick={() => setDraft({ ...draft, racks: [...draft.racks, nextRack(draft.racks)] })}
          >
            Add a rack
          </Button>
        </div>
        <EditActions editing={editing} why={why} onClose={onClose}>
          <Button type="submit" loading={editing.busy} disabled={!editing.ready}>
            Save the changes
          </Button>
        </EditActions>
      </form>
    </Dialog>
  );
}
