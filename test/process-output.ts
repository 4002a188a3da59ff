import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Everything a process says until it ends, and how it ended. */
export async function outputOf(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...said };
}
