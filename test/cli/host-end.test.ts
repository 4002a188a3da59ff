/** How the browser host's process ends, and what it survives: real processes. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hostPlace } from "./host-process.ts";

const timeout = 90_000;
/** Breaks inside the host when told so over the channel, as a mistake in its own code would. */
const saboteur = `--import=data:text/javascript,${encodeURIComponent(`
  process.on("message", (how) => {
    if (how === "throw") setImmediate(() => { throw new Error("thrown on purpose"); });
    if (how === "reject") void Promise.reject(new Error("rejected on purpose"));
    if (how === "answer") setTimeout(() => process.send("answered"), 50);
  });
`)}`;

describe("the browser host's end", { timeout }, () => {
  test("a rejection that nobody waits for is told, and the host goes on", async () => {
    await using place = await hostPlace();
    const host = place.host([], [saboteur]);
    await host.says("?token=");
    host.child.send("reject");
    await host.says(/^halfrack: A fault in Halfrack .* Halfrack goes on: rejected on purpose$/m);
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(host.said())?.[0] ?? "";
    expect((await fetch(address)).status).toBe(401);
    host.child.kill("SIGTERM");
    expect(await host.ended).toBe(0);
  });

  test("a rejection that nobody waits for and nobody can be told of ends nothing either", async () => {
    await using place = await hostPlace();
    const host = place.host([], [saboteur]);
    await host.says("?token=");
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(host.said())?.[0] ?? "";
    host.child.stderr?.destroy();
    for (let times = 0; times < 3; times++) {
      host.child.send("reject");
      const done = once(host.child, "message");
      host.child.send("answer");
      await Promise.race([done, host.ended]);
      expect((await fetch(address)).status).toBe(401);
    }
    host.child.kill("SIGTERM");
    expect(await host.ended).toBe(0);
  });

  test("it ends in order when its terminal is closed", async () => {
    await using place = await hostPlace();
    const host = place.host(["--practice"]);
    await host.says("?token=");
    host.child.kill("SIGHUP");
    expect(await host.ended).toBe(0);
    expect(existsSync(join(place.profile, "owner.json"))).toBe(false);
  });

  test("an exception that nothing caught is told; everything is closed and the exit code is 1", async () => {
    await using place = await hostPlace();
    const host = place.host(["--practice"], [saboteur]);
    await host.says("?token=");
    expect(existsSync(join(place.profile, "owner.json"))).toBe(true);
    host.child.send("throw");
    expect(await host.ended).toBe(1);
    expect(host.said()).toMatch(/^halfrack: A fault in Halfrack .* Halfrack ends: thrown on purpose$/m);
    expect(host.said()).toMatch(/^ {4}at /m);
    expect(existsSync(join(place.profile, "owner.json"))).toBe(false);
  });

  test("it ends in order when the program that started it with a channel is gone", async () => {
    await using place = await hostPlace();
    const host = place.host();
    await host.says("?token=");
    host.child.disconnect();
    expect(await host.ended).toBe(0);
    expect(existsSync(join(place.profile, "owner.json"))).toBe(false);
  });

  test("Ctrl-C, which also comes from the program that started it, ends it in order all the same", async () => {
    await using place = await hostPlace();
    const host = place.host(["--practice"]);
    await host.says("?token=");
    for (let times = 0; times < 3; times++) host.child.kill("SIGINT");
    host.child.disconnect();
    expect(await host.ended).toBe(0);
    expect(existsSync(join(place.profile, "owner.json"))).toBe(false);
  });

  test("it ends with npm alone told to end, whose shell hands no signal on", async () => {
    await using place = await hostPlace();
    const npm = place.run("npm", ["start", "--", "--no-open", "--profile", place.profile]);
    await npm.says("?token=");
    npm.child.kill("SIGTERM");
    await npm.ended; // its output is also the host's: closed when the last of them has ended
    expect(existsSync(join(place.profile, "owner.json"))).toBe(false);
  });

  test("killed, npm start says so in one line, with what to run", async () => {
    await using place = await hostPlace();
    const start = place.run(process.execPath, [
      join(import.meta.dirname, "..", "..", "electron", "start.ts"),
      "--no-open",
      "--profile",
      place.profile,
    ]);
    await start.says("?token=");
    const owner = JSON.parse(await readFile(join(place.profile, "owner.json"), "utf8")) as { readonly pid: number };
    process.kill(owner.pid, "SIGKILL");
    expect(await start.ended).toBe(1);
    expect(start.said()).toMatch(/^halfrack: Halfrack was ended by SIGKILL\. .+ npm start$/m);
  });
});
