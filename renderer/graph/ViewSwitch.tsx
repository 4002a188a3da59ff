import { SegmentedControl } from "@mantine/core";
import { showView, useGraph } from "./store.ts";

/** Rack or graph of the same fabric. */
export function ViewSwitch() {
  const view = useGraph((graph) => graph.view);
  return (
    <SegmentedControl
      className="gr-switch"
      aria-label="View"
      value={view}
      data={[
        { value: "rack", label: "Rack" },
        { value: "graph", label: "Graph" },
      ]}
      onChange={(value) => showView(value === "graph" ? "graph" : "rack")}
    />
  );
}
