/** Owns how a service's state reaches its watchers: one snapshot, then numbered patches, bounded for slow watchers. */
import { enablePatches, type Patch as ImmerPatch, produceWithPatches } from "immer";
import type { Patch, WatchMessage } from "./contract/base.ts";

enablePatches();

/** Messages a watcher may fall behind before it is given a fresh snapshot instead. */
const maxBacklog = 256;

/** State with one owner and any number of watchers. */
export class Published<T extends object> {
  #value: T;
  readonly #watchers = new Set<Watcher<T>>();
  readonly #audienceListeners = new Set<(watchers: number) => void>();
  readonly #changeListeners = new Set<(value: T, before: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  /** Changes the state; `recipe` mutates a draft (immer). Nothing is sent when nothing changed. */
  update(recipe: (draft: T) => void): void {
    const [next, patches] = produceWithPatches(this.#value, (draft) => {
      recipe(draft as T);
    });
    this.put(next, patches.map(toWire));
  }

  /** Takes over `next`, which differs from the state by `patches`: for a change that was worked out beside it. */
  put(next: T, patches: Patch[]): void {
    if (patches.length === 0) return;
    const before = this.#value;
    this.#value = next;
    for (const watcher of this.#watchers) watcher.push(patches);
    for (const listener of this.#changeListeners) listener(next, before);
  }

  /** Calls `listener` after each change; returns how to stop. */
  onChange(listener: (value: T, before: T) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Calls `listener` with the number of watchers whenever it changes; returns how to stop. */
  onAudience(listener: (watchers: number) => void): () => void {
    this.#audienceListeners.add(listener);
    return () => this.#audienceListeners.delete(listener);
  }

  /** A snapshot, then patches, until `signal` fires or the consumer returns. */
  async *watch(signal?: AbortSignal): AsyncGenerator<WatchMessage<T>, void, void> {
    const watcher = new Watcher<T>(() => this.#value);
    const wake = () => watcher.wake();
    signal?.addEventListener("abort", wake);
    this.#watchers.add(watcher);
    this.#tellAudience();
    try {
      while (!signal?.aborted) {
        const message = watcher.take();
        if (message) yield message;
        else await watcher.wait();
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      this.#watchers.delete(watcher);
      this.#tellAudience();
    }
  }

  #tellAudience(): void {
    for (const listener of this.#audienceListeners) listener(this.#watchers.size);
  }
}

class Watcher<T> {
  readonly #value: () => T;
  #backlog: Patch[][] = [];
  #needsSnapshot = true;
  #seq = 0;
  #wake: (() => void) | null = null;

  constructor(value: () => T) {
    this.#value = value;
  }

  push(patches: Patch[]): void {
    if (this.#needsSnapshot) return;
    this.#backlog.push(patches);
    if (this.#backlog.length > maxBacklog) this.#needsSnapshot = true;
    this.wake();
  }

  take(): WatchMessage<T> | null {
    if (this.#needsSnapshot) {
      this.#needsSnapshot = false;
      this.#backlog = [];
      return { kind: "snapshot", seq: this.#seq++, value: this.#value() };
    }
    if (this.#backlog.length === 0) return null;
    const patches = this.#backlog.flat();
    this.#backlog = [];
    return { kind: "patch", seq: this.#seq++, patches };
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

function toWire(patch: ImmerPatch): Patch {
  return { op: patch.op, path: [...patch.path], value: patch.value };
}
