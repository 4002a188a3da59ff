/** Waits for the end of stdin (the lab's owner let go, or died), then ends every process of the lab and removes its folder. */
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { family, marked, signal } from "./processes.ts";

const dir = process.argv[2];
if (!dir) throw new Error("usage: watchdog.ts FOLDER");

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => undefined);
process.stdin.resume();
await new Promise((resolve) => {
  process.stdin.once("end", resolve);
  process.stdin.once("error", resolve);
});

// A login may start something between the look and the blow: look again until nothing is left (at most about 2 s).
for (let round = 0; round < 100; round++) {
  const alive = await family(await marked(dir));
  if (alive.length === 0) break;
  for (const pid of alive) signal(pid, "SIGKILL");
  await delay(20);
}
await rm(dir, { recursive: true, force: true, maxRetries: 5 });
