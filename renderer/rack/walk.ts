/** Where the arrow keys lead in the rack: devices from top to bottom, ports inside, the other end of a cable. */
import type { CableLive } from "../../electron/contract/fabric.ts";
import type { DeviceBox } from "./layout.ts";
import type { Picture } from "./picture.ts";
import type { Selection } from "./selection.ts";

export type WalkKey = "up" | "down" | "left" | "right" | "home" | "end" | "follow";

export function walk(
  picture: Picture,
  cables: readonly CableLive[],
  at: Selection | null,
  key: WalkKey,
): Selection | null {
  const order = deviceOrder(picture);
  const first = order[0];
  if (!at) return first ? deviceAt(first) : null;
  switch (at.kind) {
    case "device":
      return fromDevice(order, at.device, key);
    case "port":
      return fromPort(order, cables, at, key);
    case "cable":
      return fromCable(cables, at.id, key);
  }
}

const deviceAt = (box: DeviceBox): Selection => ({ kind: "device", device: box.name });

/** Rack by rack from left to right, each from its top. */
export function deviceOrder(picture: Picture): readonly DeviceBox[] {
  return [...picture.layout.devices].sort((a, b) => a.bay - b.bay || a.face.y - b.face.y || a.face.x - b.face.x);
}

function fromDevice(order: readonly DeviceBox[], name: string, key: WalkKey): Selection | null {
  const index = order.findIndex((box) => box.name === name);
  const box = order[index];
  const target = {
    up: order[index - 1],
    down: order[index + 1],
    home: order[0],
    end: order.at(-1),
    left: order.findLast((other) => other.bay < (box?.bay ?? 0)),
    right: undefined,
    follow: undefined,
  }[key];
  if (target) return deviceAt(target);
  const port = box?.ports[0];
  if (key === "right" && port) return { kind: "port", device: name, port: port.port };
  return null;
}

function fromPort(
  order: readonly DeviceBox[],
  cables: readonly CableLive[],
  at: Extract<Selection, { kind: "port" }>,
  key: WalkKey,
): Selection | null {
  const ports = order.find((box) => box.name === at.device)?.ports ?? [];
  const index = ports.findIndex((spot) => spot.port === at.port);
  const own = cables.filter((cable) => atPort(cable, at));
  const cable = own[0];
  switch (key) {
    case "left":
      return { kind: "device", device: at.device };
    case "right":
      return cable ? { kind: "cable", id: cable.id } : null;
    case "follow": {
      if (!cable) return null;
      const near = cable.a.device === at.device && cable.a.port === at.port;
      const far = near ? cable.b : cable.a;
      return { kind: "port", device: far.device, port: far.port };
    }
    default: {
      const target = { up: ports[index - 1], down: ports[index + 1], home: ports[0], end: ports.at(-1) }[key];
      return target ? { kind: "port", device: at.device, port: target.port } : null;
    }
  }
}

export const atPort = (cable: CableLive, at: { readonly device: string; readonly port: string }): boolean =>
  (cable.a.device === at.device && cable.a.port === at.port) ||
  (cable.b.device === at.device && cable.b.port === at.port);

function fromCable(cables: readonly CableLive[], id: string, key: WalkKey): Selection | null {
  const index = cables.findIndex((cable) => cable.id === id);
  const cable = cables[index];
  if (!cable) return null;
  if (key === "left") return { kind: "port", device: cable.a.device, port: cable.a.port };
  if (key === "follow") return null;
  if (key === "right") return { kind: "port", device: cable.b.device, port: cable.b.port };
  const target = { up: cables[index - 1], down: cables[index + 1], home: cables[0], end: cables.at(-1) }[key];
  return target ? { kind: "cable", id: target.id } : null;
}
