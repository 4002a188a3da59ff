/** The command-line program; loads its host quickly. */
import { withCompileCache } from "./compile-cache.ts";

await withCompileCache(() => import("./cli-host.ts"));
