/** Fetches one entry from a host or this machine: one attempt, which goes on from what the item holds already. */
import { randomBytes } from "node:crypto";
import { errorCode, FaultError, messageOf } from "../../contract/error.ts";
import type { Entry, EntryResult } from "../../contract/logs/entry.ts";
import type { Absence } from "../../contract/logs/item.ts";
import { readPath } from "../../contract/logs/remote-path.ts";
import { commandArguments, commandScript, exitCodeIn } from "../far/command-script.ts";
import { type FarResume, fileArguments, fileScript, readFileOpening, sizeAfter } from "../far/file-script.ts";
import type { FarHost } from "../far/host.node.ts";
import { octal } from "../far/octal.ts";
import { type FarWay, farWay, readEnding, readOpening, sumIn } from "../far/script.ts";
import type { ItemWriter } from "./item.node.ts";
import { absentCommand, notAFile, type Outcome, ofCommand, ofFile, unopened } from "./outcome.ts";
import { TooMuch, Unreadable } from "./summing.node.ts";

/** What an attempt says of its entry; size and sum are the item's. */
export type Fetched = Pick<
  EntryResult,
  "state" | "reason" | "sumAgrees" | "exitCode" | "stderr" | "fromByte" | "modifiedAt"
>;

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly absence: Absence | undefined;
  /** Hears how many bytes came over the wire. */
  readonly onBytes: (bytes: number) => void;
  /** What is left of the entry's time. */
  readonly timeoutMs: number;
}

/** Beyond the far side's own limit: so long the far side may take to end a command and to pack and send the rest. */
const graceMs = 10_000;
const alreadyPacked = /\.(?:gz|tgz|xz|txz|zst|bz2|tbz|lz4|lzo|zip|7z|rpm|deb|Z)$/;

/**
 * Throws FaultError where the host was lost, the work cancelled or this machine's disk took no more; what came until then
 * is in the item.
 */
export async function fetchEntry(
  host: FarHost,
  entry: Entry,
  item: ItemWriter,
  options: FetchOptions,
): Promise<Fetched> {
  const fetched = entry.source.how === "command" ? fetchCommand : fetchFile;
  const result = await fetched(host, entry, item, options);
  if (!entry.root || host.notRoot === "" || (result.state !== "refused" && result.state !== "failed")) return result;
  return { ...result, state: "refused", reason: `${host.notRoot} ${result.reason}`.trim() };
}

const told = (outcome: Outcome, more: Partial<Fetched> = {}): Fetched => ({
  ...outcome,
  sumAgrees: null,
  exitCode: null,
  stderr: "",
  fromByte: 0,
  modifiedAt: null,
  ...more,
});

async function fetchCommand(host: FarHost, entry: Entry, item: ItemWriter, options: FetchOptions): Promise<Fetched> {
  const argv = entry.source.how === "command" ? entry.source.argv : [];
  const { capBytes, timeoutMs } = entry;
  const { tools } = host;
  const way = farWay(tools, true);
  const args = commandArguments(tools, { argv, capBytes, timeoutMs });
  const limitMs = options.timeoutMs + (tools.limit ? graceMs : 0);
  const ran = await run(host, entry, { script: commandScript, args, way, limitMs }, options, async (words) => {
    await item.restart();
    if (words[0] !== "run") return null;
    item.beginPiece(way.pack, tools.packer === null, capBytes);
    return item;
  });
  const stderr = ran.complaint.slice(0, 4096);
  if (ran.broken) return told(ran.broken, { stderr });
  if (ran.opening?.[0] === "absent") return told(absentCommand(argv[0] ?? "", options.absence));
  const exitCode = ran.words ? exitCodeIn(ran.words) : null;
  const timedOut =
    ran.timedOut || (tools.limit && (exitCode === 124 || exitCode === 137) && ran.durationMs >= timeoutMs * 0.9);
  if (!ran.words && !timedOut) return told(cutOff(ran.complaint), { stderr });
  const outcome = ofCommand(
    { exitCode, stderr, sizeBytes: item.contentBytes, capBytes, timedOut, timeoutMs },
    options.absence,
  );
  const cut = outcome.state === "truncated" || timedOut;
  const farSum = ran.words ? sumIn(ran.words) : null;
  return summed(told(outcome, { stderr, exitCode: cut ? null : exitCode }), item, farSum);
}

/** A file that changed while it was read `atOnce` is read again, by counting. */
async function fetchFile(
  host: FarHost,
  entry: Entry,
  item: ItemWriter,
  options: FetchOptions,
  atOnce = true,
): Promise<Fetched> {
  const { source, capBytes, keep } = entry;
  if (source.how !== "file" && source.how !== "range") throw new Error(`invariant: ${source.how} is no file`);
  const { tools } = host;
  // zstd passes over what does not pack, and gains on what only bears such a name
  const packing = tools.packer === "zst" || source.how === "range" || !alreadyPacked.test(source.path);
  const way = farWay(tools, packing);
  const begun = resumeOf(item);
  const ranged =
    source.how === "range"
      ? {
          identity: "",
          fromByte: source.offsetBytes,
          lengthBytes: Math.min(source.lengthBytes, capBytes),
          hadBytes: 0,
          hadSum: "",
        }
      : null;
  const resume = begun ?? ranged;
  const path = octal(readPath(source.path));
  const args = fileArguments(tools, { kind: source.how, path, capBytes, keep, resume, atOnce });
  const ran = await run(
    host,
    entry,
    { script: fileScript, args, way, limitMs: options.timeoutMs },
    options,
    async (words) => {
      const opening = readFileOpening(words);
      if (opening?.is !== "file") return null;
      if (!begun) {
        await item.restart();
        const { identity, sizeBytes, modifiedAt, fromByte, lengthBytes } = opening;
        item.source = { identity, sizeBytes, modifiedAt, fromByte, lengthBytes };
      }
      // the length is the host's word
      const left = Math.min(opening.lengthBytes ?? capBytes, capBytes) - item.contentBytes;
      item.beginPiece(opening.packing, packing && tools.packer === null, left);
      return item;
    },
  );
  const { complaint, words } = ran;
  const again = async (how: { readonly atOnce: boolean }) => {
    await item.restart();
    return fetchFile(host, entry, item, options, how.atOnce);
  };
  const unread = / unread$/m.test(complaint);
  const farSum = words ? sumIn(words) : null;
  const differs = farSum !== null && farSum !== item.sumOfPiece;
  if (atOnce && !begun && (words?.[0] === "again" || unread || differs)) return again({ atOnce: false });
  if (ran.broken) return told(ran.broken, { stderr: complaint.slice(0, 4096) });
  const opening = ran.opening ? readFileOpening(ran.opening) : null;
  if (opening?.is === "changed")
    return begun
      ? again({ atOnce })
      : told({ state: "failed", reason: "The host says that it changed before it was read." });
  if (opening?.is === "other") return told(notAFile(opening.kind));
  if (opening?.is === "gone") return told(unopened(complaint, options.absence));
  const from = item.source;
  const place = { fromByte: from?.fromByte ?? 0, modifiedAt: from?.modifiedAt ?? null };
  const stderr = complaint
    .replaceAll(/^[0-9a-f]{16} unread\n?/gm, "")
    .trim()
    .slice(0, 4096);
  if (ran.timedOut)
    return told(
      { state: "timed-out", reason: `Reading it took longer than ${entry.timeoutMs / 1000} s.` },
      { ...place, stderr },
    );
  if (!opening || !from || !words) return told(cutOff(complaint), { ...place, stderr });
  const outcome = ofFile({
    sizeBytes: item.contentBytes,
    capBytes,
    lengthBytes: from.lengthBytes,
    openedBytes: source.how === "range" ? (from.lengthBytes ?? 0) : from.sizeBytes,
    afterBytes: source.how === "range" ? null : sizeAfter(words),
    unread,
    complaint: stderr,
  });
  return summed(told(outcome, { ...place, stderr }), item, farSum);
}

function resumeOf(item: ItemWriter): FarResume | null {
  const { source, contentBytes } = item;
  if (!source || source.lengthBytes === null || contentBytes === 0 || contentBytes > source.lengthBytes) return null;
  const { identity, fromByte, lengthBytes } = source;
  return { identity, fromByte, lengthBytes, hadBytes: contentBytes, hadSum: item.sum };
}

const cutOff = (complaint: string): Outcome => ({
  state: "failed",
  reason:
    `The program on the host ended before it was done. ${complaint.trim().split("\n").at(-1)?.slice(0, 300) ?? ""}`.trim(),
});

/** Compares both sides' sums of what came last; what came before was compared when it was gone on with. */
function summed(fetched: Fetched, item: ItemWriter, farSum: string | null): Fetched {
  if (farSum === null) return fetched;
  if (farSum === item.sumOfPiece) return { ...fetched, sumAgrees: true };
  return { ...fetched, state: "failed", reason: "What arrived is not what the host sent: the sums differ." };
}

interface Ran {
  readonly opening: readonly string[] | null;
  /** Null where the script did not come to its end. */
  readonly words: readonly string[] | null;
  readonly complaint: string;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** What came could not be used. */
  readonly broken: Outcome | null;
}

/** Runs a content script; its opening's words go to `begin`, which says where the content goes. */
async function run(
  host: FarHost,
  entry: Entry,
  asked: { readonly script: string; readonly args: readonly string[]; readonly way: FarWay; readonly limitMs: number },
  { signal, onBytes }: FetchOptions,
  begin: (words: readonly string[]) => Promise<ItemWriter | null>,
): Promise<Ran> {
  const mark = randomBytes(8).toString("hex");
  const { way, script, args, limitMs } = asked;
  const root = entry.root ? host.asRoot : null;
  const argv = [...(root?.prefix ?? []), "sh", "-c", script, "halfrack", mark, way.pack, way.sum, ...args];
  const begunAt = performance.now();
  let head: Uint8Array = new Uint8Array();
  let opening: readonly string[] | null = null;
  let into: ItemWriter | null = null;
  const open = async () => {
    const read = readOpening(head, mark);
    if (read === "more") return;
    if (read === null) throw new Unexpected("the host's login prints something before what was asked for");
    opening = read.words;
    into = await begin(read.words);
    if (read.rest.length > 0) await into?.take(read.rest);
  };
  const onStdout = (chunk: Uint8Array): void | Promise<void> => {
    onBytes(chunk.length);
    if (opening) return into?.take(chunk);
    head = Buffer.concat([head, chunk]);
    return open();
  };
  let ended: Pick<Ran, "words" | "complaint"> = { words: null, complaint: "" };
  let failure: unknown = null;
  try {
    const stdin = root?.stdin ?? "";
    const result = await host.reach.run(argv, { timeoutMs: limitMs, signal, stdin, holdStdin: true, onStdout });
    ended = readEnding(result.stderr, mark);
  } catch (error) {
    failure = error;
  }
  const item = into as ItemWriter | null;
  await item?.endPiece().catch((error: unknown) => {
    failure = failure instanceof FaultError && !isDisk(error) ? failure : error;
  });
  const timedOut = failure instanceof FaultError && failure.fault.code === "ssh.command-timeout";
  const broken = failure === null || timedOut ? null : unusable(failure);
  if (failure !== null && !timedOut && !broken) throw failure;
  return { opening, ...ended, timedOut, durationMs: performance.now() - begunAt, broken };
}

class Unexpected extends Error {}

/** The far side's own fault; null for what ends the attempt. */
function unusable(error: unknown): Outcome | null {
  if (error instanceof TooMuch) return { state: "failed", reason: "The host sent more than was asked for." };
  if (error instanceof Unexpected) return { state: "failed", reason: `It cannot be read: ${error.message}.` };
  if (error instanceof Unreadable)
    return { state: "failed", reason: `What came cannot be unpacked: ${messageOf(error)}.` };
  return null;
}

const isDisk = (error: unknown) => /^E[A-Z]+$/.test(errorCode(error)) && !errorCode(error).startsWith("ERR");
