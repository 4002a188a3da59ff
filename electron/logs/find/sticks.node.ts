/** Looks for boot sticks among a host's disks: reads the few KiB that decide, and never writes. */
import { type Fault, FaultError } from "../../contract/error.ts";
import { faultOf } from "../../contract/fault-of.ts";
import type { Stick, TargetFindings } from "../../contract/logs/find.ts";
import type { StickLayout } from "../../contract/logs/stick-layout.ts";
import { bestOf, compareWith, headBytes, type Recognised, wholeRange } from "../../sticks/layout.ts";
import { disksScript, readDiskArgv } from "../far/disks.ts";
import { Parts } from "../far/parts.ts";
import type { Reach } from "../far/reach.node.ts";
import { type Disk, maxDiskParts, readDisks } from "./disks.ts";

export interface StickSearch {
  readonly layouts: readonly StickLayout[];
  readonly becomesRoot: TargetFindings["becomesRoot"];
  /** Loop devices count as removable disks: images of sticks, set up by the admin. */
  readonly loops: boolean;
  readonly signal?: AbortSignal | undefined;
}

const timeoutMs = 30_000;

/** A disk that is or may be a stick, and why it could not be looked at. */
export interface StickFound {
  readonly stick: Stick;
  readonly fault: Fault | null;
}

/**
 * Every disk that looks like a boot stick, and every removable one whatever it looks like. Throws FaultError where the
 * disks cannot be listed; what goes wrong with one disk is told of that disk.
 */
export async function* findSticks(reach: Reach, search: StickSearch): AsyncGenerator<StickFound> {
  if (search.layouts.length === 0) return;
  const parts: Uint8Array[] = [];
  const reader = new Parts((part) => {
    if (parts.length < maxDiskParts) parts.push(part);
  });
  await reach.run(["sh", "-c", disksScript, "halfrack", search.loops ? "loops" : ""], {
    ...limits(search),
    onStdout: (chunk) => reader.take(chunk),
  });
  for (const disk of readDisks(parts)) {
    const found = await lookAt(reach, disk, search);
    if (found) yield found;
  }
}

async function lookAt(reach: Reach, disk: Disk, search: StickSearch): Promise<StickFound | null> {
  const offered = disk.removable || disk.loop;
  const unread = (reason: string): Stick => stickOf(disk, unreadStick(search.layouts, disk, reason), reason);
  if (disk.wrong !== "") return offered ? { stick: unread(disk.wrong), fault: null } : null;
  const asRoot = !disk.readable && search.becomesRoot === "sudo";
  const refused = disk.readable ? "" : "The login may not read this disk: it takes root.";
  if (refused !== "" && !asRoot) return offered ? { stick: unread(refused), fault: null } : null;
  try {
    const recognised = await recognise(reach, disk, search, asRoot);
    const stick = stickOf(disk, recognised, refused);
    return offered || recognised.verdict !== "not" ? { stick, fault: null } : null;
  } catch (error) {
    search.signal?.throwIfAborted();
    return offered ? { stick: unread("The disk could not be read."), fault: faultOf(error) } : null;
  }
}

async function recognise(reach: Reach, disk: Disk, search: StickSearch, asRoot: boolean): Promise<Recognised> {
  const read = (offsetBytes: number, lengthBytes: number) =>
    readPart(reach, disk, offsetBytes, Math.min(lengthBytes, disk.sizeBytes - offsetBytes), asRoot, search);
  const head = await read(0, Math.max(...search.layouts.map(headBytes)));
  const compared: Recognised[] = [];
  for (const layout of search.layouts) {
    const first = compareWith(layout, { sizeBytes: disk.sizeBytes, head, version: null });
    const { offsetBytes, lengthBytes } = layout.version;
    // of a disk that stays in its host and has nothing of a stick, a MiB more would tell nothing either
    const worth = (disk.removable || disk.loop || first.verdict !== "not") && offsetBytes < disk.sizeBytes;
    if (!worth) compared.push(first);
    else
      compared.push(
        compareWith(layout, { sizeBytes: disk.sizeBytes, head, version: await read(offsetBytes, lengthBytes) }),
      );
  }
  return bestOf(compared) ?? unreadStick(search.layouts, disk, "There is no layout to compare it with.");
}

/** Throws FaultError `logs.disk-unreadable` where less came than there is: it vanished, or cannot be read there. */
async function readPart(
  reach: Reach,
  disk: Disk,
  offsetBytes: number,
  lengthBytes: number,
  asRoot: boolean,
  search: StickSearch,
): Promise<Uint8Array> {
  const whole = new Uint8Array(lengthBytes);
  let size = 0;
  const result = await reach.run(readDiskArgv(disk.path, offsetBytes, lengthBytes, asRoot), {
    ...limits(search),
    onStdout: (chunk) => {
      const piece = chunk.subarray(0, lengthBytes - size);
      whole.set(piece, size);
      size += piece.length;
    },
  });
  if (result.exitCode === 0 && size === lengthBytes) return whole;
  throw unreadable(disk, offsetBytes + size, result.stderr);
}

const limits = ({ signal }: StickSearch) => ({ timeoutMs, signal });

function unreadable(disk: Disk, atByte: number, stderr: string): FaultError {
  return new FaultError({
    code: "logs.disk-unreadable",
    title: `${disk.path} could not be read`,
    detail: `Reading ended at byte ${atByte} of ${disk.sizeBytes}: it was taken out, it fails, or may not be read there.`,
    next: "Plug it in again, try another port or machine, and search again.",
    subject: disk.path,
    ...(stderr.trim() === "" ? {} : { evidence: stderr.slice(0, 2000) }),
  });
}

function stickOf(disk: Disk, recognised: Recognised, refused: string): Stick {
  const { path, sizeBytes, removable, model, serial } = disk;
  return {
    disk: path,
    sizeBytes,
    removable: removable || disk.loop,
    model,
    serial,
    ...recognised,
    unreadable: refused,
  };
}

/** What nobody looked at may still be read by who may: the whole of it. */
function unreadStick(layouts: readonly StickLayout[], disk: Disk, reason: string): Recognised {
  const [layout] = layouts;
  const ranges = layout && disk.wrong === "" ? wholeRange(layout, disk.sizeBytes) : [];
  return { layout: layout?.id ?? "", verdict: "unread", reasons: [reason], version: null, strings: [], ranges };
}
