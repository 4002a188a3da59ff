/** Owns what is typed and told of a search over hosts for files. Pure. */
import type { FileSearch, SearchMessage } from "../../electron/contract/logs/find.ts";
import { targetName } from "./words.ts";

const hour = 3_600_000;
export const ages = [
  { value: "any", label: "whenever" },
  { value: String(hour / 4), label: "in the last 15 minutes" },
  { value: String(hour), label: "in the last hour" },
  { value: String(24 * hour), label: "in the last 24 hours" },
  { value: String(7 * 24 * hour), label: "in the last 7 days" },
];

/** The folders that stand in the field, parted by spaces; null where one is none, or nothing is typed. */
export function foldersOf(typed: string): readonly string[] | null {
  const folders = typed.split(/\s+/).filter((word) => word !== "");
  return folders.length > 0 && folders.every((folder) => folder.startsWith("/")) ? folders : null;
}

type Wanted = Pick<FileSearch, "under"> & Partial<FileSearch>;

/** What kept files out, for a search that found none. */
export const filterWords = ({ under, name, content, changedWithinMs, looksLikeLog }: Wanted): string =>
  [
    `under ${under.join(" or ")}`,
    name === undefined ? "" : `named ${name}`,
    changedWithinMs === undefined
      ? ""
      : `changed ${ages.find(({ value }) => value === String(changedWithinMs))?.label ?? `in the last ${changedWithinMs} ms`}`,
    content === undefined ? "" : `holding “${content}”`,
    looksLikeLog === true ? "looking like a log" : "",
  ]
    .filter((words) => words !== "")
    .join(", ");

const byName = (one: string, other: string) => one.localeCompare(other, "en", { numeric: true });

/** What could not be read, each once, with the hosts that said so. */
export function refusalsOf(
  done: readonly Pick<Extract<SearchMessage, { kind: "done" }>, "device" | "refused">[],
): readonly { readonly refused: string; readonly hosts: string }[] {
  const byText = new Map<string, string[]>();
  for (const { device, refused } of done)
    for (const text of new Set(refused)) byText.set(text, [...(byText.get(text) ?? []), targetName(device)]);
  return [...byText].map(([refused, hosts]) => ({ refused, hosts: hosts.toSorted(byName).join(", ") }));
}
