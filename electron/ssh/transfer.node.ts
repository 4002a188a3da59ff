/** Owns file transfers: a copy appears under its name when it is complete and checked, or not at all. */
import { createHash, randomBytes } from "node:crypto";
import { link, lstat, open, rename, rm, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, posix } from "node:path";
import type { Stats } from "ssh2";
import { errorCode, FaultError } from "../contract/error.ts";
import type { TransferResult } from "../contract/ssh.ts";
import type { SftpLink } from "./sftp.node.ts";
import { badPath, changedMeanwhile, fileExists, fileFailed, notAFile, withLeftover } from "./transfer-faults.ts";
import type { TransferInput } from "./types.ts";

/** Bytes hashed at a time. */
const hashChunkBytes = 1024 * 1024;

/** A partial file that is not removed within this is left to a later connection. */
const removeTimeoutMs = 5000;

/** Throws FaultError `ssh.bad-path` for what node-ssh would change or the system would cut. */
export function checkPaths({ localPath, remotePath }: TransferInput): void {
  for (const path of [localPath, remotePath])
    if (path === "" || path.includes("\0")) throw badPath(path, "It is empty or holds a NUL character.");
  if (!isAbsolute(localPath)) throw badPath(localPath, "The path on this machine must be absolute.");
  if (remotePath.includes("\\")) throw badPath(remotePath, "A backslash in a remote path would be read as a slash.");
  if (remotePath.endsWith("/")) throw badPath(remotePath, "It names a folder; a file name is needed.");
}

/** Copies a remote file here: readable by this user alone, synced to disk before it gets its name. */
export async function download(sftp: SftpLink, input: TransferInput): Promise<TransferResult> {
  const { device, remotePath, localPath, overwrite } = input;
  const begun = performance.now();
  const temp = join(dirname(localPath), partName());
  try {
    const attrs = await sftp.call<Stats>((done) => sftp.sftp.stat(remotePath, done));
    if (!attrs.isFile()) throw notAFile("remote", device, remotePath);
    const there = await lstat(localPath).catch(onlyWhen("ENOENT"));
    if (there?.isDirectory()) throw notAFile("local", device, localPath);
    if (there && !overwrite) throw fileExists("local", device, localPath);
    await (await open(temp, "wx", 0o600)).close();
    await sftp.race(sftp.node.getFile(temp, remotePath, sftp.sftp, sftp.stepFor(remotePath)));
    if (attrs.size === 0 && (await hasBytes(sftp, remotePath))) throw notAFile("remote", device, remotePath);
    const { sizeBytes, sha256 } = await hashFile(temp, true);
    if (sizeBytes !== attrs.size) throw changedMeanwhile(remotePath);
    await giveName(temp, localPath, overwrite, () => fileExists("local", device, localPath));
    return { sizeBytes, sha256, durationMs: performance.now() - begun };
  } catch (error) {
    throw asFault(error, input);
  } finally {
    await rm(temp, { force: true, maxRetries: 5 }).catch(() => undefined);
  }
}

export interface UploadHelp {
  /** The sha256 of a file by a command of the far side; null where that does not work. */
  readonly remoteSum: (path: string) => Promise<string | null>;
  /** Takes over a partial file that could not be removed because the connection is gone. */
  readonly removeLater: (path: string) => void;
}

/** Copies a local file to the device, with the modes the account gives new files. */
export async function upload(sftp: SftpLink, input: TransferInput, help: UploadHelp): Promise<TransferResult> {
  const { device, remotePath, localPath, overwrite } = input;
  const begun = performance.now();
  const folder = posix.dirname(remotePath);
  const temp = posix.join(folder, partName());
  let begunRemotely = false;
  try {
    if (!(await stat(localPath)).isFile()) throw notAFile("local", device, localPath);
    const local = await hashFile(localPath, false);
    // node-ssh would make missing folders
    await sftp.call<Stats>((done) => sftp.sftp.stat(folder, done));
    const there = await remoteStat(sftp, remotePath);
    if (there?.isDirectory()) throw notAFile("remote", device, remotePath);
    if (there && !overwrite) throw fileExists("remote", device, remotePath);
    begunRemotely = true;
    await sftp.race(sftp.node.putFile(localPath, temp, sftp.sftp, sftp.stepFor(localPath)));
    const { size } = await sftp.call<Stats>((done) => sftp.sftp.stat(temp, done));
    if (size !== local.sizeBytes) throw changedMeanwhile(localPath);
    // a chrooted sftp server sees other files than a command does, so only a match counts
    if ((await help.remoteSum(temp)) !== local.sha256 && (await hashRemote(sftp, temp)) !== local.sha256)
      throw changedMeanwhile(localPath);
    await giveRemoteName(sftp, temp, input);
    return { ...local, durationMs: performance.now() - begun };
  } catch (error) {
    const why = asFault(error, input);
    if (!begunRemotely) throw why;
    if (sftp.usable && (await removeRemote(sftp, temp))) throw why;
    help.removeLater(temp);
    throw withLeftover(why.fault, temp);
  }
}

/** True when the file is gone; false when the far side does not say so in time. */
export async function removeRemote(sftp: SftpLink, path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), removeTimeoutMs);
  const onClose = () => resolve(false);
  try {
    sftp.sftp.once("close", onClose);
    // not by sftp.call: the transfer it belongs to is broken already
    sftp.sftp.unlink(path, (error) => resolve(!error || statusOf(error) === 2));
    return await promise;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    sftp.sftp.off("close", onClose);
  }
}

function partName(): string {
  return `.halfrack-${randomBytes(8).toString("hex")}.part`;
}

async function giveName(temp: string, path: string, overwrite: boolean, exists: () => FaultError): Promise<void> {
  if (overwrite) await rename(temp, path);
  else
    try {
      await link(temp, path); // unlike a rename it never replaces
    } catch (error) {
      if (errorCode(error) === "EEXIST") throw exists();
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errorCode(error))) throw error;
      // a file system without hard links, as on sticks
      if (await lstat(path).catch(onlyWhen("ENOENT"))) throw exists();
      await rename(temp, path);
    }
  await syncFolder(dirname(path));
}

/** So that the name survives a power loss; not every system can do it. */
async function syncFolder(path: string): Promise<void> {
  try {
    await using folder = await open(path, "r");
    await folder.sync();
  } catch {
    // the file itself is on disk
  }
}

async function giveRemoteName(sftp: SftpLink, temp: string, input: TransferInput): Promise<void> {
  const { device, remotePath, overwrite } = input;
  if (overwrite) {
    try {
      await sftp.call<void>((done) =>
        sftp.sftp.ext_openssh_rename(temp, remotePath, (error) => done(error, undefined)),
      );
      return;
    } catch (error) {
      if (!(error instanceof Error) || !/does not support/.test(error.message)) throw error;
      return replaceInSteps(sftp, temp, remotePath);
    }
  }
  try {
    // OpenSSH refuses to replace a file by this
    await sftp.call<void>((done) => sftp.sftp.rename(temp, remotePath, (error) => done(error, undefined)));
  } catch (error) {
    if (statusOf(error) === 4 && (await remoteStat(sftp, remotePath))) throw fileExists("remote", device, remotePath);
    throw error;
  }
}

/** For a server that cannot rename over a file: the old one goes only when the new one stands in its place. */
async function replaceInSteps(sftp: SftpLink, temp: string, remotePath: string): Promise<void> {
  const move = (from: string, to: string) =>
    sftp.call<void>((done) => sftp.sftp.rename(from, to, (error) => done(error, undefined)));
  const there = await remoteStat(sftp, remotePath);
  if (there === null) return move(temp, remotePath);
  const aside = posix.join(posix.dirname(remotePath), partName());
  await move(remotePath, aside);
  try {
    await move(temp, remotePath);
  } catch (error) {
    await move(aside, remotePath);
    throw error;
  }
  await removeRemote(sftp, aside);
}

async function remoteStat(sftp: SftpLink, path: string): Promise<Stats | null> {
  try {
    return await sftp.call<Stats>((done) => sftp.sftp.stat(path, done));
  } catch (error) {
    if (statusOf(error) === 2) return null;
    throw error;
  }
}

/** Files made up by the system (/proc) say that they are empty. */
async function hasBytes(sftp: SftpLink, path: string): Promise<boolean> {
  const handle = await sftp.call<Buffer>((done) => sftp.sftp.open(path, "r", done));
  try {
    const read = await sftp.call<number>((done) => sftp.sftp.read(handle, Buffer.alloc(1), 0, 1, 0, done));
    return read > 0;
  } finally {
    await sftp.call<void>((done) => sftp.sftp.close(handle, (error) => done(error, undefined)));
  }
}

/** Reads a file back from the disk, synced before when asked. */
async function hashFile(path: string, sync: boolean): Promise<{ sizeBytes: number; sha256: string }> {
  await using file = await open(path, sync ? "r+" : "r");
  if (sync) await file.sync();
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(hashChunkBytes);
  let sizeBytes = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, sizeBytes);
    if (bytesRead === 0) return { sizeBytes, sha256: hash.digest("hex") };
    hash.update(buffer.subarray(0, bytesRead));
    sizeBytes += bytesRead;
  }
}

async function hashRemote(sftp: SftpLink, path: string): Promise<string> {
  const hash = createHash("sha256");
  const { step } = sftp.stepFor(path);
  const read = async () => {
    for await (const chunk of sftp.sftp.createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      step(0, chunk.length);
    }
  };
  await sftp.race(read());
  return hash.digest("hex");
}

function asFault(error: unknown, { device, localPath, remotePath }: TransferInput): FaultError {
  return error instanceof FaultError ? error : fileFailed(error, device, { local: localPath, remote: remotePath });
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : null;
}

function onlyWhen(code: string): (error: unknown) => null {
  return (error) => {
    if (errorCode(error) !== code) throw error;
    return null;
  };
}
