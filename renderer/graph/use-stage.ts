/** Owns the camera of the graph and what moves it: wheel, pinch, drag, keys and flights; one drawing for each frame that changed. */
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import { usePageTheme } from "../kit/use-page-theme.ts";
import type { Shown } from "./brush.ts";
import { type Area, between, type Camera, centred, fitted, held, panned, zoomed } from "./camera.ts";
import { drawScene } from "./draw.ts";
import { type Hit, hitAt } from "./hit.ts";
import { type Paint, paintOf } from "./paint.ts";
import type { Scene } from "./scene.ts";

const flightMs = 320;
/** A press that moved less is a click. */
const dragPx = 4;

export interface Stage {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly host: RefObject<HTMLElement | null>;
  readonly zoomBy: (factor: number) => void;
  readonly panBy: (dx: number, dy: number) => void;
  readonly fit: () => void;
  /** Moves the view until a point of the world is in its middle, at this scale or larger. */
  readonly flyTo: (at: { readonly x: number; readonly y: number }, scale: number) => void;
  /** The same for an area of the world. */
  readonly flyInto: (
    box: { readonly x: number; readonly y: number; readonly w: number; readonly h: number },
    least: number,
  ) => void;
}

export function useStage(
  scene: Scene,
  marks: Pick<Shown, "selected" | "found">,
  onHit: (hit: Hit | null) => void,
): Stage {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const host = useRef<HTMLElement | null>(null);
  const now = useRef({
    camera: { x: 0, y: 0, scale: 1 } as Camera,
    view: { w: 0, h: 0 } as Area,
    ratio: 1,
    /** Until the admin moves, the whole stays in view whatever becomes of the window. */
    touched: false,
    frame: 0,
    hovered: null as number | null,
    paint: null as Paint | null,
    flight: null as { readonly from: Camera; readonly to: Camera; readonly startMs: number } | null,
  });
  const latest = useRef({ scene, marks, onHit });
  const theme = usePageTheme();

  const draw = useCallback(() => {
    const state = now.current;
    state.frame = 0;
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || state.view.w === 0) return;
    if (state.flight) {
      const { from, to, startMs } = state.flight;
      const t = Math.min(1, (performance.now() - startMs) / flightMs);
      state.camera = between(from, to, t, state.view);
      if (t < 1) state.frame = requestAnimationFrame(draw);
      else state.flight = null;
    }
    state.paint ??= paintOf(element);
    element.dataset.painted = state.paint.theme;
    const { scene: drawn, marks: marked } = latest.current;
    const { camera, view, ratio, hovered } = state;
    drawScene(context, drawn, { camera, view, ratio, hovered, ...marked }, state.paint);
    element.dataset.scale = camera.scale.toFixed(4);
  }, []);

  const ask = useCallback(() => {
    if (now.current.frame === 0) now.current.frame = requestAnimationFrame(draw);
  }, [draw]);

  const world = useCallback((): Area => {
    const { width: w, height: h } = latest.current.scene.layout;
    return { w, h };
  }, []);
  const least = useCallback(() => fitted(world(), now.current.view).scale * 0.5, [world]);

  const move = useCallback(
    (camera: Camera) => {
      const state = now.current;
      state.touched = true;
      state.flight = null;
      state.camera = held(camera, world(), state.view);
      ask();
    },
    [ask, world],
  );

  const fly = useCallback(
    (to: Camera) => {
      const state = now.current;
      state.touched = true;
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (still) state.camera = to;
      else state.flight = { from: state.camera, to, startMs: performance.now() };
      ask();
    },
    [ask],
  );

  const stage = useMemo<Stage>(
    () => ({
      canvas,
      host,
      zoomBy: (factor) => {
        const { camera, view } = now.current;
        move(zoomed(camera, factor, view.w / 2, view.h / 2, least()));
      },
      panBy: (dx, dy) => move(panned(now.current.camera, dx, dy)),
      fit: () => {
        fly(fitted(world(), now.current.view));
        now.current.touched = false;
      },
      flyTo: (at, scale) => fly(centred(at, Math.max(scale, now.current.camera.scale), now.current.view)),
      flyInto: (box, atLeast) => {
        const { view } = now.current;
        const scale = Math.max(atLeast, Math.min((view.w - 80) / box.w, (view.h - 80) / Math.max(1, box.h)));
        fly(
          centred({ x: box.x + box.w / 2, y: box.y + Math.min(box.h, view.h / scale) / 2 }, Math.min(1, scale), view),
        );
      },
    }),
    [move, fly, least, world],
  );

  useEffect(() => {
    latest.current = { scene, marks, onHit };
    ask();
  }, [scene, marks, onHit, ask]);

  const { width, height } = scene.layout;
  useEffect(() => {
    if (now.current.touched || now.current.view.w === 0) return;
    now.current.camera = fitted({ w: width, h: height }, now.current.view);
    ask();
  }, [width, height, ask]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are the theme's
  useEffect(() => {
    now.current.paint = null;
    ask();
  }, [theme, ask]);

  useEffect(() => {
    const element = host.current;
    const drawn = canvas.current;
    if (!element || !drawn) return;
    const resize = new ResizeObserver(() => {
      const state = now.current;
      state.view = { w: element.clientWidth, h: element.clientHeight };
      state.ratio = Math.min(3, devicePixelRatio || 1);
      drawn.width = Math.round(state.view.w * state.ratio);
      drawn.height = Math.round(state.view.h * state.ratio);
      if (!state.touched && state.view.w > 0) state.camera = fitted(world(), state.view);
      // At once: a canvas that was resized is empty.
      cancelAnimationFrame(state.frame);
      draw();
    });
    resize.observe(element);
    const undo = listen(element, drawn, now.current, {
      latest: () => latest.current,
      ask,
      move,
      least,
    });
    return () => {
      resize.disconnect();
      undo();
      cancelAnimationFrame(now.current.frame);
      now.current.frame = 0;
    };
  }, [draw, ask, move, least, world]);

  return stage;
}

interface Pointers {
  readonly latest: () => { readonly scene: Scene; readonly onHit: (hit: Hit | null) => void };
  readonly ask: () => void;
  readonly move: (camera: Camera) => void;
  readonly least: () => number;
}

/** Wheel, pinch, drag and click; returns how to stop listening. */
function listen(
  element: HTMLElement,
  canvas: HTMLCanvasElement,
  state: { readonly camera: Camera; hovered: number | null },
  { latest, ask, move, least }: Pointers,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const down = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const at = (event: PointerEvent | WheelEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const hover = (hit: Hit | null) => {
    const node = hit?.kind === "node" ? hit.node : null;
    canvas.style.cursor = hit ? "pointer" : "";
    if (state.hovered === node) return;
    state.hovered = node;
    ask();
  };
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 18 : 1;
      const { x, y } = at(event);
      // A wheel zooms, as in every map; two fingers on a pad pan unless they pinch.
      const pad = event.deltaMode === 0 && (event.deltaX !== 0 || Math.abs(event.deltaY) < 40);
      if (event.shiftKey) move(panned(state.camera, -(event.deltaX || event.deltaY) * unit, 0));
      else if (pad && !event.ctrlKey && !event.metaKey)
        move(panned(state.camera, -event.deltaX * unit, -event.deltaY * unit));
      else {
        const speed = event.ctrlKey && Math.abs(event.deltaY) < 40 ? 90 : 420;
        move(zoomed(state.camera, Math.exp((-event.deltaY * unit) / speed), x, y, least()));
      }
    },
    { passive: false, signal },
  );
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      element.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      if (down.size === 0) travelled = 0;
      down.set(event.pointerId, at(event));
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      const before = down.get(event.pointerId);
      const now = at(event);
      if (!before) {
        if (event.pointerType === "mouse") hover(hitAt(latest().scene, state.camera, now.x, now.y));
        return;
      }
      const others = [...down].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      down.set(event.pointerId, now);
      travelled += Math.hypot(now.x - before.x, now.y - before.y);
      const [other] = others;
      if (other) {
        const was = Math.hypot(before.x - other.x, before.y - other.y);
        const is = Math.hypot(now.x - other.x, now.y - other.y);
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
        const moved = panned(state.camera, (now.x - before.x) / 2, (now.y - before.y) / 2);
        move(zoomed(moved, was > 0 ? is / was : 1, middle.x, middle.y, least()));
      } else if (travelled >= dragPx) move(panned(state.camera, now.x - before.x, now.y - before.y));
    },
    { signal },
  );
  const up = (event: PointerEvent) => {
    const known = down.delete(event.pointerId);
    if (!known || event.type !== "pointerup" || travelled >= dragPx) return;
    const { x, y } = at(event);
    latest().onHit(hitAt(latest().scene, state.camera, x, y));
  };
  canvas.addEventListener("pointerup", up, { signal });
  canvas.addEventListener("pointercancel", up, { signal });
  canvas.addEventListener("pointerleave", () => hover(null), { signal });
  return () => stop.abort();
}
