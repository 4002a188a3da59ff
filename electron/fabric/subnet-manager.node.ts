/** Asks one host which subnet manager its port answers to, and which others there are. Never fails: not to know is an answer. */
import { isMissingTool, sminfoCommand, subnetManagerCommand } from "./commands.ts";
import { faultFrom } from "./faults.ts";
import type { Run } from "./host.node.ts";
import { readSminfo } from "./read/sminfo.ts";
import { sourceOf } from "./source.ts";
import { readManagerPorts, type SubnetManagerReading } from "./subnet-manager.ts";

/** Others that are asked what they are: more than two are rare, and each costs a round trip. */
const askedAtMost = 4;

export async function askSubnetManager(host: string, run: Run): Promise<SubnetManagerReading> {
  const unknown = { status: "unknown" as const, asked: null, others: [], source: null };
  try {
    const result = await run(subnetManagerCommand);
    const source = sourceOf(result);
    if (isMissingTool(result.exitCode)) return { ...unknown, reason: `${host} has no sminfo`, source };
    const { manager } = readSminfo(result.stdout);
    if (manager === null) {
      const said = result.stderr.split("\n").findLast((line) => /\bmad_rpc|UMAD|failed/.test(line)) ?? "";
      // Without a device there is nobody to ask, which is not the same as nobody answering.
      const device = /UMAD|Unable to open|failed to open/i.test(said);
      const words = said.replace(/^ibwarn: \[\d+\] /, "").trim();
      if (device || result.exitCode !== 255) {
        return { ...unknown, reason: `sminfo failed on ${host} (${words || `exit code ${result.exitCode}`})`, source };
      }
      const reason = `no subnet manager answered sminfo on ${host}${words === "" ? "" : ` (${words})`}`;
      return { ...unknown, status: "none", reason, source };
    }
    const lids = readManagerPorts(result.stdout).filter((lid) => lid !== manager.lid);
    const others = await Promise.all(
      lids.slice(0, askedAtMost).map(async (lid) => ({
        lid,
        manager: readSminfo((await run(sminfoCommand(lid)).catch(() => null))?.stdout ?? "").manager,
      })),
    );
    return { status: "answered", asked: manager, others, reason: "", source };
  } catch (error) {
    return { ...unknown, reason: faultFrom(error, host).title };
  }
}
