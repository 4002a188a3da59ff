/** Owns the settings file: read tolerantly, written whole and atomically. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultSettings, type Settings, settingsSchema } from "./contract/app.ts";
import { FaultError, messageOf } from "./contract/error.ts";
import { Published } from "./published.ts";
import { writeWhole } from "./whole-file.node.ts";

export interface SettingsStore {
  readonly state: Published<Settings>;
  /** Merges and saves; throws a FaultError when the file cannot be written (the change holds until the app ends). */
  change(changes: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Promise<Settings>;
  /** Settles when what was changed is written, or could not be. */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openSettings(profileDir: string): Promise<SettingsStore> {
  const path = join(profileDir, "settings.json");
  const state = new Published<Settings>(await read(path));
  let queue: Promise<void> = Promise.resolve();
  return {
    state,
    async change(changes) {
      state.update((draft) => {
        Object.assign(draft, Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)));
      });
      const write = queue.then(() => save(path, state.get()));
      queue = write.catch(() => undefined);
      await write;
      return state.get();
    },
    [Symbol.asyncDispose]: () => queue,
  };
}

/** A value that no longer fits falls back to its default; the others are kept. */
async function read(path: string): Promise<Settings> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return defaultSettings;
  }
  if (typeof raw !== "object" || raw === null) return defaultSettings;
  const kept = Object.entries(raw).filter(
    ([key, value]) => settingsSchema.partial().safeParse({ [key]: value }).success,
  );
  return settingsSchema.parse(Object.fromEntries(kept));
}

async function save(path: string, settings: Settings): Promise<void> {
  try {
    await writeWhole(path, `${JSON.stringify(settings, null, 2)}\n`);
  } catch (cause) {
    throw new FaultError(
      {
        code: "app.settings-not-saved",
        title: "The settings could not be saved",
        detail: messageOf(cause),
        next: "Free space or correct the rights of the profile folder; the change holds until Halfrack ends.",
        subject: path,
      },
      { cause },
    );
  }
}
