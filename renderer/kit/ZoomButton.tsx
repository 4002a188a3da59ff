import { ActionIcon, Tooltip } from "@mantine/core";

/** A square button of a zoom bar; its key stands in the tooltip. */
export function ZoomButton({
  label,
  keys,
  onClick,
  children,
}: {
  readonly label: string;
  readonly keys: string;
  readonly onClick: () => void;
  /** The icon. */
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={`${label} (${keys})`} position="left">
      <ActionIcon variant="default" size={28} aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
