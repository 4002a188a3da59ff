/**
 * Reads what tells of a node's hardware and system, each by the format that its tool documents. All are total: what cannot be
 * made out is left out. Outputs come bounded (`maxFactChars` in facts.ts).
 */

/** One record of `dmidecode` (dmidecode.c): a line with handle and type, a title, indented keys and values. */
export interface DmiRecord {
  readonly type: number;
  readonly values: ReadonlyMap<string, string>;
}

/** More than any machine has slots for. */
const maxRecords = 4096;

export function readDmidecode(text: string): readonly DmiRecord[] {
  const records: { type: number; values: Map<string, string> }[] = [];
  for (const line of text.split("\n")) {
    const type = /^Handle 0x[0-9A-Fa-f]{1,8}, DMI type (\d{1,3})\b/.exec(line)?.[1];
    if (type !== undefined) {
      if (records.length >= maxRecords) break;
      records.push({ type: Number(type), values: new Map() });
      continue;
    }
    const [, key, value] = /^\t([^\t:][^:]{0,80}):[ \t]{0,40}(.{0,400})$/.exec(line) ?? [];
    if (key !== undefined && value) records.at(-1)?.values.set(key, value.trim());
  }
  return records;
}

/** Of a key with what stands before it and behind. */
const maxKeyChars = 160;

/** `key: value` lines, as lscpu, /proc/cpuinfo, /proc/meminfo, ibv_devinfo and modinfo print them; the first of each key. */
export function readPairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    const key = line.slice(0, Math.min(colon, maxKeyChars)).trim();
    if (colon < 1 || colon > maxKeyChars || key === "" || key.includes("\t") || pairs.has(key)) continue;
    if (pairs.size < 4096) pairs.set(key, line.slice(colon + 1).trim());
  }
  return pairs;
}

/** `/path/of/a/file:its content`, as `grep -H ""` prints files of the kernel. */
export function readGrepped(text: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, path, value] =
      /^(\/[^:\n]{1,300}(?:[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d[^:\n]{1,200})?):(.*)$/.exec(line) ?? [];
    if (path !== undefined && value !== undefined && !files.has(path) && files.size < 20_000)
      files.set(path, value.trim());
  }
  return files;
}

/** `key = value`, as `sysctl -a` prints; `KEY=value`, as os-release and a kernel's configuration hold. */
export function readAssignments(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, value] = /^([\w.:/@-]{1,200})[ \t]{0,8}=[ \t]{0,8}(.{0,1000})$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && values.size < 20_000)
      values.set(key, value.trim().replace(/^"(.*)"$/, "$1"));
  }
  return values;
}

/** Of one package that are told; kernels are kept for a while, others seldom have two. */
const maxVersions = 64;

/**
 * Packages with their versions: `rpm -qa` (name-version-release.arch; with `--last` a date behind) and `dpkg-query -l` (state,
 * name, version, architecture). Of several versions of one package, all.
 */
export function readPackages(text: string): ReadonlyMap<string, string> {
  const versions = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [, debName, debVersion] =
      /^[uirph][nicurhWt]R?[ \t]{1,8}(\S{1,120})[ \t]{1,200}(\S{1,120})[ \t]/.exec(line) ?? [];
    const [, rpmName, rpmVersion] = /^(\S{1,120})-([^-\s]{1,80}-[^-\s]{1,80})(?:[ \t].*)?$/.exec(line) ?? [];
    const name = debName ?? rpmName;
    const version = debVersion ?? rpmVersion;
    if (name === undefined || version === undefined || versions.size > 20_000) continue;
    const known = versions.get(name);
    if (known === undefined) versions.set(name, [version]);
    else if (known.length < maxVersions) known.push(version);
  }
  return new Map([...versions].map(([name, all]) => [name, all.toSorted().join(", ")]));
}

/** Names of loaded modules, of `lsmod` and /proc/modules. */
export function readModules(text: string): readonly string[] {
  return text
    .split("\n")
    .flatMap((line) => /^(\w{1,80})[ \t]{1,60}\d{1,10}[ \t]/.exec(`${line} `)?.[1] ?? [])
    .slice(0, 2000);
}
