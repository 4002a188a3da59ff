/** Asks a BMC by `ipmitool` on this machine: over RMCP+ (lanplus), or IPMI 1.5 (lan) where it knows no other. */
import { Readable } from "node:stream";
import { hereReach } from "../far/reach.node.ts";
import { absentCommand, type Outcome, ofCommand } from "./outcome.ts";
import type { Gathered, SourceRunner } from "./run.node.ts";

export interface BmcLogin {
  readonly host: string;
  /** 623 when left out. */
  readonly port?: number;
  readonly user: string;
  readonly password: string;
  /** Cipher suite of lanplus; ipmitool asks the BMC for its best when left out, which not every BMC answers. */
  readonly cipher?: number;
}

/** The password comes by standard input into the environment: an argument could be read by everybody on this machine. */
const script = `LC_ALL=C; export LC_ALL
IFS= read -r IPMI_PASSWORD; export IPMI_PASSWORD
exec ipmitool "$@" </dev/null`;

/** The text tells no wrong password from a BMC that is dead; the first is answered within 100 ms, the second after 6 s. */
const answeredMs = 3000;
const probeTimeoutMs = 40_000;

type Session = { readonly way: "lanplus" | "lan" } | { readonly none: Outcome };

/** `loginOf` gives null for a target whose BMC's address or login is not known. Each BMC is tried once in a runner's life. */
export function createIpmiRunner(deps: {
  readonly loginOf: (target: string) => Promise<BmcLogin | null>;
}): SourceRunner {
  const sessions = new Map<string, Promise<Session>>();
  return async ({ source, target, timeoutMs, capBytes }, { signal, absence }) => {
    const login = await deps.loginOf(target);
    if (source.how !== "ipmi" || !login)
      return nothing({ state: "refused", reason: "No address or login of the BMC is known." });
    const session = sessions.get(target) ?? trySession(login, signal);
    sessions.set(target, session);
    session.catch(() => sessions.delete(target));
    const opened = await session;
    if ("none" in opened) {
      const { none } = opened;
      return nothing(none.state === "missing" ? absentCommand("ipmitool", absence) : none);
    }
    const ran = await run(login, opened.way, source.argv, { timeoutMs, signal, capBytes });
    const { exitCode, stderr, sizeBytes } = ran;
    const outcome = ofCommand({ exitCode, stderr, sizeBytes, capBytes, timedOut: false, timeoutMs }, absence);
    const content = sizeBytes > 0 || exitCode === 0 ? Readable.from(ran.chunks) : null;
    return { ...outcome, content, exitCode, stderr: stderr.slice(0, 4096) };
  };
}

const nothing = (outcome: Outcome): Gathered => ({ ...outcome, content: null, exitCode: null, stderr: "" });

async function trySession(login: BmcLogin, signal: AbortSignal): Promise<Session> {
  let answered = false;
  let said = "";
  for (const way of ["lanplus", "lan"] as const) {
    const begun = performance.now();
    const options = { timeoutMs: probeTimeoutMs, signal, capBytes: 65_536 };
    const tried = await run(login, way, ["mc", "info"], options, ["-N", "1", "-R", "2"]);
    if (tried.exitCode === 0) return { way };
    if (tried.exitCode === 127) return { none: { state: "missing", reason: "ipmitool is not installed." } };
    answered ||= performance.now() - begun < answeredMs;
    said ||= tried.stderr.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
  }
  return answered
    ? {
        none: {
          state: "refused",
          reason: `The BMC answered and did not open a session: the login may be wrong. ${said}`,
        },
      }
    : { none: { state: "lost", reason: `The BMC did not answer. ${said}` } };
}

async function run(
  { host, port, user, password, cipher }: BmcLogin,
  way: "lanplus" | "lan",
  argv: readonly string[],
  options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly capBytes: number },
  more: readonly string[] = [],
) {
  const suite = cipher === undefined || way === "lan" ? [] : ["-C", String(cipher)];
  const to = ["-I", way, "-H", host, ...(port === undefined ? [] : ["-p", String(port)]), "-U", user, "-E"];
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const { exitCode, stderr } = await hereReach.run(
    ["sh", "-c", script, "halfrack", ...to, ...suite, ...more, ...argv],
    {
      timeoutMs: options.timeoutMs,
      signal: options.signal,
      stdin: `${password.replaceAll("\n", "")}\n`,
      onStdout: (chunk) => {
        const kept = Uint8Array.from(chunk.subarray(0, options.capBytes - sizeBytes));
        if (kept.length > 0) chunks.push(kept);
        sizeBytes += kept.length;
      },
    },
  );
  return { exitCode, stderr, chunks, sizeBytes };
}
