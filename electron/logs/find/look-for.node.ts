/** Looks for paths and programs on one host, in as few commands as their length allows. */
import type { Fault } from "../../contract/error.ts";
import { faultOf } from "../../contract/fault-of.ts";
import type { FoundFile } from "../../contract/logs/find.ts";
import type { Wanted } from "../catalogue/wanted.ts";
import { pathsScript } from "../far/look.ts";
import { octalText } from "../far/octal.ts";
import { Parts } from "../far/parts.ts";
import type { Reach, ReachOptions } from "../far/reach.node.ts";
import { PathsReader, type StampContext } from "./paths.ts";

export type Limits = Pick<ReachOptions, "timeoutMs" | "signal">;

/** As whom it is looked. */
export interface Looker {
  /** What goes before the command; nothing for the login itself. */
  readonly prefix: readonly string[];
  /** Whether beginnings of logs are read. */
  readonly heads: boolean;
}

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

/** Rejects only for an aborted signal. `user` is the login. */
export async function lookFor(
  reach: Reach,
  limited: Limits,
  wanted: Wanted,
  { prefix, heads }: Looker,
  user: string,
  context: StampContext,
): Promise<Looked> {
  const files: FoundFile[] = [];
  const installed = new Set<string>();
  let more = 0;
  for (const some of batches(askedFor(wanted))) {
    const room = maxFiles - files.length;
    const reader = new PathsReader(some, user, context, room);
    const words = [`${room}`, heads ? "heads" : "", ...some.flatMap((one) => one.words)];
    const argv = [...prefix, "sh", "-c", pathsScript, "halfrack", ...words];
    const fault = await lookOnce(reach, limited, reader, argv);
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
): Promise<Fault | null> {
  const parts = new Parts((part) => reader.take(part));
  try {
    const result = await reach.run(argv, { ...limited, onStdout: (chunk) => parts.take(chunk) });
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
