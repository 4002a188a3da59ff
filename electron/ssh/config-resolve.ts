/** Owns which lines of an ssh_config apply to a host: Host and Match blocks, first value wins, as readconf.c does. */
import {
  type JumpHop,
  parseMatch,
  parseProxyJump,
  readFlag,
  readPort,
  type SshConfigFile,
  type SshConfigLine,
} from "./config.ts";

/** What ssh would use for one alias. File names as written: see {@link expandSshPath}. */
export type SshHostSettings = {
  readonly hostName: string;
  readonly port?: number;
  readonly user?: string;
  /** As written, in the order they are tried; empty when none is configured. `none` is kept. */
  readonly identityFiles: readonly string[];
  /** First hop first; empty for a direct connection. */
  readonly proxyJump: readonly JumpHop[];
  readonly proxyCommand?: string;
  readonly hostKeyAlias?: string;
  readonly identitiesOnly: boolean;
  readonly identityAgent?: string;
};

/** `*` any run, `?` one character; case counts (match_pattern() in match.c). Linear in both lengths per star. */
export function matchPattern(text: string, pattern: string): boolean {
  let t = 0;
  let p = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      starAt = p++;
      resumeAt = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (starAt !== -1) {
      p = starAt + 1;
      t = ++resumeAt;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** A comma list with negation: one negated match refuses, whatever else matches (match_pattern_list()). */
function matchList(text: string, list: string, lower: boolean): boolean {
  let found = false;
  for (const each of list.split(",")) {
    const negated = each.startsWith("!");
    const bare = negated ? each.slice(1) : each;
    if (!matchPattern(text, lower ? bare.toLowerCase() : bare)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

function matchHostLine(host: string, patterns: readonly string[]): boolean {
  let active = false;
  for (const each of patterns) {
    const negated = each.startsWith("!");
    if (!matchPattern(host, negated ? each.slice(1) : each)) continue;
    if (negated) return false;
    active = true;
  }
  return active;
}

type Draft = {
  hostName?: string;
  port?: number;
  user?: string;
  identityFiles: string[];
  jump?: readonly JumpHop[];
  proxyCommand?: string;
  hostKeyAlias?: string;
  identitiesOnly?: boolean;
  identityAgent?: string;
  wantsFinalPass: boolean;
};
type Pass = { readonly host: string; readonly alias: string; readonly localUser: string; readonly final: boolean };

/**
 * What ssh would use for `alias`. `localUser` is the login name on this machine, for Match user and localuser.
 * A second pass is made when the file asks for one with Match final, as ssh does.
 */
export function resolveSshHost(root: SshConfigFile, alias: string, localUser: string): SshHostSettings {
  const draft: Draft = { identityFiles: [], wantsFinalPass: false };
  readFile(root, draft, { host: alias, alias, localUser, final: false }, { active: true, never: false });
  let host = finalHost(draft, alias);
  if (draft.wantsFinalPass) {
    draft.hostName = host;
    readFile(root, draft, { host, alias, localUser, final: true }, { active: true, never: false });
    host = finalHost(draft, alias);
  }
  return {
    hostName: host,
    ...(draft.port === undefined ? {} : { port: draft.port }),
    ...(draft.user === undefined ? {} : { user: draft.user }),
    identityFiles: draft.identityFiles,
    proxyJump: draft.jump ?? [],
    ...(draft.proxyCommand === undefined || draft.proxyCommand === "none" ? {} : { proxyCommand: draft.proxyCommand }),
    ...(draft.hostKeyAlias === undefined ? {} : { hostKeyAlias: draft.hostKeyAlias }),
    identitiesOnly: draft.identitiesOnly ?? false,
    ...(draft.identityAgent === undefined ? {} : { identityAgent: draft.identityAgent }),
  };
}

const expandHostName = (text: string, alias: string) =>
  text.replace(/%(.)/g, (all, token: string) => (token === "h" ? alias : token === "%" ? "%" : all));

/** Names are lower-cased, as ssh does before it looks them up. */
const finalHost = (draft: Draft, alias: string) =>
  (draft.hostName === undefined ? alias : expandHostName(draft.hostName, alias)).toLowerCase();

function readFile(file: SshConfigFile, draft: Draft, pass: Pass, start: { active: boolean; never: boolean }): void {
  let active = start.active;
  for (const line of file.lines) {
    if (line.keyword === "host") active = !start.never && matchHostLine(pass.host, line.words);
    else if (line.keyword === "match") active = matchLine(line.rest, draft, pass) && !start.never;
    else if (line.keyword === "include")
      for (const each of line.included) readFile(each, draft, pass, { active, never: start.never || !active });
    else if (active) take(line, draft);
  }
}

function matchLine(rest: string, draft: Draft, pass: Pass): boolean {
  const criteria = parseMatch(rest);
  if (criteria === null) return false;
  // In the final pass ssh uses the name it settled on; before, the HostName seen so far.
  const host = draft.hostName === undefined ? pass.host : expandHostName(draft.hostName, pass.alias);
  const user = draft.user ?? pass.localUser;
  let result = true;
  for (const { kind, negated, argument } of criteria) {
    if (kind === "final") draft.wantsFinalPass = true;
    const holds = criterionHolds(kind, argument, { host, user, pass });
    // What cannot be judged (exec, unknown kinds) never matches, negated or not.
    if (holds === null || holds === negated) result = false;
  }
  return result;
}

function criterionHolds(
  kind: string,
  argument: string,
  known: { host: string; user: string; pass: Pass },
): boolean | null {
  switch (kind) {
    case "all":
      return true;
    case "final":
    case "canonical":
      return known.pass.final;
    case "host":
      return matchList(known.host.toLowerCase(), argument, true);
    case "originalhost":
      return matchList(known.pass.alias.toLowerCase(), argument, true);
    case "user":
      return matchList(known.user, argument, false);
    case "localuser":
      return matchList(known.pass.localUser, argument, false);
    default:
      return null;
  }
}

/** Takes one line of an active block: the first value wins, identity files add up. */
function take(line: SshConfigLine, draft: Draft): void {
  const value = line.words[0] ?? "";
  switch (line.keyword) {
    case "hostname":
      draft.hostName ??= value;
      break;
    case "user":
      draft.user ??= value;
      break;
    case "port":
      draft.port ??= readPort(value) ?? 22;
      break;
    case "hostkeyalias":
      draft.hostKeyAlias ??= value;
      break;
    case "identitiesonly":
      draft.identitiesOnly ??= readFlag(value) ?? false;
      break;
    case "identityagent":
      draft.identityAgent ??= value;
      break;
    case "identityfile":
    case "identityfile2":
      if (!draft.identityFiles.includes(value)) draft.identityFiles.push(value);
      break;
    case "proxycommand":
      if (draft.jump === undefined) draft.proxyCommand ??= line.rest.replace(/^[ \t=]+/, "");
      break;
    case "proxyjump":
      if (draft.proxyCommand === undefined) draft.jump ??= parseProxyJump(line.rest) ?? [];
      break;
  }
}

/** What the tokens of a file name stand for (ssh_config(5), TOKENS and ENVIRONMENT VARIABLES). */
export type SshPathTokens = {
  readonly homeDir: string;
  readonly hostName: string;
  readonly alias: string;
  readonly remoteUser: string;
  readonly localUser: string;
  readonly localHost: string;
  readonly port: number;
  readonly uid: string;
  readonly hostKeyAlias?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Expands `~`, %-tokens and ${VAR} in a file name; what is not known (%C, %j, unset variables) stays as written. */
export function expandSshPath(path: string, tokens: SshPathTokens): string {
  const { homeDir } = tokens;
  const home = path === "~" ? homeDir : path.startsWith("~/") ? `${homeDir}${path.slice(1)}` : path;
  const values: Record<string, string> = {
    "%": "%",
    d: homeDir,
    h: tokens.hostName,
    n: tokens.alias,
    r: tokens.remoteUser,
    u: tokens.localUser,
    l: tokens.localHost,
    L: tokens.localHost.split(".")[0] ?? "",
    p: String(tokens.port),
    i: tokens.uid,
    k: tokens.hostKeyAlias ?? tokens.alias,
  };
  return home.replace(/%(.)|\$\{([^}]+)\}/g, (all: string, token?: string, name?: string) =>
    token !== undefined ? (values[token] ?? all) : (tokens.env[name ?? ""] ?? all),
  );
}
