/** Reads ssh_config files and what they include from the disk; `config.ts` and `config-resolve.ts` say what they mean. */
import { type BigIntStats, constants } from "node:fs";
import { glob, open, realpath, stat } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import { FaultError, messageOf } from "../contract/error.ts";
import {
  listSshHosts,
  maxIncludeDepth,
  parseSshConfig,
  type SshConfigFile,
  type SshConfigLine,
  type SshConfigNote,
} from "./config.ts";
import { expandSshPath, resolveSshHost, type SshHostSettings } from "./config-resolve.ts";

/** Larger files are not read: no admin's ssh_config is, and a wrong path may name anything. */
const maxFileBytes = 1024 * 1024;
/** Files one tree of includes may hold. */
const maxFiles = 500;

export type LoadedSshConfig = {
  /** Names that can be given to ssh, without patterns, in file order. */
  readonly hosts: readonly { readonly alias: string; readonly file: string; readonly line: number }[];
  /** What ssh would use for `alias`; identity files are expanded (~ and tokens), `none` is left out. */
  readonly resolve: (alias: string) => SshHostSettings;
  /** The same with file names as written, comparable to `ssh -G`. */
  readonly resolveRaw: (alias: string) => SshHostSettings;
  readonly notes: readonly SshConfigNote[];
  /** Whether reading again would give the same: no file of it has changed, and its Includes name the same files. */
  readonly isCurrent: () => Promise<boolean>;
};

/**
 * Gives the ssh_config at `path` as it stands now, reading it again only when it or a file it includes has changed: for
 * who asks often. Rejects as {@link loadSshConfig} does.
 */
export function sshConfigReader(path: string, homeDir: string): () => Promise<LoadedSshConfig> {
  let last: LoadedSshConfig | null = null;
  return async () => {
    const known = last;
    if (known && (await known.isCurrent())) return known;
    const read = await loadSshConfig(path, homeDir);
    last = read;
    return read;
  };
}

/**
 * Reads `path` and everything it includes, now; later changes of the files are not seen. Relative Include paths are
 * taken from `<homeDir>/.ssh`, as ssh does for a user's file. Throws FaultError `ssh-config.unreadable` when `path`
 * itself cannot be read; an included file that cannot be read is a note.
 */
export async function loadSshConfig(path: string, homeDir: string): Promise<LoadedSshConfig> {
  const notes: SshConfigNote[] = [];
  const state: ReadState = { homeDir, notes, files: 0, stamps: new Map(), includes: new Map() };
  const readAtMs = Date.now();
  const text = await readBounded(path, state).catch((error: unknown) => {
    throw new FaultError(
      {
        code: "ssh-config.unreadable",
        title: `The ssh_config file ${path} cannot be read`,
        detail: messageOf(error),
        next: "Check that the file exists and that it may be read, or choose another.",
        subject: path,
      },
      { cause: error },
    );
  });
  const root = await readTree(text, path, [await realpath(path)], state);
  const me = userInfo();
  const resolveRaw = (alias: string) => resolveSshHost(root, alias, me.username);
  return {
    hosts: listSshHosts(root),
    notes,
    isCurrent: () => isCurrent(state, readAtMs),
    resolveRaw,
    resolve: (alias) => {
      const raw = resolveRaw(alias);
      const tokens = {
        homeDir,
        hostName: raw.hostName,
        alias,
        remoteUser: raw.user ?? me.username,
        localUser: me.username,
        localHost: hostname(),
        port: raw.port ?? 22,
        uid: String(me.uid),
        env: process.env,
        ...(raw.hostKeyAlias === undefined ? {} : { hostKeyAlias: raw.hostKeyAlias }),
      };
      const identityFiles = raw.identityFiles
        .filter((file) => file.toLowerCase() !== "none")
        .map((file) => expandSshPath(file, tokens));
      const { identityAgent } = raw;
      if (identityAgent === undefined) return { ...raw, identityFiles };
      return { ...raw, identityFiles, identityAgent: expandSshPath(identityAgent, tokens) };
    },
  };
}

type ReadState = {
  readonly homeDir: string;
  readonly notes: SshConfigNote[];
  files: number;
  /** What the files were when they were read, by path; null for one that could not be looked at. */
  readonly stamps: Map<string, Stamp | null>;
  /** What each Include pattern named. */
  readonly includes: Map<string, readonly string[]>;
};

type Stamp = { readonly identity: string; readonly modifiedMs: number };

/** A file changed this shortly before it was read may change once more without another time: file systems count coarsely. */
const coarseTimeMs = 2000;

async function isCurrent({ stamps, includes }: ReadState, readAtMs: number): Promise<boolean> {
  for (const [path, stamp] of stamps) {
    if (stamp && stamp.modifiedMs > readAtMs - coarseTimeMs) return false;
    const now = await stat(path, { bigint: true }).then(stampOf, () => null);
    if (now?.identity !== stamp?.identity) return false;
  }
  for (const [pattern, named] of includes) {
    const now = await matching(pattern);
    if (now.length !== named.length || now.some((path, index) => path !== named[index])) return false;
  }
  return true;
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs, mtimeMs }: BigIntStats): Stamp {
  return { identity: [dev, ino, size, mtimeNs, ctimeNs].join(), modifiedMs: Number(mtimeMs) };
}

async function readTree(
  text: string,
  file: string,
  ancestors: readonly string[],
  state: ReadState,
): Promise<SshConfigFile> {
  const parsed = parseSshConfig(text, file);
  state.notes.push(...parsed.notes);
  const lines: SshConfigLine[] = [];
  for (const line of parsed.lines)
    lines.push(
      line.keyword === "include" ? { ...line, included: await readIncluded(line, file, ancestors, state) } : line,
    );
  return { file, lines };
}

async function readIncluded(
  line: SshConfigLine,
  file: string,
  ancestors: readonly string[],
  state: ReadState,
): Promise<SshConfigFile[]> {
  const found: SshConfigFile[] = [];
  const note = (message: string) => state.notes.push({ source: file, line: line.line, message });
  for (const pattern of line.words) {
    const anchored = anchor(pattern, state.homeDir);
    const paths = await matching(anchored);
    state.includes.set(anchored, paths);
    for (const path of paths) {
      if (state.files >= maxFiles) {
        note(`More than ${maxFiles} files are included; the rest is not read.`);
        return found;
      }
      try {
        const real = await realpath(path);
        if (ancestors.includes(real)) note(`Include of ${path} leads back to itself; it is not read again.`);
        else if (ancestors.length >= maxIncludeDepth)
          note(`Includes nest deeper than ${maxIncludeDepth}; ${path} is not read.`);
        else {
          state.files++;
          found.push(await readTree(await readBounded(path, state), path, [...ancestors, real], state));
        }
      } catch (error) {
        note(`Included file ${path} cannot be read: ${messageOf(error)}`);
      }
    }
  }
  return found;
}

function anchor(pattern: string, homeDir: string): string {
  if (pattern === "~" || pattern.startsWith("~/")) return homeDir + pattern.slice(1);
  return isAbsolute(pattern) ? pattern : join(homeDir, ".ssh", pattern);
}

/** Files a glob names, sorted; none when nothing matches. Names that begin with a dot need a dot in the pattern. */
async function matching(pattern: string): Promise<string[]> {
  if (!/[*?[]/.test(pattern)) return (await realpath(pattern).catch(() => null)) === null ? [] : [pattern];
  const found: string[] = [];
  for await (const path of glob(pattern)) {
    if (found.length > maxFiles) break;
    if (!hidesDotFile(path, pattern)) found.push(path);
  }
  return found.sort();
}

/** True where a wildcard stands for a leading dot, which a shell's glob does not allow. */
function hidesDotFile(path: string, pattern: string): boolean {
  const parts = path.split("/").toReversed();
  const patterns = pattern.split("/").toReversed();
  return parts.some((part, index) => part.startsWith(".") && !(patterns[index] ?? ".").startsWith("."));
}

async function readBounded(path: string, { stamps }: ReadState): Promise<string> {
  stamps.set(path, await stat(path, { bigint: true }).then(stampOf, () => null));
  // Without O_NONBLOCK a named pipe would be waited for until somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error("it is not a regular file");
    if (stats.size > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes} bytes`);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}
