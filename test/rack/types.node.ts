/** The built-in device types, read from the assets. */
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { type DeviceType, deviceTypeSchema } from "../../electron/contract/device-type.ts";

const folder = new URL("../../assets/device-types/", import.meta.url);

export const builtInTypes: Readonly<Record<string, DeviceType>> = Object.fromEntries(
  readdirSync(folder)
    .map((file) => deviceTypeSchema.parse(parse(readFileSync(new URL(file, folder), "utf8"))))
    .map((type) => [type.slug, type]),
);
