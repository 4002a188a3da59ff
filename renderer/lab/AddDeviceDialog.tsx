/** Owns what a new device is given until the admin says otherwise: a free name, the lowest free unit, an adapter. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { SuggestedDevice } from "../../electron/contract/adopt.ts";
import type { LabState } from "../../electron/contract/lab.ts";
import { lowestFreeUnit, typeOf } from "../../electron/contract/units.ts";
import { Dialog } from "../kit/Dialog.tsx";
import { select, useFabric, useLab } from "../stores.ts";
import { useReadOnlyWhy } from "../use-read-only-why.ts";
import { DeviceFields } from "./DeviceFields.tsx";
import { bmcKindOf, type DeviceDraft, deviceOf, draftErrors, emptyDraft, markedWhy, nextHca } from "./device-draft.ts";
import { EditActions } from "./EditActions.tsx";
import { JoiningDiff, JoiningNotice, useJoining } from "./joining.tsx";
import { nextName } from "./next-name.ts";
import { draftOfSeen, typesOfSeen } from "./seen-draft.ts";
import { TypeSelect } from "./TypeSelect.tsx";
import { useLabEdit } from "./use-lab-edit.ts";

/** Adds one device: what it is, where it stands, how it is reached. Everything can be changed later. */
export function AddDeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const state = useLab((mirror) => mirror.value);
  if (!state?.lab) return null;
  return <AddDeviceForm lab={state.lab} types={state.deviceTypes} seen={null} onClose={onClose} />;
}

export function AddDeviceForm({
  lab,
  types,
  seen,
  onClose,
}: {
  readonly lab: NonNullable<LabState["lab"]>;
  readonly types: LabState["deviceTypes"];
  /** The device of the fabric that it is; null where it is entered from nothing. */
  readonly seen: SuggestedDevice | null;
  readonly onClose: () => void;
}) {
  const [filledIn] = useState(() => (seen === null ? {} : draftOfSeen(seen)));
  // Only what the admin chose; the rest follows the type and the rack.
  const [chosen, setChosen] = useState<Partial<DeviceDraft>>(filledIn);
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
  const nodes = useFabric((mirror) => mirror.value?.fabric?.nodes) ?? [];
  const found = type ? draftErrors(draft, lab, null, { types, nodes }) : {};
  const errors =
    type && rack !== null && draft.unit === "" ? { ...found, unit: "No space is free for it in this rack" } : found;

  const device = deviceOf(draft);
  const complete = type !== undefined && why === null && Object.keys(errors).length === 0;
  const joining = useJoining(seen !== null && complete ? { node: seen.node, device } : null);
  const { value: plan } = joining;
  const shown =
    seen === null
      ? { edits: [{ op: "add-device", device } as const] }
      : joining.current && plan?.edits.length
        ? plan
        : null;
  const done = () => {
    select({ kind: "device", device: device.name });
    onClose();
  };
  const editing = useLabEdit(complete && shown ? () => ({ ...shown, done }) : null);
  const cables = plan?.edits.filter(({ op }) => op === "add-cable").length ?? 0;

  return (
    <Dialog
      onClose={onClose}
      title={seen === null ? "Add a device" : "Add a device that was seen"}
      size="lg"
      changed={chosen !== filledIn}
    >
      <form
        className="hr-form"
        onSubmit={(event) => {
          event.preventDefault();
          void editing.edit();
        }}
      >
        {seen !== null && (
          <p className="hr-p hr-dim hr-wide">
            The fabric calls it {seen.description === "" ? "nothing" : <code>{seen.description}</code>},{" "}
            {seen.guidKind === "port" ? "port" : "node"} GUID <code>{seen.node}</code>. What is filled in is what the
            fabric tells of it; the rest is yours to enter.
          </p>
        )}
        <TypeSelect
          autoFocus
          types={seen === null ? types : typesOfSeen(types, seen, draft.type)}
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
        {seen !== null && complete && <JoiningDiff joining={joining} />}
        <EditActions
          editing={editing}
          why={why ?? markedWhy(errors)}
          notice={seen !== null && complete && <JoiningNotice joining={joining} />}
          onClose={onClose}
        >
          <Button type="submit" loading={editing.busy} disabled={!editing.ready}>
            <span className="hr-clip">
              Add {draft.name.trim() || "the device"}
              {cables > 0 && ` and its ${cables === 1 ? "cable" : "cables"}`}
            </span>
          </Button>
        </EditActions>
      </form>
    </Dialog>
  );
}
