/** Reads SSH public keys in wire form (RFC 4253 6.6, RFC 5656, RFC 8709): their type and size. Total: never throws. */

export interface KeyFacts {
  readonly type: string;
  /** As ssh-keygen -l counts; 0 for a type that is not known here. */
  readonly bits: number;
  /** Name ssh-keygen prints: ED25519, RSA, ECDSA, DSA, or the type itself. */
  readonly label: string;
}

/** Null when the blob does not begin with a well-formed type. */
export function readKeyBlob(blob: Uint8Array): KeyFacts | null {
  const fields = readStrings(blob, 3);
  const type = text(fields[0]);
  if (type === null) return null;
  const base = type.replace(/^(sk-)?(.*?)(-cert-v\d\d@openssh\.com|@openssh\.com)?$/, "$2");
  const suffix = `${type.startsWith("sk-") ? "-SK" : ""}${/-cert-v\d\d@/.test(type) ? "-CERT" : ""}`;
  const certificate = /-cert-v\d\d@/.test(type);
  if (base === "ssh-ed25519") return { type, bits: 256, label: `ED25519${suffix}` };
  if (base.startsWith("ecdsa-sha2-nistp"))
    return { type, bits: Number(base.slice("ecdsa-sha2-nistp".length)) || 0, label: `ECDSA${suffix}` };
  if (base === "ssh-rsa") return { type, bits: certificate ? 0 : mpintBits(fields[2]), label: `RSA${suffix}` };
  if (base === "ssh-dss") return { type, bits: certificate ? 0 : mpintBits(fields[1]), label: `DSA${suffix}` };
  return { type, bits: 0, label: type };
}

/** Up to `limit` length-prefixed strings from the start of `bytes`; stops at the first broken one. */
export function readStrings(bytes: Uint8Array, limit: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Uint8Array[] = [];
  let at = 0;
  while (found.length < limit && at + 4 <= bytes.length) {
    const length = view.getUint32(at);
    if (at + 4 + length > bytes.length) break;
    found.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function text(bytes: Uint8Array | undefined): string | null {
  if (!bytes || bytes.length === 0 || bytes.length > 100) return null;
  const value = String.fromCharCode(...bytes);
  return /^[\x21-\x7e]+$/.test(value) ? value : null;
}

function mpintBits(bytes: Uint8Array | undefined): number {
  if (!bytes) return 0;
  let first = 0;
  while (first < bytes.length && bytes[first] === 0) first++;
  const top = bytes[first];
  return top === undefined ? 0 : (bytes.length - first - 1) * 8 + (32 - Math.clz32(top));
}
