/** The practice lab as it lives: the broken things of the moment, the clock, and what each kernel has noted. */
import { Counted, failingNode, type PortCounts } from "./counters.ts";
import { type Cube, cubeOf, firstPort, type Server, serverNamed } from "./model.ts";
import type { ScenarioId } from "./scenarios.ts";

export interface KernelLine {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly text: string;
}

/** Kernel lines kept per node; older live ones are dropped, as in a ring buffer. */
const maxLiveLines = 500;

/** A failing module had errors before anybody looked; the kernel reads its counters at this pace. */
const memoryErrorsBeforeMs = 90 * 60_000;
const memoryPollMs = 97_000;
const maxMemoryErrors = 2000;

const healthy = cubeOf(new Set());

export class World {
  readonly #active = new Set<ScenarioId>();
  readonly #since = new Map<ScenarioId, number>();
  readonly #live = new Map<string, KernelLine[]>();
  readonly #bootedAt = new Map<string, number>();
  readonly #asBooted = new Map<string, Server>();
  readonly #startedAt: number;
  readonly #listeners = new Set<() => void>();
  readonly #shut = new Set<number>();
  readonly #descriptions = new Map<number, string>();
  readonly #counted: Counted;
  #cube: Cube;
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
    this.#startedAt = now();
    this.#cube = cubeOf(this.#active);
    this.#counted = new Counted(this.#cube, (node) => this.bootedAt(node), this.#startedAt);
  }

  get cube(): Cube {
    return this.#cube;
  }

  isActive(id: ScenarioId): boolean {
    return this.#active.has(id);
  }

  /** Servers came up hours before the practice lab was opened, each at its own minute, unless rebooted since. */
  bootedAt(node: string): number {
    const rebooted = this.#bootedAt.get(node);
    if (rebooted !== undefined) return rebooted;
    return this.#startedAt - (3 * 3600 + 17 * 60 + serverNamed(this.#cube, node).number * 41) * 1000;
  }

  /** The server as its kernel found it at boot, which is what its boot messages tell. */
  asBooted(node: string): Server {
    return this.#asBooted.get(node) ?? serverNamed(healthy, node);
  }

  /** What the kernel noted since boot, beyond the boot messages; oldest first. */
  liveLines(node: string): readonly KernelLine[] {
    return this.#live.get(node) ?? [];
  }

  /** Corrected memory errors the kernel of a node has found since boot, each time it looked. */
  memoryErrors(node: string): readonly { readonly at: number; readonly count: number }[] {
    const since = this.#since.get("failing-memory");
    if (since === undefined || node !== "node4") return [];
    const begun = Math.max(since - memoryErrorsBeforeMs, this.bootedAt(node) + 60_000);
    const polls = Math.min(maxMemoryErrors, Math.floor((this.now() - begun) / memoryPollMs));
    return Array.from({ length: polls }, (_, n) => ({ at: begun + (n + 1) * memoryPollMs, count: 1 + ((n * 7) % 4) }));
  }

  /** How far a node's clock is from the right time. */
  clockOffsetMs(node: string): number {
    return node === "node3" && this.isActive("wrong-clock") ? -7 * 60_000 : 0;
  }

  /** Since when a node's disk is full, null while it is not. */
  diskFullSince(node: string): number | null {
    return node === "node2" ? (this.#since.get("full-disk") ?? null) : null;
  }

  /** What the port of a node's card has counted until now. */
  countsOfCard(node: string): PortCounts {
    this.#counted.advance(this.#cube, this.now());
    return this.#counted.ofCard(node);
  }

  /** What a port of the switch has counted until now. */
  countsOfPort(number: number): PortCounts {
    this.#counted.advance(this.#cube, this.now());
    return this.#counted.ofPort(number, serverNamed(this.#cube, failingNode).switchPort === number);
  }

  /** Breaks or mends one thing and lets the kernels of the nodes it touches note it. */
  set(id: ScenarioId, active: boolean): void {
    if (this.#active.has(id) === active) return;
    this.#counted.advance(this.#cube, this.now());
    if (id === "failing-cable") this.#counted.fail(active ? this.now() : null);
    if (active) this.#active.add(id);
    else this.#active.delete(id);
    if (active) this.#since.set(id, this.now());
    else this.#since.delete(id);
    this.#remake();
  }

  /** Shuts or opens a port of the switch. */
  shut(port: number, shut: boolean): void {
    if (this.#shut.has(port) === shut) return;
    if (shut) this.#shut.add(port);
    else this.#shut.delete(port);
    this.#remake();
  }

  /** What was noted at a port of the switch; an empty text takes it away. */
  describe(port: number, text: string): void {
    this.#descriptions.set(port, text);
  }

  descriptionOf(port: number): string {
    return this.#descriptions.get(port) ?? "";
  }

  #remake(): void {
    const before = this.#cube;
    this.#counted.advance(before, this.now());
    this.#cube = cubeOf(this.#active, this.#shut);
    for (const server of this.#cube.servers) this.#note(before, server.name);
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after each change; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #note(before: Cube, name: string): void {
    const was = serverNamed(before, name);
    const is = serverNamed(this.#cube, name);
    if (!is.on) return;
    if (!was.on) {
      this.#counted.reset(name);
      this.#bootedAt.set(name, this.now() - 95_000);
      this.#live.delete(name);
      this.#asBooted.set(name, is);
      return;
    }
    const texts: string[] = [];
    const device = `mlx4_core ${is.hcaAddress} ${is.hca.name}`;
    if (was.slot.currentGts !== is.slot.currentGts) {
      // The slot trains anew only when the driver probes the card again.
      texts.push(`mlx4_core: Initializing ${is.hcaAddress}`, ...slotLines(is.hcaAddress, is.slot));
    }
    const [linkWas, linkIs] = [firstPort(was).up, firstPort(is).up];
    if (was.switchPort !== is.switchPort || linkWas !== linkIs) {
      if (linkWas) texts.push(`${device}: Port: 1 Link DOWN`);
      if (linkIs) texts.push(`${device}: Port: 1 Link INIT`, `${device}: Port: 1 Link ACTIVE`);
    }
    const at = this.now();
    const lines = this.#live.get(name) ?? [];
    lines.push(...texts.map((text) => ({ at, text })));
    this.#live.set(name, lines.slice(-maxLiveLines));
  }
}

/** How the mlx4 driver of kernels before 4.17 (and the vendor's) tells the PCIe link at probe time. */
export function slotLines(address: string, slot: Server["slot"]): string[] {
  const limited = slot.currentGts !== slot.maxGts || slot.currentWidth !== slot.maxWidth;
  return [
    ...(limited ? [`mlx4_core ${address}: PCIe BW is different than device's capability`] : []),
    `mlx4_core ${address}: PCIe link speed is ${slot.currentGts.toFixed(1)}GT/s, device supports ${slot.maxGts.toFixed(1)}GT/s`,
    `mlx4_core ${address}: PCIe link width is x${slot.currentWidth}, device supports x${slot.maxWidth}`,
  ];
}
