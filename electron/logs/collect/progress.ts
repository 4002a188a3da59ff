/**
 * How far a run is: by target what is done, under way and expected. Entries that were left out when it was planned are
 * no part of it. A view asks for it as often as it draws.
 */
import type { Fault } from "../../contract/error.ts";
import type { TargetProgress } from "../../contract/logs/collect.ts";
import type { CollectionHeader, Entry, EntryResult } from "../../contract/logs/entry.ts";

interface OfTarget {
  entries: number;
  done: number;
  bytes: number;
  estimateBytes: number;
  readonly now: Map<number, string>;
  fault: Fault | null;
}

export class Progress {
  readonly #targets = new Map<string, OfTarget>();
  #bytes = 0;

  constructor(header: CollectionHeader, results: ReadonlyMap<number, EntryResult>, todo: readonly Entry[]) {
    const waits = new Set(todo.map(({ n }) => n));
    for (const entry of header.entries) {
      const of = this.#of(entry.target);
      const result = results.get(entry.n);
      if (!waits.has(entry.n) && result?.attempts === 0) continue;
      of.entries++;
      of.estimateBytes += entry.estimateBytes ?? 0;
      if (!waits.has(entry.n)) of.done++;
      of.bytes += result?.sizeBytes ?? 0;
    }
  }

  begin(entry: Entry): void {
    this.#of(entry.target).now.set(entry.n, lineOf(entry));
  }

  came(entry: Entry, bytes: number): void {
    this.#of(entry.target).bytes += bytes;
    this.#bytes += bytes;
  }

  end(entry: Entry): void {
    const of = this.#of(entry.target);
    of.now.delete(entry.n);
    of.done++;
  }

  /** Why nothing moves there; null when it moves again. */
  stands(target: string, fault: Fault | null): void {
    this.#of(target).fault = fault;
  }

  /** Bytes that came over the wire in this run. */
  get bytes(): number {
    return this.#bytes;
  }

  targets(): TargetProgress[] {
    return [...this.#targets].map(([target, { now, ...rest }]) => ({ target, ...rest, now: [...now.values()] }));
  }

  #of(target: string): OfTarget {
    const known = this.#targets.get(target);
    if (known) return known;
    const fresh = { entries: 0, done: 0, bytes: 0, estimateBytes: 0, now: new Map(), fault: null };
    this.#targets.set(target, fresh);
    return fresh;
  }
}

function lineOf({ source, path }: Entry): string {
  switch (source.how) {
    case "command":
    case "ipmi":
      return source.argv.join(" ").slice(0, 200);
    case "file":
      return source.path;
    case "range":
      return `${source.lengthBytes} bytes of ${source.path}`;
    case "switch":
      return source.line;
    case "own":
      return path;
  }
}
