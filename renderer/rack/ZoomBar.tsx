import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconArrowsVertical, IconLock, IconMinus, IconPlus } from "@tabler/icons-react";
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
  const button = (label: string, keys: string, onClick: () => void, icon: React.ReactNode) => (
    <Tooltip label={`${label} (${keys})`} position="left">
      <ActionIcon variant="default" size={28} aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className="rk-zoombar">
      {hints[mode.kind] && <span className="rk-hint">{hints[mode.kind]}</span>}
      {closed !== null && (
        <span className="rk-hint">
          <IconLock size={13} aria-hidden />
          <span>{closed}</span>
        </span>
      )}
      {button("Zoom in", "+", () => panZoom.zoomBy(1.25), <IconPlus size={15} aria-hidden />)}
      {button("Zoom out", "\u2212", () => panZoom.zoomBy(0.8), <IconMinus size={15} aria-hidden />)}
      {button(
        fits[panZoom.nextFit],
        "0",
        panZoom.toggleFit,
        panZoom.nextFit === "whole" ? (
          <IconArrowsMaximize size={15} aria-hidden />
        ) : (
          <IconArrowsVertical size={15} aria-hidden />
        ),
      )}
    </div>
  );
}
