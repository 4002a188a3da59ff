import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import type { Stage } from "./use-stage.ts";

/** The keys of the graph as buttons. */
export function GraphZoom({ stage }: { readonly stage: Stage }) {
  const button = (label: string, keys: string, onClick: () => void, icon: React.ReactNode) => (
    <Tooltip label={`${label} (${keys})`} position="left">
      <ActionIcon variant="default" size={28} aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <div className="gr-zoom">
      {button("Zoom in", "+", () => stage.zoomBy(1.3), <IconPlus size={15} aria-hidden />)}
      {button("Zoom out", "\u2212", () => stage.zoomBy(1 / 1.3), <IconMinus size={15} aria-hidden />)}
      {button("Show the whole fabric", "0", stage.fit, <IconArrowsMaximize size={15} aria-hidden />)}
    </div>
  );
}
