/** The built-in device types: all right, and found from source as from the bundled main process. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { expect, test } from "vitest";
import { loadDeviceTypes } from "../../electron/lab/device-types.node.ts";

const root = join(import.meta.dirname, "..", "..");

test("the built-in device types are all right", async () => {
  const { types, broken } = await loadDeviceTypes();
  expect(broken).toEqual([]);
  expect(Object.keys(types).length).toBeGreaterThan(5);
  for (const type of Object.values(types))
    expect(new Set(type.ports.map((port) => port.name)).size).toBe(type.ports.length);
});

test("bundled into dist/main/main.js of an installed app, they are found in its assets", async () => {
  const app = await mkdtemp(join(tmpdir(), "halfrack-bundle-"));
  try {
    await Promise.all(["assets", "node_modules"].map((name) => symlink(join(root, name), join(app, name))));
    await writeFile(join(app, "package.json"), '{ "type": "module" }');
    await build({
      root,
      configFile: false,
      logLevel: "error",
      ssr: { external: true },
      build: {
        ssr: join(root, "electron", "lab", "device-types.node.ts"),
        outDir: join(app, "dist", "main"),
        rolldownOptions: { output: { format: "es", entryFileNames: "main.js", codeSplitting: false } },
      },
    });
    const print =
      'const { loadDeviceTypes } = await import("./dist/main/main.js"); console.log(JSON.stringify(await loadDeviceTypes()))';
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", print], { cwd: app, encoding: "utf8" });
    expect(JSON.parse(out)).toEqual(await loadDeviceTypes());
  } finally {
    await rm(app, { recursive: true, force: true });
  }
});
