/**
 * Owns what an archive without a manifest of Halfrack becomes: an sosreport, a vendor's `system_info`, or any folder of
 * logs that somebody packed. Its files are entries of one target; nothing is known of them but names, sizes and times.
 */
import { isInherited } from "../../contract/base.ts";
import type { CollectionHeader, Entry, EntryResult } from "../../contract/logs/entry.ts";
import { Paths, safePath } from "./paths.ts";

/** What is seen of a member in passing. */
export interface StrangerMember {
  readonly name: string;
  readonly kind: "file" | "link" | "other";
  readonly sizeBytes: number;
  readonly modifiedAt: number | null;
  readonly link: string;
  /** No NUL in what it begins with. */
  readonly text: boolean;
}

/** The item of such entries: none of the catalogue's. */
export const strangerItem = "archive";

export interface Stranger {
  readonly header: CollectionHeader;
  /** Of members without content, by entry. Entries and members have the same numbers. */
  readonly notes: ReadonlyMap<number, Pick<EntryResult, "state" | "reason">>;
  /** What is odd about names. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

/** `fileName` is the archive's own. */
export function strangerOf(
  members: readonly StrangerMember[],
  of: { readonly id: string; readonly fileName: string; readonly now: number },
): Stranger {
  const top = topFolder(members);
  const device = deviceOf(of.fileName);
  const paths = new Paths();
  const notes = new Map<number, Pick<EntryResult, "state" | "reason">>();
  const problems: { path: string; reason: string }[] = [];
  const entries = members.map((member, n): Entry => {
    const { name, kind, sizeBytes } = member;
    const below = name.slice(name.startsWith(top) ? top.length : 0);
    const path = paths.take(`nodes/${device}/files/${safePath(below)}`);
    if (leadsOut(name))
      problems.push({ path: name, reason: `its name leads out of the archive; it is kept as ${path}` });
    if (kind === "link") {
      notes.set(n, {
        state: "left-out",
        reason: `a link to ${member.link || "something else"}; links are not followed`,
      });
    } else if (kind === "other") {
      notes.set(n, { state: "left-out", reason: "a device, a pipe, or of a kind that is not read" });
    }
    return {
      n,
      target: device,
      item: strangerItem,
      source: { how: "own", what: `in ${of.fileName}: ${name}` },
      path,
      root: false,
      timeoutMs: 1,
      capBytes: Math.max(1, sizeBytes),
      keep: "head",
      text: member.text,
      estimateBytes: sizeBytes,
    };
  });
  return {
    header: {
      halfrack: 1,
      id: of.id,
      name: of.fileName,
      lab: "",
      preset: strangerItem,
      createdAt: of.now,
      fromMs: null,
      toMs: null,
      targets: [{ id: device, device, kinds: ["linux"] }],
      entries,
      notes: "",
    },
    notes,
    problems,
  };
}

const leadsOut = (name: string): boolean => /^(?:[\\/]|[a-z]:)/i.test(name) || name.split(/[\\/]/).includes("..");

/** The one folder in which all members are, with its slash; empty where there is none. */
function topFolder(members: readonly StrangerMember[]): string {
  const first = members[0]?.name ?? "";
  const top = first.slice(0, first.indexOf("/") + 1);
  return top !== "" && !leadsOut(top) && members.every(({ name }) => name.startsWith(top)) ? top : "";
}

/**
 * The device that an archive tells of: the host in names of sos (`sosreport-<host>-...`) and of ScaleMP's collector
 * (`system_info-<host>-<version>-<stamp>`), else the file's name without its endings.
 */
function deviceOf(fileName: string): string {
  const base = fileName.replace(/(?:\.(?:tar|tgz|gz|zst|xz|bz2|zip))+$/i, "");
  const host = /^(?:sosreport|system_info)-([A-Za-z0-9._]+)-/.exec(base)?.[1];
  const name = safePath(host ?? base)
    .replaceAll("/", "_")
    .slice(0, 64)
    .trim();
  return name === "" || isInherited(name) ? "archive" : name;
}
