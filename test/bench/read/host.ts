/** The app as a host runs it, asked to read the file it is given: milliseconds of the calls, one after the other. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { withCompileCache } from "../../../electron/compile-cache.ts";

const [file = ""] = process.argv.slice(2);
const readings = 4;

/** Takes all parts as they come. */
async function drain(parts: AsyncIterable<string>): Promise<void> {
  for await (const _ of parts);
}

await withCompileCache(async () => {
  const [{ createApp }, { createRouter }, { memorySecrets }] = await Promise.all([
    import("../../../electron/app.ts"),
    import("../../../electron/router.ts"),
    import("../../../electron/secrets.ts"),
  ]);
  const dir = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
  try {
    const deps = {
      host: "browser",
      profileDir: dir,
      homeDir: dir,
      agentSocket: null,
      secrets: memorySecrets(),
    } as const;
    await using app = await createApp(deps);
    const client = createRouterClient(createRouter(app));
    const timed = async (read: () => Promise<unknown>) => {
      const started = performance.now();
      await read();
      return performance.now() - started;
    };
    const asText: number[] = [];
    const asValues: number[] = [];
    for (let n = 0; n < readings; n += 1)
      asText.push(await timed(async () => drain(await client.fabric.readParts({ paths: [file] }))));
    for (let n = 0; n < readings; n += 1) asValues.push(await timed(() => client.fabric.read({ paths: [file] })));
    console.log(JSON.stringify({ first: asText[0], following: asText.slice(1), values: asValues }));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
