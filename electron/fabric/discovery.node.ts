/** Asks one host for the whole fabric: iblinkinfo, or ibnetdiscover where that is missing. */
import type { Fault } from "../contract/error.ts";
import type { Source } from "../contract/fabric.ts";
import { fabricOutputBytes } from "./bounds.ts";
import { iblinkinfoCommand, ibnetdiscoverCommand, isMissingTool } from "./commands.ts";
import { tooLarge } from "./faults.ts";
import type { Run } from "./host.node.ts";
import type { FabricInput } from "./join.ts";
import { readComplaints } from "./read/stderr.ts";
import { readOutput } from "./reading-thread.node.ts";
import { beginningOf, endOf, sourceOf } from "./source.ts";
import { askSubnetManager } from "./subnet-manager.node.ts";
import type { SubnetManagerReading } from "./subnet-manager.ts";

/** One output as read, with its text: what prints the same says the same, and a large fabric takes long to read. */
interface ReadOutput {
  readonly stdout: string;
  readonly input: Extract<FabricInput, { readonly kind: "iblinkinfo" | "ibnetdiscover" }>;
}

export interface Discovery {
  readonly observer: string;
  readonly observedAt: number;
  readonly inputs: readonly FabricInput[];
  readonly output: ReadOutput;
  readonly source: Source;
  /** Set where the host's answer was more than is read. */
  readonly fault: Fault | null;
  readonly subnetManager: SubnetManagerReading;
}

/**
 * Discovers from `observer`; `origin` is the port GUID it looks from, `before` what was discovered last. Throws when the
 * host could not be asked, returns a sentence where its tools showed nothing.
 */
export async function discover(
  observer: string,
  run: Run,
  origin: string | null,
  before: Discovery | null = null,
): Promise<Discovery | string> {
  const manager = askSubnetManager(observer, run);
  let result = await run(iblinkinfoCommand, fabricOutputBytes);
  const missing = isMissingTool(result.exitCode);
  if (missing) result = await run(ibnetdiscoverCommand, fabricOutputBytes);
  if (missing && isMissingTool(result.exitCode)) return `${observer} has neither iblinkinfo nor ibnetdiscover`;
  const tool = missing ? "ibnetdiscover" : "iblinkinfo --line";
  const source = `${tool} on ${observer}`;
  const complaints = readComplaints(beginningOf(result.stderr));
  const { stdout } = result;
  const same = before !== null && before.output.input.source === source && before.output.stdout === stdout;
  const input = same
    ? before.output.input
    : missing
      ? { kind: "ibnetdiscover" as const, source, reading: await readOutput("ibnetdiscover", stdout) }
      : { kind: "iblinkinfo" as const, source, reading: await readOutput("iblinkinfo", stdout) };
  const seen = input.kind === "iblinkinfo" ? input.reading.records.length : input.reading.nodes.length;
  if (seen === 0) {
    const said = complaints[0]?.text ?? `exit code ${result.exitCode ?? "unknown"}`;
    return `${tool} on ${observer} showed nothing (${said})`;
  }
  const from = input.kind === "ibnetdiscover" ? (input.reading.origin ?? origin) : origin;
  return {
    observer,
    observedAt: endOf(result),
    inputs: [input, { kind: "complaints", source, origin: from, complaints }],
    output: { stdout, input },
    source: sourceOf(result),
    fault: input.reading.beyond ? tooLarge(observer, tool, input.reading.beyond) : null,
    subnetManager: await manager,
  };
}
