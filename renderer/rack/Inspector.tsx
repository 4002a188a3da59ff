import { CloseButton } from "@mantine/core";
import { select, useFabric, useLab, useSsh, useUi } from "../stores.ts";
import { InspectCable } from "./InspectCable.tsx";
import { InspectDevice } from "./InspectDevice.tsx";
import { InspectPort } from "./InspectPort.tsx";
import "./inspector.css";

/** What is known of the selected device, port or cable. */
export function Inspector() {
  const state = useLab((mirror) => mirror.value);
  const fabric = useFabric((mirror) => mirror.value);
  const ssh = useSsh((mirror) => mirror.value);
  const selection = useUi((ui) => ui.selection);
  if (!state || !selection) return null;
  return (
    <aside className="rk-inspector" aria-label="Inspector">
      <CloseButton
        className="rk-inspector-close"
        size="sm"
        aria-label="Close the inspector"
        onClick={() => select(null)}
      />
      {selection.kind === "device" && <InspectDevice state={state} fabric={fabric} ssh={ssh} name={selection.device} />}
      {selection.kind === "port" && (
        <InspectPort state={state} fabric={fabric} device={selection.device} port={selection.port} />
      )}
      {selection.kind === "cable" && <InspectCable state={state} fabric={fabric} id={selection.id} />}
    </aside>
  );
}
