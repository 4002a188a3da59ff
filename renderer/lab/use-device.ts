/** Owns which device of the lab file an open form is about, whatever another window or program does to the file. */
import { useState } from "react";
import type { Device, Lab, LabState } from "../../electron/contract/lab.ts";
import { followed } from "../rack/selection.ts";
import { useLab } from "../stores.ts";

interface Followed {
  /** The last lab that was read without errors. */
  readonly lab: Lab;
  readonly types: LabState["deviceTypes"];
  /** As it was when the form was opened. */
  readonly opened: Device;
  /** As it is now, under whatever name; null when it is gone. */
  readonly now: Device | null;
  /** True when another lab is open by now. */
  readonly otherLab: boolean;
}

/** Null when there never was such a device. */
export function useDevice(name: string): Followed | null {
  const state = useLab((mirror) => mirror.value);
  const [opened] = useState(() => state?.lab?.devices.find((each) => each.name === name));
  const [path] = useState(state?.path);
  const [seen, setSeen] = useState({ lab: state?.lab ?? null, types: state?.deviceTypes ?? {}, name });
  const otherLab = state?.path !== path;
  // A file with errors says nothing of what it leaves out.
  if (state?.lab && state.lab !== seen.lab && !state.readOnly && !otherLab) {
    const next = followed({ kind: "device", device: seen.name }, seen.lab, state.lab);
    setSeen({ lab: state.lab, types: state.deviceTypes, name: next?.kind === "device" ? next.device : seen.name });
  }
  if (!opened || !seen.lab) return null;
  const now = otherLab ? null : (seen.lab.devices.find((each) => each.name === seen.name) ?? null);
  return { lab: seen.lab, types: seen.types, opened, now, otherLab };
}
