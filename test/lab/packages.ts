/** Which Debian packages the test lab needs, and which of them this machine lacks. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { systemPath } from "./processes.ts";
import { simulatorLibrary } from "./simulator.ts";

const commandPackages: Readonly<Record<string, string>> = {
  ssh: "openssh-client",
  "ssh-keygen": "openssh-client",
  sshd: "openssh-server",
  ibsim: "ibsim-utils",
  opensm: "opensm",
  iblinkinfo: "infiniband-diags",
  ibstat: "infiniband-diags",
  flock: "util-linux",
  stdbuf: "coreutils",
  bash: "bash",
};

/** The full path of a command, or null. */
export function findCommand(name: string): string | null {
  for (const folder of [...systemPath.split(":"), ...(process.env.PATH ?? "").split(":")]) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Debian packages that must be installed before a test lab can start here; empty when it can. */
export function missingPackages(): string[] {
  const missing = new Set<string>();
  for (const [command, name] of Object.entries(commandPackages)) if (findCommand(command) === null) missing.add(name);
  if (simulatorLibrary() === null) missing.add("ibsim-utils");
  return [...missing].sort();
}

/** For `describe.skipIf` names: why the test lab cannot run here, or an empty string. */
export function whyNoTestLab(): string {
  if (process.platform !== "linux") return "the test lab runs on Linux only";
  const missing = missingPackages();
  return missing.length === 0 ? "" : `missing Debian packages: ${missing.join(" ")}`;
}
