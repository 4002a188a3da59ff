import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";

const entry = z.object({
  version: z.string().optional(),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const lockSchema = z.object({ packages: z.record(z.string(), entry) });

/**
 * A package may bring a build for each platform, as optional dependencies. npm leaves those out of the lock file that it
 * could not see when the lock file was made, and then `npm ci` refuses the lock file everywhere.
 */
test("the lock file names the packages of every platform", async () => {
  const path = join(import.meta.dirname, "..", "..", "package-lock.json");
  const { packages } = lockSchema.parse(JSON.parse(await readFile(path, "utf8")));
  const missing = Object.entries(packages).flatMap(([parent, { optionalDependencies }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !folders(parent).some((folder) => packages[`${folder}node_modules/${name}`]))
      .map((name) => `${name} of ${parent || "package.json"}`),
  );
  expect(missing).toEqual([]);
});

/** Where Node looks for what `parent` imports, innermost first. */
function folders(parent: string): string[] {
  const cut = parent.lastIndexOf("/node_modules/");
  if (parent === "") return [""];
  return [`${parent}/`, ...folders(cut < 0 ? "" : parent.slice(0, cut))];
}
