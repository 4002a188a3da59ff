/**
 * Owns how a NetBox device-type file becomes a device type. Format: the schema of the community's devicetype-library
 * (schema/devicetype.json): manufacturer, model, slug, u_height, and lists of named components.
 */
import * as z from "zod";
import { type DeviceType, deviceTypeSchema } from "../contract/device-type.ts";
import { FaultError } from "../contract/error.ts";
import { readYaml } from "./parse.ts";
import { type Place, Tree } from "./tree.ts";

type Kind = DeviceType["ports"][number]["kind"];

const head = z.object({
  manufacturer: z.string().min(1),
  model: z.string().min(1),
  slug: z.string().min(1),
  u_height: z.number().min(0).max(60).default(1),
});
const component = z.object({ name: z.union([z.string(), z.number()]).transform(String), type: z.string().default("") });

/** Lists that hold what a cable or plug goes into. Interfaces are told apart by their type. */
const lists: Readonly<Record<string, Kind | "interface">> = {
  interfaces: "interface",
  "power-ports": "power",
  "power-outlets": "power",
  "console-ports": "console",
  "console-server-ports": "console",
  "front-ports": "other",
  "rear-ports": "other",
};
/** Keys that say nothing Halfrack shows. */
const silent = new Set(
  "manufacturer model slug u_height part_number is_full_depth airflow weight weight_unit front_image rear_image comments subdevice_role is_powered description profile".split(
    " ",
  ),
);

/** A device type and what was not understood. Throws FaultError `lab.device-type-unreadable` when it is none at all. */
export function deviceTypeOfNetBox(text: string, file: string): { deviceType: DeviceType; notes: string[] } {
  const { doc, lines } = readYaml(text);
  const notes: string[] = [];
  const syntax = doc.errors[0];
  if (syntax)
    throw unreadable(file, `Line ${lines.linePos(syntax.pos[0]).line}: ${syntax.message.split("\n")[0] ?? ""}`);
  const tree = new Tree(doc, lines, (_code, message, _path, place: Place) =>
    notes.push(`Line ${place.line}: ${message}`),
  );
  const parsed = head.safeParse(tree.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unreadable(file, `${issue?.path.join(".") || "The file"}: ${issue?.message ?? "not understood"}`);
  }
  const { manufacturer, model, u_height: heightU } = parsed.data;
  const ports = readPorts(tree, notes);
  const slug = parsed.data.slug
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (slug !== parsed.data.slug) notes.push(`The slug is written ${slug} here.`);
  const kind = guessKind(tree.value as Record<string, unknown>, ports);
  notes.push(`NetBox does not say what the device is; taken as ${kind} by its ports.`);
  const source = "NetBox device type";
  const shell = kind === "pdu" || kind === "other" ? "none" : "posix";
  const result = deviceTypeSchema.safeParse({ slug, manufacturer, model, kind, heightU, ports, source, shell });
  if (!result.success) {
    const issue = result.error.issues[0];
    throw unreadable(file, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not understood"}`);
  }
  return { deviceType: result.data, notes };
}

type Port = { name: string; kind: Kind; connector: string };

function readPorts(tree: Tree, notes: string[]): Port[] {
  const ports: Port[] = [];
  const names = new Set<string>();
  for (const [key, entries] of Object.entries(tree.value as Record<string, unknown>)) {
    const meaning = Object.hasOwn(lists, key) ? lists[key] : undefined;
    if (meaning === undefined) {
      if (!silent.has(key))
        notes.push(`Line ${tree.placeOfKey([key]).line}: ${JSON.stringify(key)} is not taken over.`);
      continue;
    }
    for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
      const note = (message: string) => notes.push(`Line ${tree.placeOf([key, index]).line}: ${message}`);
      const parsed = component.safeParse(entry);
      if (!parsed.success || parsed.data.name.length === 0 || parsed.data.name.length > 64) {
        note(`This entry of ${key} has no usable name; it is left out.`);
        continue;
      }
      const { type } = parsed.data;
      const kind = meaning === "interface" ? interfaceKind(type) : meaning;
      if (kind === null) {
        note(`Interface ${parsed.data.name} of type ${type} has no socket; it is left out.`);
        continue;
      }
      const name = names.has(parsed.data.name) ? `${parsed.data.name} (${kind})` : parsed.data.name;
      if (names.has(name)) {
        note(`The name ${JSON.stringify(name)} is there twice; the second is left out.`);
        continue;
      }
      if (name !== parsed.data.name)
        note(`${parsed.data.name} is called ${name}: ports of a type need different names.`);
      names.add(name);
      ports.push({ name, kind, connector: type });
    }
    if (!Array.isArray(entries))
      notes.push(`Line ${tree.placeOfKey([key]).line}: ${key} is not a list; it is left out.`);
  }
  return ports;
}

/** Kind of an interface by NetBox's type slug (`infiniband-fdr`, `1000base-t`); null where nothing can be plugged in. */
function interfaceKind(type: string): Kind | null {
  if (type.startsWith("infiniband-")) return "infiniband";
  if (/^(virtual|bridge|lag)$|^(ieee802\.(11|15)|lte|gsm|cdma|4g|5g|other-wireless|wireless)/.test(type)) return null;
  if (/base|^(fast|gigabit)|gfc-|sfp|qsfp|cfp|osfp|xenpak|x2$|gbic/i.test(type) && !type.includes("gfc-"))
    return "ethernet";
  return "other";
}

function guessKind(all: Readonly<Record<string, unknown>>, ports: readonly Port[]): DeviceType["kind"] {
  if (Array.isArray(all["power-outlets"]) && all["power-outlets"].length > 0) return "pdu";
  const count = (kind: Kind) => ports.filter((port) => port.kind === kind).length;
  if (count("infiniband") > 4 || count("ethernet") > 7) return "switch";
  return ports.length === 0 ? "other" : "server";
}

function unreadable(file: string, detail: string): FaultError {
  return new FaultError({
    code: "lab.device-type-unreadable",
    title: `${file} is not a NetBox device type`,
    detail,
    next: "Choose a file of the device-type library, with manufacturer, model and slug.",
    subject: file,
  });
}
