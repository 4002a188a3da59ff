/** Reads `sminfo` (infiniband-diags, sminfo.c): one line on the subnet manager, or that none answered. */
import { readGuid } from "../../contract/guid.ts";
import { boundedLines, readCount, type Unread, UnreadLines } from "../reading.ts";

export interface SubnetManager {
  readonly line: number;
  readonly text: string;
  readonly lid: number;
  readonly guid: string;
  /** Grows while the manager works. */
  readonly activityCount: number;
  readonly priority: number;
  readonly state: "notActive" | "discovering" | "standby" | "master" | "unknown";
}

export interface SminfoReading {
  readonly manager: SubnetManager | null;
  /** The line that says the query failed: on stdout, with exit code 255. */
  readonly failure: Unread | null;
  readonly unread: readonly Unread[];
}

const managerLine =
  /^sminfo: sm lid (\d{1,5}) sm guid (0x[0-9a-f]{1,16}), activity count (\d{1,10}) priority (\d{1,3}) state (\d{1,3}) ?(\w{0,32})\s*$/i;
const states = ["notActive", "discovering", "standby", "master"] as const;

/** Reads `sminfo`. Total: never throws, whatever the text. */
export function readSminfo(text: string): SminfoReading {
  const unread = new UnreadLines();
  let manager: SubnetManager | null = null;
  let failure: Unread | null = null;
  for (const { line, text: content } of boundedLines(text, unread)) {
    const found = readManager(content, line);
    if (found && manager === null) manager = found;
    else if (/^sminfo: iberror: /.test(content)) failure ??= { line, text: content.slice(0, 200) };
    else unread.add(line, content);
  }
  return { manager, failure, unread: unread.get() };
}

function readManager(content: string, line: number): SubnetManager | null {
  const [, lidText, guidText = "", activity, priorityText, state] = managerLine.exec(content) ?? [];
  const [lid, guid, priority] = [readCount(lidText), readGuid(guidText), readCount(priorityText)];
  if (lid === null || guid === null || priority === null) return null;
  return {
    line,
    text: content.slice(0, 200),
    lid,
    guid,
    activityCount: Number(activity),
    priority,
    state: states[Number(state)] ?? "unknown",
  };
}
