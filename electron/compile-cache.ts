/** Decides where Node keeps the app's modules compiled: types stripped and parsed once, which is most of a cold start. */
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";

/**
 * Beside the packages, so that only who may change the app's code may change what is run in its place (Node's own
 * choice would be a folder in /tmp). Where it cannot be written, or NODE_DISABLE_COMPILE_CACHE is set, there is none.
 */
const cacheDir = join(import.meta.dirname, "..", "node_modules", ".cache", "halfrack");

/** Calls `load`, which imports the rest of a program, and keeps what was compiled even if the program is killed later. */
export async function withCompileCache(load: () => Promise<unknown>): Promise<void> {
  enableCompileCache(cacheDir);
  await load();
  flushCompileCache();
}
