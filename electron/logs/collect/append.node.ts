/** Appends lines to a file so that each is on the disk when it counts; those that come meanwhile share one sync. */
import { type FileHandle, open } from "node:fs/promises";

export class AppendFile {
  readonly #file: FileHandle;
  #endBytes: number;
  #waiting: { readonly text: string; readonly done: PromiseWithResolvers<void> }[] = [];
  #writing: Promise<void> | null = null;

  private constructor(file: FileHandle, endBytes: number) {
    this.#file = file;
    this.#endBytes = endBytes;
  }

  /** What stands behind `goodBytes` is cut off. */
  static async open(path: string, goodBytes: number): Promise<AppendFile> {
    const file = await open(path, "a", 0o600);
    await file.truncate(goodBytes);
    return new AppendFile(file, goodBytes);
  }

  /** Settles when the line is on the disk. */
  append(text: string): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ text, done });
    this.#writing ??= this.#write();
    return done.promise;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      try {
        const bytes = Buffer.from(lines.map(({ text }) => text).join(""));
        await this.#file.writeFile(bytes);
        await this.#file.datasync();
        this.#endBytes += bytes.length;
        for (const { done } of lines) done.resolve();
      } catch (error) {
        // half a line would spoil the one that follows it
        await this.#file.truncate(this.#endBytes).catch(() => undefined);
        for (const { done } of lines) done.reject(error);
      }
    }
    this.#writing = null;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}
