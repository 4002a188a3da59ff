/** Asks one host what it is and what evidence it holds: two or three commands over its connection, nothing collected. */
import { FaultError } from "../../contract/error.ts";
import { faultOf } from "../../contract/fault-of.ts";
import type { Clock } from "../../contract/logs/entry.ts";
import type { TargetFindings } from "../../contract/logs/find.ts";
import type { Item } from "../../contract/logs/item.ts";
import { here, type Target, type TargetKind } from "../../contract/logs/target.ts";
import { type Wanted, wantedOn } from "../catalogue/wanted.ts";
import { hostScript } from "../far/look.ts";
import { Parts, textOf } from "../far/parts.ts";
import type { Reach } from "../far/reach.node.ts";
import { lastGoodBoot } from "./boots.ts";
import { measureClock, type TimeHeard } from "./clock.ts";
import { type HostFacts, readHost, readTime } from "./host.ts";
import { type Limits, limits, lookFor } from "./look-for.node.ts";
import { joinFiles } from "./paths.ts";

export interface HostQuestion extends Limits {
  readonly items: readonly Item[];
  readonly sudo: boolean;
}

const maxHostParts = 64;

/** Never rejects but for an aborted signal: what goes wrong is the findings' `fault`, beside what was learned before. */
export async function askHost(reach: Reach, question: HostQuestion): Promise<TargetFindings> {
  const device = reach.device;
  const blank = blankFindings({ id: device, device, kinds: [device === here ? "here" : "linux"] });
  let findings: TargetFindings = blank;
  try {
    const heard: TimeHeard[] = [];
    const host = await askWhatItIs(reach, question, heard);
    findings = { ...findings, ...facts(host, blank.target, heard) };
    const wanted = wantedOn(findings.target.kinds, question.items);
    const told = await askForPaths(reach, question, host, wanted, heard);
    findings = { ...findings, ...told, clock: clockOf(device, host, heard) };
  } catch (error) {
    question.signal?.throwIfAborted();
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

async function askWhatItIs(reach: Reach, question: HostQuestion, heard: TimeHeard[]): Promise<HostFacts> {
  const parts: Uint8Array[] = [];
  const sentAt = Date.now();
  const reader = new Parts((part) => {
    if (parts.length >= maxHostParts) return;
    if (parts.length === 0) hear(textOf(part).replace(/^time=/, ""), sentAt, heard);
    parts.push(part);
  });
  const result = await reach.run(["sh", "-c", hostScript, "halfrack", question.sudo ? "sudo" : ""], {
    ...limits(question),
    onStdout: (chunk) => reader.take(chunk),
  });
  if (parts.some((part) => textOf(part).startsWith("uname="))) return readHost(parts);
  throw new FaultError({
    code: "logs.no-shell",
    title: `${reach.device === here ? "This machine" : reach.device} did not answer as a POSIX shell`,
    detail: "Finding logs takes a shell that runs POSIX scripts, as Linux, busybox and ESXi have it.",
    next: "Give the device a type whose shell is the right one, or correct its login.",
    subject: reach.device,
    evidence: `${result.stdout}\n${result.stderr}`.slice(0, 2000),
  });
}

function hear(text: string, sentAt: number, heard: TimeHeard[]): void {
  const time = readTime(text);
  if (time) heard.push({ time, sentAt, gotAt: Date.now() });
}

function facts(host: HostFacts, target: Target, heard: readonly TimeHeard[]): Partial<TargetFindings> {
  const kinds: readonly TargetKind[] = target.device === here ? ["here"] : host.kinds;
  return {
    target: { ...target, kinds: [...kinds] },
    clock: clockOf(target.id, host, heard),
    system: host.system,
    user: host.user,
    becomesRoot: host.becomesRoot,
    boots: [...host.boots],
  };
}

function clockOf(target: string, host: HostFacts, heard: readonly TimeHeard[]): Clock | null {
  const measured = measureClock(heard);
  const { zone, zoneMinutes, bootedAt } = host;
  return measured && { target, ...measured, measuredAt: Date.now(), zone, zoneMinutes, bootedAt };
}

async function askForPaths(
  reach: Reach,
  question: HostQuestion,
  host: HostFacts,
  wanted: Wanted,
  heard: TimeHeard[],
): Promise<Pick<TargetFindings, "files" | "commands" | "more" | "fault">> {
  const sudo = host.becomesRoot === "sudo";
  const byLogin = await lookFor(reach, question, host, wanted, { asRoot: false, heads: !sudo }, heard);
  const byRoot =
    sudo && byLogin.fault === null
      ? await lookFor(reach, question, host, { ...wanted, programs: [] }, { asRoot: true, heads: true }, heard)
      : null;
  const changedSince = lastGoodBoot(host.boots)?.startedAt ?? null;
  const told = byLogin.fault === null ? wanted.programs : [];
  return {
    files: joinFiles(byLogin.files, byRoot?.files ?? null, host.user, changedSince),
    commands: Object.fromEntries(told.map(({ item }) => [item, byLogin.installed.has(item)])),
    more: Math.max(byLogin.more, byRoot?.more ?? 0),
    fault: byLogin.fault ?? byRoot?.fault ?? null,
  };
}
