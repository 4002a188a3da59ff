import { IconArrowsMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import { ZoomButton } from "../kit/ZoomButton.tsx";
import type { Stage } from "./use-stage.ts";

/** The keys of the graph as buttons. */
export function GraphZoom({ stage }: { readonly stage: Stage }) {
  return (
    <div className="gr-zoom">
      <ZoomButton label="Zoom in" keys="+" onClick={() => stage.zoomBy(1.3)}>
        <IconPlus size={15} aria-hidden />
      </ZoomButton>
      <ZoomButton label="Zoom out" keys={"\u2212"} onClick={() => stage.zoomBy(1 / 1.3)}>
        <IconMinus size={15} aria-hidden />
      </ZoomButton>
      <ZoomButton label="Show the whole fabric" keys="0" onClick={stage.fit}>
        <IconArrowsMaximize size={15} aria-hidden />
      </ZoomButton>
    </div>
  );
}
