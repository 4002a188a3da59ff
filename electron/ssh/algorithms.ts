/** Owns which SSH algorithms are offered to a device, and explains why a device and Halfrack share none. */
import type { DeviceType } from "../contract/device-type.ts";
import type { OfferedAlgorithms } from "./kexinit.ts";

export type LegacySsh = NonNullable<DeviceType["legacySsh"]>;

/**
 * What is offered to everybody. Ciphers by measured speed (aes128-gcm 622 MB/s over loopback); neither SHA-1 key
 * exchange nor ssh-rsa signatures, which OpenSSH dropped in 8.8.
 */
const usual: OfferedAlgorithms = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group14-sha256",
  ],
  hostKey: [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
  ],
  cipher: ["aes128-gcm@openssh.com", "aes128-ctr", "aes256-gcm@openssh.com", "aes192-ctr", "aes256-ctr"],
  hmac: [
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
  ],
};

/**
 * The offer for one device: usual algorithms, then those its device type declares, host-key types already on record
 * first (so that a server with several keys shows the one that can be checked). Names outside `supported` are dropped.
 */
export function offerAlgorithms(
  legacy: LegacySsh | undefined,
  knownKeyTypes: readonly string[],
  supported: OfferedAlgorithms,
): OfferedAlgorithms {
  const known = new Set(knownKeyTypes.flatMap(signatureAlgorithms));
  const pick = (category: keyof OfferedAlgorithms): string[] =>
    [...new Set([...usual[category], ...(legacy?.[category] ?? [])])].filter(
      (name) => supported[category].includes(name) && !broken.has(name),
    );
  const hostKey = pick("hostKey");
  return {
    kex: pick("kex"),
    hostKey: [...hostKey.filter((name) => known.has(name)), ...hostKey.filter((name) => !known.has(name))],
    cipher: pick("cipher"),
    hmac: pick("hmac"),
  };
}

/**
 * chacha20-poly1305 is never offered: ssh2 1.17's native binding fails with it on Node 24 (OpenSSL 3.5) at the first
 * packet after the key exchange ("digital envelope routines::invalid operation").
 */
const broken = new Set(["chacha20-poly1305@openssh.com"]);

/** Names of a gap that are current, and missing here only because they do not work on this platform. */
export function notOutdated(gap: AlgorithmGap): string[] {
  return gap.server.filter((name) => broken.has(name));
}

/** Names under which a key of this type signs. */
function signatureAlgorithms(keyType: string): string[] {
  return keyType === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [keyType];
}

export interface AlgorithmGap {
  readonly category: keyof OfferedAlgorithms;
  readonly server: readonly string[];
}

/** In which categories the two share nothing; empty when they agree. GCM and chacha20 need no separate hmac. */
export function algorithmGaps(ours: OfferedAlgorithms, theirs: OfferedAlgorithms): AlgorithmGap[] {
  const cipher = ours.cipher.find((name) => theirs.cipher.includes(name));
  const categories: (keyof OfferedAlgorithms)[] = ["kex", "hostKey", "cipher"];
  if (!cipher || !/gcm|poly1305/.test(cipher)) categories.push("hmac");
  return categories
    .filter((category) => !ours[category].some((name) => theirs[category].includes(name)))
    .map((category) => ({
      category,
      server: theirs[category].filter((name) => !/^(ext-info|kex-strict)-/.test(name)),
    }));
}
