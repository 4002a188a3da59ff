import { execFileSync } from "node:child_process";

/** Whether a program that is measured beside Halfrack is installed. */
export function available(tool: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${tool}`]);
    return true;
  } catch {
    return false;
  }
}
