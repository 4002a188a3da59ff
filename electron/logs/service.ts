/**
 * The log service: finds evidence on targets, collects it, and lets what was collected be read, compared, redacted and
 * packed. One collection is collected at a time; opened bundles are collections to which nothing is added.
 */
import { hostname, uptime } from "node:os";
import { join, resolve } from "node:path";
import type { BundleFormat, BundleMessage, Comparison } from "../contract/logs/bundle.ts";
import type {
  Collected,
  CollectionPlan,
  CollectionSummary,
  CollectMessage,
  LogSelection,
  LogsState,
} from "../contract/logs/collect.ts";
import type { Clock } from "../contract/logs/entry.ts";
import type { OpenMessage } from "../contract/logs/opened.ts";
import type { LogFilter, LogLine } from "../contract/logs/reading.ts";
import type { RedactionPreview, RedactionRules } from "../contract/logs/redact.ts";
import type { StickLayout, StickLayouts } from "../contract/logs/stick-layout.ts";
import { here } from "../contract/logs/target.ts";
import { Published } from "../published.ts";
import { loadStickLayouts } from "../sticks/layouts.node.ts";
import { removeOwnLayout, saveOwnLayout } from "../sticks/own-layouts.node.ts";
import type { Unfinished } from "../unfinished.node.ts";
import { BundleThreads } from "./bundle/bundling-thread.node.ts";
import type { BundleSubject } from "./bundle/job.ts";
import { createCollectionStore, type DiskStore, type DiskWriter } from "./collect/store.node.ts";
import { compareSides } from "./compare/compare.node.ts";
import { fabricParts } from "./fabric.node.ts";
import { alreadyRunning, noSuchPlan, nothingToCollect } from "./faults.ts";
import { type Known, knownIn } from "./own-files.node.ts";
import { Planning } from "./planning.node.ts";
import { readLines } from "./read-lines.node.ts";
import { Readings } from "./readings.node.ts";
import { Running } from "./running.node.ts";
import { type SourcesDeps, sourcesOf } from "./sources.node.ts";
import type { StoredCollection } from "./stored.node.ts";
import { summaryOf } from "./summary.ts";

export interface LogsServiceDeps extends SourcesDeps {
  readonly profileDir: string;
  readonly unfinished: Unfinished;
  /** The admin's, on this machine. */
  readonly userName: string;
}

/** Of a collection that is gone on with: who goes on is asked for what is needed. */
const usualRights = { sudo: "without-password", oneBmcPassword: false } as const;

interface Side {
  readonly id: string;
  readonly target: string | null;
}

/** A plan that was shown, or a collection to go on with. */
type Begin = ({ readonly plan: string } & Words) | ({ readonly id: string } & Words);

interface Words {
  readonly name?: string | undefined;
  readonly notes?: string | undefined;
}

export class LogsService implements AsyncDisposable {
  readonly state = new Published<LogsState>({ collections: [], running: null });
  readonly readings: Readings;
  readonly store: DiskStore;
  readonly planning: Planning;
  readonly known: Known;
  readonly #deps: LogsServiceDeps;
  readonly #collectionsDir: string;
  readonly #threads = new BundleThreads();
  /** The bundle that is written settles it. */
  #packing: Promise<void> = Promise.resolve();
  #running: Running | null = null;
  #beginning = false;

  constructor(deps: LogsServiceDeps) {
    const { profileDir } = deps;
    this.#deps = deps;
    this.known = knownIn(profileDir);
    this.#collectionsDir = join(profileDir, "collections");
    this.store = createCollectionStore({ dir: this.#collectionsDir });
    this.readings = new Readings({
      cacheDir: join(profileDir, "reading"),
      get: (id) => this.store.get(id),
      patterns: () => this.known.patterns(),
    });
    this.planning = new Planning({ ...deps, known: this.known });
    void deps.unfinished.sweep();
    void this.#list();
  }

  layouts(): Promise<StickLayouts> {
    return loadStickLayouts(this.#deps.profileDir);
  }

  async saveLayout(layout: StickLayout): Promise<StickLayouts> {
    await saveOwnLayout(this.#deps.profileDir, layout);
    return this.layouts();
  }

  async removeLayout(id: string): Promise<StickLayouts> {
    await removeOwnLayout(this.#deps.profileDir, id);
    return this.layouts();
  }

  /** Throws FaultError where nothing was begun. The run goes on whoever listens. */
  async collect(
    what: Begin | { readonly selection: LogSelection },
    signal?: AbortSignal,
  ): Promise<AsyncGenerator<CollectMessage, void, void>> {
    if ("selection" in what) {
      const { header } = await this.planning.plan(what.selection, signal);
      return this.collect({ plan: header.id }, signal);
    }
    if (this.#running || this.#beginning) throw alreadyRunning(this.#running?.id ?? "");
    this.#beginning = true;
    try {
      return (await this.#begin(what)).messages(signal);
    } finally {
      this.#beginning = false;
    }
  }

  async #begin(what: Begin): Promise<Running> {
    const planned = "plan" in what ? this.planning.take(what.plan) : undefined;
    if ("plan" in what && planned === undefined) throw noSuchPlan(what.plan);
    if (planned && planned.plan.header.entries.length === 0) throw nothingToCollect();
    const { items } = await this.known.catalogue();
    const writer = planned
      ? await this.#create(planned.plan, what)
      : await this.#resume("id" in what ? what.id : what.plan);
    this.#running = new Running({
      ...sourcesOf(this.#deps, writer.header, items, planned?.rights ?? usualRights),
      writer,
      tell: (running, summary) => this.#tell(running, summary),
    });
    return this.#running;
  }

  /** Ends the run; settles when nothing of it is under way any more. */
  async cancel(): Promise<void> {
    this.#running?.stop();
    await this.#running?.over.catch(() => undefined);
  }

  async collected(id: string): Promise<Collected> {
    const { header, results } = await this.store.get(id);
    return { header, results: [...results.values()] };
  }

  async annotate(id: string, { name, notes }: Words): Promise<CollectionSummary> {
    await this.store.annotate(id, {
      ...(name === undefined ? {} : { name }),
      ...(notes === undefined ? {} : { notes }),
    });
    return this.shown(await this.store.get(id));
  }

  async remove(id: string): Promise<void> {
    await this.readings.forget(id);
    await this.store.remove(id);
    this.state.update((draft) => {
      draft.collections = draft.collections.filter((collection) => collection.id !== id);
    });
  }

  /** Throws FaultError, or the signal's reason; then no file of that name was made or changed. */
  async *bundle(
    input: {
      readonly id: string;
      readonly path: string;
      readonly overwrite: boolean;
      readonly format: BundleFormat;
      readonly rules: RedactionRules;
    },
    signal: AbortSignal,
  ): AsyncGenerator<BundleMessage, void, void> {
    const { id, path, rules, overwrite, format } = input;
    // Two bundles of one lab at a time would not know of each other's pseudonyms.
    const before = this.#packing;
    const over = Promise.withResolvers<void>();
    this.#packing = over.promise;
    await before;
    try {
      const { items } = await this.known.catalogue();
      yield* this.#threads.write(
        {
          ...(await this.#subject(id, rules)),
          unfinished: this.#deps.unfinished.dir,
          to: resolve(path),
          overwrite,
          format,
          items: new Map(items.map((item) => [item.id, { title: item.title, why: item.why }])),
          writtenBy: `Halfrack ${this.#deps.info.version}`,
        },
        signal,
      );
    } finally {
      over.resolve();
    }
  }

  async previewRedaction(id: string, rules: RedactionRules, signal: AbortSignal): Promise<RedactionPreview> {
    return this.#threads.preview(await this.#subject(id, rules), signal);
  }

  /** Opens an archive as a collection; it is listed from now on, without its path where that is `passing`. */
  async *open(path: string, signal: AbortSignal, passing = false): AsyncGenerator<OpenMessage, void, void> {
    const job = { collections: this.#collectionsDir, path: resolve(path), passing };
    for await (const told of this.#threads.open(job, signal)) {
      if (told.kind === "progress") yield told;
      else {
        const { id, manifest, problems } = told;
        const collection = this.shown(await this.store.get(id));
        yield { kind: "ended", collection, manifest, problems: [...problems] };
      }
    }
  }

  /** The lines of a collection, or of an archive that is opened for it alone. */
  async *read(
    input: {
      readonly of: { readonly id: string } | { readonly path: string };
      readonly filter: LogFilter;
      readonly limit?: number | undefined;
    },
    signal: AbortSignal,
  ): AsyncGenerator<LogLine, void, void> {
    const { of } = input;
    let id = "id" in of ? of.id : "";
    if ("path" in of)
      for await (const told of this.open(of.path, signal)) if (told.kind === "ended") ({ id } = told.collection);
    try {
      yield* this.readings.stream(id, (reading) => readLines(reading, input, signal));
    } finally {
      if ("path" in of) await this.remove(id);
    }
  }

  async compare(left: Side, right: Side): Promise<Comparison> {
    return compareSides(
      { collection: await this.store.get(left.id), target: left.target },
      { collection: await this.store.get(right.id), target: right.target },
    );
  }

  async fabric(id: string, signal?: AbortSignal): Promise<readonly string[]> {
    return fabricParts(await this.store.get(id), this.#deps.unfinished, signal);
  }

  /** Takes a collection into the state, in its place by time, newest first; returns what is said of it. */
  shown(collection: StoredCollection): CollectionSummary {
    const summary = summaryOf(collection, this.#running?.id === collection.id);
    this.#take(summary);
    return summary;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.planning[Symbol.dispose]();
    await Promise.all([this.cancel(), this.#threads[Symbol.asyncDispose]()]);
    await this.readings[Symbol.asyncDispose]();
  }

  /** What the lab tells by itself is redacted also where no file speaks of it. */
  async #subject(id: string, rules: RedactionRules): Promise<BundleSubject> {
    const { header } = await this.store.get(id);
    const devices = this.#deps.lab.get().lab?.devices ?? [];
    const hosts = devices.flatMap(({ name, ssh, bmc }) => [name, ssh?.host ?? "", bmc?.host ?? ""]);
    const users = devices.flatMap(({ ssh, bmc }) => [ssh?.user ?? "", bmc?.user ?? ""]);
    const targets = header.targets.map(({ device }) => device).filter((device) => device !== here);
    const some = (words: readonly string[]) => [...new Set(words)].filter((word) => word !== "");
    return {
      id,
      rules,
      collections: this.#collectionsDir,
      pseudonyms: join(this.#deps.profileDir, "pseudonyms"),
      hosts: some([...hosts, ...targets, hostname()]),
      users: some([...users, this.#deps.userName]),
      shippedIds: await this.known.shippedIds(),
    };
  }

  async #create(
    plan: CollectionPlan,
    { name = plan.header.name, notes = plan.header.notes }: Words,
  ): Promise<DiskWriter> {
    const { leftOut } = plan;
    // Of a plan that was looked at for an hour, this is when it is collected.
    const header = { ...plan.header, name, notes, createdAt: Date.now() };
    const writer = await this.store.create(header, { kind: "collection", path: null });
    if (header.targets.some(({ id }) => id === here)) await writer.noteClock(ownClock());
    for (const result of leftOut) await writer.note(result);
    return writer;
  }

  async #resume(id: string): Promise<DiskWriter> {
    await this.readings.forget(id);
    return this.store.resume(id);
  }

  #tell(running: LogsState["running"], summary: CollectionSummary): void {
    if (running === null) this.#running = null;
    this.state.update((draft) => {
      draft.running = running;
    });
    this.#take(summary);
    // It may have been named and noted on meanwhile.
    if (running === null)
      void this.store.get(summary.id).then(
        (collection) => this.shown(collection),
        () => undefined,
      );
  }

  #take(summary: CollectionSummary): void {
    this.state.update((draft) => {
      const others = draft.collections.filter(({ id }) => id !== summary.id);
      const at = others.findIndex(({ createdAt }) => createdAt < summary.createdAt);
      draft.collections = at === -1 ? [...others, summary] : others.toSpliced(at, 0, summary);
    });
  }

  async #list(): Promise<void> {
    for (const collection of await this.store.list()) {
      const { id, kind, header, results } = collection;
      // A process that ended while it opened an archive left part of it; one that is at it now keeps it.
      if (kind === "bundle" && !header.entries.every(({ n }) => results.has(n)))
        await this.store.remove(id).catch(() => {});
      else this.shown(collection);
    }
  }
}

/** This machine's clock is the one that others are measured by. */
function ownClock(): Clock {
  const now = Date.now();
  return {
    target: here,
    offsetMs: 0,
    uncertaintyMs: 0,
    measuredAt: now,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    zoneMinutes: -new Date(now).getTimezoneOffset(),
    bootedAt: Math.round(now - uptime() * 1000),
  };
}
