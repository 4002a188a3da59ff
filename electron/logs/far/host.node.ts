/** Looks at a host before it is asked for anything: its tools, and how one becomes root there. */
import { FaultError } from "../../contract/error.ts";
import type { Reach } from "./reach.node.ts";
import { type FarTools, readTools, toolsScript } from "./tools.ts";

/** What goes before an argv so that it runs as root, and what its standard input begins with. */
interface RootWay {
  readonly prefix: readonly string[];
  readonly stdin: string;
}

export interface FarHost {
  readonly reach: Reach;
  readonly tools: FarTools;
  /** Null where the login cannot become root, or is root. */
  readonly asRoot: RootWay | null;
  /** Why it cannot; empty where it can or is. */
  readonly notRoot: string;
}

export interface SudoRules {
  readonly sudo: "never" | "without-password" | "ask";
  /** The admin's password on a device, asked for once; null where it is not given. */
  readonly askPassword: (device: string) => Promise<string | null>;
}

const lookTimeoutMs = 30_000;

/** Throws FaultError where the host cannot be reached, or `logs.no-shell` where it has no POSIX shell. */
export async function lookAtHost(reach: Reach, rules: SudoRules, signal: AbortSignal | undefined): Promise<FarHost> {
  const options = { timeoutMs: lookTimeoutMs, signal };
  const looked = await reach.run(["sh", "-c", toolsScript, "halfrack", rules.sudo === "never" ? "" : "sudo"], options);
  const tools = readTools(looked.stdout);
  if (!tools)
    throw new FaultError({
      code: "logs.no-shell",
      title: `${reach.device} does not answer like a POSIX system`,
      detail: "A script of plain shell commands did not come to its end there.",
      next: "Look at what the login shell prints, and whether sh is installed.",
      subject: reach.device,
      evidence: `${looked.stdout}\n${looked.stderr}`.slice(0, 4096),
    });
  const plain = (notRoot: string): FarHost => ({ reach, tools, asRoot: null, notRoot });
  if (tools.uid === 0) return plain("");
  if (rules.sudo === "never") return plain("The login is not root's, and sudo was not allowed.");
  if (tools.sudo === null) return plain("The login is not root's, and sudo is not installed.");
  if (tools.sudo === "free") return { ...plain(""), asRoot: { prefix: ["sudo", "-n", "--"], stdin: "" } };
  if (rules.sudo !== "ask") return plain("The login is not root's, and sudo asks for a password.");
  const password = await rules.askPassword(reach.device);
  if (password === null) return plain("The login is not root's, and the password that sudo asks for was not given.");
  // by standard input: an argument could be read by everybody on the host
  const asRoot = { prefix: ["sudo", "-S", "-p", "", "--"], stdin: `${password.replaceAll("\n", "")}\n` };
  const tried = await reach.run([...asRoot.prefix, "true"], { ...options, stdin: asRoot.stdin });
  return tried.exitCode === 0
    ? { ...plain(""), asRoot }
    : plain("The login is not root's, and sudo did not take the password.");
}
