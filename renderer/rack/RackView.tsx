import type { FabricState } from "../../electron/contract/fabric.ts";
import type { LabEdit } from "../../electron/contract/lab.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { openDialog, select, useFabric, useLab, useUi } from "../stores.ts";
import { RackPlace } from "./RackPlace.tsx";

const notObserved: FabricState = {
  devices: {},
  cables: [],
  fabric: null,
  observer: null,
  observedAt: null,
  sources: [],
  paused: false,
};

const edit = (edits: LabEdit[]) => void attempt(client.lab.edit({ edits }));

/** The rack of the open lab, live. */
export function RackView({ onOpenTerminal }: { readonly onOpenTerminal: (device: string) => void }) {
  const state = useLab((mirror) => mirror.value);
  const fabric = useFabric((mirror) => mirror.value);
  const selection = useUi((ui) => ui.selection);
  if (!state) return null;
  return (
    <RackPlace
      state={state}
      fabric={fabric ?? notObserved}
      selection={selection}
      onSelect={select}
      onOpenTerminal={onOpenTerminal}
      onEdit={edit}
      onAddDevice={() => openDialog({ kind: "add-device" })}
    />
  );
}
