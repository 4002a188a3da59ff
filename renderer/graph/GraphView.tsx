/** Owns how graph, panel and legend stand together, and what a click, a key and a search lead to. */
import { Loader } from "@mantine/core";
import { useMemo } from "react";
import type { Fabric, FabricState } from "../../electron/contract/fabric.ts";
import { numberText } from "../kit/time.ts";
import { FabricProblems } from "../rack/FabricProblems.tsx";
import { openDialog } from "../stores.ts";
import { GraphPanel } from "./GraphPanel.tsx";
import { GraphZoom } from "./GraphZoom.tsx";
import type { Hit } from "./hit.ts";
import { Legend } from "./Legend.tsx";
import { moveByKey } from "./moves.ts";
import type { Scene } from "./scene.ts";
import { search } from "./search.ts";
import { selectInGraph, useGraph } from "./store.ts";
import { useScene } from "./use-scene.ts";
import { useStage } from "./use-stage.ts";
import "./graph.css";

/** A fabric as a graph; `live` where it is the one observed now. */
export function GraphView({ fabric, live }: { readonly fabric: Fabric; readonly live: FabricState | null }) {
  const scene = useScene(fabric, live);
  if (fabric.nodes.length === 0)
    return (
      <div className="gr-empty">
        <strong>No node is known</strong>
        <p className="hr-dim">
          {live ? "The graph appears once a host has told what it sees." : "None of these outputs names a node."}
        </p>
        {live && (
          <button type="button" className="hr-link" onClick={() => openDialog({ kind: "open-saved" })}>
            Open saved outputs…
          </button>
        )}
        {!live && <FabricProblems problems={fabric.problems} />}
      </div>
    );
  if (!scene)
    return (
      <div className="gr-empty" role="status">
        <Loader size="sm" />
        <span className="hr-dim">Laying out {numberText(fabric.nodes.length)} nodes…</span>
      </div>
    );
  return <Graph scene={scene} live={live} />;
}

const none: readonly number[] = [];

function Graph({ scene, live }: { readonly scene: Scene; readonly live: FabricState | null }) {
  const selection = useGraph((graph) => graph.selection);
  const query = useGraph((graph) => graph.query);
  const { topology, layout } = scene;
  const found = useMemo(() => search(topology, query), [topology, query]);
  const selected = useMemo(() => {
    if (selection?.kind === "node") {
      const node = topology.indexOf.get(selection.guid);
      return { nodes: node === undefined ? none : [node], bundles: none };
    }
    if (selection?.kind !== "bundle") return { nodes: none, bundles: none };
    const [a, b] = [topology.indexOf.get(selection.a), topology.indexOf.get(selection.b)];
    const bundle = topology.bundles.findIndex((each) => each.a === a && each.b === b);
    return { nodes: none, bundles: bundle < 0 ? none : [bundle] };
  }, [selection, topology]);
  const marks = useMemo(() => ({ selected, found: new Set(found.nodes) }), [selected, found]);

  const selectNode = (node: number): void => {
    const guid = topology.nodes[node]?.guid;
    if (guid !== undefined) selectInGraph({ kind: "node", guid });
  };
  const stage = useStage(scene, marks, (hit) => {
    if (hit === null) selectInGraph(null);
    else if (hit.kind === "node") selectNode(hit.node);
    else openHit(hit);
  });
  /** What stands for many is opened: the view goes where they show one by one. */
  function openHit(hit: Exclude<Hit, { readonly kind: "node" }>): void {
    if (hit.kind === "group") {
      const group = layout.groups[hit.group];
      if (group) stage.flyInto({ ...group, y: group.y - 90, h: group.h + 110 }, 0.6);
      return;
    }
    const block = layout.blocks[hit.block];
    if (!block) return;
    const top = block.tier === 0 ? block.y : block.y - block.h;
    stage.flyInto({ x: block.x0, y: top, w: block.x1 - block.x0, h: block.h * 2 }, 24 / block.pitch);
  }
  const goTo = (node: number): void => {
    selectNode(node);
    stage.flyTo({ x: layout.x[node] ?? 0, y: layout.y[node] ?? 0 }, layout.tier[node] === 0 ? 0.9 : 0.6);
  };
  const goToBundle = (bundle: number): void => {
    const ends = topology.bundles[bundle];
    const [a, b] = [topology.nodes[ends?.a ?? -1], topology.nodes[ends?.b ?? -1]];
    if (!ends || !a || !b) return;
    selectInGraph({ kind: "bundle", a: a.guid, b: b.guid });
    const [xs, ys] = [
      [layout.x[ends.a] ?? 0, layout.x[ends.b] ?? 0],
      [layout.y[ends.a] ?? 0, layout.y[ends.b] ?? 0],
    ];
    const [x, y] = [Math.min(...xs) - 120, Math.min(...ys) - 60];
    stage.flyInto({ x, y, w: Math.max(...xs) + 120 - x, h: Math.max(...ys) + 60 - y }, 0.02);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (moveByKey(stage, event.key)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && selected.nodes[0] !== undefined) goTo(selected.nodes[0]);
    else if (event.key === "Escape") selectInGraph(null);
    else return;
    event.preventDefault();
  };
  return (
    <div className="gr-place">
      <section
        ref={stage.host}
        className="gr-stage"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and zoom the picture
        tabIndex={0}
        aria-label={`Graph of ${topology.nodes.length} nodes. Plus, minus, zero and arrow keys move it; the panel beside it finds and lists what it shows.`}
        onKeyDown={onKeyDown}
      >
        <canvas ref={stage.canvas} />
      </section>
      <Legend scene={scene} />
      <GraphZoom stage={stage} />
      <GraphPanel scene={scene} live={live} found={found} goTo={goTo} goToBundle={goToBundle} />
    </div>
  );
}
