/** Mirrors one watched value of the main process into a zustand store and keeps following it. */
import { applyPatches, enablePatches, type Patch as ImmerPatch } from "immer";
import { create, type StoreApi, type UseBoundStore } from "zustand";
import type { WatchMessage } from "../electron/contract/base.ts";

enablePatches();

export interface Mirror<T> {
  /** Null until the first snapshot. */
  readonly value: T | null;
  /** True while the main process does not answer: the value is the last one known. */
  readonly stale: boolean;
}

/** The next mirror state after `message`; null when a message was missed and the watch must start over. */
export function follow<T extends object>(
  current: T | null,
  lastSeq: number,
  message: WatchMessage<T>,
): { readonly value: T; readonly seq: number } | null {
  if (message.kind === "snapshot") return { value: message.value, seq: message.seq };
  if (current === null || message.seq !== lastSeq + 1) return null;
  return { value: applyPatches(current, message.patches as ImmerPatch[]) as T, seq: message.seq };
}

const retryMs = 500;

/**
 * Starts following at once, and again whenever the stream ends or breaks. With `whileVisible` it lets go while the
 * page is hidden, so that the main process can see that nobody looks.
 */
export function createMirror<T extends object>(
  watch: (signal: AbortSignal) => Promise<AsyncIterable<WatchMessage<T>>>,
  options: { readonly whileVisible?: boolean } = {},
): UseBoundStore<StoreApi<Mirror<T>>> {
  const store = create<Mirror<T>>(() => ({ value: null, stale: true }));
  const run = async () => {
    if (options.whileVisible) await visible();
    const letGo = new AbortController();
    const onHide = () => document.hidden && letGo.abort();
    if (options.whileVisible) document.addEventListener("visibilitychange", onHide);
    let seq = -1;
    try {
      for await (const message of await watch(letGo.signal)) {
        const next = follow(store.getState().value, seq, message);
        if (!next) break;
        seq = next.seq;
        store.setState({ value: next.value, stale: false });
      }
    } catch {
      // The connection went away or nobody looks; `stale` says so to the views.
    }
    document.removeEventListener("visibilitychange", onHide);
    letGo.abort();
    store.setState({ stale: true });
    setTimeout(run, retryMs);
  };
  void run();
  return store;
}

function visible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const onChange = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", onChange);
      resolve();
    };
    document.addEventListener("visibilitychange", onChange);
  });
}
