import { CloseButton } from "@mantine/core";
import type { FabricState } from "../../electron/contract/fabric.ts";
import type { Cable, LabState } from "../../electron/contract/lab.ts";
import type { SshState } from "../../electron/contract/ssh.ts";
import { InspectCable } from "./InspectCable.tsx";
import { InspectDevice } from "./InspectDevice.tsx";
import { InspectPort } from "./InspectPort.tsx";
import type { Selection } from "./selection.ts";
import "./inspector.css";

export interface InspectorProps {
  readonly state: LabState;
  readonly fabric: FabricState | null;
  readonly ssh: SshState | null;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onOpenTerminal: (device: string) => void;
  readonly onEditDevice: (device: string) => void;
  /** Shows a changed host key beside the recorded one. */
  readonly onCompareKeys: (device: string) => void;
  readonly onRemoveCable: (cable: Cable) => void;
}

export function InspectorView(props: InspectorProps) {
  const { selection, onSelect } = props;
  return (
    <aside className="rk-inspector" aria-label="Inspector">
      <CloseButton
        className="rk-inspector-close"
        size="sm"
        aria-label="Close the inspector"
        onClick={() => onSelect(null)}
      />
      {selection.kind === "device" && <InspectDevice {...props} name={selection.device} />}
      {selection.kind === "port" && <InspectPort {...props} device={selection.device} port={selection.port} />}
      {selection.kind === "cable" && <InspectCable {...props} id={selection.id} />}
    </aside>
  );
}
