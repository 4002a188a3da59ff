/** Owns the reading of recordings from their folder. Files that Halfrack did not name are left alone. */
import { createReadStream } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseCastEvent, parseCastHeader } from "../contract/asciicast.ts";
import { errorCode } from "../contract/error.ts";
import type { Recording } from "../contract/terminal.ts";
import { brokenRecording, unknownRecording } from "./faults.ts";
import { isRecordingId } from "./recorder.node.ts";

/** Longer lines are skipped; Halfrack writes none over 100 KiB. */
const maxLineUnits = 1024 * 1024;
/** How much of a file's end is searched for its last event: first little, then enough for two of the longest lines. */
const tailSizesBytes = [8 * 1024, 256 * 1024];

/** All recordings in `dir`, newest first; those without a readable header are left out. */
export async function listRecordings(dir: string): Promise<Recording[]> {
  const names = await readdir(dir).catch((cause: unknown) => {
    if (errorCode(cause) === "ENOENT") return [];
    throw cause;
  });
  const recordings: Recording[] = [];
  for (const name of names.toSorted().reverse()) {
    const id = name.endsWith(".cast") ? name.slice(0, -".cast".length) : "";
    if (!isRecordingId(id)) continue;
    const recording = await readSummary(dir, id);
    if (recording) recordings.push(recording);
  }
  return recordings;
}

/**
 * The lines of one recording, without line ends: the header, then every whole event. Lines that are no events, among
 * them the cut last line of a killed recorder, are left out. Throws a FaultError for an unknown or foreign file.
 */
export async function* readRecording(
  dir: string,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<string, void, void> {
  if (!isRecordingId(id)) throw unknownRecording(id);
  const path = join(dir, `${id}.cast`);
  let header = false;
  try {
    for await (const line of linesOfFile(path)) {
      if (signal?.aborted) return;
      if (!header) {
        if (!parseCastHeader(line)) throw brokenRecording(path);
        header = true;
        yield line;
      } else if (parseCastEvent(line)) yield line;
    }
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") throw unknownRecording(id);
    throw cause;
  }
  if (!header) throw brokenRecording(path);
}

/** Lines of a file, whatever it holds, with bounded memory: what is longer than the limit is skipped. */
async function* linesOfFile(path: string): AsyncGenerator<string, void, void> {
  let rest = "";
  let skipping = false;
  for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: 256 * 1024 })) {
    const parts = `${rest}${String(chunk)}`.split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      if (!skipping) yield part;
      skipping = false;
    }
    if (rest.length > maxLineUnits) {
      skipping = true;
      rest = "";
    }
  }
  if (rest && !skipping) yield rest;
}

async function readSummary(dir: string, id: string): Promise<Recording | null> {
  const path = join(dir, `${id}.cast`);
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const sizeBytes = (await file.stat()).size;
    const head = await readAt(file, 0, 64 * 1024);
    const header = parseCastHeader(head.slice(0, head.indexOf("\n") + 1));
    if (!header) return null;
    return {
      id,
      device: header.device,
      title: header.title,
      startedAt: header.startedAt,
      durationMs: Math.round((await lastEventS(file, sizeBytes)) * 1000),
      sizeBytes,
      path,
    };
  } finally {
    await file.close();
  }
}

async function lastEventS(file: FileHandle, sizeBytes: number): Promise<number> {
  for (const tailBytes of tailSizesBytes) {
    const tail = await readAt(file, Math.max(0, sizeBytes - tailBytes), tailBytes);
    for (const line of tail.split("\n").reverse()) {
      const event = parseCastEvent(line);
      if (event) return event.timeS;
    }
  }
  return 0;
}

async function readAt(file: FileHandle, position: number, sizeBytes: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(sizeBytes), 0, sizeBytes, position);
  return buffer.toString("utf8", 0, bytesRead);
}
