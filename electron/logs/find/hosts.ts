/** Owns which devices of the lab are asked as hosts, and how many at a time. */
import type { Device, LabState } from "../../contract/lab.ts";
import { typeOf } from "../../contract/units.ts";

/** Each takes a connection, a login and some processes. */
export const maxHosts = 16;

/** How a device is spoken to; one of an unknown type counts as a host. */
export const shellOf = (device: Device, { deviceTypes }: LabState) => typeOf(device, deviceTypes)?.shell ?? "posix";
