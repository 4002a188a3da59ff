/** The application itself: what it is, its settings, the files the admin may choose from. */
import * as z from "zod";
import { about, method, watched } from "./base.ts";

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(["electron", "browser", "cli", "test"]),
  platform: z.string(),
  nodeVersion: z.string(),
  /** False when ssh2 runs on its slow JavaScript ciphers (addon missing or built for another runtime). */
  nativeCiphers: z.boolean(),
  /** Where settings, accepted host keys and recordings live. */
  profileDir: z.string(),
  /** True where secrets can be kept in the system's key store; otherwise they live in memory only. */
  secretsPersist: z.boolean(),
  /** True where the host can open the system's file dialog (`app.pickLabFile`). */
  nativeFileDialog: z.boolean(),
  /** True where the host can show a file in the system's file manager (`app.showInFolder`). */
  fileManager: z.boolean(),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

/** The least and the most of each setting that is a number, in its own unit. */
export const settingBounds = {
  terminalFontSizePx: [8, 32],
  terminalScrollbackLines: [100, 100_000],
  pollIntervalMs: [1000, 600_000],
  counterIntervalMs: [5000, 3_600_000],
  historyDays: [1, 400],
  historyMegabytes: [10, 10_000],
} as const;

function bounded(name: keyof typeof settingBounds) {
  const [least, most] = settingBounds[name];
  return z.number().int().min(least).max(most);
}

export const settingsSchema = z.object({
  theme: z.enum(["system", "light", "dark"]).default("system"),
  density: z.enum(["compact", "comfortable"]).default("compact"),
  terminalFontSizePx: bounded("terminalFontSizePx").default(13),
  terminalScrollbackLines: bounded("terminalScrollbackLines").default(5000),
  /** Lets programs in a terminal write the clipboard (OSC 52). Off: the request is dropped. */
  terminalClipboardWrite: z.boolean().default(false),
  /** Copies what is selected in a terminal as soon as the selection ends. */
  terminalCopyOnSelect: z.boolean().default(false),
  /** Puts a terminal's lines into the accessibility tree for screen readers; costs speed. */
  terminalScreenReader: z.boolean().default(false),
  terminalBell: z.enum(["off", "visual", "sound"]).default("visual"),
  pollIntervalMs: bounded("pollIntervalMs").default(5000),
  /** Time between two readings of the ports' counters. */
  counterIntervalMs: bounded("counterIntervalMs").default(15_000),
  /** History older than this is deleted. */
  historyDays: bounded("historyDays").default(30),
  /** History beyond this is deleted, the oldest first. */
  historyMegabytes: bounded("historyMegabytes").default(200),
  /** Lab files opened lately, newest first; `name` is the lab's own when it was open last, empty where none was read. */
  recentLabs: z
    .array(z.object({ path: z.string(), name: z.string() }))
    .max(20)
    .default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What holds until the admin changes it, and in a window until the settings have arrived. */
export const defaultSettings: Settings = settingsSchema.parse({});

/** Some settings. Not `settingsSchema.partial()`: that fills in defaults, and so would reset what is not named. */
export const settingsChangesSchema = z.object(
  Object.fromEntries(Object.entries(settingsSchema.shape).map(([key, schema]) => [key, schema.unwrap().optional()])),
) as unknown as z.ZodType<Partial<Settings>, Partial<Settings>>;

export const fileEntrySchema = z.object({ name: z.string(), path: z.string(), folder: z.boolean() });

export const appContract = {
  info: method
    .route(about("What runs here: version, host, cipher implementation, profile folder"))
    .output(appInfoSchema),
  settings: method.route(about("Watch the settings")).output(watched(settingsSchema)),
  changeSettings: method.route(about("Change some settings")).input(settingsChangesSchema).output(settingsSchema),
  files: method
    .route(about("List a folder: its folders, and its files with one of the given endings"))
    .input(z.object({ dir: z.string().optional(), endings: z.array(z.string()).default([".yaml", ".yml"]) }))
    .output(z.object({ dir: z.string(), parent: z.string().nullable(), entries: z.array(fileEntrySchema) })),
  goneLabs: method
    .route(about("Tell which of the recent labs' files are no longer where they were"))
    .output(z.array(z.string())),
  pickLabFile: method
    .route(about("Ask for a lab file with the system's dialog (only where app.info says nativeFileDialog)"))
    .output(z.object({ path: z.string().nullable() })),
  showInFolder: method
    .route(about("Show a file in its folder with the system's file manager (only where app.info says fileManager)"))
    .input(z.object({ path: z.string() })),
};
