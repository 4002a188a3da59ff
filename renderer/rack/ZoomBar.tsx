import { IconArrowsMaximize, IconArrowsVertical, IconLock, IconMinus, IconPlus } from "@tabler/icons-react";
import { ZoomButton } from "../kit/ZoomButton.tsx";
import type { PanZoom } from "./use-pan-zoom.ts";
import type { Mode } from "./use-rack-input.ts";

const hints: Readonly<Record<Mode["kind"], string>> = {
  idle: "",
  move: "Drop where it is free; Esc leaves it",
  cable: "Choose the other port; Esc gives up",
};

const fits: Readonly<Record<PanZoom["nextFit"], string>> = {
  whole: "Show the whole picture",
  held: "Fit what is mounted",
  readable: "Show names at a readable size",
};

/** Zoom controls, what the present mode waits for, and why nothing can be edited. */
export function ZoomBar({
  panZoom,
  closed,
  mode,
}: {
  readonly panZoom: PanZoom;
  readonly closed: string | null;
  readonly mode: Mode;
}) {
  return (
    <div className="rk-zoombar">
      {hints[mode.kind] && <span className="rk-hint">{hints[mode.kind]}</span>}
      {closed !== null && (
        <span className="rk-hint">
          <IconLock size={13} aria-hidden />
          <span>{closed}</span>
        </span>
      )}
      <ZoomButton label="Zoom in" keys="+" onClick={() => panZoom.zoomBy(1.25)}>
        <IconPlus size={15} aria-hidden />
      </ZoomButton>
      <ZoomButton label="Zoom out" keys={"\u2212"} onClick={() => panZoom.zoomBy(0.8)}>
        <IconMinus size={15} aria-hidden />
      </ZoomButton>
      <ZoomButton label={fits[panZoom.nextFit]} keys="0" onClick={panZoom.toggleFit}>
        {panZoom.nextFit === "whole" ? (
          <IconArrowsMaximize size={15} aria-hidden />
        ) : (
          <IconArrowsVertical size={15} aria-hidden />
        )}
      </ZoomButton>
    </div>
  );
}
