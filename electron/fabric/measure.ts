/** Decides what is run to measure between two hosts, and what its outcome says. Nothing is started here. */
import { FaultError } from "../contract/error.ts";
import type { Measurement, MeasurePlan, MeasureRequest } from "../contract/measure.ts";
import type { CommandResult } from "../contract/ssh.ts";
import { type CableView, hostEnd } from "./explain/cable.ts";
import { readPerftest } from "./read/perftest.ts";
import { sourceOf } from "./source.ts";

/** Looks for the programs, and tells at which address the SSH server of this host was reached. */
export function checkCommand(tool: string): readonly string[] {
  const script =
    'for tool in "$@"; do command -v "$tool" >/dev/null 2>&1 || echo "missing $tool"; done; echo "reached $SSH_CONNECTION"';
  return ["sh", "-c", script, "sh", "timeout", tool];
}

export interface HostCheck {
  readonly missing: readonly string[];
  /** Where it was reached, by its own word; null where it did not tell. */
  readonly address: string | null;
}

/** Total. */
export function readCheck(stdout: string): HostCheck {
  const missing = [...stdout.matchAll(/^missing (timeout|ib_write_bw|ib_send_bw)$/gm)].map(([, tool = ""]) => tool);
  const address = /^reached \S{1,100} \d{1,5} ([0-9A-Fa-f.:]{3,45}) \d{1,5}$/m.exec(stdout)?.[1] ?? null;
  return { missing, address };
}

/** The server gives up waiting this long after the time that the load takes. */
const serverGraceSeconds = 30;
const clientGraceSeconds = 20;

/**
 * One end's whole command. It first prints its process id, marked (a login shell may print before it), by which it can be ended from here: servers before OpenSSH
 * 7.9 pass no signals on, and a closed channel alone ends no program that prints nothing. `timeout` (coreutils) ends it
 * when nobody else can.
 */
function endCommand(limitSeconds: number, ...argv: readonly string[]): string[] {
  return ["sh", "-c", 'echo "halfrack-pid $$"; exec "$@"', "sh", "timeout", String(limitSeconds), ...argv];
}

/** What both hosts told. Throws a FaultError where the two ends are not known. */
export function planOf(
  view: CableView,
  request: MeasureRequest,
  checks: { readonly server: HostCheck; readonly client: HostCheck },
): MeasurePlan {
  const { from, to } = endsOf(view, request);
  const { tool, seconds, tcpPort } = request;
  const address = request.address ?? addressOf(view, to.device, checks.server);
  const options = (end: { readonly hca: string; readonly port: number }) => [
    ...["-d", end.hca, "-i", String(end.port)],
    ...["-p", String(tcpPort), "-D", String(seconds), "--report_gbits", "-F"],
  ];
  const end = (at: typeof from, limitSeconds: number, check: HostCheck, ...more: readonly string[]) => ({
    ...at,
    argv: endCommand(limitSeconds, tool, ...options(at), ...more),
    limitSeconds,
    missing: missingWords(at.device, check),
  });
  return {
    request: { ...request, address },
    server: end(to, seconds + serverGraceSeconds, checks.server),
    client: end(from, seconds + clientGraceSeconds, checks.client, address),
  };
}

/** The sending and the receiving port. Throws a FaultError where one is not known, or a name is no device's. */
export function endsOf(view: CableView, { cable, peer }: Pick<MeasureRequest, "cable" | "peer">) {
  const from = hostEnd(view, cable, null, peer);
  const to = hostEnd(view, cable, peer, peer);
  for (const [end, whose] of [
    [from, "the cable"],
    [to, peer],
  ] as const) {
    if (end === null) throw noEnd(whose);
    // It becomes an argument, so no word of a host that looks like an option gets there.
    if (!/^[A-Za-z][\w-]{0,31}$/.test(end.hca)) throw noEnd(end.device);
  }
  if (from === null || to === null || from.device === to.device) throw noEnd(peer);
  return { from, to };
}

function addressOf({ places: { lab } }: CableView, device: string, { address }: HostCheck): string {
  const planned = lab.devices.find(({ name }) => name === device)?.ssh?.host ?? null;
  const usable = [address, planned].filter((each) => each !== null).filter((each) => /^[A-Za-z0-9]/.test(each));
  // Behind a tunnel the host was reached at its own loopback address, where no other host finds it.
  const [first] = usable.toSorted((a, b) => Number(isLocal(a)) - Number(isLocal(b)));
  return first ?? device;
}

const isLocal = (address: string) => /^127\.|^::1$|^localhost$/i.test(address);

function missingWords(device: string, { missing }: HostCheck): string | null {
  if (missing.length === 0) return null;
  const packages = missing.map((tool) => (tool === "timeout" ? "coreutils" : "perftest")).join(" and ");
  return `${device} has no ${missing.join(" and no ")}: install ${packages} there.`;
}

/** What the sender printed, as a measurement. Throws a FaultError where there is no figure. */
export function measurementOf(plan: MeasurePlan, client: CommandResult, server: CommandResult | null): Measurement {
  const reading = readPerftest(withoutId(client.stdout));
  const [row] = reading.rows.slice(-1);
  if (client.exitCode !== 0 || row === undefined || !(row.averageGbps > 0)) throw failed(plan, client, server);
  const results = [client, ...(server ? [server] : [])];
  const sources = results.map((result) => sourceOf(result, maxEvidenceChars));
  return {
    from: plan.client.device,
    to: plan.server.device,
    tool: plan.request.tool,
    gbps: Math.round(row.averageGbps * 1000) / 1000,
    messageBytes: row.messageBytes,
    iterations: row.iterations,
    startedAt: client.startedAt,
    sources,
  };
}

const maxEvidenceChars = 64 * 1024;

/** The first line of every command is its process id. */
export function withoutId(stdout: string): string {
  return stdout.replace(/^\d{1,10}\n/, "");
}

/** The sender came before the receiver listened; it may try again. */
export function cameTooEarly({ exitCode, stdout, stderr }: CommandResult): boolean {
  return exitCode !== 0 && /Couldn't connect to|Connection refused/i.test(`${stdout}\n${stderr}`);
}

function failed(plan: MeasurePlan, client: CommandResult, server: CommandResult | null): FaultError {
  const said = [client, server].flatMap((result) => {
    if (result === null) return [];
    const { complaints } = readPerftest(`${withoutId(result.stdout)}\n${result.stderr}`);
    return complaints.length === 0 ? [] : [`${result.device}: ${complaints.map(({ text }) => text).join(" ")}`];
  });
  const ended = client.signal ?? `exit code ${client.exitCode ?? "unknown"}`;
  return new FaultError({
    code: "fabric.measure-failed",
    title: `${plan.request.tool} gave no figure between ${plan.client.device} and ${plan.server.device}`,
    detail: [...said, `The program on ${client.device} ended with ${ended}`].join("; ").slice(0, 1000),
    next: `See that both ports are Active, that ${plan.client.device} reaches ${plan.request.address} on TCP port ${plan.request.tcpPort} (firewalls), and that the logins may lock memory (ulimit -l).`,
    evidence: [client, server]
      .map((result) => (result ? `${result.device}:\n${result.stdout}${result.stderr}` : ""))
      .join("\n")
      .slice(0, 8000),
    retry: true,
  });
}

function noEnd(whose: string): FaultError {
  return new FaultError({
    code: "fabric.no-measure-end",
    title: `No HCA port of ${whose} is known to measure with`,
    detail:
      "A measurement takes two hosts of the lab, each with one cable that was seen to run, and the names of their HCAs.",
    next: "Wait until both were observed; see that their cables are plugged.",
    subject: whose,
  });
}
