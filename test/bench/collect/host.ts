/** The app as a host runs it, asked to collect files of the lab it is given: milliseconds, from no connection to the last sum. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withCompileCache } from "../../../electron/compile-cache.ts";

const [labFile = "", knownHosts = "", files = "[]"] = process.argv.slice(2);

await withCompileCache(async () => {
  const [{ createApp }, { selectionSchema }, { memorySecrets }] = await Promise.all([
    import("../../../electron/app.ts"),
    import("../../../electron/contract/logs/collect.ts"),
    import("../../../electron/secrets.ts"),
  ]);
  const dir = await mkdtemp(join(tmpdir(), "halfrack-bench-"));
  try {
    await using app = await createApp({
      host: "browser",
      profileDir: dir,
      homeDir: dir,
      agentSocket: null,
      secrets: memorySecrets(),
      knownHosts: [knownHosts],
    });
    await app.lab.open({ path: labFile });
    const selection = selectionSchema.parse({
      items: [],
      files: JSON.parse(files),
      window: { fromMs: null, toMs: null },
    });
    const { header } = await app.logs.planning.plan(selection);
    for (const { name } of app.lab.state.get().lab?.devices ?? []) await app.ssh.disconnect(name);
    const beforeMb = process.memoryUsage.rss() / 2 ** 20;
    const started = performance.now();
    let complete = false;
    let bytes = 0;
    for await (const message of await app.logs.collect({ plan: header.id })) {
      if (message.kind !== "ended") continue;
      complete = message.complete;
      bytes = message.summary.sizeBytes;
    }
    const ms = performance.now() - started;
    console.log(JSON.stringify({ ms, complete, bytes, beforeMb, peakMb: process.resourceUsage().maxRSS / 1024 }));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
