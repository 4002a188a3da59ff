/** What the window knows of its graph: which view is shown, what is selected and searched, and which saved outputs are open. */
import { create } from "zustand";
import type { Fault } from "../../electron/contract/error.ts";
import type { Fabric } from "../../electron/contract/fabric.ts";
import type { Look } from "./verdict.ts";

/** By GUIDs: what is selected stays so when the fabric is observed anew. */
export type GraphSelection =
  | { readonly kind: "node"; readonly guid: string }
  | { readonly kind: "bundle"; readonly a: string; readonly b: string };

export interface SavedOutputs {
  /** Files and folders as they were named. */
  readonly names: readonly string[];
  readonly fabric: Fabric;
}

interface GraphUi {
  readonly view: "rack" | "graph";
  readonly selection: GraphSelection | null;
  readonly query: string;
  /** Links and nodes of one look are listed. */
  readonly listed: Look | null;
  readonly saved: SavedOutputs | null;
  /** What is being read now, in words; null while nothing is. */
  readonly reading: string | null;
  readonly fault: Fault | null;
  /** The proposal to look at a large fabric as a graph was seen. */
  readonly proposed: boolean;
}

const viewKey = "halfrack.view";

export const useGraph = create<GraphUi>(() => ({
  view: localStorage.getItem(viewKey) === "graph" ? "graph" : "rack",
  selection: null,
  query: "",
  listed: null,
  saved: null,
  reading: null,
  fault: null,
  proposed: false,
}));

/** Shows the rack or the graph, here and in the next window too. */
export function showView(view: "rack" | "graph"): void {
  localStorage.setItem(viewKey, view);
  useGraph.setState({ view, proposed: true });
}

/** Other things of another fabric. */
const nothing = { selection: null, query: "", listed: null, fault: null } as const;

export const openSaved = (saved: SavedOutputs | null): void => useGraph.setState({ ...nothing, saved, reading: null });

export const selectInGraph = (selection: GraphSelection | null): void => useGraph.setState({ selection });
