/** Owns how high the dock may be. */
import { useUi } from "../stores.ts";

const limitsPx = { least: 120, step: 24 };

const clamp = (heightPx: number) => Math.round(Math.min(Math.max(heightPx, limitsPx.least), window.innerHeight - 220));

/** The edge between place and dock: drag it, or move it with the arrow keys. */
export function DockSplitter() {
  const heightPx = useUi((ui) => ui.dockHeightPx);
  const set = (next: number) => useUi.setState({ dockHeightPx: clamp(next) });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a focusable, valued separator is ARIA's window splitter; <hr> is not
    <div
      className="hr-splitter"
      role="separator"
      tabIndex={0}
      aria-label="Height of the terminals"
      aria-orientation="horizontal"
      aria-valuenow={heightPx}
      aria-valuemin={limitsPx.least}
      aria-valuemax={2000}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) set(window.innerHeight - event.clientY);
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowUp") set(heightPx + limitsPx.step);
        if (event.key === "ArrowDown") set(heightPx - limitsPx.step);
      }}
    />
  );
}
