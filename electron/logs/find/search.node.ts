/** Searches hosts for files, all at once: hits come as they are found, and what could not be searched is told. */
import { FaultError } from "../../contract/error.ts";
import { faultOf } from "../../contract/fault-of.ts";
import type { LabState } from "../../contract/lab.ts";
import type { FileSearch, SearchMessage } from "../../contract/logs/find.ts";
import { readPath } from "../../contract/logs/remote-path.ts";
import { here } from "../../contract/logs/target.ts";
import type { SshService } from "../../ssh/types.ts";
import { octal, octalText } from "../far/octal.ts";
import { Parts } from "../far/parts.ts";
import { type Reach, reachOf } from "../far/reach.node.ts";
import { asRootWhereAllowed, searchScript } from "../far/search.ts";
import { atOnce } from "./at-once.ts";
import { HitsReader } from "./hits.ts";
import { oneLine } from "./host.ts";
import { maxHosts, shellOf } from "./hosts.ts";

export interface SearchDeps {
  readonly ssh: Pick<SshService, "run">;
  readonly lab: () => LabState;
  /** For one host's search. */
  readonly timeoutMs?: number;
}

/** A search through a whole system takes minutes; what was found by then has been told. */
const timeoutMs = 10 * 60_000;
/** Hits in one message. */
const maxTogether = 200;

/**
 * Throws FaultError `logs.search-text` for a text that no line can hold. What goes wrong on a host is in its last
 * message; every host has one.
 */
export async function* search(
  deps: SearchDeps,
  wanted: FileSearch,
  signal?: AbortSignal,
): AsyncGenerator<SearchMessage> {
  if (/[\n\0]/.test(wanted.content ?? "") || /\0/.test(`${wanted.name}${wanted.under.join("")}`)) throw notOneLine();
  const lab = deps.lab();
  const hosts = (lab.lab?.devices ?? []).filter((device) => shellOf(device, lab) === "posix");
  const devices = wanted.devices ?? [...hosts.map((device) => device.name), here];
  yield* atOnce(devices, maxHosts, (device) =>
    searchHost(reachOf(deps.ssh, device), wanted, deps.timeoutMs ?? timeoutMs, signal),
  );
}

/** Ends the command there once enough was found. */
const enough = Symbol("enough");

export async function* searchHost(
  reach: Reach,
  wanted: FileSearch,
  limitMs: number,
  signal?: AbortSignal,
): AsyncGenerator<SearchMessage> {
  const reader = new HitsReader(reach.device, wanted);
  const parts = new Parts((part) => reader.take(part));
  const left = new AbortController();
  let waiting: Hits = [];
  let changed = Promise.withResolvers<void>();
  let drained = Promise.withResolvers<void>();
  let told = 0;
  const running = reach
    .run(argvFor(wanted), {
      timeoutMs: limitMs,
      holdStdin: true,
      signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
      onStdout: async (chunk) => {
        parts.take(chunk);
        const hits = reader.drain().slice(0, wanted.maxHits - told);
        told += hits.length;
        waiting.push(...hits);
        changed.resolve();
        if (told >= wanted.maxHits) throw enough;
        if (waiting.length >= maxTogether) await drained.promise;
      },
    })
    .then(
      (result) => ({ stderr: result.stderr, fault: reader.whole ? null : endedEarly(reach.device, result.stderr) }),
      (error: unknown) => ({ stderr: "", fault: error === enough ? null : faultOf(error) }),
    );
  let over = false;
  const ended = running.then((end) => {
    over = true;
    changed.resolve();
    return end;
  });
  try {
    while (!over || waiting.length > 0) {
      if (waiting.length === 0) await changed.promise;
      const hits = waiting;
      waiting = [];
      changed = Promise.withResolvers();
      if (over) changed.resolve();
      if (hits.length > 0) yield { kind: "hits", hits };
      drained.resolve();
      drained = Promise.withResolvers();
    }
    const { stderr, fault } = await ended;
    signal?.throwIfAborted();
    for (const line of stderr.split("\n")) if (line.trim() !== "") reader.refuse(oneLine(line));
    const { refused, moreRefused } = reader;
    const unsaid = moreRefused > 0 ? [`${moreRefused} more`] : [];
    yield {
      kind: "done",
      device: reach.device,
      fault,
      refused: [...refused, ...unsaid],
      truncated: told >= wanted.maxHits,
    };
  } finally {
    left.abort();
    drained.resolve();
  }
}

type Hits = Extract<SearchMessage, { kind: "hits" }>["hits"];

function argvFor(wanted: FileSearch): string[] {
  const minutes = wanted.changedWithinMs === undefined ? "" : `${Math.ceil(wanted.changedWithinMs / 60_000) + 1}`;
  const words = [
    octalText(wanted.name ?? ""),
    minutes,
    octalText(wanted.content ?? ""),
    wanted.looksLikeLog ? "log" : "",
    wanted.otherFileSystems ? "all" : "",
    ...wanted.under.map((folder) => octal(readPath(folder))),
  ];
  const script = ["sh", "-c", searchScript, "halfrack", ...words];
  return wanted.sudo ? ["sh", "-c", asRootWhereAllowed, "halfrack", searchScript, "halfrack", ...words] : script;
}

const endedEarly = (device: string, stderr: string) => ({
  code: "logs.search-ended-early",
  title: "The search ended before its end",
  detail: "The host ended it; what was found before is shown.",
  next: "Search again, perhaps fewer folders.",
  retry: true,
  subject: device,
  ...(stderr.trim() === "" ? {} : { evidence: stderr.slice(0, 2000) }),
});

const notOneLine = () =>
  new FaultError({
    code: "logs.search-text",
    title: "That text cannot be searched for",
    detail: "A text is looked for within single lines: it holds neither line breaks nor NULs.",
    next: "Search for a part of it that stands in one line.",
  });
