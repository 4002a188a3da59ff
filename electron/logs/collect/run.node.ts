/**
 * Owns a run: which entries are collected, how many at one time, what a lost host, a full disk and a cancel mean. At its
 * end every entry has a result; when the process or the disk ends it earlier, those without one are gone on with.
 */
import type { Readable } from "node:stream";
import { type Fault, FaultError, messageOf } from "../../contract/error.ts";
import type { CollectionHeader, Entry, EntryResult } from "../../contract/logs/entry.ts";
import type { Absence } from "../../contract/logs/item.ts";
import { here } from "../../contract/logs/target.ts";
import type { SshService } from "../../ssh/types.ts";
import { measureClock } from "../far/clock.node.ts";
import { type FarHost, lookAtHost, type SudoRules } from "../far/host.node.ts";
import { reachOf } from "../far/reach.node.ts";
import { unfinished } from "../summary.ts";
import { isBack } from "./back.node.ts";
import { diskFault } from "./faults.ts";
import { type Fetched, fetchEntry } from "./fetch.node.ts";
import type { Outcome } from "./outcome.ts";
import { Progress } from "./progress.ts";
import type { DiskWriter } from "./store.node.ts";

/** What a source that is not read through a shell gave. */
export interface Gathered extends Outcome {
  readonly content: Readable | null;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Collects an entry of a switch, a BMC or Halfrack itself. Throws FaultError where it could not be asked. */
export type SourceRunner = (
  entry: Entry,
  options: { readonly signal: AbortSignal; readonly absence: Absence | undefined },
) => Promise<Gathered>;

export interface CollectDeps extends SudoRules {
  readonly ssh: Pick<SshService, "run" | "state">;
  /** The item's own rule of what not applicable looks like. */
  readonly absenceOf: (entry: Entry) => Absence | undefined;
  readonly runners: Readonly<Record<"switch" | "ipmi" | "own", SourceRunner>>;
  readonly onResult?: (entry: Entry, result: EntryResult) => void;
  readonly limits?: Partial<CollectLimits>;
}

export interface CollectLimits {
  /** Hosts, switches and BMCs that are asked at one time. */
  readonly lanes: number;
  /** Entries of one host at one time, and how many of them may be large. */
  readonly perHost: { readonly all: number; readonly large: number };
  /** A host that was lost may take so long to be back, counted from the last byte that came of an entry. */
  readonly backMs: number;
}

/** A channel holds up to 4 MiB that came and nobody took yet, so few of them are open at one time. */
const largeBytes = 4 * 1024 * 1024;
const usualLimits: CollectLimits = { lanes: 16, perHost: { all: 4, large: 2 }, backMs: 60_000 };

/** What is yet to be collected, and what was lost or cancelled before. */
export function entriesToDo(header: CollectionHeader, results: ReadonlyMap<number, EntryResult>): Entry[] {
  return header.entries.filter(({ n }) => {
    const state = results.get(n)?.state;
    return state === undefined || unfinished.has(state);
  });
}

export class CollectRun {
  readonly progress: Progress;
  readonly #writer: DiskWriter;
  readonly #deps: CollectDeps;
  readonly #limits: CollectLimits;
  readonly #signal: AbortSignal;
  /** Fires with a fault of this machine's disk, or with the caller's signal. */
  readonly #over = new AbortController();
  readonly #todo: readonly Entry[];
  readonly #hosts = new Map<string, Promise<FarHost>>();
  readonly #passwords = new Map<string, Promise<string | null>>();
  /** Devices that were given up in this run. */
  readonly #dead = new Map<string, Fault>();

  constructor(writer: DiskWriter, deps: CollectDeps, signal: AbortSignal) {
    this.#writer = writer;
    this.#deps = deps;
    this.#limits = { ...usualLimits, ...deps.limits };
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
    this.#todo = entriesToDo(writer.header, writer.results);
    this.progress = new Progress(writer.header, writer.results, this.#todo);
  }

  /** Settles when every entry has a result. Rejects with FaultError `logs.disk-full` or `logs.disk-failed`. */
  async run(): Promise<void> {
    const lanes = new Map<string, Entry[]>();
    for (const entry of this.#todo) {
      const lane = isFar(entry) ? this.#deviceOf(entry) : `${entry.source.how} ${entry.target}`;
      lanes.set(lane, [...(lanes.get(lane) ?? []), entry]);
    }
    await inParallel([...lanes.values()], this.#limits.lanes, (entries) => this.#lane(entries));
    const { reason } = this.#over.signal;
    if (this.#over.signal.aborted) throw reason;
  }

  async #lane(entries: readonly Entry[]): Promise<void> {
    const limit = entries[0] && isFar(entries[0]) ? this.#limits.perHost : { all: 1, large: 1 };
    const waiting = [...entries];
    let large = 0;
    const work = async () => {
      for (;;) {
        const at = waiting.findIndex((entry) => large < limit.large || !mayBeLarge(entry));
        const [entry] = at < 0 ? [] : waiting.splice(at, 1);
        if (!entry) return; // those who read large ones go on with what is left
        const isLarge = mayBeLarge(entry) ? 1 : 0;
        large += isLarge;
        await this.#one(entry);
        large -= isLarge;
      }
    };
    await Promise.all(Array.from({ length: limit.all }, work));
  }

  async #one(entry: Entry): Promise<void> {
    if (this.#over.signal.aborted) return;
    this.progress.begin(entry);
    const before = this.#writer.results.get(entry.n);
    const startedAt = before?.startedAt ?? Date.now();
    const begun = performance.now();
    const timing = (attempts: number) => ({
      startedAt,
      durationMs: (before?.durationMs ?? 0) + performance.now() - begun,
      attempts: (before?.attempts ?? 0) + Math.max(1, attempts),
    });
    try {
      const result = isFar(entry) ? await this.#fetch(entry, timing) : await this.#gather(entry, timing);
      this.progress.end(entry);
      this.#deps.onResult?.(entry, result);
    } catch (error) {
      const { fault } = error instanceof FaultError ? error : { fault: diskFault(error, this.#writer.header.id) };
      this.#over.abort(fault ? new FaultError(fault, { cause: error }) : error);
    }
  }

  async #fetch(entry: Entry, timing: Timing): Promise<EntryResult> {
    const item = await this.#writer.item(entry.n);
    try {
      let attempts = 0;
      let last = performance.now();
      let spentMs = 0;
      const device = this.#deviceOf(entry);
      for (;;) {
        const startedMs = performance.now();
        let fetched: Fetched;
        try {
          this.#signal.throwIfAborted();
          const dead = this.#dead.get(device);
          if (dead) throw new FaultError(dead);
          attempts++;
          const host = await this.#host(entry);
          fetched = await fetchEntry(host, entry, item, {
            signal: this.#signal,
            absence: this.#deps.absenceOf(entry),
            timeoutMs: Math.max(5000, entry.timeoutMs - spentMs),
            onBytes: (bytes) => {
              last = performance.now();
              this.progress.came(entry, bytes);
            },
          });
        } catch (error) {
          if (this.#over.signal.aborted) throw this.#over.signal.reason;
          if (this.#signal.aborted) fetched = ended("cancelled", "The run was ended before it was whole.");
          else if (!(error instanceof FaultError) || isOwn(error.fault)) throw error;
          else {
            spentMs += performance.now() - startedMs;
            const again = spentMs < 2 * entry.timeoutMs && (await this.#backAgain(device, entry, error.fault, last));
            if (again) continue;
            fetched = this.#signal.aborted
              ? ended("cancelled", "The run was ended before it was whole.")
              : ended("lost", `${error.fault.title}: ${error.fault.detail}`);
          }
        }
        const none = item.contentBytes === 0 && !["got", "empty", "truncated"].includes(fetched.state);
        const { contentBytes, source } = item;
        const result: EntryResult = {
          ...fetched,
          fromByte: source?.fromByte ?? fetched.fromByte,
          n: entry.n,
          sizeBytes: contentBytes,
          sha256: none ? null : item.sum,
          ...timing(attempts),
        };
        await this.#writer.note(result);
        return result;
      }
    } finally {
      await item.close();
    }
  }

  /** Waits for the session's own attempts, as long as the host may be away; false when it is given up. */
  async #backAgain(device: string, entry: Entry, fault: Fault, lastMs: number): Promise<boolean> {
    const leftMs = this.#limits.backMs - (performance.now() - lastMs);
    if (device === here || leftMs <= 0 || this.#dead.has(device) || !fault.retry) {
      this.#giveUp(device, entry, fault);
      return false;
    }
    this.#hosts.delete(device); // it may come back as another system
    this.progress.stands(entry.target, fault);
    const back = await isBack(this.#deps.ssh, device, leftMs, this.#signal).catch(() => false);
    if (back) this.progress.stands(entry.target, null);
    else if (!this.#signal.aborted) this.#giveUp(device, entry, fault);
    return back;
  }

  #giveUp(device: string, entry: Entry, fault: Fault): void {
    this.#dead.set(device, fault);
    this.progress.stands(entry.target, fault);
  }

  async #gather(entry: Entry, timing: Timing): Promise<EntryResult> {
    const how = entry.source.how;
    if (how !== "switch" && how !== "ipmi" && how !== "own") throw new Error(`invariant: ${how} has no runner`);
    const options = { signal: this.#signal, absence: this.#deps.absenceOf(entry) };
    let gathered: Gathered;
    try {
      this.#signal.throwIfAborted();
      gathered = await this.#deps.runners[how](entry, options);
    } catch (error) {
      gathered = { ...this.#failed(error), content: null, exitCode: null, stderr: "" };
    }
    const { content, ...outcome } = gathered;
    const told = { sumAgrees: null, fromByte: 0, modifiedAt: null, ...outcome, ...timing(1) };
    if (content) {
      const result = await this.#writer.put(entry.n, content, told);
      this.progress.came(entry, result.sizeBytes);
      return result;
    }
    const result = { ...told, n: entry.n, sizeBytes: 0, sha256: null };
    await this.#writer.note(result);
    return result;
  }

  #failed(error: unknown): Outcome {
    if (this.#signal.aborted) return { state: "cancelled", reason: "The run was ended before it was whole." };
    if (!(error instanceof FaultError)) return { state: "failed", reason: messageOf(error) };
    const { code, title, detail } = error.fault;
    return { state: code.startsWith("ssh.") ? "lost" : "failed", reason: `${title}: ${detail}` };
  }

  /** What is known of the device's host; asked once, and its clock is measured then. */
  #host(entry: Entry): Promise<FarHost> {
    const device = this.#deviceOf(entry);
    const known = this.#hosts.get(device);
    if (known) return known;
    const host = this.#look(device);
    this.#hosts.set(device, host);
    host.catch(() => this.#hosts.delete(device));
    return host;
  }

  async #look(device: string): Promise<FarHost> {
    const reach = reachOf(this.#deps.ssh, device);
    const { sudo } = this.#deps;
    const askPassword = () => this.#password(device);
    const host = await lookAtHost(reach, { sudo, askPassword }, this.#signal);
    if (device !== here) {
      // what is on the device goes by its clock
      const clock = await measureClock(reach, device, this.#signal);
      const targets = this.#writer.header.targets.filter((target) => target.device === device);
      if (clock) for (const { id } of targets) await this.#writer.noteClock({ ...clock, target: id });
    }
    return host;
  }

  /** The admin is asked once for each host, also when it was lost meanwhile. */
  #password(device: string): Promise<string | null> {
    const asked = this.#passwords.get(device) ?? this.#deps.askPassword(device);
    this.#passwords.set(device, asked);
    return asked;
  }

  #deviceOf(entry: Entry): string {
    return this.#writer.header.targets.find(({ id }) => id === entry.target)?.device ?? entry.target;
  }
}

type Timing = (attempts: number) => Pick<EntryResult, "startedAt" | "durationMs" | "attempts">;

const mayBeLarge = ({ source, estimateBytes }: Entry) =>
  estimateBytes === null ? source.how !== "command" : estimateBytes > largeBytes;
const isFar = ({ source }: Entry) => source.how === "command" || source.how === "file" || source.how === "range";
/** A fault of keeping, not of reaching. */
const isOwn = (fault: Fault) => fault.code.startsWith("logs.disk-");

const ended = (state: "cancelled" | "lost", reason: string): Fetched => ({
  state,
  reason,
  sumAgrees: null,
  exitCode: null,
  stderr: "",
  fromByte: 0,
  modifiedAt: null,
});

/** Does `work` on each, in order, at most `limit` at one time. */
async function inParallel<T>(all: readonly T[], limit: number, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values();
  await Promise.all(
    Array.from({ length: Math.min(limit, all.length) }, async () => {
      for (const one of waiting) await work(one);
    }),
  );
}
