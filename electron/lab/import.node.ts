/** Reads the files an import comes from, and hands their text to the pure readers. */
import type { DeviceType } from "../contract/device-type.ts";
import { FaultError } from "../contract/error.ts";
import type { ImportResult } from "../contract/lab.ts";
import { loadSshConfig } from "../ssh/config.node.ts";
import { devicesOfInventory } from "./ansible.ts";
import { readLabFile } from "./file.node.ts";
import { devicesOfSshConfig } from "./import-ssh.ts";
import { deviceTypeOfNetBox } from "./netbox.ts";
import { decodeLabText } from "./text.ts";

export async function importSshConfigFile(path: string, homeDir: string): Promise<ImportResult> {
  return devicesOfSshConfig(await loadSshConfig(path, homeDir), path);
}

export async function importAnsibleFile(path: string): Promise<ImportResult> {
  return devicesOfInventory(await readText(path, "an Ansible inventory (ini or YAML)"), path);
}

export async function importDeviceTypeFile(path: string): Promise<{ deviceType: DeviceType; notes: string[] }> {
  return deviceTypeOfNetBox(await readText(path, "a NetBox device type (YAML)"), path);
}

/** The limits of a lab file hold for what is imported too. Throws FaultError. */
async function readText(path: string, what: string): Promise<string> {
  const file = await readLabFile(path).catch((error: unknown) => {
    // What to do is another thing than with a lab file.
    if (!(error instanceof FaultError)) throw error;
    const advice = {
      detail: `Looked there for ${what}. Nothing was imported, and the lab is as it was.`,
      next: nextOf[error.fault.code] ?? error.fault.next,
    };
    throw new FaultError({ ...error.fault, ...advice }, { cause: error });
  });
  const decoded = decodeLabText(file.bytes, file.sizeBytes);
  if (decoded.text !== null) return decoded.text;
  const { code, message, line } = decoded.problem;
  throw new FaultError({
    code,
    title: `${path} cannot be read as text`,
    detail: line === 0 ? message : `Line ${line}: ${message}`,
    next: "Choose another file.",
    subject: path,
  });
}

const nextOf: Readonly<Record<string, string>> = {
  "lab.not-found":
    "Correct the path, or choose the file that holds it; a relative path starts where Halfrack was started.",
  "lab.not-a-file": "Name one file in it, not the folder.",
};
