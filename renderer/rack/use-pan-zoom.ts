/**
 * Owns pan and zoom of the rack. Moving changes one CSS transform, so that the compositor does the work; when a zoom
 * has settled, the picture is drawn once at its new size, so that it is sharp.
 */
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Fit, type Frames, firstFit, roomOf, viewOf } from "./fit.ts";
import type { Rect } from "./geometry.ts";
import type { Room } from "./labels.ts";

export type ZoomLevel = "far" | "mid" | "near";

export interface PanZoom {
  readonly viewport: RefObject<HTMLDivElement | null>;
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly level: ZoomLevel;
  /** Pixels per millimetre of the drawing that was last painted sharp. */
  readonly scale: number;
  /** Free pixels beside the picture at that scale. */
  readonly room: Room;
  /** What `toggleFit` leads to: the whole picture; when it shows already, what is shown at first. */
  readonly nextFit: Fit;
  readonly toggleFit: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly panBy: (dx: number, dy: number) => void;
  /** Moves just enough to bring the box into view. */
  readonly reveal: (rect: Rect) => void;
  /** World millimetres under a point of the client area. */
  readonly toWorld: (clientX: number, clientY: number) => { readonly x: number; readonly y: number };
}

const settleMs = 140;
const greatestScale = 9;
/** Below it faces show their form only; from the other on, what is printed beside the ports can be read. */
const farScale = 0.3;
const nearScale = 1.2;

export function usePanZoom(bounds: Rect, frames: Frames, wish: Room): PanZoom {
  const viewport = useRef<HTMLDivElement | null>(null);
  const stage = useRef<HTMLDivElement | null>(null);
  const view = useRef({ x: 0, y: 0, scale: 0.6, base: 0, touched: false });
  const box = useRef(bounds);
  const fit = useRef({ frames, wish, chosen: null as Fit | null });
  /** What is shown untouched, and what is at first. */
  const [shown, setShown] = useState<{ readonly now: Fit | null; readonly first: Fit }>({ now: null, first: "whole" });
  const [widthPx, setWidthPx] = useState(1000);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const frame = useRef(0);
  /** The present movement changed the scale, so the picture has to be drawn anew when it ends. */
  const resize = useRef(false);
  const [scale, setScale] = useState(0.6);

  const paint = useCallback(() => {
    const { x, y, scale: now, base } = view.current;
    const element = stage.current;
    if (element) element.style.transform = `translate(${x}px, ${y}px) scale(${base > 0 ? now / base : 1})`;
  }, []);

  const settle = useCallback(() => {
    delete stage.current?.dataset.moving;
    const svg = stage.current?.querySelector("svg");
    const now = view.current.scale;
    if (svg) {
      svg.style.width = `${box.current.w * now}px`;
      svg.style.height = `${box.current.h * now}px`;
    }
    view.current.base = now;
    paint();
    setScale(now);
  }, [paint]);

  const change = useCallback(
    (zoomed: boolean) => {
      // State changes only once, at the first step of a movement; all others are one transform each.
      if (!view.current.touched) {
        view.current.touched = true;
        setShown(({ first }) => ({ now: null, first }));
      }
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(paint);
      if (stage.current) stage.current.dataset.moving = "";
      resize.current ||= zoomed;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        if (resize.current) settle();
        else delete stage.current?.dataset.moving;
        resize.current = false;
      }, settleMs);
    },
    [paint, settle],
  );

  const fitTo = useCallback(
    (chosen: Fit | null) => {
      const area = viewport.current && { w: viewport.current.clientWidth, h: viewport.current.clientHeight };
      if (!area || area.w === 0) return;
      const { frames: all, wish: room } = fit.current;
      const first = firstFit(area, all, room);
      const next = chosen ?? first;
      const { scale: now, x, y } = viewOf(next, area, all, room);
      fit.current.chosen = chosen;
      view.current.scale = now;
      view.current.x = x + box.current.x * now;
      view.current.y = y + box.current.y * now;
      view.current.touched = false;
      setShown((before) => (before.now === next && before.first === first ? before : { now: next, first }));
      settle();
    },
    [settle],
  );

  const nextFit = shown.now !== "whole" ? "whole" : shown.first === "whole" ? "held" : shown.first;
  const toggleFit = useCallback(() => fitTo(nextFit), [fitTo, nextFit]);

  const zoomAt = useCallback(
    (factor: number, px: number, py: number) => {
      const area = viewport.current;
      if (!area) return;
      const { whole } = fit.current.frames;
      const least = Math.min(area.clientWidth / whole.w, area.clientHeight / whole.h, 1) / 2;
      const before = view.current.scale;
      const now = Math.min(greatestScale, Math.max(least, before * factor));
      view.current.x = px - ((px - view.current.x) * now) / before;
      view.current.y = py - ((py - view.current.y) * now) / before;
      view.current.scale = now;
      change(true);
    },
    [change],
  );

  const zoomBy = useCallback(
    (factor: number) => {
      const area = viewport.current;
      if (area) zoomAt(factor, area.clientWidth / 2, area.clientHeight / 2);
    },
    [zoomAt],
  );

  const panBy = useCallback(
    (dx: number, dy: number) => {
      view.current.x += dx;
      view.current.y += dy;
      change(false);
    },
    [change],
  );

  const toWorld = useCallback((clientX: number, clientY: number) => {
    const area = viewport.current?.getBoundingClientRect();
    const { x, y, scale: now } = view.current;
    return {
      x: (clientX - (area?.left ?? 0) - x) / now + box.current.x,
      y: (clientY - (area?.top ?? 0) - y) / now + box.current.y,
    };
  }, []);

  const reveal = useCallback(
    (rect: Rect) => {
      const area = viewport.current;
      if (!area) return;
      const { x, y, scale: now } = view.current;
      const left = (rect.x - box.current.x) * now + x;
      const top = (rect.y - box.current.y) * now + y;
      const need = (from: number, length: number, room: number) => {
        if (length > room - 32) return 0;
        if (from < 16) return 16 - from;
        return from + length > room - 16 ? room - 16 - from - length : 0;
      };
      const dx = need(left, rect.w * now, area.clientWidth);
      const dy = need(top, rect.h * now, area.clientHeight);
      if (dx !== 0 || dy !== 0) panBy(dx, dy);
    },
    [panBy],
  );

  useEffect(() => {
    box.current = bounds;
    fit.current = { frames, wish, chosen: fit.current.chosen };
    if (view.current.touched) settle();
    else fitTo(fit.current.chosen);
  }, [bounds, frames, wish, fitTo, settle]);

  useEffect(() => {
    const area = viewport.current;
    if (!area) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const unit = event.deltaMode === 1 ? 18 : 1;
      if (event.ctrlKey || event.metaKey) {
        const rect = area.getBoundingClientRect();
        zoomAt(Math.exp((-event.deltaY * unit) / 480), event.clientX - rect.left, event.clientY - rect.top);
      } else if (event.shiftKey && event.deltaX === 0) panBy(-event.deltaY * unit, 0);
      else panBy(-event.deltaX * unit, -event.deltaY * unit);
    };
    area.addEventListener("wheel", onWheel, { passive: false });
    const watcher = new ResizeObserver(() => {
      setWidthPx(area.clientWidth);
      if (!view.current.touched) fitTo(fit.current.chosen);
    });
    watcher.observe(area);
    return () => {
      area.removeEventListener("wheel", onWheel);
      watcher.disconnect();
      clearTimeout(timer.current);
      cancelAnimationFrame(frame.current);
    };
  }, [fitTo, panBy, zoomAt]);

  const level: ZoomLevel = scale < farScale ? "far" : scale < nearScale ? "mid" : "near";
  const room = useMemo(
    () => roomOf(shown.now, { w: widthPx, h: 0 }, frames, scale, wish),
    [shown.now, widthPx, frames, scale, wish],
  );
  return useMemo(
    () => ({ viewport, stage, level, scale, room, nextFit, toggleFit, zoomBy, panBy, reveal, toWorld }),
    [level, scale, room, nextFit, toggleFit, zoomBy, panBy, reveal, toWorld],
  );
}
