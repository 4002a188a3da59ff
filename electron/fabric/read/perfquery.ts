/** Reads `perfquery` (infiniband-diags, perfquery.c), plain, -x, -a, -l and the detail forms: counters of ports. */
import { Bounds, type FabricLimit } from "../bounds.ts";
import { type Unread, UnreadLines } from "../reading.ts";
import { type Counters, counterValue } from "./counters.ts";
import { type DottedBlock, readDotted, readPortOf, readTarget } from "./dotted.ts";

export interface PerfqueryPort {
  readonly line: number;
  readonly lid: number | null;
  /** Directed route from the querying port, in place of a LID. */
  readonly route: readonly number[] | null;
  /** `ALL` (255 on the wire) is what a switch says of its ports together: never to be added to them. */
  readonly port: number | "ALL";
  /** Which attribute was asked for: `Port`, `Port extended`, `PortRcvErrorDetails`, ... */
  readonly attribute: string;
  readonly counters: Counters;
}

export interface PerfqueryReading {
  readonly ports: readonly PerfqueryPort[];
  readonly unread: readonly Unread[];
  readonly beyond?: Unread;
}

const titleText = /^(Port|Port extended|\w{1,64}) counters: /;
const allPorts = 255;
/** Fields that say what was asked, and count nothing. */
const selectors = new Set(["PortSelect", "CounterSelect", "CounterSelect2"]);

/** Reads `perfquery`. Total: never throws, whatever the text. */
export function readPerfquery(text: string, limit?: FabricLimit): PerfqueryReading {
  const unread = new UnreadLines();
  const { blocks, beyond } = readDotted(text, unread, new Bounds(limit));
  const ports = blocks.flatMap((block) => readBlock(block, unread) ?? []);
  return { ports, unread: unread.get(), ...(beyond ? { beyond } : {}) };
}

function readBlock(block: DottedBlock, unread: UnreadLines): PerfqueryPort | null {
  const attribute = titleText.exec(block.title)?.[1];
  const port = readPortOf(block.title);
  if (attribute === undefined || port === null) {
    unread.add(block.line, block.title);
    return null;
  }
  const counters = new Map<string, number>();
  for (const { line, name, value } of block.fields) {
    if (/^\d{1,20}$/.test(value) && /^\w+$/.test(name)) {
      if (!selectors.has(name)) counters.set(name, counterValue(value));
    } else if (!selectors.has(name)) unread.add(line, `${name}: ${value}`);
  }
  const { lid, route } = readTarget(block.title);
  return {
    line: block.line,
    lid,
    route,
    port: port === allPorts ? "ALL" : port,
    attribute,
    counters: Object.fromEntries(counters),
  };
}
