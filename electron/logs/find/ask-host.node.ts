/** Asks one host what it is and what evidence it holds: some short commands over its connection, nothing collected. */
import { faultOf } from "../../contract/fault-of.ts";
import type { Clock } from "../../contract/logs/entry.ts";
import type { TargetFindings } from "../../contract/logs/find.ts";
import type { Item } from "../../contract/logs/item.ts";
import { here, type Target } from "../../contract/logs/target.ts";
import { type Wanted, wantedOn } from "../catalogue/wanted.ts";
import { measureClock } from "../far/clock.node.ts";
import { type FarHost, lookAtHost } from "../far/host.node.ts";
import { hostScript } from "../far/look.ts";
import { Parts } from "../far/parts.ts";
import type { Reach } from "../far/reach.node.ts";
import { lastGoodBoot } from "./boots.ts";
import { becomesRoot, type HostFacts, readHost } from "./host.ts";
import { type Limits, type Looker, lookFor } from "./look-for.node.ts";
import { joinFiles } from "./paths.ts";

export interface HostQuestion extends Limits {
  readonly items: readonly Item[];
  readonly sudo: boolean;
}

const maxHostParts = 64;

/** Never rejects but for an aborted signal: what goes wrong is the findings' `fault`, beside what was learned before. */
export async function askHost(reach: Reach, question: HostQuestion): Promise<TargetFindings> {
  const { items, sudo, ...limited } = question;
  const { device } = reach;
  let findings = blankFindings({ id: device, device, kinds: [device === here ? "here" : "linux"] });
  try {
    const rules = { sudo: sudo ? "without-password" : "never", askPassword: async () => null } as const;
    const far = await lookAtHost(reach, rules, limited.signal);
    const clock = await measureClock(reach, device, limited.signal);
    const { kinds, system, user, boots } = await askWhatItIs(far, clock, limited);
    findings = {
      ...findings,
      target: { ...findings.target, kinds: device === here ? ["here"] : [...kinds] },
      clock,
      system,
      user,
      becomesRoot: becomesRoot(far.tools),
      boots: [...boots],
    };
    findings = { ...findings, ...(await askForPaths(far, findings, wantedOn(findings.target.kinds, items), limited)) };
  } catch (error) {
    limited.signal?.throwIfAborted();
    findings = { ...findings, fault: faultOf(error) };
  }
  return findings;
}

/** Findings of a target of which nothing is known yet. */
export function blankFindings(target: Target): TargetFindings {
  return {
    target,
    fault: null,
    observedAt: Date.now(),
    clock: null,
    system: "",
    user: "",
    becomesRoot: "no",
    boots: [],
    files: [],
    commands: {},
    more: 0,
    stick: null,
  };
}

async function askWhatItIs(
  { reach, tools, asRoot }: FarHost,
  clock: Clock | null,
  limited: Limits,
): Promise<HostFacts> {
  const parts: Uint8Array[] = [];
  const reader = new Parts((part) => {
    if (parts.length < maxHostParts) parts.push(part);
  });
  await reach.run(["sh", "-c", hostScript, "halfrack", asRoot?.prefix.join(" ") ?? ""], {
    ...limited,
    onStdout: (chunk) => reader.take(chunk),
  });
  return readHost(parts, tools.uid, clock?.bootedAt ?? null);
}

async function askForPaths(
  { reach, asRoot }: FarHost,
  { user, boots, clock }: TargetFindings,
  wanted: Wanted,
  limited: Limits,
): Promise<Pick<TargetFindings, "files" | "commands" | "more" | "fault">> {
  const context = { zoneMinutes: clock?.zoneMinutes ?? 0, bootedAt: clock?.bootedAt ?? null };
  const look = (some: Wanted, as: Looker) => lookFor(reach, limited, some, as, user, context);
  const byLogin = await look(wanted, { prefix: [], heads: asRoot === null });
  const byRoot =
    asRoot && byLogin.fault === null
      ? await look({ ...wanted, programs: [] }, { prefix: asRoot.prefix, heads: true })
      : null;
  const changedSince = lastGoodBoot(boots)?.startedAt ?? null;
  const told = byLogin.fault === null ? wanted.programs : [];
  return {
    files: joinFiles(byLogin.files, byRoot?.files ?? null, user, changedSince),
    commands: Object.fromEntries(told.map(({ item }) => [item, byLogin.installed.has(item)])),
    more: Math.max(byLogin.more, byRoot?.more ?? 0),
    fault: byLogin.fault ?? byRoot?.fault ?? null,
  };
}
