/** Decides how a device that was seen comes into the plan: itself, and its cables as they would be told with it there. */
import type { AddedDevice, DeviceAdoption } from "../contract/adopt.ts";
import { notNodeGuid } from "../contract/card.ts";
import type { CableLive } from "../contract/fabric.ts";
import { readGuid } from "../contract/guid.ts";
import type { LabEdit } from "../contract/lab.ts";
import { adopt } from "./adopt.ts";
import { type CableInputs, cablesOf } from "./cables.ts";
import type { DeviceTypes } from "./identify.ts";
import { isNameless, type Places } from "./places.ts";
import { hostOf } from "./suggest.ts";

/** `seen` is of the plan without the device. The plan with it is laid over the same fabric, so nothing is guessed. */
export function adoptDevice(
  { node, device }: AddedDevice,
  places: Places,
  types: DeviceTypes,
  seen: Pick<CableInputs, "observedAt" | "observer" | "failure"> & { readonly cables: readonly CableLive[] },
): DeviceAdoption {
  const mistaken = mistakenGuids(places, device);
  if (mistaken.length > 0) return { edits: [], changes: [], refused: mistaken };
  const add: LabEdit = { op: "add-device", device };
  const now = places.withDevice(device);
  if (now.ownerOf(node)?.device !== device.name) {
    return { edits: [add], changes: [], refused: [notRecognised(places, node, device)] };
  }
  const { cables: previous, ...when } = seen;
  const cables = cablesOf({ places: now, ...when, previous, nowMs: seen.observedAt ?? 0 });
  const own = cables.filter(({ a, b }) => a.device === device.name || b.device === device.name);
  const stories = new Set(own.flatMap(({ story }) => story ?? []));
  const told = cables.filter((cable) => own.includes(cable) || (cable.story !== null && stories.has(cable.story)));
  const state = { lab: now.lab, deviceTypes: types };
  const { adoptions } = adopt(state, told, new Set());
  return {
    edits: [add, ...adopt(state, told, new Set(adoptions.map(({ id }) => id))).edits],
    changes: adoptions.flatMap(({ changes }) => changes),
    refused: [...new Set(adoptions.flatMap(({ refused }) => refused ?? []))],
  };
}

function mistakenGuids({ nodes }: Places, { hcas = [] }: AddedDevice["device"]): string[] {
  return hcas.flatMap(({ name, guid = "" }) => {
    const known = readGuid(guid);
    const why = known === null ? null : notNodeGuid(known, nodes);
    return why === null ? [] : [`Node GUID of ${name}: ${why}`];
  });
}

function notRecognised(places: Places, guid: string, { name, ssh }: AddedDevice["device"]): string {
  const node = places.nodeOf(guid);
  if (node === null) return "The device is not seen in the fabric any more.";
  const host = isNameless(node.description) ? "" : hostOf(node);
  const called = node.description === "" ? guid : `"${node.description}"`;
  // Where it has that name already, another node has it too.
  const isNamed = [name, ssh?.host].some((each) => each?.toLowerCase() === host.toLowerCase());
  const ways = [
    ...(host === "" || isNamed ? [] : [`its name or its SSH host is ${host}`]),
    ...(node.type === "switch" ? [] : ['its adapter has the node GUID that ibstat prints on the host as "Node GUID"']),
  ];
  const remedy = ways.length === 0 ? "" : ` They are once ${ways.join(", or ")}.`;
  return `The fabric calls it ${called}, by which it would not be taken for ${name}: its cables are not planned.${remedy}`;
}
