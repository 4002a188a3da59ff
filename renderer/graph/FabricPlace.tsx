/** Owns which picture of the lab stands in its place: the rack, the graph of the live fabric, or saved outputs. */
import { Button } from "@mantine/core";
import { IconFileAnalytics, IconTopologyStar3 } from "@tabler/icons-react";
import { numberText } from "../kit/time.ts";
import { Inspector } from "../rack/Inspector.tsx";
import { RackView } from "../rack/RackView.tsx";
import { useFabric, useLab, useUi } from "../stores.ts";
import { GraphView } from "./GraphView.tsx";
import { outgrows } from "./outgrows.ts";
import { openSaved, type SavedOutputs, showView, useGraph } from "./store.ts";
import { ViewSwitch } from "./ViewSwitch.tsx";
import "./graph.css";

/** The place of the open lab. */
export function FabricPlace() {
  const saved = useGraph((graph) => graph.saved);
  const view = useGraph((graph) => graph.view);
  const selection = useUi((ui) => ui.selection);
  if (saved) return <SavedPlace saved={saved} />;
  if (view === "graph")
    return (
      <div className="gr-frame">
        <ViewSwitch />
        <LiveGraph />
      </div>
    );
  return (
    <div className="hr-rack-place">
      <div className="gr-frame">
        <div className="gr-over">
          <ViewSwitch />
          <Proposal />
        </div>
        <RackView />
      </div>
      {selection && <Inspector />}
    </div>
  );
}

const nothing = { nodes: [], links: [], problems: [] };

function LiveGraph() {
  const state = useFabric((mirror) => mirror.value);
  return <GraphView fabric={state?.fabric ?? nothing} live={state} />;
}

/** Saved outputs, plainly not what is there now. */
export function SavedPlace({ saved }: { readonly saved: SavedOutputs }) {
  const open = useLab((mirror) => mirror.value?.path != null);
  const names =
    saved.names.length > 3
      ? `${saved.names.slice(0, 2).join(", ")} and ${saved.names.length - 2} more`
      : saved.names.join(", ");
  return (
    <div className="gr-saved">
      <section className="gr-banner" aria-label="Saved outputs">
        <IconFileAnalytics size={16} aria-hidden />
        <span>
          <strong>Saved outputs:</strong> <span title={saved.names.join("\n")}>{names}</span>
        </span>
        <span className="hr-dim">
          Not live: what these files say, whenever they were written. Not compared with the plan.
        </span>
        <Button variant="default" onClick={() => openSaved(null)}>
          {open ? "Back to the live fabric" : "Close"}
        </Button>
      </section>
      <div className="gr-frame">
        <GraphView fabric={saved.fabric} live={null} />
      </div>
    </div>
  );
}

/** Told once, where the rack shows a small part of what is there. */
function Proposal() {
  const nodes = useFabric((mirror) => mirror.value?.fabric?.nodes.length ?? 0);
  const devices = useLab((mirror) => mirror.value?.lab?.devices.length ?? 0);
  const proposed = useGraph((graph) => graph.proposed);
  if (proposed || !outgrows(nodes, devices)) return null;
  return (
    <section className="gr-proposal" aria-label="A large fabric">
      <IconTopologyStar3 size={16} aria-hidden />
      <span>
        The fabric has {numberText(nodes)} nodes; the lab file names {devices} {devices === 1 ? "device" : "devices"}.
      </span>
      <Button onClick={() => showView("graph")}>Show the graph</Button>
      <Button variant="subtle" color="gray" onClick={() => useGraph.setState({ proposed: true })}>
        Stay here
      </Button>
    </section>
  );
}
