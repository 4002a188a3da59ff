/** Owns what a new device is given until the admin says otherwise: a free name, the lowest free unit, an adapter. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { LabState } from "../../electron/contract/lab.ts";
import { lowestFreeUnit, typeOf } from "../../electron/contract/units.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { select, useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { DeviceFields } from "./DeviceFields.tsx";
import { bmcKindOf, type DeviceDraft, deviceOf, draftErrors, emptyDraft, nextHca } from "./device-draft.ts";
import { EditActions } from "./EditActions.tsx";
import { nextName } from "./next-name.ts";
import { TypeSelect } from "./TypeSelect.tsx";
import { useLabEdit } from "./use-lab-edit.ts";

/** Adds one device: what it is, where it stands, how it is reached. Everything can be changed later. */
export function AddDeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const state = useLab((mirror) => mirror.value);
  if (!state?.lab) return null;
  return <AddDeviceForm lab={state.lab} types={state.deviceTypes} onClose={onClose} />;
}

function AddDeviceForm({
  lab,
  types,
  onClose,
}: {
  readonly lab: NonNullable<LabState["lab"]>;
  readonly types: LabState["deviceTypes"];
  readonly onClose: () => void;
}) {
  // Only what the admin chose; the rest follows the type and the rack.
  const [chosen, setChosen] = useState<Partial<DeviceDraft>>({});
  const why = useReadOnlyWhy();
  const type = chosen.type ? typeOf({ type: chosen.type }, types) : undefined;
  const rack = type?.heightU === 0 ? null : chosen.rack === undefined ? (lab.racks[0]?.name ?? null) : chosen.rack;
  const free = type && rack ? lowestFreeUnit(lab, types, rack, type.heightU) : null;
  const draft: DeviceDraft = {
    ...emptyDraft,
    name: type ? nextName(lab, type.kind) : "",
    unit: free ?? "",
    bmcKind: bmcKindOf(type?.manufacturer ?? ""),
    hcas: type?.kind === "server" ? [nextHca([])] : [],
    ...chosen,
    rack,
  };
  const found = type ? draftErrors(draft, lab, null) : {};
  const errors =
    type && rack !== null && draft.unit === "" ? { ...found, unit: "No space is free for it in this rack" } : found;

  const add = () => {
    const device = deviceOf(draft);
    const done = () => {
      select({ kind: "device", device: device.name });
      onClose();
    };
    return { edits: [{ op: "add-device", device } as const], done };
  };
  const editing = useLabEdit(type && why === null && Object.keys(errors).length === 0 ? add : null);

  return (
    <Dialog onClose={onClose} title="Add a device" size="lg" changed={Object.keys(chosen).length > 0}>
      <form
        className="hr-form"
        onSubmit={(event) => {
          event.preventDefault();
          void editing.edit();
        }}
      >
        <TypeSelect
          autoFocus
          types={types}
          value={chosen.type ?? null}
          onChange={(slug) => setChosen({ ...chosen, type: slug })}
        />
        <DeviceFields
          draft={draft}
          lab={lab}
          type={type}
          errors={errors}
          editing={null}
          // Another rack has another free unit.
          onChange={(changes) => {
            const { unit: _unit, ...rest } = chosen;
            setChosen({ ...("rack" in changes ? rest : chosen), ...changes });
          }}
        />
        <EditActions editing={editing} why={why} onClose={onClose}>
          <Button type="submit" loading={editing.busy} disabled={!editing.ready}>
            <span className="hr-clip">Add {draft.name.trim() || "the device"}</span>
          </Button>
        </EditActions>
      </form>
    </Dialog>
  );
}
