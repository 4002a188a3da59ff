/** Owns when a fabric is laid out anew: only when nodes or cables change, and never on the window's own thread. */
import { useEffect, useMemo, useState } from "react";
import type { Fabric, FabricState } from "../../electron/contract/fabric.ts";
import type { Layout } from "./layout.ts";
import { withLive } from "./live.ts";
import type { LayoutInput } from "./pods.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { type Topology, topologyOf } from "./topology.ts";
import { verdictsOf } from "./verdict.ts";

interface LaidOut {
  readonly input: LayoutInput;
  readonly layout: Layout;
}

/** The scene of a fabric; null until it is laid out. `live` is what is known beyond the fabric itself. */
export function useScene(fabric: Fabric, live: FabricState | null): Scene | null {
  const topology = useMemo(() => topologyOf(fabric), [fabric]);
  const laidOut = useLayout(topology);
  const cables = live?.cables;
  const findings = live?.findings;
  const devices = live?.devices;
  return useMemo(() => {
    if (!laidOut || laidOut.layout.tier.length !== topology.nodes.length) return null;
    const { layout } = laidOut;
    const verdicts = verdictsOf(topology, layout.tier);
    const known =
      cables && findings && devices ? withLive(verdicts, topology, { cables, findings, devices }) : verdicts;
    return sceneOf(topology, layout, known);
  }, [topology, laidOut, cables, findings, devices]);
}

function useLayout(topology: Topology): LaidOut | null {
  const [laidOut, setLaidOut] = useState<LaidOut | null>(null);
  const input = useMemo(() => inputOf(topology), [topology]);
  const same = laidOut !== null && sameInput(laidOut.input, input);
  useEffect(() => {
    if (same) return;
    let wanted = true;
    void layOutInWorker(input).then((layout) => wanted && setLaidOut({ input, layout }));
    return () => {
      wanted = false;
    };
  }, [same, input]);
  return same ? laidOut : null;
}

function inputOf({ nodes, bundles }: Topology): LayoutInput {
  return {
    names: nodes.map(({ description, guid }) => description || guid),
    isSwitch: nodes.map(({ type }) => type !== "hca"),
    a: Int32Array.from(bundles, ({ a }) => a),
    b: Int32Array.from(bundles, ({ b }) => b),
  };
}

function sameInput(x: LayoutInput, y: LayoutInput): boolean {
  const equal = <T>(one: ArrayLike<T>, other: ArrayLike<T>): boolean => {
    if (one.length !== other.length) return false;
    for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
    return true;
  };
  return equal(x.names, y.names) && equal(x.isSwitch, y.isSwitch) && equal(x.a, y.a) && equal(x.b, y.b);
}

let worker: Worker | null = null;
let asked = 0;
const waiting = new Map<number, (layout: Layout) => void>();

/** One worker for the window's life; answers come in the order of the questions. */
function layOutInWorker(input: LayoutInput): Promise<Layout> {
  if (!worker) {
    worker = new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<{ readonly id: number; readonly layout: Layout }>) => {
      waiting.get(data.id)?.(data.layout);
      waiting.delete(data.id);
    });
  }
  const id = ++asked;
  worker.postMessage({ id, input });
  return new Promise((resolve) => waiting.set(id, resolve));
}
