/** Asks all devices of the lab at once what evidence they hold, and tells of each as soon as it answered. */
import { faultOf } from "../../contract/fault-of.ts";
import type { Device, LabState } from "../../contract/lab.ts";
import type { TargetFindings } from "../../contract/logs/find.ts";
import type { Item } from "../../contract/logs/item.ts";
import type { StickLayout } from "../../contract/logs/stick-layout.ts";
import { here } from "../../contract/logs/target.ts";
import type { SshService } from "../../ssh/types.ts";
import { reachOf } from "../far/reach.node.ts";
import { askHost, blankFindings } from "./ask-host.node.ts";
import { atOnce } from "./at-once.ts";
import { maxHosts, shellOf } from "./hosts.ts";
import { findSticks } from "./sticks.node.ts";

export interface FindDeps {
  readonly ssh: Pick<SshService, "run">;
  readonly lab: () => LabState;
  readonly items: () => readonly Item[] | Promise<readonly Item[]>;
  readonly layouts: () => readonly StickLayout[] | Promise<readonly StickLayout[]>;
  /** For each command of a host. */
  readonly timeoutMs?: number;
}

export interface FindRequest {
  /** By name, and {@link here}; all that can be asked, and this machine, when left out. */
  readonly devices?: readonly string[] | undefined;
  readonly sudo?: boolean | undefined;
  /** Loop devices may be sticks: images that the admin set up. */
  readonly loops?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A host whose disks are slow takes seconds for thousands of files. */
const timeoutMs = 120_000;

/**
 * One message for each target, in the order in which they answered: a host, its BMC, the sticks in it, a switch, this
 * machine. A host that does not answer is one with its `fault`. BMCs and switches are not asked anything: the lab file
 * says that they are there. Rejects only for an aborted signal.
 */
export async function* find(deps: FindDeps, request: FindRequest): AsyncGenerator<TargetFindings> {
  const lab = deps.lab();
  const named = request.devices === undefined ? null : new Set(request.devices);
  const devices = (lab.lab?.devices ?? []).filter((device) => named === null || named.has(device.name));
  for (const device of devices) yield* withoutAsking(device, lab);
  const known = new Set(devices.map((device) => device.name));
  const asked = [
    ...devices.filter((device) => shellOf(device, lab) === "posix").map((device) => device.name),
    // one that is not in the lab is asked too: that it cannot be is its finding
    ...(request.devices ?? [here]).filter((name) => !known.has(name)),
  ];
  const items = await deps.items();
  const layouts = await deps.layouts();
  yield* atOnce(asked, maxHosts, (device) => ofHost(deps, device, items, layouts, request));
}

async function* ofHost(
  deps: FindDeps,
  device: string,
  items: readonly Item[],
  layouts: readonly StickLayout[],
  { sudo = true, loops = false, signal }: FindRequest,
): AsyncGenerator<TargetFindings> {
  const reach = reachOf(deps.ssh, device);
  const findings = await askHost(reach, { items, sudo, timeoutMs: deps.timeoutMs ?? timeoutMs, signal });
  yield findings;
  const { kinds } = findings.target;
  if (findings.system === "" || !(kinds.includes("linux") || kinds.includes("here"))) return;
  const { clock, becomesRoot, user, system } = findings;
  try {
    for await (const { stick, fault } of findSticks(reach, { layouts, becomesRoot, loops, signal })) {
      const id = `${device} stick ${stick.disk.replace(/^\/dev\//, "")}`;
      const target = { id, device, kinds: ["stick" as const], disk: stick.disk };
      yield {
        ...blankFindings(target),
        clock: clock && { ...clock, target: id },
        becomesRoot,
        user,
        system,
        stick,
        fault,
      };
    }
  } catch (error) {
    signal?.throwIfAborted();
    // the host answered before: what failed is looking at its disks
    yield { ...findings, observedAt: Date.now(), fault: faultOf(error) };
  }
}

function withoutAsking(device: Device, lab: LabState): TargetFindings[] {
  const { name } = device;
  const of = (target: TargetFindings["target"]) => blankFindings(target);
  return [
    ...(shellOf(device, lab) === "mlnx-os" ? [of({ id: name, device: name, kinds: ["switch"] })] : []),
    // those of the practice lab have a command line and speak no IPMI
    ...(device.bmc && !lab.practice ? [of({ id: `${name} bmc`, device: name, kinds: ["bmc"] })] : []),
  ];
}
