/** What the main process and the thread that reads say to each other. */
import type { Fault } from "../../contract/error.ts";
import type { LogFilter } from "../../contract/logs/reading.ts";
import type { Pattern } from "./known.ts";
import type { SourceFacts, SourceState } from "./library.node.ts";

export interface ThreadData {
  readonly cacheDir: string;
  readonly maxCacheBytes: number;
  readonly patterns: readonly Pattern[];
}

export type Question =
  | { readonly kind: "lines"; readonly filter: LogFilter; readonly from: number; readonly count: number }
  | { readonly kind: "rowAt"; readonly filter: LogFilter; readonly atMs: number }
  | { readonly kind: "histogram"; readonly filter: LogFilter; readonly buckets: number }
  | { readonly kind: "errors"; readonly filter: LogFilter }
  | { readonly kind: "known"; readonly filter: LogFilter }
  | {
      readonly kind: "search";
      readonly filter: LogFilter;
      readonly find: LogFilter;
      readonly from: number;
      readonly direction: "forward" | "backward";
    };

export type ToThread =
  | { readonly to: "begin"; readonly source: SourceFacts }
  | { readonly to: "piece"; readonly bytes: Uint8Array }
  | { readonly to: "end" }
  /** No more sources come. */
  | { readonly to: "complete" }
  | { readonly to: "ask"; readonly id: number; readonly question: Question }
  | { readonly to: "forget"; readonly id: number }
  | { readonly to: "close" };

export type FromThread =
  /** So many bytes were read: as many may follow. */
  | { readonly from: "took"; readonly bytes: number }
  | { readonly from: "progress"; readonly lines: number }
  | { readonly from: "source"; readonly state: SourceState; readonly lines: number }
  | { readonly from: "completed"; readonly lines: number }
  | { readonly from: "answer"; readonly id: number; readonly value: unknown }
  | { readonly from: "part"; readonly id: number; readonly value: unknown }
  | { readonly from: "fault"; readonly id: number; readonly fault: Fault };
