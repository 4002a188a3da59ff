/** Owns what the rack is drawn from: lab and fabric as they are now, and when a change of them moves something. */
import { Button } from "@mantine/core";
import { useMemo } from "react";
import type { FabricState } from "../../electron/contract/fabric.ts";
import type { LabState } from "../../electron/contract/lab.ts";
import { typeOf } from "../../electron/contract/units.ts";
import { readOnlyWhy } from "../read-only.ts";
import { openDialog, showPanel, useFabric, useLab, useUi } from "../stores.ts";
import { PlanTable } from "./PlanTable.tsx";
import { type CableShape, drawPicture, type Picture, shapeOf } from "./picture.ts";
import { RackCanvas } from "./RackCanvas.tsx";
import "./rack.css";

const notObserved: FabricState = {
  devices: {},
  cables: [],
  findings: [],
  fabric: null,
  owners: {},
  subnetManager: null,
  observer: null,
  observedAt: null,
  sources: [],
  paused: false,
};

/** The rack of the open lab, live. */
export function RackView() {
  const state = useLab((mirror) => mirror.value);
  const fabric = useFabric((mirror) => mirror.value);
  return state && <Rack state={state} fabric={fabric ?? notObserved} />;
}

/** The rack and beside it the table of plan and fabric. */
function Rack({ state, fabric }: { readonly state: LabState; readonly fabric: FabricState }) {
  const picture = usePicture(state, fabric);
  const inspected = useUi((ui) => ui.selection !== null);
  const panel = useUi((ui) => ui.panel);
  const switches = useMemo(
    () =>
      new Set(
        (state.lab?.devices ?? [])
          .filter((device) => typeOf(device, state.deviceTypes)?.kind === "switch")
          .map((device) => device.name),
      ),
    [state.lab, state.deviceTypes],
  );
  return (
    <div className="rk-place" data-inspector={inspected || undefined} data-panel={panel || undefined}>
      <RackCanvas picture={picture} state={state} fabric={fabric}>
        <Nothing state={state} />
      </RackCanvas>
      <Button className="rk-panel-open" variant="default" onClick={() => showPanel(null)}>
        Plan and fabric
      </Button>
      <PlanTable fabric={fabric} switches={switches} />
    </div>
  );
}

/** What stands in place of devices while there are none, and how to get some. */
function Nothing({ state }: { readonly state: LabState }) {
  if (state.lab && state.lab.devices.length > 0) return null;
  const title = state.lab ? "No devices yet" : "The lab file could not be read";
  const detail = state.lab
    ? "The lab file names no device. Each one it names stands here, in its rack or beside it."
    : "Racks and devices appear here once its errors are mended.";
  return (
    <div className="rk-empty">
      <strong>{title}</strong>
      <p className="hr-dim">{detail}</p>
      {readOnlyWhy(state) === null && (
        <button type="button" className="hr-link" onClick={() => openDialog({ kind: "add-device" })}>
          Add a device
        </button>
      )}
    </div>
  );
}

/** The picture changes only when something moves: figures and states of every poll leave it as it is. */
function usePicture(state: LabState, fabric: FabricState): Picture {
  const shapes = JSON.stringify(fabric.cables.map(shapeOf));
  const seen = JSON.stringify(seenPorts(state, fabric));
  const racks = state.lab?.racks;
  const devices = state.lab?.devices;
  return useMemo(
    () =>
      drawPicture(
        { racks: racks ?? [], devices: devices ?? [] },
        state.deviceTypes,
        JSON.parse(shapes) as CableShape[],
        JSON.parse(seen) as Record<string, string[]>,
      ),
    [racks, devices, state.deviceTypes, shapes, seen],
  );
}

/** Ports that hosts of the lab report and the lab file does not declare. */
function seenPorts(state: LabState, fabric: FabricState): Record<string, string[]> {
  const seen: Record<string, string[]> = {};
  for (const device of state.lab?.devices ?? []) {
    const ports = (fabric.devices[device.name]?.hcas ?? []).flatMap((hca) =>
      hca.ports.map((port) => `${hca.name}/${port.number}`),
    );
    if (ports.length > 0) seen[device.name] = ports;
  }
  return seen;
}
