/** One window host for each profile: real processes, one of them killed. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { faultOf } from "../../electron/contract/fault-of.ts";
import { faultSchema } from "../../electron/contract/fault-schema.ts";
import { isSameProcess, processMark } from "../../electron/process-mark.node.ts";
import { ownProfile } from "../../electron/profile.node.ts";
import { hostPlace, type Place } from "./host-process.ts";

const timeout = 120_000;
const cli = join(import.meta.dirname, "..", "..", "electron", "cli.ts");

describe("the profile's owner", { timeout }, () => {
  test("a second start says what runs and where; the command line works beside it", async () => {
    await using place = await hostPlace();
    const first = place.host();
    await first.says("?token=");
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(first.said())?.[0] ?? "";

    const second = place.host();
    expect(await second.ended).toBe(1);
    expect(second.said()).toContain("halfrack: Halfrack already runs with this profile.");
    expect(second.said()).toContain(`Process ${first.child.pid} (browser) uses ${place.profile} at ${address} since `);
    expect(second.said()).not.toContain("token=");

    const reading = place.run(process.execPath, [cli, "call", "app.info", "--profile", place.profile]);
    expect(await reading.ended).toBe(0);
    expect(JSON.parse(reading.said())).toMatchObject({ profileDir: place.profile });
  });

  test("after kill -9 of the owner the next start takes over, and ends leaving nothing", async () => {
    await using place = await hostPlace();
    const first = place.host();
    await first.says("?token=");
    first.child.kill("SIGKILL");
    await first.ended;
    const next = place.host();
    await next.says("?token=");
    const owner: unknown = JSON.parse(await readFile(join(place.profile, "owner.json"), "utf8"));
    expect(owner).toMatchObject({ pid: next.child.pid });
    next.child.kill("SIGTERM");
    expect(await next.ended).toBe(0);
    await expect(readFile(join(place.profile, "owner.json"))).rejects.toThrow("ENOENT");
  });

  test("a number that another process has now, or a file that says nothing, is no owner", async () => {
    await using place = await hostPlace();
    await mkdir(place.profile);
    const path = join(place.profile, "owner.json");
    const other = { pid: process.ppid, mark: "of another start", host: "browser", address: null, since: 0 };
    for (const left of [JSON.stringify(other), "", "{"]) {
      await writeFile(path, left);
      await using _owner = await ownProfile(place.profile, "browser");
      expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ pid: process.pid });
    }
  });

  test("of many that start at once beside a dead owner's file, one gets it", async () => {
    await using place = await hostPlace();
    await mkdir(place.profile);
    await writeFile(join(place.profile, "owner.json"), "{}");
    const starts = await Promise.allSettled(Array.from({ length: 30 }, () => ownProfile(place.profile, "browser")));
    const owners = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
    const faults = starts.flatMap((start) => (start.status === "rejected" ? [faultOf(start.reason)] : []));
    expect(owners).toHaveLength(1);
    expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(["app.profile-in-use"]));
    for (const fault of faults) faultSchema.parse(fault);
    for (const owner of owners) await owner[Symbol.asyncDispose]();
  });

  const small = canMount();
  test.skipIf(!small)(
    `a profile on a full or read-only disk is no reason not to start${small ? "" : " (skipped: mounting a tmpfs needs root)"}`,
    async () => {
      await using place = await hostPlace();
      await mkdir(place.profile);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", place.profile]);
      try {
        const fill = join(place.profile, "fill");
        await writeFile(fill, "x".repeat(64 * 1024)).catch(() => undefined);
        await startsUnowned(place, "ENOSPC");
        await rm(fill);
        await using owner = await ownProfile(place.profile, "browser");
        expect(owner.fault).toBeNull();
        await writeFile(fill, "x".repeat(64 * 1024)).catch(() => undefined);
        // What it could not note any more costs it nothing, and it is owner still.
        await owner.tell("http://127.0.0.1:1");
        await expect(ownProfile(place.profile, "browser")).rejects.toMatchObject({
          fault: { code: "app.profile-in-use" },
        });
        expect((await readdir(place.profile)).sort()).toEqual(["fill", "owner.json"]);
        await owner[Symbol.asyncDispose]();
        execFileSync("mount", ["-o", "remount,ro", place.profile]);
        await startsUnowned(place, "EROFS");
      } finally {
        execFileSync("umount", [place.profile]);
      }
    },
  );

  test("a process is told from one that had its number", async () => {
    const mark = await processMark(process.pid);
    expect(mark).not.toBeNull();
    expect(await isSameProcess(process.pid, mark)).toBe(true);
    expect(await isSameProcess(process.pid, "another")).toBe(false);
    expect(await isSameProcess(2 ** 22 + 1, null)).toBe(false);
  });
});

const hasPs =
  process.platform !== "win32" && spawnSync("ps", ["-o", "lstart=", "-p", String(process.pid)]).status === 0;
test.skipIf(!hasPs)(
  `where ps tells when a process began, the time zone and language of who asks count for nothing${hasPs ? "" : " (skipped: no ps)"}`,
  async () => {
    const platform = Object.getOwnPropertyDescriptor(process, "platform");
    Object.defineProperty(process, "platform", { ...platform, value: "darwin" });
    try {
      vi.stubEnv("TZ", "America/Los_Angeles");
      const mark = await processMark(process.pid);
      expect(mark).toMatch(/\d\d:\d\d:\d\d/);
      vi.stubEnv("TZ", "Asia/Tokyo");
      expect(await isSameProcess(process.pid, mark)).toBe(true);
    } finally {
      vi.unstubAllEnvs();
      Object.defineProperty(process, "platform", platform ?? {});
    }
  },
);

async function startsUnowned(place: Place, code: string): Promise<void> {
  const host = place.host();
  await host.says("?token=");
  expect(host.said()).toContain(`halfrack: The profile folder cannot be written. ${code}: `);
  host.child.kill("SIGTERM");
  expect(await host.ended).toBe(0);
}

function canMount(): boolean {
  const script = 'd=$(mktemp -d) && mount -t tmpfs -o size=16k tmpfs "$d" && umount "$d"; r=$?; rmdir "$d"; exit $r';
  return process.getuid?.() === 0 && spawnSync("sh", ["-c", script]).status === 0;
}
