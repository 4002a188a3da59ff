/** What evidence is collected from. */
import * as z from "zod";
import { deviceName } from "../base.ts";

/**
 * What a target is. A host may be several at once: a Linux host that runs virtual machines is `linux` and `kvm`, one
 * that is the aggregate of boards is `linux` and `vsmp`.
 */
export const targetKindSchema = z.enum(["linux", "vsmp", "kvm", "esxi", "switch", "bmc", "stick", "here"]);
export type TargetKind = z.infer<typeof targetKindSchema>;

export const targetKindWords = {
  linux: "Linux host",
  vsmp: "vSMP guest",
  kvm: "KVM host",
  esxi: "ESXi host",
  switch: "switch",
  bmc: "BMC",
  stick: "boot stick",
  here: "this machine",
} as const satisfies Readonly<Record<TargetKind, string>>;

/** The machine that Halfrack runs on, as a target's `id` and `device`. No device of a lab may be called so: it is too short a path. */
export const here = "/";

export const targetSchema = z.object({
  /**
   * `node1`, `node1 bmc`, `node1 stick sdb`, or {@link here}: unique among the targets of a collection. A device's name
   * holds blanks as it likes; what it is follows from `kinds`.
   */
  id: z.string().min(1).max(200),
  /** The device of the lab file, or {@link here}. */
  device: z.union([deviceName, z.literal(here)]),
  kinds: z.array(targetKindSchema).min(1),
  /** Of a stick: the disk it is, on `device`, e.g. `/dev/sdb`, by `writePath`. */
  disk: z.string().optional(),
});
export type Target = z.infer<typeof targetSchema>;
