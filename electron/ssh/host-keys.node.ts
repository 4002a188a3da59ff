/** Owns which host keys are accepted: reads the known_hosts files, asks about new keys, refuses changed ones. */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode, FaultError, messageOf } from "../contract/error.ts";
import type { HostKey, SshState } from "../contract/ssh.ts";
import type { Published } from "../published.ts";
import { hostCertificate, hostKeyChanged, hostKeyRevoked } from "./faults.ts";
import { readKeyBlob } from "./key-blob.ts";
import {
  formatKnownHost,
  type HashName,
  judgeHostKey,
  type LocatedLine,
  lineMatches,
  namesHost,
  parseKnownHosts,
  removeKnownHost,
} from "./known-hosts.ts";
import type { Questions } from "./questions.ts";
import { drawRandomart } from "./randomart.ts";
import { type Target, targetAddress } from "./target.ts";

export interface KnownHostFiles {
  /** The file Halfrack writes. */
  readonly own: string;
  readonly readOnly: readonly string[];
}

/** Larger known_hosts files are refused: a wrong path may name anything. */
const maxFileBytes = 32 * 1024 * 1024;

/** Stands for a file's name with keys that were accepted since the start. */
const acceptedNow = "accepted since Halfrack started";

/** Characters that make a name in known_hosts mean other hosts, or none: a list, a pattern, a hash, a comment, a marker. */
const unfitForFile = /[\s,*?!|#@]/;

/** HMAC-SHA1 as in hashed known_hosts names. */
export const hashName: HashName = (salt, text) =>
  createHmac("sha1", Buffer.from(salt, "base64")).update(text).digest("base64");

/** What is told of a key; for a blob that is no key the type is `unknown`. */
export function describeHostKey(blob: Uint8Array): HostKey {
  const facts = readKeyBlob(blob) ?? { type: "unknown", bits: 0, label: "unknown" };
  const digest = createHash("sha256").update(blob).digest();
  return {
    type: facts.type,
    bits: facts.bits,
    sha256: `SHA256:${digest.toString("base64").replace(/=+$/, "")}`,
    randomart: drawRandomart(`${facts.label} ${facts.bits}`, "SHA256", digest),
  };
}

export class HostKeys {
  readonly #files: () => KnownHostFiles;
  readonly #state: Published<SshState>;
  readonly #questions: Questions;
  /** Accepted since the start, by name in known_hosts; they count like lines of a file. */
  readonly #session = new Map<string, LocatedLine>();
  /** Keys behind `changedKeys`, by device, for the replacement. */
  readonly #refused = new Map<string, { target: Target; keyType: string; key: string }>();
  #writing: Promise<void> = Promise.resolve();

  constructor(files: () => KnownHostFiles, state: Published<SshState>, questions: Questions) {
    this.#files = files;
    this.#state = state;
    this.#questions = questions;
  }

  /** Key types on record for the target, so that the server is asked for those first. */
  async knownTypes(target: Target): Promise<string[]> {
    const lines = await this.#matching(target);
    return [...new Set(lines.filter((line) => line.marker === "none" && line.key !== "").map((line) => line.keyType))];
  }

  /**
   * Returns when the key may be trusted, true when the admin was asked; throws a FaultError when it may not.
   * `device` is who is asked about.
   */
  async check(target: Target, device: string, blob: Buffer, signal: AbortSignal): Promise<boolean> {
    const offered = describeHostKey(blob);
    const key = blob.toString("base64");
    if (await this.#judge(target, offered, key)) return false;
    const name = target.hostKeyName;
    const answer = await this.#questions.ask(
      `host-key ${name} ${offered.sha256}`,
      { kind: "new-host-key", device, address: targetAddress(target), key: offered },
      signal,
      () => this.#hold(name, offered.type, key),
    );
    // Another key may have been accepted for the host, here or by another process, while this question was open.
    if (!(await this.#judge(target, offered, key))) throw hostKeyChanged(target, changeEvidence([], offered));
    await this.#accept(name, offered.type, key, answer.kind === "trust" && answer.remember);
    return true;
  }

  /** True for a trusted key, false for a new one; throws a FaultError for one that is refused. */
  async #judge(target: Target, offered: HostKey, key: string): Promise<boolean> {
    const matching = await this.#matching(target);
    const verdict = judgeHostKey(matching, offered.type, key);
    switch (verdict.kind) {
      case "trusted":
        this.#forgetChange(target.name);
        return true;
      case "revoked":
        throw hostKeyRevoked(target, `${verdict.by.file}, line ${verdict.by.line}`);
      case "certificate":
        throw hostCertificate(target, `${verdict.by.file}, line ${verdict.by.line}`);
      case "changed":
        this.#recordChange(target, offered, key, verdict.known);
        throw hostKeyChanged(target, changeEvidence(verdict.known, offered));
      case "new":
        return (
          (await this.#trustedWithoutPort(target, offered.type, key)) ||
          // what was accepted meanwhile, by another connection
          this.#session.get(target.hostKeyName)?.key === key
        );
    }
  }

  /** Replaces the key on record by the refused one. `sha256` must be the offered fingerprint exactly. */
  async replace(device: string, sha256: string): Promise<void> {
    const change = this.#state.get().changedKeys.find((entry) => entry.device === device);
    const refused = this.#refused.get(device);
    if (!change || !refused)
      throw new FaultError({
        code: "ssh.no-changed-key",
        title: `No changed host key of ${device} is waiting`,
        detail: "The key was replaced already, or the device has not been refused since Halfrack started.",
        next: "Connect the device to see the key it shows now.",
        subject: device,
      });
    if (sha256 !== change.offered.sha256)
      throw new FaultError({
        code: "ssh.fingerprint-differs",
        title: "The fingerprint is not the one the device offers",
        detail: `The device offers ${change.offered.sha256}.`,
        next: "Read the fingerprint at the machine's console and compare again.",
        subject: device,
      });
    if (!change.replaceable) throw this.#notReplaceable(refused.target, change.known);
    const name = refused.target.hostKeyName;
    this.#session.delete(name);
    await this.#write((text) => {
      const rest = removeKnownHost(text, name, hashName);
      return `${rest}${rest === "" || rest.endsWith("\n") ? "" : "\n"}${formatKnownHost(name, refused.keyType, refused.key)}`;
    });
    this.#forgetChange(device);
  }

  async #matching(target: Target): Promise<LocatedLine[]> {
    const lines = await this.#linesFor(target.hostKeyName);
    const held = this.#session.get(target.hostKeyName);
    return held && !lines.some(({ key }) => key === held.key) ? [...lines, held] : lines;
  }

  /** The first key accepted for a name counts; a second one is a changed key. */
  #hold(name: string, keyType: string, key: string): void {
    if (this.#session.has(name)) return;
    const line = { line: 0, marker: "none", hosts: name, keyType, key, problem: null } as const;
    this.#session.set(name, { ...line, file: acceptedNow });
  }

  async #linesFor(name: string): Promise<LocatedLine[]> {
    const { own, readOnly } = this.#files();
    const found: LocatedLine[] = [];
    for (const file of [own, ...readOnly]) {
      const text = await readKnownHosts(file);
      for (const line of parseKnownHosts(text)) if (lineMatches(line, name, hashName)) found.push({ ...line, file });
    }
    return found;
  }

  /** OpenSSH accepts on another port what is on record for the host itself. */
  async #trustedWithoutPort(target: Target, keyType: string, key: string): Promise<boolean> {
    if (target.bareHostKeyName === null) return false;
    const verdict = judgeHostKey(await this.#linesFor(target.bareHostKeyName), keyType, key);
    if (verdict.kind === "revoked") throw hostKeyRevoked(target, `${verdict.by.file}, line ${verdict.by.line}`);
    return verdict.kind === "trusted";
  }

  async #accept(name: string, keyType: string, key: string, remember: boolean): Promise<void> {
    if (!remember) return;
    if (unfitForFile.test(name))
      throw notWritten(this.#files().own, "the host's name has characters with a meaning there");
    const line = formatKnownHost(name, keyType, key);
    await this.#write((text) => {
      if (text.split("\n").includes(line.trimEnd())) return text;
      return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}`;
    });
  }

  /** Changes the own file: whole new content beside it, then renamed over it, so a crash leaves one or the other. */
  #write(change: (text: string) => string): Promise<void> {
    const next = this.#writing.then(async () => {
      const named = this.#files().own;
      await mkdir(dirname(named), { recursive: true, mode: 0o700 });
      const path = await realpath(named).catch(() => named);
      const scratch = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
      try {
        const before = await readForChange(path);
        const after = change(before);
        if (after === before) return;
        const handle = await open(scratch, "wx", 0o600);
        try {
          await handle.writeFile(after, "latin1");
          await handle.sync();
        } finally {
          await handle.close();
        }
        await chmod(scratch, 0o600);
        await rename(scratch, path);
      } catch (error) {
        await rm(scratch, { force: true });
        throw notWritten(path, messageOf(error), error);
      }
    });
    this.#writing = next.catch(() => undefined);
    return next;
  }

  #recordChange(target: Target, offered: HostKey, key: string, known: readonly LocatedLine[]): void {
    const { own } = this.#files();
    const replaceable = known.every(
      ({ file, ...line }) =>
        file === acceptedNow || (file === own && namesHost(line, target.hostKeyName, hashName) !== "pattern"),
    );
    this.#refused.set(target.name, { target, keyType: offered.type, key });
    this.#state.update((state) => {
      state.changedKeys = state.changedKeys.filter((entry) => entry.device !== target.name);
      state.changedKeys.push({
        device: target.name,
        address: targetAddress(target),
        seenAt: Date.now(),
        known: known.map((line) => ({
          ...describeHostKey(Buffer.from(line.key, "base64")),
          file: line.file,
          line: line.line,
        })),
        offered,
        replaceable,
      });
    });
  }

  #forgetChange(device: string): void {
    this.#refused.delete(device);
    if (!this.#state.get().changedKeys.some((entry) => entry.device === device)) return;
    this.#state.update((state) => {
      state.changedKeys = state.changedKeys.filter((entry) => entry.device !== device);
    });
  }

  #notReplaceable(target: Target, known: readonly { readonly file: string; readonly line: number }[]): FaultError {
    const { own } = this.#files();
    const foreign = known.find((line) => line.file !== own);
    const where = known.map((line) => `${line.file}, line ${line.line}`).join("; ");
    return new FaultError({
      code: "ssh.host-key-read-only",
      title: `The key on record for ${target.name} is not Halfrack's to replace`,
      detail: `It stands in ${where}, which Halfrack ${foreign ? "never writes" : "cannot change without touching other hosts"}.`,
      next: foreign
        ? `Run this, then connect again: ${removalArgv(target.hostKeyName, foreign.file).map(shown).join(" ")}`
        : "Edit the line by hand, then connect again.",
      subject: target.name,
    });
  }
}

/** The command that takes a host out of a known_hosts file; shown, never run. */
export function removalArgv(name: string, file: string): string[] {
  return ["ssh-keygen", "-R", name, "-f", file];
}

function shown(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function changeEvidence(known: readonly LocatedLine[], offered: HostKey): string {
  const lines = known.map((line) => {
    const key = describeHostKey(Buffer.from(line.key, "base64"));
    return `on record: ${key.type} ${key.sha256} (${line.file}, line ${line.line})`;
  });
  return [...lines, `offered:   ${offered.type} ${offered.sha256}`].join("\n");
}

function notWritten(path: string, why: string, cause?: unknown): FaultError {
  return new FaultError(
    {
      code: "ssh.known-hosts-not-written",
      title: "The accepted host key could not be saved",
      detail: `Writing ${path} failed: ${why}`,
      next: "Check permissions and free space. The key counts until Halfrack ends.",
      subject: path,
    },
    { cause },
  );
}

/** A file that is not there, is no file or may not be read is empty: OpenSSH passes over those too. */
const passedOver = new Set(["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "EPERM"]);

/** Any other failure is no empty file: a changed key must not look new because no file could be opened just now. */
async function readKnownHosts(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes / 1024 / 1024} MiB`);
    return await readFile(path, "latin1");
  } catch (error) {
    if (passedOver.has(errorCode(error))) return "";
    throw new FaultError(
      {
        code: "ssh.known-hosts-unreadable",
        title: "Host keys cannot be checked",
        detail: `Reading ${path} failed: ${messageOf(error)}. Nothing was sent to the host.`,
        next: "Remove the cause, then connect again.",
        subject: path,
      },
      { cause: error },
    );
  }
}

/** Like {@link readKnownHosts}, but only a missing file is empty: what cannot be read must not be written over. */
async function readForChange(path: string): Promise<string> {
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
}
