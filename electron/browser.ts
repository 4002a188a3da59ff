/** The browser host's program; loads its host quickly. */
import { withCompileCache } from "./compile-cache.ts";

await withCompileCache(() => import("./browser-host.ts"));
