/**
 * Owns how a fabric becomes a scene: laid out in a worker and only when nodes or cables change, the rest in turns, so that
 * no step of thousands of hosts holds up a frame.
 */
import { useEffect, useRef, useState } from "react";
import type { Fabric, FabricState } from "../../electron/contract/fabric.ts";
import type { Layout } from "./layout.ts";
import { withLive } from "./live.ts";
import { drawnOf } from "./planned.ts";
import type { LayoutInput } from "./pods.ts";
import { type Scene, sceneOf } from "./scene.ts";
import { type Topology, topologyOf } from "./topology.ts";
import { verdictsOf } from "./verdict.ts";

type Plan = Pick<FabricState, "cables" | "owners">;

interface LaidOut {
  /** What it was made of. */
  readonly fabric: Fabric;
  readonly plan: Plan | null;
  readonly topology: Topology;
  readonly input: LayoutInput;
  readonly layout: Layout;
}

/** The scene of a fabric; null until it is laid out. `live` is what is known beyond the fabric itself. */
export function useScene(fabric: Fabric, live: FabricState | null): Scene | null {
  const [scene, setScene] = useState<Scene | null>(null);
  const laidOut = useRef<LaidOut | null>(null);
  const cables = live?.cables;
  const findings = live?.findings;
  const owners = live?.owners;
  // As words: devices are told anew with every answer, and this rarely changes.
  const unreachable = Object.entries(live?.devices ?? {})
    .flatMap(([name, { reach }]) => (reach === "unreachable" ? [name] : []))
    .join("\n");
  useEffect(() => {
    const left = new AbortController();
    const prepare = async (): Promise<void> => {
      const plan = cables && owners ? { cables, owners } : null;
      const { topology, layout } = await layoutOf(fabric, plan, laidOut, () => setScene(null), left.signal);
      const verdicts = verdictsOf(topology, layout.tier);
      await nextTurn(left.signal);
      const known =
        cables && findings && owners
          ? withLive(verdicts, topology, { cables, findings, owners, unreachable: unreachable.split("\n") })
          : verdicts;
      const ready = sceneOf(topology, layout, known);
      await nextTurn(left.signal);
      setScene(ready);
    };
    prepare().catch((error: unknown) => {
      if (!left.signal.aborted) throw error;
    });
    return () => left.abort();
  }, [fabric, cables, findings, owners, unreachable]);
  return scene;
}

/** `onMoved` is called where what was laid out before no longer fits, before the wait for the worker. */
async function layoutOf(
  fabric: Fabric,
  plan: Plan | null,
  kept: { current: LaidOut | null },
  onMoved: () => void,
  signal: AbortSignal,
): Promise<LaidOut> {
  const was = kept.current;
  if (was?.fabric === fabric && was.plan?.cables === plan?.cables && was.plan?.owners === plan?.owners) return was;
  await nextTurn(signal);
  const drawn = plan === null ? null : drawnOf(fabric, plan);
  await nextTurn(signal);
  const topology = drawn === null ? topologyOf(fabric) : topologyOf(drawn.fabric, drawn);
  await nextTurn(signal);
  const input = inputOf(topology);
  if (was && sameInput(was.input, input)) kept.current = { fabric, plan, topology, input, layout: was.layout };
  else {
    onMoved();
    const layout = await layOutInWorker(input);
    signal.throwIfAborted();
    kept.current = { fabric, plan, topology, input, layout };
  }
  await nextTurn(signal);
  return kept.current;
}

/** Lets the window draw and take input; rejects when the answer is no longer wanted. */
async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}

function inputOf({ nodes, names, bundles }: Topology): LayoutInput {
  return {
    names,
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
