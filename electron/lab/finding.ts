/** What a rule of the lab file finds, and what it may know. */
import type { DeviceType } from "../contract/device-type.ts";
import type { Path } from "./tree.ts";

export type Found = {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly path: Path;
  /** Made only when it will be shown: near misses cost time in a file with thousands of errors. */
  readonly message: () => string;
};
export type Context = {
  readonly types: Readonly<Record<string, DeviceType>>;
  /** Names of devices and racks that stand in the file but could not be understood; not reported as missing. */
  readonly unreadable: ReadonlySet<string>;
  /** False when parts were left out, so that what is missing may be there. */
  readonly whole: boolean;
};

/** A name as messages show it. */
export const show = (text: string) => JSON.stringify(text);
