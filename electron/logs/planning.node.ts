/** Owns what is known of targets before anything is collected, and the plans that were made of it. */
import { randomUUID } from "node:crypto";
import type { LabState } from "../contract/lab.ts";
import type { CollectionPlan, LogSelection } from "../contract/logs/collect.ts";
import type { FileSearch, SearchMessage, TargetFindings } from "../contract/logs/find.ts";
import type { Catalogue } from "../contract/logs/item.ts";
import { inLabOrder } from "../contract/logs/lab-order.ts";
import { whyNoTime } from "../contract/logs/window.ts";
import type { Published } from "../published.ts";
import type { SshService } from "../ssh/types.ts";
import { inTurns } from "../steps.ts";
import { planInSteps } from "./catalogue/plan.ts";
import { noTime } from "./faults.ts";
import { find } from "./find/find.node.ts";
import { search } from "./find/search.node.ts";
import type { Known } from "./own-files.node.ts";

/** What was found holds so long; then a plan looks again. */
const foundHoldsMs = 15 * 60_000;
/** Plans that were shown and can be collected. */
const maxPlans = 8;

export interface Planned {
  readonly plan: CollectionPlan;
  readonly rights: Pick<LogSelection, "sudo" | "oneBmcPassword">;
}

export interface PlanningDeps {
  readonly lab: Published<LabState>;
  readonly ssh: SshService;
  readonly known: Known;
}

export class Planning implements Disposable {
  readonly #deps: PlanningDeps;
  readonly #plans = new Map<string, Planned>();
  /** By the target's id, of the open lab. */
  #found = new Map<string, TargetFindings>();
  #foundAt = 0;
  readonly #stopWatching: () => void;

  constructor(deps: PlanningDeps) {
    this.#deps = deps;
    this.#stopWatching = deps.lab.onChange((now, before) => {
      if (now.path === before.path) return;
      this.#found = new Map();
      this.#foundAt = 0;
    });
  }

  /** Every target once, as it answers. Rejects only for an aborted signal. */
  async *find(
    input: { readonly devices?: readonly string[] | undefined; readonly sudo: boolean },
    signal?: AbortSignal,
  ): AsyncGenerator<TargetFindings, void, void> {
    const { lab, ssh, known } = this.#deps;
    const of = lab.get().path;
    const deps = {
      ssh,
      lab: () => lab.get(),
      items: async () => (await known.catalogue()).items,
      layouts: () => known.layouts(),
    };
    for await (const findings of find(deps, { ...input, signal })) {
      if (lab.get().path === of) this.#found.set(findings.target.id, findings);
      yield findings;
    }
    if (input.devices === undefined && lab.get().path === of) this.#foundAt = Date.now();
  }

  search(wanted: FileSearch, signal?: AbortSignal): AsyncGenerator<SearchMessage> {
    const { lab, ssh } = this.#deps;
    return search({ ssh, lab: () => lab.get() }, wanted, signal);
  }

  /** Throws FaultError for a time in which nothing can lie, and for what the selection names and is not there. */
  async plan(selection: LogSelection, signal?: AbortSignal): Promise<CollectionPlan> {
    const noTimeFor = whyNoTime(selection.window, Date.now());
    if (noTimeFor !== null) throw noTime(noTimeFor);
    if (Date.now() - this.#foundAt > foundHoldsMs) {
      this.#found = new Map();
      for await (const _ of this.find({ sudo: selection.sudo !== "never" }, signal));
    }
    const nowMs = Date.now();
    const { lab } = this.#deps.lab.get();
    const catalogue = await this.#deps.known.catalogue();
    const steps = planInSteps({
      id: `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-")}-${randomUUID().slice(0, 8)}`,
      lab: lab?.name ?? "",
      nowMs,
      selection: { ...selection, name: selection.name || nameOf(selection, catalogue) },
      findings: inLabOrder([...this.#found.values()], lab?.devices ?? []),
      catalogue,
    });
    const plan = await inTurns(steps, signal);
    this.#plans.set(plan.header.id, { plan, rights: selection });
    for (const old of this.#plans.keys()) {
      if (this.#plans.size <= maxPlans) break;
      this.#plans.delete(old);
    }
    return plan;
  }

  /** A plan that was made, once: it is collected then. */
  take(id: string): Planned | undefined {
    const planned = this.#plans.get(id);
    this.#plans.delete(id);
    return planned;
  }

  [Symbol.dispose](): void {
    this.#stopWatching();
  }
}

const nameOf = ({ preset }: LogSelection, { presets }: Catalogue) =>
  presets.find(({ id }) => id === preset)?.title ?? preset;
