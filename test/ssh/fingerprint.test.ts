/** Fingerprints and randomart against ssh-keygen, on keys of every type it makes. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { describeHostKey } from "../../electron/ssh/host-keys.node.ts";
import { readKeyBlob } from "../../electron/ssh/key-blob.ts";

const dir = mkdtempSync(join(tmpdir(), "halfrack-art-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const hasKeygen = spawnSync("ssh-keygen", ["-?"]).error === undefined;

const kinds = [
  ["ed25519", "256"],
  ["ecdsa", "256"],
  ["ecdsa", "384"],
  ["ecdsa", "521"],
  ["rsa", "2048"],
  ["rsa", "1024"],
  ["dsa", "1024"],
] as const;

describe.skipIf(!hasKeygen)("fingerprints against ssh-keygen -lv (skipped where ssh-keygen is missing)", () => {
  test.each(kinds)("%s %s", (type, bits) => {
    for (let round = 0; round < 3; round++) {
      const path = join(dir, `${type}${bits}-${round}`);
      const made = spawnSync("ssh-keygen", ["-q", "-t", type, "-b", bits, "-N", "", "-C", "c", "-f", path]);
      if (made.status !== 0 && type === "dsa") return; // removed from OpenSSH 10
      const [first = "", ...art] = execFileSync("ssh-keygen", ["-lv", "-E", "sha256", "-f", `${path}.pub`], {
        encoding: "utf8",
      })
        .trimEnd()
        .split("\n");
      const [size, sha256] = first.split(" ");
      const [keyType, base64 = ""] = readFileSync(`${path}.pub`, "utf8").split(" ");
      expect(describeHostKey(Buffer.from(base64, "base64"))).toEqual({
        type: keyType,
        bits: Number(size),
        sha256,
        randomart: art.join("\n"),
      });
    }
  });
});

test("any bytes are described without throwing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readKeyBlob(bytes);
      expect(describeHostKey(bytes).randomart.split("\n")).toHaveLength(11);
    }),
  );
});
