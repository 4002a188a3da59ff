/**
 * Places in texts that tell what a word is, as data: a trigger that the matcher looks for, and a pattern that is tried
 * there. Named groups are what is found: `host`, `hosts`, `domains`, `mail`, `user`, `users`, `password`, `key`, `serial`, and `gone`
 * for what is always removed; a digit behind the name tells groups of one pattern apart. The forms are those of the named
 * programs' sources and documentation.
 */
export interface Context {
  /** In small letters; the pattern is tried where one stands, at its first letter. Without: at the beginning of each line. */
  readonly triggers?: readonly string[];
  readonly pattern: RegExp;
  /** Only in entries with such a path. */
  readonly path?: RegExp;
}

const host = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?";
const user = "[A-Za-z0-9_\\x80-\\xff][A-Za-z0-9_.$\\x80-\\xff-]{0,63}";
const value = (name: string) =>
  `(?:\\\\"(?<${name}>[^"\\\\\\r\\n]{1,400})\\\\"|"(?<${name}1>(?:[^"\\\\\\r\\n]|\\\\.){1,400})"|'(?<${name}2>[^'\\r\\n]{1,400})'|(?<${name}3>[^\\s\\0\\x1b"',;&<>(){}\\[\\]\\\\]{1,400}))`;
/** Behind a key's name: `=`, `:`, `=>`, `": "`. */
const is = `(?:\\\\?["'])?[ \\t]{0,40}(?:=>|:=|[=:])[ \\t]{0,8}`;
/** `store_bypass`, `compass` and their like are no keys; any other word may end in one: `dbpass`. */
const pass = "(?:pass(?:word|wd|phrase|code)|(?<!(?<![a-z])(?:by|com|encom|tres|sur|over|under))pass)";
/** What Halfrack runs in, as it says of itself; and what sentences go on with: `remote host: Connection refused`. */
const noHost =
  "(?!(?:\\\\?[\"'])?[ \\t]{0,8}:[ \\t]{0,8}(?:\\\\?[\"'](?:browser|electron|cli)\\\\?[\"']|(?:reported|connection)(?![\\w.-])))";
const sticky = (source: string, flags = "i") => new RegExp(source, `${flags}yd`);
/** Up to here only words of a configuration's line. */
const lineOfWords = "(?<=^[ \\t]{0,40}(?:[\\w.-]{1,40}[ \\t]{1,8}){0,4}";
const address = "[0-9A-Fa-f.:]{2,45}(?:%\\w{1,16})?";

export const contexts: readonly Context[] = [
  // Always removed: crypt(3) hashes, LDAP's, old ones in a shadow line, WireGuard's keys.
  {
    triggers: [
      "$1$",
      "$2",
      "$5$",
      "$6$",
      "$7$",
      "$8$",
      "$9$",
      "$14$",
      "$y$",
      "$gy$",
      "$sha",
      "$md5",
      "$apr1$",
      "$argon2",
      "$pbkdf2",
      "$scrypt$",
      "$p$",
      "$h$",
    ],
    pattern: sticky(
      "(?<gone>\\$(?:\\d{1,2}[abxy]?|y|gy|sha1|md5|apr1|argon2(?:id|i|d)|pbkdf2[\\w-]{0,10}|scrypt|P|H)\\$[./A-Za-z0-9,=+$-]{12,400})",
    ),
  },
  {
    triggers: ["{ssha", "{sha", "{md5}", "{smd5}", "{crypt}"],
    pattern: sticky("\\{(?:SSHA\\d*|SHA\\d*|MD5|SMD5|CRYPT)\\}(?<gone>[./A-Za-z0-9+=$]{8,400})"),
  },
  {
    pattern: sticky(
      "[A-Za-z_][\\w.-]{0,63}:[!*]{0,2}(?<gone>[./A-Za-z0-9]{13}|_[./A-Za-z0-9]{19}):\\d*:\\d*:\\d*:\\d*:",
      "",
    ),
  },
  {
    triggers: ["privatekey", "presharedkey"],
    pattern: sticky(`(?:PrivateKey|PresharedKey)${is}(?<gone>[A-Za-z0-9+/]{42,44}={0,2})`),
  },

  // Keys and passwords.
  {
    triggers: [
      "pass",
      "secret",
      "token",
      "communit",
      "apikey",
      "api_key",
      "api-key",
      "accesskey",
      "access_key",
      "access-key",
      "credential",
      "pwd",
      "psk",
      "pw",
    ],
    pattern: sticky(
      `(?:${pass}|secret(?:[_-]?key)?|token|community|api[_-]?key|access[_-]?key|credentials?|pwd|psk|pw)\\d?${is}${value("password")}`,
    ),
  },
  // A line that holds nothing but a key and its value: all of it, whatever signs are in it.
  {
    triggers: ["pass", "secret", "token", "communit", "api_key", "psk", "pw"],
    pattern: sticky(
      `(?<=^[ \\t]{0,40}(?:export |set )?[\\w.-]{0,60})(?:${pass}|secret(?:[_-]?key)?|token|community|api_key|psk|pw)\\d?[ \\t]{0,40}[:=][ \\t]{0,8}(?<password>[^\\s\\0"'\\\\{\\[(<][^\\s\\0]{0,399}?)[;,]?[ \\t]*\\r?$`,
      "im",
    ),
  },
  {
    triggers: ["pass", "token", "secret"],
    pattern: sticky(`(?<=[\\s\\0"']--?[\\w-]{0,20})(?:${pass}|secret|token)[ \\t\\0]{1,8}${value("password")}`),
  },
  {
    triggers: ["password", "passwd", "secret", "community"],
    pattern: sticky(
      `${lineOfWords}(?:r[ow])?)(?:password|passwd|secret|community)[ \\t]{1,8}(?:\\d[ \\t]{1,8})?${value("password")}`,
      "im",
    ),
  },
  {
    triggers: [" -p", "\0-p"],
    pattern: sticky(
      `(?<=(?:ipmitool|ipmi-\\w+|sshpass|racadm|fence_\\w+|mysql\\w*|curl)\\b[^\\n]{0,200})[ \\0]-p[ \\0]?${value("password")}`,
    ),
  },
  {
    triggers: [" -u ", "\0-u\0"],
    pattern: sticky(
      `(?<=(?:ipmitool|ipmi-\\w+|racadm|curl|mysql\\w*)\\b[^\\n]{0,200})[ \\0]-u[ \\0](?<user>${user})(?::(?<password>[^\\s\\0"']{1,200}))?`,
    ),
  },
  { triggers: ["://"], pattern: sticky("://(?<user>[^\\s\\0:/@\"'<>]{1,64}):(?<password>[^\\s\\0/@\"'<>]{1,200})@") },
  {
    triggers: ["authorization", "cookie"],
    pattern: sticky(
      `(?:authorization|cookie)${is}(?:\\\\?["'])?(?:(?:basic|bearer|token|digest|negotiate)[ \\t]{1,4})?(?<key>[^\\s"'\\\\,]{4,1000})`,
    ),
  },
  {
    triggers: ["aaaab3nza", "aaaac3nza", "aaaae2vjz", "aaaainnr", "aaaagnnr"],
    pattern: sticky("(?<key>AAAA(?:B3Nza|C3Nza|E2Vjz|InNr|GnNr)[A-Za-z0-9+/=]{20,8192})"),
  },
  {
    triggers: ["ssh-rsa aaaa", "ssh-dss aaaa", "ssh-ed25519 aaaa", "ecdsa-sha2-nistp", "@openssh.com aaaa"],
    pattern: sticky('[\\w@.-]{7,40} AAAA[A-Za-z0-9+/=]{20,8192}[ \\t]{1,8}(?<comment>[^\\r\\n"\\\\]{1,200})'),
  },
  { triggers: ["sha256:"], pattern: sticky("(?<key>SHA256:[A-Za-z0-9+/]{43})(?![A-Za-z0-9+/])") },
  { triggers: ["md5:"], pattern: sticky("(?<key>MD5:(?:[0-9a-f]{2}:){15}[0-9a-f]{2})") },
  {
    triggers: ["akia", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "eyj"],
    pattern: sticky(
      "(?<![A-Za-z0-9_-])(?<key>AKIA[A-Z0-9]{16}|(?:ghp|gho|ghs|github_pat)_\\w{20,255}|glpat-[\\w-]{20,64}|xox[bp]-[\\w-]{10,200}|eyJ[\\w-]{8,4000}\\.[\\w-]{8,4000}\\.[\\w-]{0,4000})",
      "",
    ),
  },
  // vSMP: a system key of 45 groups; other products' keys.
  { triggers: ["system key"], pattern: sticky("system key[\"']?\\s*[:=]?\\s*[\"']?(?<key>[A-Z0-9][A-Z0-9-]{3,1200})") },
  {
    triggers: ["license", "licence", "activation", "product", "registration", "entitlement"],
    pattern: sticky(`(?:licen[cs]e|activation|product|registration|entitlement)[ _-]?(?:key|code)${is}${value("key")}`),
  },

  // Serial numbers: dmidecode, lspci, smartctl, ipmitool fru, lshw, udev, dmesg, racadm, switches.
  {
    triggers: [
      "serial",
      "asset",
      "service tag",
      "servicetag",
      "vendor sn",
      "machine id",
      "_machine_id",
      "machine-id",
      "wwn",
      "svctag",
      "express service",
    ],
    pattern: sticky(
      `(?:serial(?:[ _-]?(?:number|numb|num|no|short))?\\.?|asset[ _-]?(?:tag|number)|service[ _]?tag|express service code|vendor sn|_?machine[ _-]?id|wwn(?: device id)?|svctag)["']?[ \\t]{0,40}(?:=>|[:=])[ \\t]{0,8}${value("serial")}(?<more>(?:[ \\t]{1,2}[\\w.:/+-]{1,40}){0,4}[ \\t]*$)?`,
      "im",
    ),
  },
  {
    triggers: ["uuid"],
    pattern: sticky("UUID:[ \\t]{1,8}(?<serial>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"),
  },
  { triggers: ["iserial"], pattern: sticky("iSerial[ \\t]{1,20}\\d{1,3}[ \\t]{1,4}(?<serial>\\S{3,100})") },
  { triggers: ["mt"], pattern: sticky("(?<![A-Za-z0-9])(?<serial>MT\\d{4}[A-Z]{1,2}\\d{4,6})(?![A-Za-z0-9])", "") },
  {
    triggers: ["s/n", "sn:", "sn =", "sn=", "sn :"],
    pattern: sticky(`(?<![A-Za-z])S/?N[ \\t]{0,20}[:=][ \\t]{0,8}${value("serial")}`),
  },
  {
    path: /(?:^|\/)(?:\w+_)?(?:serial|product_uuid|machine-id|asset_tag)[^/]*$/i,
    pattern: sticky("(?<serial>[^\\r\\n]{3,100})$", "m"),
  },

  // Users: passwd, group, sshd, sudo, su, pam, login, last, who, ps, ls, audit, slurm.
  {
    pattern: sticky(
      `(?<account>${user}):[^:\\n]{0,200}:(?<uid>\\d{1,10}):\\d{1,10}:(?<gecos>[^:\\n]{0,200}):[^:\\n]{0,200}:[^:\\n]{0,200}$`,
      "m",
    ),
  },
  { pattern: sticky(`[\\w.-]{1,64}:[x*!]?:\\d{1,10}:(?<users>[\\w.,$-]{1,2000})$`, "m") },
  {
    pattern: sticky(
      `(?<user>${user})[ \\t]{1,30}(?:pts/\\d{1,5}|tty\\w{1,8}|:\\d{1,2}|ssh|hvc\\d)[ \\t]{1,30}(?:(?<host>(?!\\d{4}-)${host})[ \\t]{1,30})?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|\\d{4}-\\d\\d|\\w{3} [ \\d]\\d)[^\\n(]{0,60}(?:\\((?<host1>${host})\\))?`,
      "",
    ),
  },
  {
    pattern: sticky(
      `(?<user>${user})[ \\t]{1,20}\\d{1,8}[ \\t]{1,8}\\d{1,4}\\.\\d[ \\t]{1,8}\\d{1,4}\\.\\d[ \\t]{1,12}\\d`,
      "",
    ),
  },
  {
    pattern: sticky(
      `[ \\t]{0,10}[-dlcbps][rwxsStT-]{9}[.+@]?[ \\t]{1,8}\\d{1,8}[ \\t]{1,4}(?<user>${user})[ \\t]{1,20}(?<user1>${user})[ \\t]`,
      "",
    ),
  },
  { triggers: ["/home/", "/users/"], pattern: sticky(`/(?:home|Users)/(?<user>${user})`, "") },
  { triggers: ["sudo"], pattern: sticky(`sudo(?:\\[\\d{1,8}\\])?:[ \\t]{1,20}(?<user>${user}) : `) },
  {
    triggers: [" for ", " user "],
    pattern: sticky(
      `(?<=(?:Accepted|Failed|Postponed|Invalid|Illegal|authenticat\\w{1,4}|session \\w{1,8}|session \\w{1,8} for|for invalid|for illegal|from|by|Disconnected from|closed by|reset by|of|check pass;)[\\w/,;: -]{0,40}) (?:for |user |for (?:invalid |illegal )?user )(?<user>${user})(?= from |\\(uid|\\.?(?:["\\\\]|\\s*$)| by | \\S{2,45} port )(?:[ \\w()=]{0,30} by (?<user1>[A-Za-z_][\\w.-]{0,63})\\()?`,
      "im",
    ),
  },
  { triggers: ["invalid user "], pattern: sticky(`invalid user (?<user>${user})(?= (?:from|\\S{2,45} port)\\b)`) },
  {
    triggers: ["user", "login", "logname", "acct", "account", "owner", "auid", "uid", "gid", "groups"],
    pattern: sticky(
      `(?:(?<![a-z])(?:r?user(?:name|_?id)?|run[_-]user|login|logname|acct|account|owner|(?:su_)?user)(?:\\\\?["'])?[ \\t]{0,2}(?:=|:(?=[ \\t]?["\\\\]))[ \\t]?(?:\\\\?["'])?(?<user>${user})|(?:(?:^|(?<=[ \\t,;(]))(?:[ae]?uid|gid|groups)=\\d{1,10}|UserId=)\\(?(?<user1>${user})\\)|UserId=(?<user2>${user})\\()`,
      "im",
    ),
  },
  {
    triggers: ["on pts/", "on tty", "on none"],
    pattern: sticky(`(?<=\\(to (?<user1>${user})\\) (?<user>${user}) )on (?:pts|tty|none)`),
  },

  // Hosts: syslog's head, uname, journal, /etc/hosts, resolv.conf, IB node descriptions, DHCP, NFS, known_hosts, switches.
  {
    pattern: sticky(
      `(?:<\\d{1,3}>1? ?)?(?:[A-Z][a-z]{2} [ \\d]\\d (?:\\d{4} )?\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?|\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?) (?<host>${host}) [\\w./()@-]{1,64}(?:\\[\\d{1,8}\\])?:`,
      "",
    ),
  },
  { pattern: sticky(`(?:Linux|SunOS|FreeBSD|VMkernel) (?<host>${host}) \\d{1,3}\\.\\d{1,3}\\S{0,80} `, "") },
  {
    triggers: ["hostname", "nodename", "host name", "sysname", "_hostname", "host=", "host:", 'host"', "node name"],
    pattern: sticky(
      `(?:_?hostname|nodename|host name|node name|sysname|r?host${noHost})(?:\\\\?["'])?(?:${is}|[ \\t]{1,20})(?:\\\\?["'])?(?<host>${host})`,
    ),
  },
  {
    triggers: ["search ", "domain ", "search\t", "domain\t"],
    pattern: sticky(
      `(?<=^[ \\t]{0,10})(?:search|domain)[ \\t]{1,20}(?<domains>[\\w.-]{2,253}(?:[ \\t]{1,8}[\\w.-]{2,253}){0,10})[ \\t]*$`,
      "im",
    ),
    path: /resolv/,
  },
  {
    triggers: ["domain-name", "domainname", "domain name", "ip domain", "dns domain", "domain="],
    pattern: sticky(
      `(?:option )?(?:(?:ip |dns )domain(?:-| )?(?:name)?|domain(?:-name| name|name)?)(?:[ \\t]{1,8}|${is})"?(?<domains>[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,8})`,
    ),
  },
  {
    path: /(?:^|\/)(?:etc[/_].*hosts?|hosts?|getent[^/]*hosts?)[^/]*$/,
    pattern: sticky(`[ \\t]{0,10}${address}[ \\t]{1,40}(?<hosts>${host}(?:[ \\t]{1,40}${host}){0,20})`, ""),
  },
  { path: /hostname|nodename|mailname/i, pattern: sticky(`(?<host>${host})[ \\t]*$`, "m") },
  {
    triggers: ["@"],
    pattern: sticky(
      `(?<=(?<![\\w.@%+-])(?<user>[A-Za-z_\\x80-\\xff][\\w.+\\x80-\\xff-]{0,63}))@(?<mail>[A-Za-z](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)(?![@\\w]|-\\d{1,7}_)`,
    ),
  },
  { triggers: [" hca-", " mlx4_", " mlx5_"], pattern: sticky(`(?<=["' \\t](?<host>${host})) (?:HCA-\\d|mlx[45]_\\d)`) },
  { triggers: ["mf0;"], pattern: sticky(`MF0;(?<host>${host})[:;]`) },
  { triggers: ["client-hostname"], pattern: sticky(`client-hostname "(?<host>${host})"`) },
  {
    triggers: ["node=", "nodes=", "nodelist=", "nodeaddr="],
    pattern: sticky(`(?:node|nodes|nodelist|nodeaddr|nodename)=(?<host>${host})`),
  },
  {
    triggers: [":/"],
    pattern: sticky(
      `(?<=(?:^|[ \\t])(?<host>${host})):/[^\\s:]{0,200}[ \\t]{1,40}(?:on[ \\t])?/\\S{0,200}[ \\t]{1,40}(?:type[ \\t])?(?:nfs|fuse|glusterfs|cifs)`,
      "im",
    ),
  },
  {
    triggers: [" ssh-rsa aaaa", " ssh-ed25519 aaaa", " ecdsa-sha2-nistp", " ssh-dss aaaa"],
    pattern: sticky(`(?<=^(?<hosts>[\\w.,:\\[\\]-]{2,300})) (?:ssh|ecdsa)-`, "m"),
  },
  { triggers: ["ip-"], pattern: sticky("(?<![A-Za-z0-9])(?<host>ip-\\d{1,3}(?:-\\d{1,3}){3})(?![A-Za-z0-9])") },
  {
    triggers: [" from ", "rhost="],
    pattern: sticky(
      `(?:(?<=(?:Accepted|Failed|Connection|Invalid|Received|Disconnected)\\b[^\\n]{0,120}) from |rhost=)(?<host>${host})(?= port |\\s|$)`,
      "im",
    ),
  },
];
