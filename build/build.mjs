/**
 * Builds everything that runs from dist/: the renderer, Electron's main and preload scripts. With --if-stale it does
 * nothing when no source is newer than the last build. The browser and command-line hosts run from source.
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const root = join(import.meta.dirname, "..");
const stamp = join(root, "dist", ".built");
const sources = ["electron", "renderer", "assets", "build", "package.json", "package-lock.json"];

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function builtAt() {
  try {
    return statSync(stamp).mtimeMs;
  } catch {
    return 0;
  }
}

/** Electron loads these: an ES module for main (dependencies stay in node_modules), CommonJS for the sandboxed preload. */
function script(entry, fileName, format, external) {
  return build({
    root,
    configFile: false,
    logLevel: "warn",
    ssr: { external: true },
    build: {
      ssr: join(root, "electron", entry),
      outDir: join(root, "dist", "main"),
      emptyOutDir: false,
      target: "node24",
      minify: false,
      rolldownOptions: { external, output: { format, entryFileNames: fileName, codeSplitting: false } },
    },
  });
}

if (!process.argv.includes("--if-stale") || Math.max(...sources.map((path) => newest(join(root, path)))) > builtAt()) {
  process.stderr.write("Building Halfrack...\n");
  const started = Date.now();
  await build({ configFile: join(root, "renderer", "vite.config.ts"), logLevel: "warn" });
  await script("main.ts", "main.js", "es", [/^electron$/, /^node:/]);
  await script("preload.ts", "preload.cjs", "cjs", ["electron"]);
  await script("fabric/reading-worker.node.ts", "reading-worker.js", "es", [/^node:/]);
  await script("logs/read/reading-worker.node.ts", "logs-reading-worker.js", "es", [/^node:/]);
  await script("logs/collect/summing-worker.node.ts", "summing-worker.js", "es", [/^node:/]);
  await script("logs/bundle/bundle-worker.node.ts", "bundle-worker.js", "es", [/^node:/]);
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(stamp, new Date(started).toISOString());
}
