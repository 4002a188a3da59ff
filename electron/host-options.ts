/** The command-line options the three hosts share, and the places they stand for. */
import { homedir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { HostDeps } from "./app.ts";
import type { AppInfo } from "./contract/app.ts";
import { FaultError } from "./contract/error.ts";
import { memorySecrets } from "./secrets.ts";

export const hostOptions = {
  lab: { type: "string" },
  practice: { type: "boolean", default: false },
  profile: { type: "string" },
  "known-hosts": { type: "string", multiple: true },
} as const;

export interface HostOptions {
  readonly lab?: string | undefined;
  readonly practice?: boolean | undefined;
  readonly profile?: string | undefined;
  readonly "known-hosts"?: string[] | undefined;
}

/** Where settings, accepted host keys and recordings live when nothing else is said. */
export function defaultProfileDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.HALFRACK_PROFILE) return env.HALFRACK_PROFILE;
  if (process.platform === "win32") return join(env.APPDATA || homeDir(), "Halfrack");
  if (process.platform === "darwin") return join(homeDir(), "Library", "Application Support", "Halfrack");
  // A relative one counts as not set (XDG Base Directory Specification).
  const config = env.XDG_CONFIG_HOME;
  return join(config && isAbsolute(config) ? config : join(homeDir(), ".config"), "halfrack");
}

/**
 * The user's home folder: HOME, or the account's own where HOME is empty or relative, which would put keys and settings
 * wherever Halfrack was started. Throws FaultError `app.no-home` where neither is known.
 */
export function homeDir(): string {
  for (const ask of [homedir, () => userInfo().homedir]) {
    try {
      const found = ask();
      if (isAbsolute(found)) return found;
    } catch {
      // an account without an entry among the system's users
    }
  }
  throw new FaultError({
    code: "app.no-home",
    title: "The home folder is not known",
    detail: "HOME names no absolute path, and the system has none for this account.",
    next: "Set HOME to the folder that holds .ssh and the settings.",
  });
}

export function hostDeps(
  host: AppInfo["host"],
  options: HostOptions,
  more: Partial<Pick<HostDeps, "secrets" | "pickLabFile" | "showInFolder">> = {},
): HostDeps {
  return {
    host,
    profileDir: resolve(options.profile || defaultProfileDir()),
    homeDir: homeDir(),
    agentSocket: process.env.SSH_AUTH_SOCK || (process.platform === "win32" ? "\\\\.\\pipe\\openssh-ssh-agent" : null),
    secrets: more.secrets ?? memorySecrets(),
    ...(options["known-hosts"] ? { knownHosts: options["known-hosts"] } : {}),
    ...(more.pickLabFile ? { pickLabFile: more.pickLabFile } : {}),
    ...(more.showInFolder ? { showInFolder: more.showInFolder } : {}),
  };
}

export const windowUsage = `usage: npm start -- [options]

  --lab FILE           open this lab file
  --practice           start and open the practice lab
  --profile DIR        settings and accepted host keys (default: the user's)
  --known-hosts FILE   honour this known_hosts file too, read-only; may be repeated
  --no-open            browser host: print the address, open no browser
  --port NUMBER        browser host: listen on this port (default: a free one)`;

/** Wrong options are the shell's to correct (usage, exit code 2); everything else is a fault. */
export function isOptionError(error: unknown): error is TypeError {
  return error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}

/** The options of the window hosts; unknown ones are refused with a TypeError that names them. */
export function parseWindowOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...hostOptions,
      "no-open": { type: "boolean", default: false },
      port: { type: "string", default: "0" },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: false,
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw Object.assign(new TypeError(`--port: not a TCP port: ${values.port}`), { code: "ERR_PARSE_ARGS_PORT" });
  return { ...values, port };
}
