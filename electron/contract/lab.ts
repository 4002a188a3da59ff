/** The lab file: what one YAML file says of racks, devices and planned cables, and how it is checked and edited. */
import * as z from "zod";
import { about, deviceName, isInherited, method, timestampMs, watched } from "./base.ts";
import { deviceTypeSchema } from "./device-type.ts";
import { speedSchema, widthSchema } from "./fabric.ts";
import { faultSchema } from "./fault-schema.ts";

const hostAddress = z
  .string()
  .min(1)
  .max(255)
  // Nor what means something else at the start of a known_hosts line: a pattern there would speak for other hosts.
  .regex(/^[^\s\p{Cc}/@,*?!|#]+$/u, "is not a host name or address");
const unitCount = z.number().int().min(1).max(60);
const tcpPort = z.number().int().min(1).max(65_535);

export const sshAddressSchema = z.strictObject({
  host: hostAddress.describe("Name or address, or a Host alias of the admin's ~/.ssh/config"),
  port: tcpPort.optional().describe("TCP port; 22 when left out"),
  user: z.string().min(1).max(64).optional().describe("Login name; the admin's own when left out"),
  identityFile: z.string().optional().describe("Private key file; ~ is the admin's home"),
  jump: z.array(deviceName).optional().describe("Devices to hop through, first hop first"),
  hostKeyAlias: hostAddress.optional().describe("Name under which the host key is recorded, as in ssh_config"),
});
export const bmcAddressSchema = z.strictObject({
  host: hostAddress.describe("Name or address of the BMC"),
  kind: z.enum(["ipmi", "ilo", "drac", "redfish"]).describe("What it speaks"),
  user: z.string().max(64).optional().describe("Login name"),
  port: tcpPort.optional().describe("TCP or UDP port when it is not the usual one"),
});
export const hcaSchema = z.strictObject({
  name: z.string().min(1).max(32).describe("Name the driver gives it, e.g. mlx4_0"),
  model: z.string().max(64).optional().describe("e.g. ConnectX-3"),
  ports: z.number().int().min(1).max(4).default(1).describe("Number of ports"),
  guid: z
    .string()
    .regex(/^0x[0-9a-fA-F]{1,16}$/, "is not a GUID (0x and up to 16 hex digits)")
    .optional()
    .describe(
      "Node GUID, as `ibstat` on the host prints it, not a port's; fixes which HCA this is even when its host is silent",
    ),
});
export const expectationSchema = z.strictObject({
  sockets: z.number().int().positive().optional().describe("Populated CPU sockets"),
  cores: z.number().int().positive().optional().describe("CPU cores in all"),
  memoryGiB: z.number().positive().optional().describe("RAM in GiB"),
});
export const roleSchema = z.enum(["primary", "secondary", "management", "hypervisor", "desktop"]);
export const deviceSchema = z.strictObject({
  name: deviceName.describe("Unique in the lab"),
  type: z
    .string()
    .min(1)
    .max(100)
    .refine((type) => !isInherited(type), "is a word that JavaScript keeps for itself")
    .describe("Slug of a device type"),
  rack: z.string().min(1).max(64).optional().describe("Rack it is mounted in; left out for what stands beside"),
  unit: z.number().int().min(1).max(60).optional().describe("Lowest unit it occupies, counted from the bottom"),
  role: roleSchema.optional().describe("What it does in the lab"),
  ssh: sshAddressSchema.optional().describe("How to reach its shell"),
  bmc: bmcAddressSchema.optional().describe("How to reach its management controller"),
  hcas: z.array(hcaSchema).optional().describe("InfiniBand adapters"),
  expect: expectationSchema.optional().describe("What its inventory should show"),
  note: z.string().max(4000).optional().describe("Anything worth knowing"),
});
export const cablePortSchema = z.strictObject({
  device: deviceName.describe("Name of a device"),
  port: z
    .string()
    .min(1)
    .max(64)
    .describe("Port as the device prints it: 3 on a switch, mlx4_0/1 for port 1 of HCA mlx4_0"),
});
export const cableSchema = z.strictObject({
  from: cablePortSchema.describe("One end"),
  to: cablePortSchema.describe("The other end"),
  width: widthSchema.optional().describe("Expected width; 4X when left out on InfiniBand"),
  speed: speedSchema.optional().describe("Expected speed; what both ends support when left out"),
  label: z.string().max(64).optional().describe("What is written on the cable"),
});
export const rackSchema = z.strictObject({
  name: z.string().min(1).max(64).describe("Unique in the lab"),
  units: unitCount.default(42).describe("Height in rack units"),
});
export const labSchema = z.strictObject({
  halfrack: z.literal(1).describe("Version of this format"),
  name: z.string().min(1).max(120).describe("What the lab is called"),
  racks: z.array(rackSchema).default([]).describe("Racks, left to right"),
  devices: z.array(deviceSchema).default([]).describe("Everything in or beside the racks"),
  cables: z.array(cableSchema).default([]).describe("Planned cables"),
  deviceTypes: z
    .array(deviceTypeSchema)
    .optional()
    .describe("Device types of this lab's own, over the built-in library"),
});
export type Lab = z.infer<typeof labSchema>;
export type Device = z.infer<typeof deviceSchema>;
export type Cable = z.infer<typeof cableSchema>;
export type CablePort = z.infer<typeof cablePortSchema>;
export type Rack = z.infer<typeof rackSchema>;
export type Hca = z.infer<typeof hcaSchema>;
export type Role = z.infer<typeof roleSchema>;
export type SshAddress = z.infer<typeof sshAddressSchema>;

/** One thing wrong with a lab file. */
export const labProblemSchema = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  message: z.string(),
  /** 1-based; 0 when it concerns the whole file. */
  line: z.number().int(),
  column: z.number().int(),
  /** Where in the document, e.g. `devices[2].unit`. */
  path: z.string(),
});
export type LabProblem = z.infer<typeof labProblemSchema>;

export const labStateSchema = z.object({
  /** Null when no lab is open. */
  path: z.string().nullable(),
  /** What could be understood; null when nothing could. Devices of a broken file are shown, read-only. */
  lab: labSchema.nullable(),
  problems: z.array(labProblemSchema),
  readOnly: z.boolean(),
  practice: z.boolean(),
  /** Set when the file changed on disk while edits here are not saved, or vanished: what to do is the admin's choice. */
  conflict: z.enum(["none", "changed-on-disk", "vanished"]),
  /** True while an edit is not on disk. */
  dirty: z.boolean(),
  /** Why it is not: the last try to save; null when nothing is unsaved, or the file changed underneath (`conflict`). */
  saveFault: faultSchema.nullable(),
  /** Built-in and lab-owned types by slug. */
  deviceTypes: z.record(z.string(), deviceTypeSchema),
  loadedAt: timestampMs.nullable(),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
});
export type LabState = z.infer<typeof labStateSchema>;

/** An edit the app makes to the lab file; applied to the YAML document so that comments and order survive. */
export const labEditSchema = z.discriminatedUnion("op", [
  z.object({ op: z.literal("set-name"), name: labSchema.shape.name }),
  z.object({ op: z.literal("add-rack"), rack: rackSchema }),
  z.object({
    op: z.literal("change-rack"),
    rack: z.string(),
    /** Not `rackSchema.partial()`: that would fill in the default height whenever only the name changes. */
    changes: z.strictObject({ name: rackSchema.shape.name.optional(), units: unitCount.optional() }),
  }),
  z.object({ op: z.literal("remove-rack"), rack: z.string() }),
  z.object({ op: z.literal("add-device"), device: deviceSchema }),
  /** A null value removes the key. Renaming a device renames it in cables and jumps too. */
  z.object({ op: z.literal("change-device"), device: deviceName, changes: z.record(z.string(), z.unknown()) }),
  z.object({
    op: z.literal("place-device"),
    device: deviceName,
    rack: z.string().nullable(),
    unit: z.number().int().nullable(),
  }),
  z.object({ op: z.literal("remove-device"), device: deviceName }),
  z.object({ op: z.literal("add-cable"), cable: cableSchema }),
  z.object({ op: z.literal("remove-cable"), cable: cableSchema }),
  /** It stays where it is in the file, with what is written about it and what is the same in both. */
  z.object({ op: z.literal("change-cable"), cable: cableSchema, becomes: cableSchema }),
  z.object({ op: z.literal("add-device-type"), deviceType: deviceTypeSchema }),
]);
export type LabEdit = z.infer<typeof labEditSchema>;

/** What an import found: nothing is written until the admin picks from it. */
export const importResultSchema = z.object({
  devices: z.array(deviceSchema.partial({ type: true }).extend({ source: z.string() })),
  notes: z.array(z.object({ source: z.string(), line: z.number().int(), message: z.string() })),
});
export type ImportResult = z.infer<typeof importResultSchema>;

const path = z.string().min(1).max(4096);

export const labContract = {
  watch: method.route(about("Watch the open lab")).output(watched(labStateSchema)),
  check: method
    .route(about("Check a lab file without opening it (the open lab when no path is given)"))
    .input(z.object({ path: path.optional() }).default({}))
    .output(
      z.object({
        path: z.string(),
        valid: z.boolean(),
        problems: z.array(labProblemSchema),
        counts: z.object({ racks: z.number(), devices: z.number(), cables: z.number() }),
      }),
    ),
  open: method.route(about("Open a lab file")).input(z.object({ path })).output(labStateSchema),
  create: method
    .route(about("Write a new lab file with one rack, and open it; never overwrites"))
    .input(z.object({ path, name: labSchema.shape.name, units: unitCount.default(24) }))
    .output(labStateSchema),
  close: method
    .route(about("Close the lab; refused while changes are not saved, unless they are to be dropped"))
    .input(z.object({ dropUnsaved: z.boolean().default(false) }).default({ dropUnsaved: false }))
    .output(labStateSchema),
  edit: method
    .route(
      about(
        "Apply edits as one step and save; refused as a whole when the result would not be valid, or was not previewed so",
      ),
    )
    .input(
      z.object({
        edits: z.array(labEditSchema).min(1),
        /** What the preview of these edits answered; left out where none was shown. */
        previewed: z.string().optional(),
        /** When the file cannot be written: keep the edits here, unsaved, or make none of them. */
        ifNotSaved: z.enum(["keep", "drop"]).default("keep"),
      }),
    )
    .output(labStateSchema),
  save: method.route(about("Save again what is not saved")).output(labStateSchema),
  unsaved: method.route(about("Say what is not saved: how the lab here differs from its file on disk")).output(
    z.object({
      path: z.string(),
      /** Which text of the file it is; null where there is no file. Writing over it takes it. */
      disk: z.string().nullable(),
      diff: z.string(),
    }),
  ),
  preview: method
    .route(about("Say how edits would change the file, and write nothing; refused like the edits themselves"))
    .input(z.object({ edits: z.array(labEditSchema).min(1) }))
    .output(
      z.object({
        path: z.string(),
        /** Which file and text the diff is of: the edit takes it, and is refused where they are others by then. */
        previewed: z.string(),
        /** Unified diff of the file with three lines of context; empty when nothing would change. */
        diff: z.string(),
      }),
    ),
  undo: method.route(about("Undo the last edit made here")).output(labStateSchema),
  redo: method.route(about("Redo")).output(labStateSchema),
  resolveConflict: method
    .route(about("After a change on disk: take the file's version, or write this one over it"))
    .input(
      z.object({
        keep: z.enum(["disk", "mine"]),
        /** What `unsaved` answered, so that no text goes that was not shown; left out where none was. */
        disk: z.string().nullable().optional(),
      }),
    )
    .output(labStateSchema),
  importSshConfig: method
    .route(about("Read hosts from an ssh_config file (~/.ssh/config when no path is given)"))
    .input(z.object({ path: path.optional() }).default({}))
    .output(importResultSchema),
  importAnsible: method
    .route(about("Read hosts from an Ansible inventory, INI or YAML"))
    .input(z.object({ path }))
    .output(importResultSchema),
  importDeviceType: method
    .route(about("Read a NetBox device-type YAML file as a device type"))
    .input(z.object({ path }))
    .output(z.object({ deviceType: deviceTypeSchema, notes: z.array(z.string()) })),
};
