/** Owns the keys a login may use: from the agent and from files, each offered by its public half before it is unlocked. */
import { createPrivateKey } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from "ssh2";
import ssh2 from "ssh2";
import { errorCode, messageOf } from "../contract/error.ts";
import { readStrings } from "./key-blob.ts";
import type { KeyRing } from "./key-ring.node.ts";
import { decodeBase64 } from "./known-hosts.ts";
import type { Target } from "./target.ts";

const { BaseAgent, createAgent, utils } = ssh2;

/** An agent that does not answer is passed over after this. */
const agentTimeoutMs = 5000;
/** A key file larger than this is none. */
const maxKeyFileBytes = 1024 * 1024;

export interface Identity {
  /** `agent` or the key file's path: how the login is said to be proved. */
  readonly from: string;
  readonly publicBlob: Buffer;
  /** One key behind ssh2's agent interface, which asks for a signature only when the server wants this key. */
  readonly signer: InstanceType<typeof BaseAgent>;
}

/** Gets a key file's passphrase; `again` tells that the last one was wrong. Rejects when it is dismissed. */
export type AskPassphrase = (path: string, again: boolean) => Promise<string>;

export interface Identities {
  readonly found: readonly Identity[];
  /** What could not be used and why, for the fault if the login fails. */
  readonly notes: readonly string[];
}

/** Wrong passphrases taken before a key is given up (NumberOfPasswordPrompts of OpenSSH). */
const maxPassphrases = 3;

/** All keys to offer to `target`, in OpenSSH's order: agent keys that are also named, other agent keys, key files. */
export async function loadIdentities(
  target: Target,
  agentSocket: string | null,
  keyRing: KeyRing,
  ask: AskPassphrase,
): Promise<Identities> {
  const notes: string[] = [];
  const files: Identity[] = [];
  const named = new Set<string>();
  for (const { path, named: mustExist } of target.identities) {
    const loaded = await loadFile(path, keyRing, ask);
    if (typeof loaded === "string") {
      if (mustExist || loaded !== missing) notes.push(`${path}: ${loaded}`);
      const blob = await readPublicFile(path);
      if (blob) named.add(blob.toString("base64"));
    } else {
      files.push(loaded);
      named.add(loaded.publicBlob.toString("base64"));
    }
  }
  const socket = target.identityAgent === undefined ? agentSocket : target.identityAgent;
  const agent: Identity[] = [];
  if (socket && socket.toLowerCase() !== "none") {
    try {
      agent.push(...(await listAgent(socket === "SSH_AUTH_SOCK" ? (agentSocket ?? "") : socket)));
    } catch (error) {
      notes.push(`agent: ${messageOf(error)}`);
    }
  }
  const isNamed = (identity: Identity) => named.has(identity.publicBlob.toString("base64"));
  const usable = [
    ...agent.filter(isNamed),
    ...(target.identitiesOnly ? [] : agent.filter((identity) => !isNamed(identity))),
    ...files,
  ];
  const seen = new Set<string>();
  const found = usable.filter((identity) => {
    const blob = identity.publicBlob.toString("base64");
    return seen.has(blob) ? false : seen.add(blob);
  });
  return { found, notes };
}

const missing = "the file does not exist";

/** A reason instead of an identity when the file is of no use. */
async function loadFile(path: string, keyRing: KeyRing, ask: AskPassphrase): Promise<Identity | string> {
  let text: Buffer;
  let file: FileHandle | null = null;
  try {
    // A lab file may name anything: a pipe would be waited for (but for O_NONBLOCK), a device read without end.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await file.stat();
    const { mode, size, uid } = stats;
    if (!stats.isFile()) return "it is no regular file";
    if (size > maxKeyFileBytes) return "the file is too large for a key";
    const mine = process.getuid === undefined || uid === process.getuid();
    if (process.platform !== "win32" && mine && (mode & 0o077) !== 0)
      return `the permissions ${(mode & 0o777).toString(8).padStart(4, "0")} let others read it; set them to 0600`;
    text = await readBounded(file);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return missing;
    return code === "EACCES" || code === "EPERM" ? "the file may not be read" : `the file cannot be read (${code})`;
  } finally {
    await file?.close();
  }
  const unlocked = parsePrivate(text);
  if (!(unlocked instanceof Error))
    return { from: path, publicBlob: unlocked.getPublicSSH(), signer: new KeySigner(unlocked, async () => unlocked) };
  if (!isEncrypted(text)) return `it is no private key that can be read (${unlocked.message})`;
  const publicBlob = publicPart(text) ?? (await readPublicFile(path));
  if (publicBlob) {
    const publicKey = utils.parseKey(publicBlob);
    if (publicKey instanceof Error) return `its public half cannot be read (${publicKey.message})`;
    return { from: path, publicBlob, signer: new KeySigner(publicKey, () => unlock(path, text, keyRing, ask)) };
  }
  try {
    const key = await unlock(path, text, keyRing, ask);
    return { from: path, publicBlob: key.getPublicSSH(), signer: new KeySigner(key, async () => key) };
  } catch (error) {
    return error instanceof WrongPassphrase ? error.message : Promise.reject(error);
  }
}

/** What a made-up file (/proc) holds is not its size: no more than a key is taken. */
async function readBounded(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(maxKeyFileBytes), 0, maxKeyFileBytes, 0);
  return Buffer.from(buffer.subarray(0, bytesRead));
}

class WrongPassphrase extends Error {}

async function unlock(path: string, text: Buffer, keyRing: KeyRing, ask: AskPassphrase): Promise<ParsedKey> {
  for (let attempt = 0; attempt < maxPassphrases; attempt++) {
    const passphrase = keyRing.get(text) ? "" : await ask(path, attempt > 0);
    const known = keyRing.get(text); // another login may have unlocked it while this one waited for the answer
    if (known) return known;
    const key = parsePrivate(text, passphrase);
    if (key instanceof Error) continue;
    keyRing.keep(text, key);
    return key;
  }
  throw new WrongPassphrase(`no right passphrase for ${path} after ${maxPassphrases} answers`);
}

/** OpenSSH, PEM and (by way of node:crypto) PKCS#8 files. */
function parsePrivate(text: Buffer, passphrase?: string): ParsedKey | Error {
  const parsed: unknown = utils.parseKey(text, passphrase);
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!(first instanceof Error)) {
    const key = first as ParsedKey;
    return key.isPrivateKey() ? key : new Error("it is a public key");
  }
  if (!/^-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/m.test(text.toString("latin1", 0, 200))) return first;
  try {
    const key = createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
    const type = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
    const again: unknown = utils.parseKey(key.export({ type, format: "pem" }) as string);
    return (Array.isArray(again) ? again[0] : again) as ParsedKey | Error;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isEncrypted(text: Buffer): boolean {
  const head = text.toString("latin1", 0, maxKeyFileBytes);
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----/m.test(head) || /^Proc-Type: 4,ENCRYPTED/m.test(head)) return true;
  const parts = opensshParts(text);
  return parts !== null && parts.cipher !== "none";
}

/** The public half stands unencrypted in OpenSSH's own format (PROTOCOL.key). */
function publicPart(text: Buffer): Buffer | null {
  return opensshParts(text)?.publicBlob ?? null;
}

function opensshParts(text: Buffer): { cipher: string; publicBlob: Buffer } | null {
  const match = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text.toString("latin1"));
  const bytes = match && decodeBase64((match[1] ?? "").replace(/\s+/g, ""));
  if (!bytes) return null;
  const magic = "openssh-key-v1\0";
  if (Buffer.from(bytes.subarray(0, magic.length)).toString("latin1") !== magic) return null;
  const header = bytes.subarray(magic.length);
  const [cipher, kdf, kdfOptions] = readStrings(header, 3);
  if (!cipher || !kdf || !kdfOptions) return null;
  const [publicBlob] = readStrings(header.subarray(12 + cipher.length + kdf.length + kdfOptions.length + 4), 1);
  return publicBlob ? { cipher: Buffer.from(cipher).toString("latin1"), publicBlob: Buffer.from(publicBlob) } : null;
}

async function readPublicFile(path: string): Promise<Buffer | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(`${path}.pub`, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await file.stat()).isFile()) return null;
    const [, key = ""] = (await readBounded(file)).toString("latin1").split(/\s+/);
    const bytes = decodeBase64(key);
    return bytes ? Buffer.from(bytes) : null;
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

function listAgent(socket: string): Promise<Identity[]> {
  const agent = createAgent(socket);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the agent does not answer")), agentTimeoutMs);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) {
        reject(error);
        return;
      }
      resolve(
        (keys ?? []).flatMap((listed) => {
          const key = utils.parseKey(listed as ParsedKey | Buffer | string);
          if (key instanceof Error) return [];
          return [{ from: "agent", publicBlob: key.getPublicSSH(), signer: new AgentSigner(agent, key) }];
        }),
      );
    });
  });
}

/** One key of a real agent. */
class AgentSigner extends BaseAgent<ParsedKey> {
  readonly #agent: InstanceType<typeof BaseAgent>;
  readonly #key: ParsedKey;

  constructor(agent: InstanceType<typeof BaseAgent>, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(null, [this.#key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === "function") this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, done);
  }
}

/** A key file, unlocked when a signature is wanted. */
class KeySigner extends BaseAgent<ParsedKey> {
  readonly #publicKey: ParsedKey;
  readonly #unlock: () => Promise<ParsedKey>;

  constructor(publicKey: ParsedKey, unlock: () => Promise<ParsedKey>) {
    super();
    this.#publicKey = publicKey;
    this.#unlock = unlock;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(null, [this.#publicKey]);
  }

  override sign(
    _key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    const callback = typeof options === "function" ? options : done;
    const hash = typeof options === "function" ? undefined : options.hash;
    this.#unlock().then(
      (key) => {
        const signature: unknown = key.sign(data, hash);
        if (signature instanceof Error) callback?.(signature);
        else callback?.(null, signature as Buffer);
      },
      (error: unknown) => callback?.(error instanceof Error ? error : new Error(String(error))),
    );
  }
}
