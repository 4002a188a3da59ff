/** Disks of a test's own that can be made read-only under a running program. */
import { spawnSync } from "node:child_process";

/** Empty when one can be mounted here. */
export const whyNoMount = ((): string => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs root on Linux to mount a disk";
  const script = 'd=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs "$d" && umount "$d"; r=$?; rmdir "$d"; exit $r';
  return spawnSync("sh", ["-c", script]).status === 0 ? "" : "mount is not permitted here";
})();
