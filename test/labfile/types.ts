/** Device types the lab-file tests work with: small, and independent of the built-in library. */
import { type DeviceType, deviceTypeSchema } from "../../electron/contract/device-type.ts";

const make = (type: unknown): DeviceType => deviceTypeSchema.parse(type);
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: String(index + 1), kind: "infiniband" }));

export const types: Readonly<Record<string, DeviceType>> = {
  "switch-18": make({
    slug: "switch-18",
    manufacturer: "M",
    model: "S18",
    kind: "switch",
    heightU: 1,
    ports: numbered(18),
  }),
  "server-1u": make({
    slug: "server-1u",
    manufacturer: "M",
    model: "V1",
    kind: "server",
    heightU: 1,
    ports: [
      { name: "eth0", kind: "ethernet" },
      { name: "PSU1", kind: "power" },
    ],
  }),
  "server-7u": make({ slug: "server-7u", manufacturer: "M", model: "V7", kind: "server", heightU: 7 }),
  desk: make({ slug: "desk", manufacturer: "M", model: "D", kind: "desktop", heightU: 0 }),
};
