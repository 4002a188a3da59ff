/** Owns the practice lab's keys: made once per folder, kept between starts, made anew where a file is unusable. */
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import ssh2 from "ssh2";

export interface KeyPair {
  /** OpenSSH private key file text. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA...`. */
  readonly publicKey: string;
}

type KeyKind = "ed25519" | "rsa";
const generate = promisify(
  (kind: KeyKind, done: (error: Error | null, keys?: { private: string; public: string }) => void) => {
    if (kind === "rsa") ssh2.utils.generateKeyPair("rsa", { bits: 2048, comment: "practice" }, done);
    else ssh2.utils.generateKeyPair("ed25519", { comment: "practice" }, done);
  },
);

/** The public half, written out; null when the text is no usable private key. */
function publicKeyOf(privateKey: string): string | null {
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error || !parsed.isPrivateKey()) return null;
  return `${parsed.type} ${parsed.getPublicSSH().toString("base64")}`;
}

/**
 * The key kept in `dir/name`, made when it is not there. The file is put in place whole and never over another, so two
 * processes that start at once end with the same key.
 */
export async function keptKey(dir: string, name: string, kind: KeyKind): Promise<KeyPair> {
  const path = join(dir, name);
  for (let attempt = 0; ; attempt += 1) {
    const text = await readFile(path, "utf8").catch(() => null);
    const publicKey = text === null ? null : publicKeyOf(text);
    if (text !== null && publicKey !== null) return { privateKey: text, publicKey };
    if (attempt > 3) throw new Error(`cannot keep a key in ${path}`);
    if (text !== null) await rm(path, { force: true });
    const made = await generate(kind);
    if (!made) continue;
    const draft = `${path}.${process.pid}.${attempt}`;
    try {
      await writeFile(draft, made.private, { mode: 0o600 });
      await link(draft, path).catch(() => {});
    } finally {
      await rm(draft, { force: true });
    }
  }
}
