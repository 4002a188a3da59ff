import type { DeviceType } from "../../electron/contract/device-type.ts";

/** A device type as lists and dialogs name it. */
export const typeName = ({ manufacturer, model, heightU }: DeviceType): string =>
  `${manufacturer} ${model}${heightU > 0 ? ` (${heightU}U)` : ""}`;
