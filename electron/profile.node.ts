/** Owns the profile folder: made when it is missing, and used by one window host at a time. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import type { AppInfo } from "./contract/app.ts";
import { errorCode, type Fault, FaultError, messageOf } from "./contract/error.ts";
import { isSameProcess, processMark } from "./process-mark.node.ts";
import { takesPlace } from "./whole-file.node.ts";

export async function makeProfile(profileDir: string): Promise<void> {
  await mkdir(profileDir, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw unusable(profileDir, cause);
  });
}

const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** Tells a process from a later one of the same number. */
  mark: z.string().nullable(),
  host: z.string(),
  /** Where its window is, null until it listens and for a desktop window. */
  address: z.string().nullable(),
  since: z.number(),
});
type Owner = z.infer<typeof ownerSchema>;

export interface ProfileOwnership extends AsyncDisposable {
  /** Set where nothing can be written to the profile: Halfrack runs all the same, and nobody is the owner. */
  readonly fault: Fault | null;
  /** Says to a second start where this one is to be found; without its one-time token. Where that fails, it says less. */
  tell(address: string): Promise<void>;
}

/**
 * Makes this process the owner of the profile until it is disposed of or dead. Throws FaultError `app.profile-in-use`,
 * with what runs and where, while another owner lives. The command line needs no ownership.
 */
export async function ownProfile(profileDir: string, host: AppInfo["host"]): Promise<ProfileOwnership> {
  await makeProfile(profileDir);
  const path = join(profileDir, "owner.json");
  const mark = await processMark(process.pid);
  let owner: Owner = { pid: process.pid, mark, host, address: null, since: Date.now() };
  const draft = `${path}.${randomUUID()}.new`;
  try {
    await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
    while (!(await takesPlace(draft, path))) await removeDead(path, profileDir);
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    if (!unwritable.has(errorCode(cause))) throw unusable(profileDir, cause);
    return await withoutOwner(path, profileDir, cause);
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
  return {
    fault: null,
    async tell(address) {
      owner = { ...owner, address };
      try {
        await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
        await rename(draft, path);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      const left = readOwner(await readFile(path, "utf8").catch(() => ""));
      if (left?.pid === process.pid && left.mark === mark) await rm(path, { force: true });
    },
  };
}

/** A full disk, or a folder that only may be read: no reason not to reach the lab. Settings and host keys say it too. */
const unwritable: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM"]);

/** Throws FaultError where another owner lives all the same, or where that cannot be told. */
async function withoutOwner(path: string, profileDir: string, cause: unknown): Promise<ProfileOwnership> {
  const found = await readFile(path, "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "";
    throw unusable(profileDir, error);
  });
  const owner = readOwner(found);
  if (owner && (await isSameProcess(owner.pid, owner.mark))) throw inUse(profileDir, owner);
  return {
    fault: {
      code: "app.profile-not-writable",
      title: "The profile folder cannot be written",
      detail: `${messageOf(cause)}. What is kept there, settings and accepted host keys among it, holds until Halfrack ends; a second start is not noticed.`,
      next: "Free space or correct the rights of the folder, or name another with --profile; then start again.",
      subject: profileDir,
    },
    tell: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Removes what a dead owner left; throws while the owner lives. */
async function removeDead(path: string, profileDir: string): Promise<void> {
  const found = await readFile(path, "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (found === null) return;
  const owner = readOwner(found);
  if (owner && (await isSameProcess(owner.pid, owner.mark))) throw inUse(profileDir, owner);
  await underClaim(`${path}.${createHash("sha256").update(found).digest("hex").slice(0, 16)}.claim`, async () => {
    // Only who holds the claim on this dead owner's file removes it; it may have been removed before.
    if ((await readFile(path, "utf8").catch(() => null)) === found) await rm(path, { force: true });
  });
}

/** A claim lasts for a moment; an older one is of a process that was killed in that moment. */
const claimAgeMs = 10_000;

/** Does `work` unless another start is at it; then waits a little, for the caller to look again. */
async function underClaim(claim: string, work: () => Promise<void>): Promise<void> {
  try {
    await writeFile(claim, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    const claimedAt = await stat(claim).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - claimedAt > claimAgeMs) await rm(claim, { force: true });
    return delay(20);
  }
  try {
    await work();
  } finally {
    await rm(claim, { force: true });
  }
}

function readOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function inUse(profileDir: string, owner: Owner): FaultError {
  const where = owner.address ? ` at ${owner.address}` : "";
  const since = new Date(owner.since).toISOString();
  return new FaultError({
    code: "app.profile-in-use",
    title: "Halfrack already runs with this profile",
    detail: `Process ${owner.pid} (${owner.host}) uses ${profileDir}${where} since ${since}.`,
    next: owner.address
      ? `Go to its window (Enter in its terminal prints a new address), end it with: kill ${owner.pid}, or name another folder with --profile.`
      : `Go to its window, end it with: kill ${owner.pid}, or name another folder with --profile.`,
    subject: profileDir,
  });
}

function unusable(profileDir: string, cause: unknown): FaultError {
  return new FaultError(
    {
      code: "app.profile-unusable",
      title: "The profile folder cannot be made",
      detail: messageOf(cause),
      next: "Correct the rights of the folder above it, or name another folder with --profile.",
      subject: profileDir,
    },
    { cause },
  );
}
