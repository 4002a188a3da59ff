/** A disk of a test's own, made read-only and writable again under the running app. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { whyNoMount } from "../labfile/read-only-disk.ts";
import { type Halfrack, test } from "./app.ts";

export interface Disk extends AsyncDisposable {
  readonly dir: string;
  remount(how: "ro" | "rw"): void;
}

/** Skips the test where none can be mounted. */
export async function mountDisk(halfrack: Halfrack): Promise<Disk> {
  test.skip(whyNoMount !== "", whyNoMount);
  const dir = join(halfrack.homeDir, "disk");
  await mkdir(dir);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", dir]);
  return {
    dir,
    remount: (how) => void execFileSync("mount", ["-o", `remount,${how}`, dir]),
    [Symbol.asyncDispose]: async () => void spawnSync("umount", ["-l", dir]),
  };
}
