import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { openDialog, select, useFabric, useLab, useSsh, useUi } from "../stores.ts";
import { InspectorView } from "./InspectorView.tsx";

/** What is known of the selected device, port or cable. */
export function Inspector({ onOpenTerminal }: { readonly onOpenTerminal: (device: string) => void }) {
  const state = useLab((mirror) => mirror.value);
  const fabric = useFabric((mirror) => mirror.value);
  const ssh = useSsh((mirror) => mirror.value);
  const selection = useUi((ui) => ui.selection);
  if (!state || !selection) return null;
  return (
    <InspectorView
      state={state}
      fabric={fabric}
      ssh={ssh}
      selection={selection}
      onSelect={select}
      onOpenTerminal={onOpenTerminal}
      onEditDevice={(device) => openDialog({ kind: "edit-device", device })}
      onCompareKeys={(device) => openDialog({ kind: "changed-key", device })}
      onRemoveCable={(cable) => {
        select(null);
        void attempt(client.lab.edit({ edits: [{ op: "remove-cable", cable }] }));
      }}
    />
  );
}
