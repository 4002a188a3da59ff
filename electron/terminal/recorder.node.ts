/**
 * Owns the writing of a recording: whole lines, in order, with at most one write on its way, so that a killed process
 * leaves a file whose last line at worst is cut. Input is never recorded: it holds passwords that the far side does
 * not echo. What the shell echoes is output and is recorded.
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { type CastEventKind, castEventLine, castHeaderLine } from "../contract/asciicast.ts";
import type { FaultError } from "../contract/error.ts";
import { recordingFailed, recordingStalled } from "./faults.ts";
import type { Tap } from "./session.ts";

/** Code units of one event at most, so that a reader meets no line over 100 KiB (6 bytes for an escaped unit). */
const maxEventUnits = 16 * 1024;

export interface RecorderOptions {
  readonly dir: string;
  readonly device: string;
  readonly title: string;
  readonly cols: number;
  readonly rows: number;
  /** Some of what was taken in is on its way to the disk: `pendingUnits` fell. */
  readonly onProgress: () => void;
  /** Recording ended by itself; the file is closed. */
  readonly onFault: (fault: FaultError) => void;
}

export class Recorder implements Tap {
  readonly id: string;
  readonly path: string;
  readonly startedAt: number;
  readonly #startedAtMs = performance.now();
  readonly #options: RecorderOptions;
  /** Settles when the file is there; rejects with a FaultError when that is impossible. */
  readonly opened: Promise<void>;
  #file: FileHandle | null = null;
  #pending = "";
  #writing: Promise<void> | null = null;
  #writingUnits = 0;
  #over = false;

  /** Takes in what comes from now on, and creates the file (readable by its owner only) meanwhile. */
  constructor(options: RecorderOptions) {
    this.startedAt = Date.now();
    this.id = newRecordingId(this.startedAt);
    this.path = join(options.dir, `${this.id}.cast`);
    this.#options = options;
    this.#pending = castHeaderLine({ ...options, startedAt: this.startedAt });
    this.opened = this.#open();
  }

  async #open(): Promise<void> {
    try {
      await mkdir(this.#options.dir, { recursive: true, mode: 0o700 });
      const file = await open(this.path, "wx", 0o600);
      if (this.#over) return await file.close();
      this.#file = file;
      this.#pump();
    } catch (cause) {
      this.#over = true;
      this.#pending = "";
      throw recordingFailed(this.path, cause);
    }
  }

  get pendingUnits(): number {
    return this.#pending.length + this.#writingUnits;
  }

  output(text: string): void {
    for (let from = 0; from < text.length; ) {
      let to = Math.min(from + maxEventUnits, text.length);
      const last = text.charCodeAt(to - 1);
      if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1;
      this.#event("o", text.slice(from, to));
      from = to;
    }
  }

  resize(cols: number, rows: number): void {
    this.#event("r", `${cols}x${rows}`);
  }

  marker(label: string): void {
    this.#event("m", label);
  }

  onStalled(): void {
    this.#fail(recordingStalled(this.path));
  }

  /** Writes what is pending and closes the file. */
  async stop(): Promise<void> {
    await this.opened.catch(() => undefined); // told to whoever started it
    while (this.#writing) await this.#writing;
    if (this.#over) return;
    this.#over = true;
    await this.#file?.close();
  }

  #event(kind: CastEventKind, data: string): void {
    if (this.#over) return;
    this.#pending += castEventLine({ timeS: (performance.now() - this.#startedAtMs) / 1000, kind, data });
    this.#pump();
  }

  #pump(): void {
    const file = this.#file;
    if (!file || this.#writing || this.#over || this.#pending.length === 0) return;
    const text = this.#pending;
    this.#pending = "";
    this.#writingUnits = text.length;
    this.#writing = file
      .writeFile(text)
      .catch((cause: unknown) => this.#fail(recordingFailed(this.path, cause)))
      .then(() => {
        this.#writing = null;
        this.#writingUnits = 0;
        this.#pump();
        this.#options.onProgress();
      });
  }

  #fail(fault: FaultError): void {
    if (this.#over) return;
    this.#over = true;
    this.#pending = "";
    // A handle that cannot be closed is gone as well; the fault already says that the file is not to be trusted.
    this.#file?.close().catch(() => {});
    this.#options.onFault(fault);
  }
}

/** Recording ids are made here and nowhere else: the start in UTC and eight random hexadecimal digits. */
const recordingId = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

export function isRecordingId(id: string): boolean {
  return recordingId.test(id);
}

function newRecordingId(startedAt: number): string {
  const stamp = new Date(startedAt).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${stamp}-${randomBytes(4).toString("hex")}`;
}
