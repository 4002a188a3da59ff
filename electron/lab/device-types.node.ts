/** Reads the built-in device types: one YAML file per type in `assets/device-types`. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type DeviceType, deviceTypeSchema } from "../contract/device-type.ts";
import { messageOf } from "../contract/error.ts";
import type { DeviceTypeLibrary } from "./read.ts";

/** From source this file is two folders below the top; the bundled main process (`dist/main/`) is too. */
export const builtInTypesDir = join(import.meta.dirname, "..", "..", "assets", "device-types");

/** Loads every `*.yaml` of `dir`. Throws when the folder itself cannot be read; a bad file is listed as broken. */
export async function loadDeviceTypes(dir = builtInTypesDir): Promise<DeviceTypeLibrary> {
  const types: Record<string, DeviceType> = {};
  const broken: { file: string; message: string }[] = [];
  const names = (await readdir(dir)).filter((name) => name.endsWith(".yaml")).sort();
  for (const name of names) {
    const file = join(dir, name);
    try {
      const type = deviceTypeSchema.parse(parse(await readFile(file, "utf8")));
      if (name !== `${type.slug}.yaml`) throw new Error(`the file is not named after its slug ${type.slug}`);
      types[type.slug] = type;
    } catch (error) {
      broken.push({ file, message: messageOf(error) });
    }
  }
  return { types, broken };
}
