/**
 * Reads what keeps a message in a record instead of a line: `journalctl -o json` (one object a line) and `-o export`
 * (https://systemd.io/JOURNAL_EXPORT_FORMATS/), and the lines of JSON that Halfrack keeps of its own events. Each becomes
 * one line of text. Pure and total; what is no record stays as it is.
 */
import { shownLineEnd } from "./said.ts";
import { severityNamed } from "./severity.ts";

export interface JournalRecord {
  /** On its host's clock; null where it tells none. */
  readonly hostMs: number | null;
  readonly severity: number | null;
  /** The journal had it from the kernel, whose level nobody else sets. */
  readonly ofKernel: boolean;
  /** One line. */
  readonly text: string;
}

export type RecordFormat = "journal-json" | "journal-export" | "halfrack";

/** Of a longer record only its beginning is read. */
const maxRecordBytes = 1 << 20;

/** By the first bytes; null where it is none of them. */
export function recordFormatOf(head: string): RecordFormat | null {
  if (/^__(?:CURSOR|REALTIME_TIMESTAMP)=/.test(head)) return "journal-export";
  if (!head.startsWith("{")) return null;
  const line = head.slice(0, head.indexOf("\n") === -1 ? undefined : head.indexOf("\n"));
  if (line.includes('"__REALTIME_TIMESTAMP"')) return "journal-json";
  return /"at"\s?:\s?\d{12,}/.test(line) ? "halfrack" : null;
}

/** Fields as text, by name. */
type Fields = ReadonlyMap<string, string>;

/** Takes content piece by piece and gives its records. */
export class RecordReader {
  readonly format: RecordFormat;
  #rest: Buffer = Buffer.alloc(0);
  /** Of a line that is too long: its end is awaited, nothing more of it kept. */
  #skipping = false;

  constructor(format: RecordFormat) {
    this.format = format;
  }

  *read(chunk: Uint8Array, last = false): Generator<JournalRecord> {
    let data = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const length = this.#skipping || this.format !== "journal-export" ? lineLength(data) : exportLength(data);
      if (length === 0 && last && data.length > 0) {
        if (!this.#skipping) yield this.#record(data);
        data = Buffer.alloc(0);
      }
      if (length === 0) break;
      if (!this.#skipping) yield this.#record(data.subarray(0, length));
      this.#skipping = false;
      data = data.subarray(length);
    }
    if (data.length > maxRecordBytes) {
      if (!this.#skipping) yield this.#record(data.subarray(0, maxRecordBytes));
      this.#skipping = true;
      data = Buffer.alloc(0);
    }
    this.#rest = Buffer.from(data);
  }

  #record(bytes: Buffer): JournalRecord {
    if (this.format === "journal-export") return journal(exportFields(bytes));
    const line = bytes
      .subarray(0, maxRecordBytes)
      .toString("utf8")
      .replace(/\r?\n$/, "");
    const object = objectOf(line);
    if (object === null) return { hostMs: null, severity: null, ofKernel: false, text: line };
    return this.format === "halfrack" ? own(object, line) : journal(jsonFields(object), line);
  }
}

function objectOf(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** `host program[pid]: message`, as `journalctl -o short` writes it after the time. */
function journal(fields: Fields, otherwise = ""): JournalRecord {
  const micros = fields.get("__REALTIME_TIMESTAMP");
  const priority = fields.get("PRIORITY");
  const program = fields.get("SYSLOG_IDENTIFIER") ?? fields.get("_COMM") ?? "unknown";
  const pid = fields.get("SYSLOG_PID") ?? fields.get("_PID");
  const message = fields.get("MESSAGE");
  return {
    hostMs: micros !== undefined && /^\d{1,17}$/.test(micros) ? Math.floor(Number(micros) / 1000) : null,
    severity: priority !== undefined && /^[0-7]$/.test(priority) ? Number(priority) : null,
    ofKernel: fields.get("_TRANSPORT") === "kernel",
    text: oneLine(
      message === undefined && fields.get("__REALTIME_TIMESTAMP") === undefined
        ? otherwise
        : `${fields.get("_HOSTNAME") ?? "-"} ${program}${pid === undefined ? "" : `[${pid}]`}: ${message ?? ""}`,
    ),
  };
}

/** Values are strings; bytes that are no text are an array of numbers, a field that comes twice is an array of values. */
function jsonFields(object: Record<string, unknown>): Fields {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(object)) {
    const text = jsonText(value);
    if (text !== null) fields.set(name, text);
  }
  return fields;
}

function jsonText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (!Array.isArray(value) || value.length === 0) return null;
  if (value.every((byte) => typeof byte === "number")) return Buffer.from(value as number[]).toString("utf8");
  return jsonText(value[0]);
}

function own(object: Record<string, unknown>, line: string): JournalRecord {
  const { at, severity, title, text, message } = object;
  const words = [title, text, message].filter((word) => typeof word === "string" && word !== "");
  return {
    hostMs: typeof at === "number" && Number.isFinite(at) ? at : null,
    severity: typeof severity === "string" ? severityNamed(severity) : null,
    ofKernel: false,
    text: oneLine(words.length > 0 ? words.join(": ") : line),
  };
}

/** Fields end with a line end; those that hold bytes have their length as eight bytes, little endian, before them. */
function exportFields(bytes: Buffer): Fields {
  const fields = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const end = lineEnd(bytes, at);
    const line = bytes.toString("utf8", at, end);
    const equals = line.indexOf("=");
    if (equals > 0) fields.set(line.slice(0, equals), line.slice(equals + 1));
    if (equals === -1 && line !== "" && end + 9 <= bytes.length) {
      const length = Math.min(Number(bytes.readBigUInt64LE(end + 1)), bytes.length);
      fields.set(line, bytes.toString("utf8", end + 9, Math.min(bytes.length, end + 9 + length)));
      at = end + 9 + length + 1;
    } else at = end + 1;
  }
  return fields;
}

/** Of the record at the beginning, with the empty line after it; 0 where its end is not there yet. */
function exportLength(bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    if (end === -1) return 0;
    if (end === at) {
      if (at > 0) return end + 1;
      at = 1;
      continue;
    }
    if (bytes.subarray(at, end).includes(0x3d)) at = end + 1;
    else {
      if (end + 9 > bytes.length) return 0;
      const length = bytes.readBigUInt64LE(end + 1);
      if (length > BigInt(bytes.length)) return 0;
      at = end + 9 + Number(length) + 1;
    }
  }
  return 0;
}

const lineEnd = (bytes: Buffer, from: number) => (bytes.indexOf(10, from) + 1 || bytes.length + 1) - 1;
const lineLength = (bytes: Buffer) => bytes.indexOf(10) + 1;

/** Line ends within a message are shown as what they are. */
const oneLine = (text: string) => text.replace(/\r?\n/g, shownLineEnd);
