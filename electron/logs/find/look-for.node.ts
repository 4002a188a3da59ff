/** Looks for paths and programs on one host, in as few commands as their length allows. */
import type { Fault } from "../../contract/error.ts";
import { faultOf } from "../../contract/fault-of.ts";
import type { FoundFile } from "../../contract/logs/find.ts";
import type { Wanted } from "../catalogue/wanted.ts";
import { pathsScript } from "../far/look.ts";
import { octalText } from "../far/octal.ts";
import { Parts } from "../far/parts.ts";
import type { Reach } from "../far/reach.node.ts";
import type { TimeHeard } from "./clock.ts";
import type { HostFacts } from "./host.ts";
import { PathsReader } from "./paths.ts";

export interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** As a command takes them. */
export const limits = ({ timeoutMs, signal }: Limits): Limits => ({ timeoutMs, ...(signal ? { signal } : {}) });

/** Of one host; more are counted. */
const maxFiles = 4096;
/** Of arguments in one command: sshd hands a command to the login's shell as one word, which Linux bounds at 128 KiB. */
const maxArgumentChars = 64 * 1024;

export interface Looked {
  readonly files: readonly FoundFile[];
  /** Items whose program is there. */
  readonly installed: ReadonlySet<string>;
  readonly more: number;
  /** Why not all was looked for. What came before it counts. */
  readonly fault: Fault | null;
}

/** Rejects only for an aborted signal. Each time that the host tells goes to `heard`. */
export async function lookFor(
  reach: Reach,
  limited: Limits,
  host: HostFacts,
  wanted: Wanted,
  how: { readonly asRoot: boolean; readonly heads: boolean },
  heard: TimeHeard[],
): Promise<Looked> {
  const files: FoundFile[] = [];
  const installed = new Set<string>();
  let more = 0;
  for (const some of batches(askedFor(wanted))) {
    const room = maxFiles - files.length;
    const reader = new PathsReader(some, host.user, host, room);
    const fault = await lookOnce(reach, limited, reader, argvFor(some, room, how), heard);
    files.push(...reader.files);
    for (const item of reader.installed) installed.add(item);
    more += reader.more;
    if (fault) return { files, installed, more, fault };
  }
  return { files, installed, more, fault: null };
}

async function lookOnce(
  reach: Reach,
  limited: Limits,
  reader: PathsReader,
  argv: readonly string[],
  heard: TimeHeard[],
): Promise<Fault | null> {
  const sentAt = Date.now();
  let told = false;
  const parts = new Parts((part) => {
    reader.take(part);
    if (told || reader.time === null) return;
    told = true;
    heard.push({ time: reader.time, sentAt, gotAt: Date.now() });
  });
  try {
    const result = await reach.run(argv, { ...limits(limited), onStdout: (chunk) => parts.take(chunk) });
    return reader.whole ? null : endedEarly(reach.device, result.stderr);
  } catch (error) {
    limited.signal?.throwIfAborted();
    return faultOf(error);
  }
}

const endedEarly = (device: string, stderr: string): Fault => ({
  code: "logs.look-ended-early",
  title: "Not all could be looked for",
  detail: "The host ended the command before it had told of everything; what it told before is shown.",
  next: "Look again; if it happens again, see whether the host ends processes of this login.",
  retry: true,
  subject: device,
  ...(stderr.trim() === "" ? {} : { evidence: stderr.slice(0, 2000) }),
});

interface Asked {
  readonly item: string;
  /** What the script takes for it. */
  readonly words: readonly [how: "t" | "f" | "a" | "p", holding: string, what: string];
}

function askedFor({ paths, programs }: Wanted): Asked[] {
  return [
    ...programs.map(({ item, program }): Asked => ({ item, words: ["p", "", octalText(program)] })),
    ...paths.flatMap(({ item, globs, what, holding, text }) => {
      const how = what === "any" ? "a" : text ? "t" : "f";
      return globs.map((glob): Asked => ({ item, words: [how, octalText(holding ?? ""), octalText(glob)] }));
    }),
  ];
}

function* batches(asked: readonly Asked[]): Generator<readonly Asked[]> {
  let some: Asked[] = [];
  let chars = 0;
  for (const one of asked) {
    const length = one.words.join(" ").length + one.words.length;
    if (some.length > 0 && chars + length > maxArgumentChars) {
      yield some;
      some = [];
      chars = 0;
    }
    some.push(one);
    chars += length;
  }
  if (some.length > 0) yield some;
}

function argvFor(some: readonly Asked[], room: number, how: { readonly asRoot: boolean; readonly heads: boolean }) {
  const words = [`${room}`, how.heads ? "heads" : "", ...some.flatMap((one) => one.words)];
  return [...(how.asRoot ? ["sudo", "-n"] : []), "sh", "-c", pathsScript, "halfrack", ...words];
}
