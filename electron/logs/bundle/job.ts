/** What the main process and the thread that writes and opens bundles say to each other. */
import { type Fault, messageOf } from "../../contract/error.ts";
import type { BundleFormat, BundleMessage } from "../../contract/logs/bundle.ts";
import type { OpenMessage } from "../../contract/logs/opened.ts";
import type { RedactionRules } from "../../contract/logs/redact.ts";
import type { ItemWords } from "./page.ts";

/** Folders of the profile, and who is redacted as which. */
export interface BundleSubject {
  /** Of all collections. */
  readonly collections: string;
  /** The collection. */
  readonly id: string;
  readonly rules: RedactionRules;
  readonly pseudonyms: string;
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  /** Ids of items and presets that every Halfrack has; others are the admin's words. */
  readonly shippedIds: ReadonlySet<string>;
}

export type BundleJob =
  | (BundleSubject & {
      readonly kind: "write";
      /** Where unfinished files are noted. */
      readonly unfinished: string;
      /** The file, or a folder in which it gets its usual name. */
      readonly to: string;
      readonly overwrite: boolean;
      readonly format: BundleFormat;
      /** What the catalogue says, by the item's id. */
      readonly items: ReadonlyMap<string, ItemWords>;
      /** Program and version. */
      readonly writtenBy: string;
    })
  | (BundleSubject & { readonly kind: "preview" })
  | { readonly kind: "open"; readonly collections: string; readonly path: string; readonly passing?: boolean };

export type OpenProgress = Extract<OpenMessage, { kind: "progress" }>;
export type WriteProgress = Extract<BundleMessage, { kind: "progress" }>;
export type Progress = WriteProgress | OpenProgress;

export type BundleSaid =
  | { readonly said: "progress"; readonly progress: Progress }
  | { readonly said: "done"; readonly value: unknown }
  | { readonly said: "fault"; readonly fault: Fault }
  /** It was given up, and nothing is left of it. */
  | { readonly said: "cancelled" };

/** Of work that nothing more is known of than how it broke, as of a thread that took too much memory. */
export const bundleFailed = (error: unknown): Fault => ({
  code: "logs.bundle-failed",
  title: "The work on the bundle ended",
  detail: messageOf(error),
  next: "Try again; if that happens again, with a preset that holds less.",
  retry: true,
});
