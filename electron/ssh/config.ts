/**
 * Owns how the lines of an ssh_config file are read; `config-resolve.ts` says which of them apply to a host. Both
 * follow readconf.c, ssh.c and misc.c of OpenSSH 9.2, so that `ssh -G` and `resolveSshHost` agree.
 *
 * The ssh-config package is not used: it follows no Include, keeps no line numbers, drops the whole file at one
 * unbalanced quote, reads a keyword without a value together with the next line, lets `?` match nothing, keeps only
 * one criterion of a kind per Match line, and knows no `!host`. Here a bad line is a note and the rest goes on.
 */

/** Includes nest this deep at most (READCONF_MAX_DEPTH in readconf.c). */
export const maxIncludeDepth = 16;
/** Notes kept of one file tree; a binary file would make one per line. */
const maxNotes = 200;

export type SshConfigNote = { readonly source: string; readonly line: number; readonly message: string };

/** One directive. `words` are the arguments after unquoting; `rest` is the text after the keyword. */
export type SshConfigLine = {
  readonly keyword: string;
  readonly rest: string;
  readonly words: readonly string[];
  readonly line: number;
  /** Files an Include names, in the order they are read; filled by who reads the files. */
  readonly included: readonly SshConfigFile[];
};
export type SshConfigFile = { readonly file: string; readonly lines: readonly SshConfigLine[] };

/** One hop of a ProxyJump; `host` may itself be an alias of the same file. */
export type JumpHop = { readonly host: string; readonly user?: string; readonly port?: number };

/** Keywords of ssh_config(5), OpenSSH 9.2 to 10, lower case; anything else is noted as unknown. */
const knownKeywords = new Set(
  `addkeystoagent addressfamily batchmode bindaddress bindinterface canonicaldomains canonicalizefallbacklocal
  canonicalizehostname canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms certificatefile
  channeltimeout checkhostip ciphers clearallforwardings compression connectionattempts connecttimeout controlmaster
  controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
  exitonforwardfailure fingerprinthash forkafterauthentication forwardagent forwardx11 forwardx11timeout
  forwardx11trusted gatewayports globalknownhostsfile gssapiauthentication gssapidelegatecredentials
  gssapikeyexchange gssapirenewalforcesrekey gssapitrustdns gssapiclientidentity gssapiserveridentity
  gssapikexalgorithms hashknownhosts host hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes
  hostkeyalgorithms hostkeyalias hostname identitiesonly identityagent identityfile identityfile2 ignoreunknown
  include ipqos kbdinteractiveauthentication challengeresponseauthentication skeyauthentication tisauthentication
  kbdinteractivedevices kexalgorithms knownhostscommand localcommand localforward loglevel logverbose macs match
  nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming passwordauthentication
  permitlocalcommand permitremoteopen pkcs11provider smartcarddevice port preferredauthentications proxycommand
  proxyjump proxyusefdpass pubkeyacceptedalgorithms pubkeyacceptedkeytypes pubkeyauthentication dsaauthentication
  refuseconnection rekeylimit remotecommand remoteforward requesttty requiredrsasize revokedhostkeys
  securitykeyprovider sendenv serveralivecountmax serveraliveinterval sessiontype setenv stdinnull
  streamlocalbindmask streamlocalbindunlink stricthostkeychecking syslogfacility tag tcpkeepalive keepalive
  tunnel tunneldevice updatehostkeys useblacklistedkeys user userknownhostsfile useroaming verifyhostkeydns
  versionaddendum visualhostkey warnweakcrypto xauthlocation cipher protocol fallbacktorsh globalknownhostsfile2
  userknownhostsfile2 rhostsauthentication rhostsrsaauthentication rsaauthentication useprivilegedport usersh
  afstokenpassing kerberosauthentication kerberostgtpassing compressionlevel`.split(/\s+/),
);

/** Splits arguments as argv_split() in misc.c does: both quotes, backslash before quote, backslash or blank. */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === " " || text[at] === "\t") at++;
    if (at >= text.length || text[at] === "#") return words;
    let word = "";
    let quote = "";
    for (; at < text.length; at++) {
      const char = text[at] ?? "";
      const following = text[at + 1] ?? "";
      if (char === "\\" && following !== "" && (`'"\\`.includes(following) || (quote === "" && following === " "))) {
        word += following;
        at++;
      } else if (quote === "" && (char === " " || char === "\t")) break;
      else if (quote === "" && (char === '"' || char === "'")) quote = char;
      else if (quote !== "" && char === quote) quote = "";
      else word += char;
    }
    if (quote !== "") return null;
    words.push(word);
  }
}

/** Takes one word as strdelim() in misc.c does: blanks and one `=` separate, double quotes hold together. */
function takeDelimited(text: string): { word: string; rest: string } | null {
  const end = text.search(/[ \t\r\n"=]/);
  if (end === -1) return text === "" ? null : { word: text, rest: "" };
  if (text[end] === '"') {
    const close = text.indexOf('"', end + 1);
    if (close === -1) return null;
    return { word: text.slice(0, end) + text.slice(end + 1, close), rest: text.slice(close + 1).trimStart() };
  }
  const after = text.slice(end + 1).trimStart();
  const rest = text[end] !== "=" && after.startsWith("=") ? after.slice(1).trimStart() : after;
  return { word: text.slice(0, end), rest };
}

/** Reads one file's text. Never throws: a line that ssh would refuse becomes a note and is left out. */
export function parseSshConfig(text: string, file: string): { lines: SshConfigLine[]; notes: SshConfigNote[] } {
  const lines: SshConfigLine[] = [];
  const notes: SshConfigNote[] = [];
  const note = (line: number, message: string) => {
    if (notes.length < maxNotes) notes.push({ source: file, line, message });
  };
  for (const [index, raw] of text.split("\n").entries()) {
    const line = index + 1;
    const trimmed = raw.replace(/[ \t\r\f]+$/, "").replace(/^[ \t\r]+/, "");
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const first = takeDelimited(trimmed);
    const keyword = first?.word.toLowerCase() ?? "";
    if (first === null || keyword === "") {
      note(line, "This line is not `Keyword value`; ssh refuses the file. The line is ignored.");
      continue;
    }
    if (first.rest === "") {
      note(line, `${shown(keyword)} has no value; ssh refuses the file. The line is ignored.`);
      continue;
    }
    if (!knownKeywords.has(keyword)) {
      note(line, `${shown(keyword)} is not a known ssh_config keyword. The line is ignored.`);
      continue;
    }
    const words = splitWords(first.rest);
    if (words === null || words.length === 0) {
      const why = words === null ? "has a quote that is not closed" : "has no value";
      note(line, `${shown(keyword)} ${why}; ssh refuses the file. The line is ignored.`);
      continue;
    }
    const complaint = complain(keyword, first.rest, words);
    if (complaint !== null) note(line, complaint.message);
    if (complaint?.ignore) continue;
    lines.push({ keyword, rest: first.rest, words, line, included: [] });
  }
  return { lines, notes };
}

const shown = (word: string) => JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}...` : word);

/** What there is to say of a known keyword's arguments; `ignore` when the line cannot be used. */
function complain(
  keyword: string,
  rest: string,
  words: readonly string[],
): { message: string; ignore: boolean } | null {
  const refused = (message: string) => ({
    message: `${message}; ssh refuses the file. The line is ignored.`,
    ignore: true,
  });
  const first = words[0] ?? "";
  switch (keyword) {
    case "port":
      if (readPort(first) === null) return refused(`Port ${shown(first)} is not a port number`);
      break;
    case "proxyjump":
      if (parseProxyJump(rest) === null) return refused(`ProxyJump ${shown(rest)} is not [user@]host[:port],...`);
      return null;
    case "identitiesonly":
      if (readFlag(first) === null) return refused(`IdentitiesOnly ${shown(first)} is neither yes nor no`);
      break;
    case "match":
      return complainMatch(rest);
    case "canonicalizehostname":
      if (first.toLowerCase() === "no" || first.toLowerCase() === "false") return null;
      return { message: "CanonicalizeHostname is not followed: names are used as written.", ignore: true };
    case "proxycommand":
      return { message: "ProxyCommand is not run; name the way with ProxyJump to use it here.", ignore: false };
  }
  const single = ["hostname", "user", "port", "identityfile", "hostkeyalias", "identitiesonly", "identityagent"];
  if (!single.includes(keyword)) return null;
  if (first === "") return refused(`${shown(keyword)} has no value`);
  if (words.length > 1) return refused(`${shown(keyword)} has more than one value`);
  return null;
}

function complainMatch(rest: string): { message: string; ignore: boolean } | null {
  const criteria = parseMatch(rest);
  // A Match line that cannot be read must still end the block before it: it is kept, and matches nothing.
  if (criteria === null)
    return { message: "This Match line cannot be read; ssh refuses the file. Its block is ignored.", ignore: false };
  if (criteria.some((each) => each.kind === "exec"))
    return { message: "Match exec is never run here; its block is taken as not matching.", ignore: false };
  const strange = criteria.find((each) => !matchKinds.has(each.kind));
  if (strange)
    return { message: `Match ${shown(strange.kind)} is not known here; its block is ignored.`, ignore: false };
  return null;
}

type Criterion = { readonly kind: string; readonly negated: boolean; readonly argument: string };
const matchKinds = new Set(["all", "canonical", "final", "host", "originalhost", "user", "localuser", "exec"]);

/** The criteria of a Match line; null when ssh would refuse it. */
export function parseMatch(rest: string): readonly Criterion[] | null {
  const criteria: Criterion[] = [];
  let left = rest;
  while (left !== "" && !left.startsWith("#")) {
    const attribute = takeDelimited(left);
    if (attribute === null || attribute.word === "") return null;
    const negated = attribute.word.startsWith("!");
    const kind = (negated ? attribute.word.slice(1) : attribute.word).toLowerCase();
    left = attribute.rest;
    if (kind === "all") {
      if (criteria.length > 1 || (left !== "" && !left.startsWith("#"))) return null;
      return [...criteria, { kind, negated, argument: "" }];
    }
    if (kind === "canonical" || kind === "final") {
      criteria.push({ kind, negated, argument: "" });
      continue;
    }
    const argument = takeDelimited(left);
    if (argument === null || argument.word === "" || argument.word.startsWith("#")) return null;
    criteria.push({ kind, negated, argument: argument.word });
    left = argument.rest;
  }
  return criteria.length === 0 ? null : criteria;
}

/** A TCP port, or null; `ssh` is the one service name taken. */
export function readPort(word: string): number | null {
  if (word === "ssh") return 22;
  const port = /^\d{1,5}$/.test(word) ? Number(word) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** yes/no or true/false, any case; null for anything else. */
export function readFlag(word: string): boolean | null {
  if (/^(yes|true)$/i.test(word)) return true;
  return /^(no|false)$/i.test(word) ? false : null;
}

/** Reads `[user@]host[:port]` or `ssh://...`, comma separated, first hop first; `none` is no hop; null is bad. */
export function parseProxyJump(text: string): readonly JumpHop[] | null {
  const bare = text.replace(/#.*/s, "").trim();
  if (bare.toLowerCase() === "none") return [];
  const hops: JumpHop[] = [];
  for (const each of bare.split(",")) {
    const hop = parseHop(each);
    if (hop === null) return null;
    hops.push(hop);
  }
  return hops;
}

function parseHop(text: string): JumpHop | null {
  const uri = text.startsWith("ssh://");
  const bare = uri ? text.slice(6).replace(/\/$/, "") : text;
  const at = bare.lastIndexOf("@");
  if (at === 0) return null;
  const found = /^(?:\[([^\]]+)\]|([^:/[\]\s]+))(?:[:/]([^\s]*))?$/.exec(bare.slice(at + 1));
  const host = found?.[1] ?? found?.[2];
  if (!found || host === undefined) return null;
  const portText = found[3] ?? "";
  const port = portText === "" ? undefined : readPort(portText);
  if (port === null) return null;
  const user = at === -1 ? undefined : uri ? decodeUser(bare.slice(0, at)) : bare.slice(0, at);
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) };
}

function decodeUser(text: string): string {
  try {
    return decodeURIComponent(text.replace(/;.*/s, ""));
  } catch {
    return text;
  }
}

/** Names that stand in Host (or Match originalhost) lines without wildcard, each once, in file order. */
export function listSshHosts(root: SshConfigFile): { alias: string; file: string; line: number }[] {
  const found = new Map<string, { alias: string; file: string; line: number }>();
  const walk = (file: SshConfigFile) => {
    for (const line of file.lines) {
      for (const alias of namesOf(line)) {
        if (/[*?!]/.test(alias) || alias === "" || found.has(alias)) continue;
        found.set(alias, { alias, file: file.file, line: line.line });
      }
      line.included.forEach(walk);
    }
  };
  walk(root);
  return [...found.values()];
}

function namesOf(line: SshConfigLine): readonly string[] {
  if (line.keyword === "host") return line.words;
  if (line.keyword !== "match") return [];
  const criteria = parseMatch(line.rest) ?? [];
  return criteria
    .filter((each) => each.kind === "originalhost" && !each.negated)
    .flatMap((each) => each.argument.split(","));
}
