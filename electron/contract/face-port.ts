/** Owns how the name of a switch's port is read: for the lab file, the switch's own list and the window alike. */
import type { DeviceType } from "./device-type.ts";

/**
 * Slot and number of a switch's port by its name, in the lab file or on the switch: `3`, `1/3`, `IB1/3`. Slot 1 is all
 * that a switch of one unit has, and is left out on its face. Null for what is no such name, as `mgmt0`.
 */
export function facePort(name: string): { readonly slot: number; readonly number: number } | null {
  const [, slot = "1", number] = /^(?:(?:IB)?(\d{1,3})\/)?(\d{1,3})$/i.exec(name) ?? [];
  return number === undefined ? null : { slot: Number(slot), number: Number(number) };
}

/** Whether two names mean the same port of a switch. */
export function isSamePort(one: string, other: string): boolean {
  const [a, b] = [facePort(one), facePort(other)];
  return a === null || b === null ? one === other : a.slot === b.slot && a.number === b.number;
}

/** What the lab file calls a port that the switch calls `name`, by the switch's device type. */
export function facePortName(name: string, type: Pick<DeviceType, "ports"> | undefined): string {
  const named = type?.ports.find((port) => port.kind === "infiniband" && isSamePort(port.name, name));
  const face = facePort(name);
  return named?.name ?? (face?.slot === 1 ? String(face.number) : name);
}
