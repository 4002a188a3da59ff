/** An Ansible inventory as data: groups, hosts, whose variables stand above whose (vars/manager.py), host ranges. */

export type Vars = Map<string, unknown>;
export type Group = { readonly vars: Vars; readonly hosts: Set<string>; readonly children: Set<string> };
export type Note = (line: number, message: string) => void;

/** Hosts one inventory may name, ranges counted out. */
export const maxHosts = 5000;
/** Groups one inventory may name: who is in which takes time by their number squared. */
export const maxGroups = 1000;

/** An inventory as read, before variables are resolved. */
export class Inventory {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, { readonly vars: Vars; readonly line: number }>();
  readonly #note: Note;
  #full = false;
  #tooManyGroups = false;

  constructor(note: Note) {
    this.#note = note;
  }

  group(name: string): Group {
    const known = this.groups.get(name);
    if (known) return known;
    const added: Group = { vars: new Map(), hosts: new Set(), children: new Set() };
    if (this.groups.size < maxGroups) this.groups.set(name, added);
    else if (!this.#tooManyGroups) {
      this.#tooManyGroups = true;
      this.#note(0, `Only the first ${maxGroups} groups are read.`);
    }
    return added;
  }

  /** Adds a host (once) to a group; its variables add up, the later value of a name stands. */
  host(name: string, group: string, vars: Iterable<readonly [string, unknown]>, line: number): void {
    const known = this.hosts.get(name) ?? { vars: new Map<string, unknown>(), line };
    if (!this.hosts.has(name) && this.hosts.size >= maxHosts) {
      if (!this.#full) this.#note(line, `Only the first ${maxHosts} hosts are read.`);
      this.#full = true;
      return;
    }
    this.hosts.set(name, known);
    for (const [key, value] of vars) known.vars.set(key, value);
    this.group(group).hosts.add(name);
  }

  /** Variables of every host: group `all` first, then groups by depth and name, the host's own last. */
  resolved(): Map<string, Vars> {
    const order = [...this.#depths()].sort(([a, da], [b, db]) => da - db || (a < b ? -1 : 1)).map(([name]) => name);
    const members = new Map(order.map((name) => [name, this.#members(name)]));
    return new Map(
      [...this.hosts].map(([host, { vars }]) => {
        const all = order.filter((name) => name === "all" || members.get(name)?.has(host));
        return [host, new Map([...all.flatMap((name) => [...this.group(name).vars]), ...vars])] as const;
      }),
    );
  }

  /** Longest way down from a group without parents; a group that holds itself is cut where it comes back. */
  #depths(): Map<string, number> {
    const depths = new Map<string, number>([...this.groups.keys()].map((name) => [name, name === "all" ? 0 : 1]));
    for (let round = 0, moved = true; moved && round <= this.groups.size; round++) {
      moved = false;
      for (const [name, { children }] of this.groups)
        for (const child of children) {
          const depth = (depths.get(name) ?? 0) + 1;
          if (
            child === "all" ||
            !this.groups.has(child) ||
            depth <= (depths.get(child) ?? 0) ||
            depth > this.groups.size + 1
          )
            continue;
          depths.set(child, depth);
          moved = true;
        }
    }
    return depths;
  }

  #members(name: string): Set<string> {
    const found = new Set<string>();
    const seen = new Set<string>();
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const host of this.groups.get(next)?.hosts ?? []) found.add(host);
      open.push(...(this.groups.get(next)?.children ?? []));
    }
    return found;
  }
}

/** Counts out `node[01:10]`, `db-[a:f]`, `n[1:9:2]`; several ranges multiply. A bad range is a note and no host. */
export function expandHosts(pattern: string, note: (message: string) => void): string[] {
  let done = [""];
  let rest = pattern;
  for (let found = rangeIn(rest); found !== null; found = rangeIn(rest)) {
    const { before, after, values } = found;
    if (values === null || done.length * values.length > maxHosts) {
      note(`The range in ${JSON.stringify(pattern.slice(0, 80))} is not understood, or too long; it is left out.`);
      return [];
    }
    done = done.flatMap((start) => values.map((value) => start + before + value));
    rest = after;
  }
  return done.map((start) => start + rest);
}

function rangeIn(text: string): { before: string; after: string; values: string[] | null } | null {
  const found = /^([^[]*)\[([^\]:]*):([^\]:]*)(?::([^\]]*))?\](.*)$/s.exec(text);
  if (!found) return null;
  const [, before = "", first = "", last = "", step = "1", after = ""] = found;
  return { before, after, values: rangeValues(first === "" ? "0" : first, last, step === "" ? "1" : step) };
}

function rangeValues(first: string, last: string, step: string): string[] | null {
  if (!/^\d{1,4}$/.test(step) || Number(step) === 0) return null;
  if (/^\d{1,9}$/.test(first) && /^\d{1,9}$/.test(last)) {
    // A leading zero asks for numbers of that width, and then both ends must have it.
    const width = /^0\d/.test(first) ? first.length : 0;
    if (width > 0 && last.length !== width) return null;
    return count(Number(first), Number(last), Number(step), (value) => String(value).padStart(width, "0"));
  }
  if (!/^[a-zA-Z]$/.test(first) || !/^[a-zA-Z]$/.test(last)) return null;
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return count(letters.indexOf(first), letters.indexOf(last), Number(step), (value) => letters[value] ?? "");
}

function count(first: number, last: number, step: number, write: (value: number) => string): string[] | null {
  if (last < first || (last - first) / step > maxHosts) return null;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => write(first + index * step));
}
