/** Decides what saved outputs, of any tools and hosts, say together: one fabric, and what in them is out of order. */
import type { Fabric, FabricNode, Problem } from "../../contract/fabric.ts";
import { savedBounds } from "../bounds.ts";
import { type FabricInput, joinFabric } from "../join.ts";
import { portSubject, problem, type Subject, unreadProblems } from "../problems.ts";
import { counterProblems, countersOnce, driverProblems } from "./counter-problems.ts";
import { endBeforeFarEnds, endBeforeFarPorts, endInBlock, tellCutOff } from "./cut-off.ts";
import { splitDiff } from "./diff.ts";
import { readIblinkinfo } from "./iblinkinfo.ts";
import { readIbnetdiscover } from "./ibnetdiscover.ts";
import { readPortReport } from "./ibnetdiscover-ports.ts";
import { readNodeList } from "./ibnodes.ts";
import { type QueryErrorsReading, readIbqueryerrors } from "./ibqueryerrors.ts";
import { readIbstat } from "./ibstat.ts";
import { readIbstatus } from "./ibstatus.ts";
import { readKernelLog } from "./kernel.ts";
import { readLspci } from "./lspci.ts";
import { kernelProblems, slotProblemsOfLspci, slotProblemsOfSysfs } from "./pcie-problems.ts";
import { readPerfquery } from "./perfquery.ts";
import { recognise, type SavedKind } from "./recognise.ts";
import { readSminfo } from "./sminfo.ts";
import { readSmpquery } from "./smpquery.ts";
import { readComplaints } from "./stderr.ts";
import { readSwitchText } from "./switch-problems.ts";
import { readSysfs, type SysfsCounters } from "./sysfs.ts";
import { gatherTrees } from "./sysfs-tree.ts";

/** A text and where it is from, which problems name. */
export interface SavedText {
  readonly source: string;
  readonly text: string;
}

/** One saved text as read: what it puts into the fabric, and what it says that is no part of one. */
interface Read {
  readonly inputs: readonly FabricInput[];
  /** Called with the joined fabric, by whose names ports are called. */
  readonly problems: (names: Names) => readonly Problem[];
  /** By what it tells, it seems cut off. */
  readonly cut?: Problem | null;
}

const nothing: Read = { inputs: [], problems: () => [] };

/**
 * Reads saved outputs; the order of the texts decides where two disagree on a port's state. Total: a text that is no
 * tool's is a problem in the answer.
 */
export function readSaved(texts: readonly SavedText[]): Fabric {
  const whole = gatherTrees(texts);
  const reads = whole.map(readText);
  const origin = originOf(reads);
  const inputs = reads.flatMap((read) => read.inputs);
  const { fabric } = joinFabric(
    inputs.map((input) => (input.kind === "complaints" ? { ...input, origin: input.origin ?? origin } : input)),
  );
  const names = new Names(fabric);
  const more = reads.flatMap((read) => read.problems(names));
  return { ...fabric, problems: tellCutOff(whole, [...fabric.problems, ...countersOnce(more)]) };
}

/** Directed routes in complaints begin at the port the tools ran from; several such ports tell nothing. */
function originOf(reads: readonly Read[]): string | null {
  const origins = reads.flatMap(({ inputs }) =>
    inputs.flatMap((input) => (input.kind === "ibnetdiscover" ? (input.reading.origin ?? []) : [])),
  );
  return new Set(origins).size === 1 ? (origins[0] ?? null) : null;
}

function readText({ source, text }: SavedText): Read {
  if (text.trim() === "") {
    const words = "The tool printed nothing, which is no answer, good or bad.";
    return only(problem("fabric.empty-file", "info", source, source, 0, "", words));
  }
  const kind = recognise(text);
  if (kind !== null) {
    const read = readers[kind](source, text);
    const cut = endInBlock(kind, source, text) ?? read.cut ?? null;
    return cut === null ? read : { ...read, problems: (names) => [...read.problems(names), cut] };
  }
  return only(problem("fabric.unrecognised-file", "info", source, source, 1, firstLine(text)));
}

function firstLine(text: string): string {
  const start = text.trimStart().slice(0, 200);
  return start.split("\n", 1)[0]?.trimEnd() ?? "";
}

const readers: Readonly<Record<SavedKind, (source: string, text: string) => Read>> = {
  iblinkinfo: (source, text) => {
    const now = splitDiff(text)?.after ?? text;
    const reading = readIblinkinfo(now, savedBounds);
    const cut = now === text ? endBeforeFarPorts(reading, source) : null;
    return { ...input({ kind: "iblinkinfo", source, reading }), cut };
  },
  ibnetdiscover: (source, text) => {
    const now = splitDiff(text)?.after ?? text;
    const reading = readIbnetdiscover(now, savedBounds);
    const cut = now === text ? endBeforeFarEnds(reading, source) : null;
    return { ...input({ kind: "ibnetdiscover", source, reading }), cut };
  },
  "ibnetdiscover-ports": (source, text) =>
    input({ kind: "ibnetdiscover-ports", source, reading: readPortReport(text, savedBounds) }),
  ibstat: (source, text) => input({ kind: "ibstat", source, reading: readIbstat(text) }),
  ibstatus: (source, text) => {
    const reading = readIbstatus(text);
    const none = reading.noDevice;
    const read = input({ kind: "ibstatus", source, reading });
    return none === null
      ? read
      : { ...read, problems: () => [problem("fabric.no-device", "error", source, source, none.line, none.text)] };
  },
  "node-list": (source, text) => input({ kind: "node-list", source, reading: readNodeList(text, savedBounds) }),
  ibqueryerrors: (source, text) => {
    const reading = readIbqueryerrors(text, savedBounds);
    return {
      inputs: [{ kind: "ibqueryerrors", source, reading }],
      problems: (names) => queryErrorsProblems(reading, source, names),
    };
  },
  perfquery: (source, text) => {
    const reading = readPerfquery(text, savedBounds);
    return {
      inputs: [],
      problems: (names) => [
        ...reading.ports.flatMap(({ line, lid, port, counters }) =>
          port === "ALL" ? [] : counterProblems(counters, names.byLid(lid, port), source, line),
        ),
        ...unreadProblems(reading, source),
      ],
    };
  },
  smpquery: (source, text) => {
    const reading = readSmpquery(text, savedBounds);
    const { nodes, ports, unread } = reading;
    const isOfNoUse = nodes.length === 0 && unread.length === 0 && ports.every(({ lid }) => lid === null);
    return isOfNoUse
      ? only(problem("fabric.other-output", "info", source, source, 1, firstLine(text)))
      : input({ kind: "smpquery", source, reading });
  },
  sminfo: (source, text) => {
    const reading = readSminfo(text);
    const { manager, failure } = reading;
    return {
      inputs: [],
      problems: () => [
        ...(manager === null && failure !== null
          ? [problem("fabric.no-subnet-manager", "error", source, source, failure.line, failure.text)]
          : []),
        ...(manager !== null && manager.state !== "master"
          ? [problem("fabric.no-subnet-manager", "warning", source, source, manager.line, manager.text, notMaster)]
          : []),
        ...unreadProblems(reading, source),
      ],
    };
  },
  sysfs: (source, text) => {
    const reading = readSysfs(text);
    return {
      inputs: [{ kind: "ibstat", source, reading }],
      problems: (names) => [
        ...slotProblemsOfSysfs(source, text),
        ...reading.counters.flatMap((of) => sysfsCounterProblems(of, source, names)),
      ],
    };
  },
  lspci: (source, text) => ({
    inputs: [],
    problems: () => [...slotProblemsOfLspci(source, text), ...unreadProblems(readLspci(text), source)],
  }),
  kernel: (source, text) => ({
    inputs: [],
    problems: () => [...kernelProblems(source, text), ...unreadProblems(readKernelLog(text), source)],
  }),
  switch: (source, text) => ({ inputs: [], problems: () => readSwitchText(source, text) }),
  other: (source, text) => only(problem("fabric.other-output", "info", source, source, 1, firstLine(text))),
  complaints: (source, text) => input({ kind: "complaints", source, origin: null, complaints: readComplaints(text) }),
};

const notMaster = "A subnet manager answered, but it is not the master.";

function input(read: FabricInput): Read {
  return { ...nothing, inputs: [read] };
}

function only(found: Problem): Read {
  return { ...nothing, problems: () => [found] };
}

function queryErrorsProblems(reading: QueryErrorsReading, source: string, names: Names): readonly Problem[] {
  const found = reading.ports.flatMap(({ line, guid, port, description, counters }) =>
    port === "ALL" ? [] : counterProblems(counters, names.byGuid(guid, port, description), source, line),
  );
  if (reading.summary !== null) return found;
  const words = "The summary is missing: ports that are not named here were not looked at.";
  return [...found, problem("fabric.incomplete", "warning", source, source, 0, "", words)];
}

function sysfsCounterProblems(of: SysfsCounters, source: string, names: Names): readonly Problem[] {
  const subject = of.nodeGuid === null ? `${of.hca} port ${of.port}` : names.byGuid(of.nodeGuid, of.port);
  return [
    ...counterProblems(of.counters, subject, source, of.line),
    ...driverProblems(of.driver, subject, source, of.line),
  ];
}

/** What ports are called, by what outputs tell of them. */
class Names {
  readonly #byGuid = new Map<string, FabricNode>();
  /** Null for a LID that several nodes claim. */
  readonly #byLid = new Map<number, FabricNode | null>();

  constructor({ nodes }: Fabric) {
    for (const node of nodes) {
      this.#byGuid.set(node.guid, node);
      for (const { guid, lid } of node.ports) {
        if (guid !== undefined) this.#byGuid.set(guid, node);
        if (lid === undefined) continue;
        const known = this.#byLid.get(lid);
        this.#byLid.set(lid, known === undefined || known === node ? node : null);
      }
    }
  }

  /** `described` stands in for a node that no output puts into the fabric. */
  byGuid(guid: string, port: number, described = ""): Subject {
    const node = this.#byGuid.get(guid);
    return node
      ? portSubject(node, port)
      : { subject: `${described === "" ? guid : `${described} (${guid})`} port ${port}` };
  }

  byLid(lid: number | null, port: number): Subject {
    const node = lid === null ? undefined : this.#byLid.get(lid);
    return node ? portSubject(node, port) : { subject: `LID ${lid} port ${port}` };
  }
}
