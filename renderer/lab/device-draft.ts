/** Owns a device as a form holds it: text fields on one side, the lab file's device and the edit on the other. */
import { notNodeGuid } from "../../electron/contract/card.ts";
import type { FabricNode } from "../../electron/contract/fabric.ts";
import { readGuid } from "../../electron/contract/guid.ts";
import {
  type Device,
  deviceSchema,
  type Hca,
  type Lab,
  type LabEdit,
  type LabState,
  type Role,
  type SshAddress,
} from "../../electron/contract/lab.ts";
import { heightOf, occupantOf, unitsOf } from "../../electron/contract/units.ts";

type Bmc = NonNullable<Device["bmc"]>;
/** Numbers as a number field gives them: empty text while nothing stands there. */
type Count = number | "";

export interface HcaDraft {
  readonly name: string;
  readonly model: string;
  readonly ports: Count;
  readonly guid: string;
}
export interface DeviceDraft {
  readonly name: string;
  readonly type: string | null;
  readonly role: Role | null;
  readonly rack: string | null;
  readonly unit: Count;
  readonly sshHost: string;
  readonly sshPort: Count;
  readonly sshUser: string;
  readonly identityFile: string;
  readonly jump: readonly string[];
  readonly hostKeyAlias: string;
  readonly bmcHost: string;
  readonly bmcKind: Bmc["kind"];
  readonly bmcUser: string;
  readonly bmcPort: Count;
  readonly hcas: readonly HcaDraft[];
  readonly sockets: Count;
  readonly cores: Count;
  readonly memoryGiB: Count;
  readonly note: string;
}

/** As the form names its fields, and what is told of them. */
export const fieldLabels: Readonly<Record<keyof DeviceDraft, string>> = {
  name: "Name",
  type: "Device type",
  role: "Role",
  rack: "Rack",
  unit: "Lowest unit",
  sshHost: "SSH host",
  sshPort: "SSH port",
  sshUser: "SSH user",
  identityFile: "Private key file",
  jump: "Through",
  hostKeyAlias: "Name in known_hosts",
  bmcHost: "BMC address",
  bmcKind: "BMC kind",
  bmcUser: "BMC user",
  bmcPort: "BMC port",
  hcas: "InfiniBand adapters",
  sockets: "CPU sockets",
  cores: "CPU cores in all",
  memoryGiB: "RAM in GiB",
  note: "Note",
};

export const emptyDraft: DeviceDraft = {
  name: "",
  type: null,
  role: null,
  rack: null,
  unit: "",
  sshHost: "",
  sshPort: "",
  sshUser: "",
  identityFile: "",
  jump: [],
  hostKeyAlias: "",
  bmcHost: "",
  bmcKind: "ipmi",
  bmcUser: "",
  bmcPort: "",
  hcas: [],
  sockets: "",
  cores: "",
  memoryGiB: "",
  note: "",
};

/** A device of the lab file as the form shows it. */
export function draftOf({ name, type, role, rack, unit, ssh, bmc, hcas, expect, note }: Device): DeviceDraft {
  return {
    name,
    type,
    role: role ?? null,
    rack: rack ?? null,
    unit: unit ?? "",
    sshHost: ssh?.host ?? "",
    sshPort: ssh?.port ?? "",
    sshUser: ssh?.user ?? "",
    identityFile: ssh?.identityFile ?? "",
    jump: ssh?.jump ?? [],
    hostKeyAlias: ssh?.hostKeyAlias ?? "",
    bmcHost: bmc?.host ?? "",
    bmcKind: bmc?.kind ?? "ipmi",
    bmcUser: bmc?.user ?? "",
    bmcPort: bmc?.port ?? "",
    hcas: (hcas ?? []).map(({ name: hca, model = "", ports, guid = "" }) => ({ name: hca, model, ports, guid })),
    sockets: expect?.sockets ?? "",
    cores: expect?.cores ?? "",
    memoryGiB: expect?.memoryGiB ?? "",
    note: note ?? "",
  };
}

/** The form as the lab file says it: what is empty is left out. It may still break the file's rules. */
export function deviceOf(draft: DeviceDraft): Device {
  const ssh: SshAddress = {
    host: draft.sshHost.trim(),
    ...(draft.sshPort === "" ? {} : { port: draft.sshPort }),
    ...text("user", draft.sshUser),
    ...text("identityFile", draft.identityFile),
    ...(draft.jump.length > 0 ? { jump: [...draft.jump] } : {}),
    ...text("hostKeyAlias", draft.hostKeyAlias),
  };
  const bmc: Bmc = {
    host: draft.bmcHost.trim(),
    kind: draft.bmcKind,
    ...text("user", draft.bmcUser),
    ...(draft.bmcPort === "" ? {} : { port: draft.bmcPort }),
  };
  const expect = {
    ...(draft.sockets === "" ? {} : { sockets: draft.sockets }),
    ...(draft.cores === "" ? {} : { cores: draft.cores }),
    ...(draft.memoryGiB === "" ? {} : { memoryGiB: draft.memoryGiB }),
  };
  return {
    name: draft.name.trim(),
    type: draft.type ?? "",
    ...(draft.rack === null ? {} : { rack: draft.rack, ...(draft.unit === "" ? {} : { unit: draft.unit }) }),
    ...(draft.role === null ? {} : { role: draft.role }),
    // A user or port without an address is kept, so that the check can say what is missing.
    ...(Object.keys(ssh).length > 1 || ssh.host !== "" ? { ssh } : {}),
    ...(bmc.host !== "" || Object.keys(bmc).length > 2 ? { bmc } : {}),
    ...(draft.hcas.length > 0 ? { hcas: draft.hcas.map(hcaOf) } : {}),
    ...(Object.keys(expect).length > 0 ? { expect } : {}),
    ...(draft.note.trim() === "" ? {} : { note: draft.note.trim() }),
  };
}

function hcaOf({ name, model, ports, guid }: HcaDraft): Hca {
  return { name: name.trim(), ...text("model", model), ports: ports === "" ? 1 : ports, ...text("guid", guid) };
}

const text = <K extends string>(key: K, value: string): { [P in K]?: string } =>
  (value.trim() === "" ? {} : { [key]: value.trim() }) as { [P in K]?: string };

/** What the form is checked against beside the lab file: the types it knows, and what was seen. */
export interface Known {
  readonly types: LabState["deviceTypes"];
  readonly nodes: readonly FabricNode[];
}

/** What is wrong with the form, by field of the lab file (`ssh.host`, `hcas.0.guid`); empty when nothing is. */
export function draftErrors(
  draft: DeviceDraft,
  lab: Pick<Lab, "devices" | "racks">,
  editing: string | null,
  { types, nodes }: Known,
): Readonly<Record<string, string>> {
  const device = deviceOf(draft);
  const errors: Record<string, string> = {};
  const checked = deviceSchema.safeParse(device);
  for (const { path, code, message } of checked.error?.issues ?? []) {
    const field = path.map(String).join(".");
    errors[field] ??= words(field, code, message, valueAt(device, path));
  }
  if (device.name !== editing && lab.devices.some(({ name }) => name === device.name))
    errors.name = `The lab already has a device named ${device.name}`;
  const adapters = device.hcas?.map(({ name }) => name) ?? [];
  for (const [index, name] of adapters.entries()) {
    if (adapters.indexOf(name) < index) errors[`hcas.${index}.name`] ??= `Another adapter is named ${name}`;
  }
  const unit = unitError(device, lab, editing, types);
  if (unit !== null) errors.unit ??= unit;
  // What stands in the file already keeps nobody from changing something else.
  const written = lab.devices.find(({ name }) => name === editing)?.hcas?.map(({ guid }) => guid) ?? [];
  for (const [index, { guid }] of (device.hcas ?? []).entries()) {
    const read = guid === undefined || written.includes(guid) ? null : readGuid(guid);
    const why = read === null ? null : notNodeGuid(read, nodes);
    if (why !== null) errors[`hcas.${index}.guid`] ??= why;
  }
  return errors;
}

function unitError(
  device: Device,
  lab: Pick<Lab, "devices" | "racks">,
  editing: string | null,
  types: Known["types"],
): string | null {
  const units = unitsOf(device, heightOf(device, types));
  const [unit, top] = [units[0], units.at(-1)];
  if (device.rack === undefined || unit === undefined || top === undefined) return null;
  const rack = lab.racks.find(({ name }) => name === device.rack);
  if (rack && top > rack.units) return `The rack has ${rack.units} units, and it would reach up to ${top}`;
  const occupant = occupantOf(lab, types, { rack: device.rack, unit, heightU: units.length }, editing);
  return occupant === null ? null : `${occupant} is there`;
}

/** Said beside the button, which may be far from the field. */
export const markedWhy = (errors: Readonly<Record<string, string>>): string | null =>
  Object.keys(errors).length === 0 ? null : "What is marked in the form is to be corrected first.";

function words(field: string, code: string, message: string, value: unknown): string {
  if (value === "") return field === "type" ? "Choose a device type" : "Is needed";
  // The schema's own words begin in lower case and continue "it ..."; the library's speak of types and patterns.
  if (/^(is|holds|begins) /.test(message)) return message.charAt(0).toUpperCase() + message.slice(1);
  if (code === "too_big") return "Is too large or too long";
  if (code === "too_small") return "Is too small";
  return message;
}

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((from, step) => (from as Record<PropertyKey, unknown> | undefined)?.[step], root);

/** The edit that makes `before` what the form says; null when nothing differs. */
export function changeEdit(before: Device, draft: DeviceDraft): LabEdit | null {
  const after: Readonly<Record<string, unknown>> = deviceOf(draft);
  const known: Readonly<Record<string, unknown>> = before;
  const changes: Record<string, unknown> = {};
  for (const key of Object.keys(deviceSchema.shape)) {
    if (sorted(known[key]) !== sorted(after[key])) changes[key] = after[key] ?? null;
  }
  return Object.keys(changes).length === 0 ? null : { op: "change-device", device: before.name, changes };
}

/** Equal values have equal text, in whatever order their keys stand. */
function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) =>
      each !== null && typeof each === "object" && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? ""
  );
}

/** Which kind of BMC a maker builds in. */
export const bmcKindOf = (manufacturer: string): Bmc["kind"] =>
  /^(hp|hpe)$/i.test(manufacturer) ? "ilo" : /^dell/i.test(manufacturer) ? "drac" : "ipmi";

/** A further adapter, named as the mlx4 driver would. */
export function nextHca(hcas: readonly HcaDraft[]): HcaDraft {
  const names = new Set(hcas.map(({ name }) => name));
  let number = 0;
  while (names.has(`mlx4_${number}`)) number += 1;
  return { name: `mlx4_${number}`, model: "", ports: 2, guid: "" };
}

/** The cables that go with a device when it is removed. */
export const plannedCablesOf = (lab: Pick<Lab, "cables">, device: string) =>
  lab.cables.filter(({ from, to }) => from.device === device || to.device === device);

/** The devices that are reached through another: it cannot go before they have another way. */
export const reachedThrough = (lab: Pick<Lab, "devices">, device: string): readonly string[] =>
  lab.devices.filter(({ name, ssh }) => name !== device && ssh?.jump?.includes(device)).map(({ name }) => name);
