/** Where processor time goes while the terminal benchmark runs: Linux's /proc, added up by the part each process plays. */
import { readdirSync, readFileSync } from "node:fs";

export const parts = ["far side", "main process", "page", "rest of the browser"] as const;
export type Part = (typeof parts)[number];
/** Milliseconds of processor time. */
export type Spent = Readonly<Record<Part, number>>;

/** Linux tells times in ticks of 1/100 s on every common machine. */
const tickMs = 10;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly ticks: number;
}

/** What this process's descendants have used so far; what ended is counted with the parent that waited for it. */
export function spentMs(mainPid: number | undefined): Spent {
  const spent = { "far side": 0, "main process": 0, page: 0, "rest of the browser": 0 };
  const all = processes();
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  for (const process of all) {
    if (descends(process.pid, parents)) spent[partOf(process, mainPid)] += process.ticks * tickMs;
  }
  return spent;
}

export function minus(after: Spent, before: Spent): Spent {
  return {
    "far side": after["far side"] - before["far side"],
    "main process": after["main process"] - before["main process"],
    page: after.page - before.page,
    "rest of the browser": after["rest of the browser"] - before["rest of the browser"],
  };
}

function partOf({ pid, name }: Process, mainPid: number | undefined): Part {
  if (pid === mainPid) return "main process";
  if (!name.startsWith("chrom")) return "far side";
  return read(`/proc/${pid}/cmdline`).includes("--type=renderer") ? "page" : "rest of the browser";
}

function processes(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const found = /^(\d+) \((.*)\) (.*)$/s.exec(read(`/proc/${name}/stat`));
      if (!found) return [];
      const [, pid = "", command = "", rest = ""] = found;
      // after the name: state, parent, ... the times of proc(5)'s fields 14 to 17
      const fields = rest.split(" ");
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      return [{ pid: Number(pid), parent: Number(fields[1]), name: command, ticks }];
    });
}

function descends(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at; at = parents.get(at)) if (at === process.pid) return at !== pid;
  return false;
}

/** Empty when the process has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
