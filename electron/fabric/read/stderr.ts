/** Reads what discovery tools say on stderr: they end with exit code 0 although a node did not answer. */
import { boundedLines, UnreadLines } from "../reading.ts";

export interface DiscoveryComplaint {
  readonly line: number;
  readonly text: string;
  /** `route`: a node at the end of this directed route (ports, local port first) did not answer; `device`: no usable HCA here. */
  readonly kind: "route" | "device" | "other";
  readonly route: readonly number[];
}

/** What the simulator's client library says of itself at every start; it holds a process id. */
const simulatorNotice = /^ibwarn: \[\d+\] sim_connect: attached as client/;
const routeText = /DR path slid \d+; dlid \d+; (\d{1,3}(?:,\d{1,3}){0,63})/;
const deviceText =
  /can't open UMAD port|failed to open|Unable to open|sim_init: connect failed|no (?:IB )?devices? found/i;
const maxComplaints = 64;

/** Reads the stderr of ibnetdiscover or iblinkinfo. Total: never throws, whatever the text. */
export function readComplaints(text: string): readonly DiscoveryComplaint[] {
  const complaints: DiscoveryComplaint[] = [];
  const overlong = new UnreadLines();
  for (const { line, text: content } of boundedLines(text, overlong)) {
    if (complaints.length === maxComplaints) break;
    if (simulatorNotice.test(content)) continue;
    const route = routeText.exec(content)?.[1];
    complaints.push({
      line,
      text: content.trim().slice(0, 300),
      kind: route !== undefined ? "route" : deviceText.test(content) ? "device" : "other",
      route: route?.split(",").map(Number) ?? [],
    });
  }
  return complaints;
}
