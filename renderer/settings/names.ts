/** Owns what each setting is called and what it is for: one name each, in Settings and wherever else it can be changed. */
import type { Settings } from "../../electron/contract/app.ts";

/** What the admin sets. The recent labs are kept with the settings, and chosen on the start screen. */
export type SettingKey = Exclude<keyof Settings, "recentLabs">;

export const settingNames: Readonly<Record<SettingKey, string>> = {
  theme: "Theme",
  density: "Density",
  terminalFontSizePx: "Font size in pixels",
  terminalScrollbackLines: "Lines of scrollback",
  terminalBell: "Bell",
  terminalCopyOnSelect: "Copy on select",
  terminalClipboardWrite: "Programs may write the clipboard",
  terminalScreenReader: "Screen reader support",
  pollIntervalMs: "Seconds between looks at a device",
  counterIntervalMs: "Seconds between readings of counters",
  historyDays: "Days of history kept",
  historyMegabytes: "Megabytes of history kept, at most",
};

/** Settings of all terminals that are on or off, in the order they are shown. */
export const terminalSwitches: readonly {
  readonly key: "terminalCopyOnSelect" | "terminalClipboardWrite" | "terminalScreenReader";
  readonly help: string;
}[] = [
  {
    key: "terminalCopyOnSelect",
    help: "What is selected in a terminal is on the clipboard as soon as it is selected.",
  },
  {
    key: "terminalClipboardWrite",
    help: "Lets a program on a host put text on your clipboard (OSC 52). Reading it is never possible.",
  },
  { key: "terminalScreenReader", help: "Gives the lines of terminals to screen readers; drawing gets slower." },
];

export const bellChoices: readonly Settings["terminalBell"][] = ["off", "visual", "sound"];
