import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Builds what is out of date, so that no test looks at an old window. */
export default function build(): void {
  const script = join(import.meta.dirname, "..", "..", "build", "build.mjs");
  execFileSync(process.execPath, [script, "--if-stale"], { stdio: "inherit" });
}
