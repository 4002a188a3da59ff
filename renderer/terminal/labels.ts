/** Names terminals for people: by device, numbered where a device has several, with its place in the rack. */
import type { Lab } from "../../electron/contract/lab.ts";
import type { Terminal } from "../../electron/contract/terminal.ts";

/** `node1`, and `node1 (2)` for the second terminal of the same device, in order of opening. */
export function terminalLabels(terminals: Readonly<Record<string, Terminal>>): ReadonlyMap<string, string> {
  const seen = new Map<string, number>();
  const labels = new Map<string, string>();
  for (const terminal of inOrder(terminals)) {
    const count = (seen.get(terminal.device) ?? 0) + 1;
    seen.set(terminal.device, count);
    labels.set(terminal.id, count === 1 ? terminal.device : `${terminal.device} (${count})`);
  }
  return labels;
}

export function inOrder(terminals: Readonly<Record<string, Terminal>>): readonly Terminal[] {
  return Object.values(terminals).toSorted((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
}

/** Where a device stands and how else it is reached: `cube, unit 3 · primary · BMC 10.0.1.1`. */
export function placeText(lab: Lab | null, device: string): string {
  const found = lab?.devices.find(({ name }) => name === device);
  if (!found) return "not in the lab file";
  const parts: string[] = [];
  if (found.rack !== undefined) {
    parts.push(found.unit === undefined ? found.rack : `${found.rack}, unit ${found.unit}`);
  } else parts.push("beside the rack");
  if (found.role !== undefined) parts.push(found.role);
  if (found.bmc !== undefined) parts.push(`BMC ${found.bmc.host}`);
  return parts.join(" · ");
}

/** Devices a shell can be opened on, in the lab file's order. */
export function reachableDevices(lab: Lab | null): readonly string[] {
  return lab?.devices.filter(({ ssh }) => ssh !== undefined).map(({ name }) => name) ?? [];
}
