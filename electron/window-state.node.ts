/** Remembers where the window was; a file that cannot be read or written costs nothing but the memory. */
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as z from "zod";

const stateSchema = z.object({
  /** In device-independent pixels; null the first time: the system chooses the place. */
  bounds: z
    .object({
      x: z.number().int(),
      y: z.number().int(),
      width: z.number().int().min(640).max(16_384),
      height: z.number().int().min(400).max(16_384),
    })
    .nullable(),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

const firstTime: WindowState = { bounds: null, maximized: false };

export function openWindowState(path: string) {
  return {
    async read(): Promise<WindowState> {
      try {
        return stateSchema.parse(JSON.parse(await readFile(path, "utf8")));
      } catch {
        return firstTime;
      }
    },
    /** Synchronous: the window is closing and the process may follow at once. */
    write(state: WindowState): void {
      try {
        writeFileSync(path, JSON.stringify(state), { mode: 0o600 });
      } catch {
        // The next start opens at the usual size.
      }
    },
  };
}
