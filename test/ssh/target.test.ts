/** How a lab device, its type and ssh_config become a target; back-off and algorithm offers. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { algorithmGaps, offerAlgorithms } from "../../electron/ssh/algorithms.ts";
import { backoffDelayMs, usualBackoff } from "../../electron/ssh/backoff.ts";
import type { SshHostSettings } from "../../electron/ssh/config-resolve.ts";
import { readKexInit } from "../../electron/ssh/kexinit.ts";
import { resolveTarget, targetAddress } from "../../electron/ssh/target.ts";
import { labState } from "./bench.ts";

const plain = (alias: string): SshHostSettings => ({
  hostName: alias,
  identityFiles: [],
  proxyJump: [],
  identitiesOnly: false,
});
const context = (devices: Parameters<typeof labState>[0], resolveAlias = plain) => ({
  lab: labState(devices, []),
  resolveAlias,
  homeDir: "/home/me",
  localUser: "me",
});

test("the lab file's word goes before ssh_config's, and both before the usual", () => {
  const alias = (name: string): SshHostSettings => ({
    ...plain(name),
    hostName: "10.0.0.5",
    port: 2222,
    user: "root",
    identityFiles: ["/keys/lab"],
    identitiesOnly: true,
  });
  expect(
    resolveTarget("n", context([{ name: "n", type: "server", ssh: { host: "Cube", identityFile: "~/k" } }], alias)),
  ).toEqual({
    name: "n",
    device: true,
    host: "10.0.0.5",
    port: 2222,
    user: "root",
    hostKeyName: "[10.0.0.5]:2222",
    bareHostKeyName: "10.0.0.5",
    identities: [
      { path: "/home/me/k", named: true },
      { path: "/keys/lab", named: true },
    ],
    identitiesOnly: true,
    identityAgent: undefined,
    jumps: [],
    legacy: undefined,
    shell: "posix",
  });
  const own = { host: "Cube", port: 22, user: "admin", hostKeyAlias: "Cube-1" };
  expect(resolveTarget("n", context([{ name: "n", type: "server", ssh: own }], alias))).toMatchObject({
    port: 22,
    user: "admin",
    hostKeyName: "cube-1",
    bareHostKeyName: null,
  });
  const usual = resolveTarget("n", context([{ name: "n", type: "server", ssh: { host: "fe80::1" } }]));
  expect(targetAddress(usual)).toBe("me@[fe80::1]:22");
  expect(usual.identities.map((identity) => identity.path)).toEqual([
    "/home/me/.ssh/id_ed25519",
    "/home/me/.ssh/id_ecdsa",
    "/home/me/.ssh/id_rsa",
  ]);
});

test("a hop's own hops stand before it", () => {
  const ssh = (jump?: string[]) => ({ host: "h", ...(jump ? { jump } : {}) });
  const devices = [
    { name: "a", type: "server", ssh: ssh() },
    { name: "b", type: "server", ssh: ssh(["a"]) },
    { name: "c", type: "server", ssh: ssh(["b"]) },
  ];
  expect(resolveTarget("c", context(devices)).jumps.map((hop) => hop.name)).toEqual(["a", "b"]);
});

test("many hops at every step cost no more than those that are taken", () => {
  const steps = ["a", "b", "c", "d", "e", "f", "g"];
  const devices = steps.map((name, index) => {
    const next = steps[index + 1];
    return { name, type: "server", ssh: { host: name, ...(next ? { jump: [next, next, next, next] } : {}) } };
  });
  let resolved = 0;
  const counting = (alias: string) => {
    resolved++;
    return plain(alias);
  };
  expect(resolveTarget("a", context(devices, counting)).jumps[0]?.name).toBe("g");
  expect(resolved).toBeLessThanOrEqual(1 + 6 * 4);
});

test.each([
  ["nobody", "ssh.unknown-device"],
  ["silent", "ssh.no-address"],
  ["proxied", "ssh.proxy-command"],
])("%s cannot be resolved: %s", (name, code) => {
  const devices = [
    { name: "silent", type: "server" },
    { name: "proxied", type: "server", ssh: { host: "p" } },
  ];
  const alias = (host: string) => ({ ...plain(host), proxyCommand: "nc %h %p" });
  expect(() => resolveTarget(name, context(devices, alias))).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code }) }),
  );
});

test("without an open lab that is said, not that a device is missing", () => {
  const lab = { ...labState([], []), path: null, lab: null };
  expect(() => resolveTarget("n", { ...context([]), lab })).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ code: "lab.none-open", subject: "n" }) }),
  );
});

test("waits double up to the limit, are spread over their upper half, and end", () => {
  const rules = { firstDelayMs: 1000, maxDelayMs: 30_000, maxAttempts: 10 };
  expect([1, 2, 3, 6, 9].map((failures) => backoffDelayMs(failures, rules, 1))).toEqual([
    1000, 2000, 4000, 30_000, 30_000,
  ]);
  expect(backoffDelayMs(3, rules, 0)).toBe(2000);
  expect(backoffDelayMs(usualBackoff.maxAttempts, usualBackoff, 0.5)).toBeNull();
});

test("known key types are asked for first; old algorithms only when declared and supported", () => {
  const supported = {
    kex: ["curve25519-sha256", "diffie-hellman-group14-sha1"],
    hostKey: ["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
    cipher: ["aes128-gcm@openssh.com", "aes128-ctr"],
    hmac: ["hmac-sha2-256"],
  };
  expect(offerAlgorithms(undefined, ["ssh-rsa"], supported)).toEqual({
    kex: ["curve25519-sha256"],
    hostKey: ["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"],
    cipher: ["aes128-gcm@openssh.com", "aes128-ctr"],
    hmac: ["hmac-sha2-256"],
  });
  const legacy = { kex: ["diffie-hellman-group14-sha1", "none-such"], hostKey: ["ssh-rsa"], cipher: [], hmac: [] };
  const offer = offerAlgorithms(legacy, [], supported);
  expect(offer.kex).toEqual(["curve25519-sha256", "diffie-hellman-group14-sha1"]);
  expect(offer.hostKey.at(-1)).toBe("ssh-rsa");
  expect(algorithmGaps(offer, { ...supported, cipher: ["3des-cbc"], hmac: ["hmac-md5"] })).toEqual([
    { category: "cipher", server: ["3des-cbc"] },
    { category: "hmac", server: ["hmac-md5"] },
  ]);
});

test("no bytes make the KEXINIT reader throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, framed) => {
      if (framed && bytes.length > 6) bytes.set([0, 0, 0, bytes.length - 4, 4, 20]);
      const read = readKexInit(bytes);
      expect(read === null || read === "more" || Array.isArray(read.kex)).toBe(true);
    }),
  );
});
