/** The known_hosts reader against ssh-keygen: the same lines match, and no input makes it throw. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { hashName } from "../../electron/ssh/host-keys.node.ts";
import {
  judgeHostKey,
  knownHostName,
  lineMatches,
  parseKnownHosts,
  removeKnownHost,
} from "../../electron/ssh/known-hosts.ts";

const dir = mkdtempSync(join(tmpdir(), "halfrack-known-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const hasKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;

/** A well-formed ed25519 key made of one byte, so that keys differ and need no generator. */
function key(seed: number): string {
  const type = Buffer.from("ssh-ed25519");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, type, Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, seed)]).toString("base64");
}

const salt = Buffer.from("01234567890123456789").toString("base64");
const hashed = (name: string) => `|1|${salt}|${hashName(salt, name)}`;

const names = [
  "node01",
  "node02.lab",
  "10.0.0.5",
  "[node01]:2222",
  "[10.0.0.5]:22022",
  "sw",
  "fe80::1",
  "[fe80::1]:24",
];
const pattern = fc.oneof(
  fc.constantFrom(...names),
  fc.constantFrom("*", "node*", "node0?", "*.lab", "10.0.0.*", "[node01]:*", "[*]:2222", "NODE01", "?", "**1"),
  fc.constantFrom("!node01", "!node0?", "!*.lab", "!10.0.0.5", "!*", "!"),
  fc.string({ unit: fc.constantFrom(..."abn01*?.![]:-"), minLength: 1, maxLength: 8 }),
);
const hosts = fc.oneof(
  { weight: 3, arbitrary: fc.array(pattern, { minLength: 1, maxLength: 4 }).map((list) => list.join(",")) },
  { weight: 2, arbitrary: fc.constantFrom(...names).map(hashed) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("|1|bad", "|2|a|b", `|1|${salt}|AAAA`, `${hashed("node01")},sw`, "|", "|1||"),
  },
);
const separator = fc.constantFrom(" ", "\t", "  ");
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(hosts, separator, fc.nat(255)).map(([h, s, n]) => `${h}${s}ssh-ed25519${s}${key(n)}`),
  },
  { weight: 1, arbitrary: hosts.map((h) => `@revoked ${h} ssh-ed25519 ${key(1)}`) },
  { weight: 1, arbitrary: hosts.map((h) => `@cert-authority ${h} ssh-ed25519 ${key(2)} a comment`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "# node01 ssh-ed25519 AAAA", "   ", "\t# x", "@odd node01 ssh-ed25519 AAAA"),
  },
  { weight: 1, arbitrary: hosts.map((h) => `  ${h} ssh-ed25519 ${key(3)}`) },
);

describe.skipIf(!hasKeygen)("known_hosts against ssh-keygen -F (skipped where ssh-keygen is missing)", () => {
  test("the same lines match the same names", () => {
    const file = join(dir, "known_hosts");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom(...names), (lines, name) => {
        const text = `${lines.join("\n")}\n`;
        writeFileSync(file, text);
        const asked = spawnSync("ssh-keygen", ["-F", name, "-f", file], { encoding: "utf8" });
        const theirs = [...asked.stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map((match) => Number(match[1]));
        const ours = parseKnownHosts(text)
          .filter((entry) => entry.marker !== "unknown" && lineMatches(entry, name, hashName))
          .map((entry) => entry.line);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 300 },
    );
  });

  test("removing a host leaves the others as ssh-keygen finds them", () => {
    const file = join(dir, "removed");
    const text = `node01,sw ssh-ed25519 ${key(1)}\n${hashed("node01")} ssh-ed25519 ${key(2)}\n# note\nnode* ssh-ed25519 ${key(3)}\n@revoked node01 ssh-ed25519 ${key(4)}\n`;
    const rest = removeKnownHost(text, "node01", hashName);
    expect(rest).toBe(
      `sw ssh-ed25519 ${key(1)}\n# note\nnode* ssh-ed25519 ${key(3)}\n@revoked node01 ssh-ed25519 ${key(4)}\n`,
    );
    writeFileSync(file, rest);
    expect(spawnSync("ssh-keygen", ["-F", "sw", "-f", file]).status).toBe(0);
  });
});

describe("known_hosts lines", () => {
  test("names carry the port unless it is 22", () => {
    expect(knownHostName("Node01", 22)).toBe("node01");
    expect(knownHostName("Node01", 2222)).toBe("[node01]:2222");
    expect(knownHostName("fe80::1", 22)).toBe("fe80::1");
  });

  test("reads markers, comments and keys, and tells what is wrong with a line", () => {
    const text = [
      "# comment",
      `node01,node02 ssh-ed25519 ${key(1)} root@node01`,
      `@revoked * ssh-ed25519 ${key(2)}`,
      `@cert-authority *.lab ssh-ed25519 ${key(3)}`,
      "node03 ssh-ed25519",
      "node04 ssh-ed25519 !!!",
      `node05 ssh-rsa ${key(4)}`,
      "node06 1024 35 1234",
      "@strange node07 ssh-ed25519 AAAA",
    ].join("\r\n");
    expect(parseKnownHosts(text)).toEqual([
      { line: 2, marker: "none", hosts: "node01,node02", keyType: "ssh-ed25519", key: key(1), problem: null },
      { line: 3, marker: "revoked", hosts: "*", keyType: "ssh-ed25519", key: key(2), problem: null },
      { line: 4, marker: "cert-authority", hosts: "*.lab", keyType: "ssh-ed25519", key: key(3), problem: null },
      {
        line: 5,
        marker: "none",
        hosts: "node03",
        keyType: "ssh-ed25519",
        key: "",
        problem: "The line ends before the key.",
      },
      {
        line: 6,
        marker: "none",
        hosts: "node04",
        keyType: "ssh-ed25519",
        key: "",
        problem: "The key is not readable.",
      },
      {
        line: 7,
        marker: "none",
        hosts: "node05",
        keyType: "ssh-rsa",
        key: "",
        problem: "The key says it is ssh-ed25519, the line says ssh-rsa.",
      },
      { line: 8, marker: "none", hosts: "node06", keyType: "1024", key: "", problem: "The key is of SSH protocol 1." },
      { line: 9, marker: "unknown", hosts: "", keyType: "", key: "", problem: "The marker @strange is not known." },
    ]);
  });

  test("a revoked key is refused even where another line trusts it; other keys on record mean changed", () => {
    const located = (text: string) => parseKnownHosts(text).map((entry) => ({ ...entry, file: "f" }));
    const kind = (text: string, seed: number) => judgeHostKey(located(text), "ssh-ed25519", key(seed)).kind;
    expect(kind(`a ssh-ed25519 ${key(1)}\n@revoked a ssh-ed25519 ${key(1)}`, 1)).toBe("revoked");
    expect(kind(`a ssh-ed25519 ${key(1)}\n@revoked a ssh-ed25519 ${key(2)}`, 1)).toBe("trusted");
    expect(kind(`a ssh-ed25519 ${key(1)}`, 2)).toBe("changed");
    expect(kind(`@cert-authority a ssh-ed25519 ${key(1)}`, 2)).toBe("certificate");
    expect(kind(`@cert-authority a ssh-ed25519 ${key(1)}\na ssh-ed25519 ${key(2)}`, 2)).toBe("trusted");
    expect(kind("", 2)).toBe("new");
  });

  test("no text makes it throw or take long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.string(), (text, name) => {
        for (const entry of parseKnownHosts(text)) lineMatches(entry, name, hashName);
        removeKnownHost(text, name, hashName);
      }),
    );
    const begun = performance.now();
    lineMatches(
      { line: 1, marker: "none", hosts: `${"*a".repeat(400)}b`, keyType: "", key: "", problem: null },
      "a".repeat(250),
      hashName,
    );
    expect(performance.now() - begun).toBeLessThan(200);
  });
});
