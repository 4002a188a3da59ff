import { execFileSync } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedactionRules, redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { createPseudonymStore, createRedaction } from "../../electron/logs/redact/redact.node.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-redact-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** One entry's way, with its content in pieces of `size` bytes. */
async function redact(content: Buffer | string, rules: Partial<RedactionRules> = {}, text = true, size = 65536) {
  const bytes = Buffer.from(content);
  const redaction = createRedaction({
    rules: redactionRulesSchema.parse(rules),
    map: null,
    hosts: ["kirk"],
    users: [],
  });
  const open = () =>
    Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })(),
    );
  await redaction.learn("x/kirk.log.gz", open(), text);
  await redaction.survey("x/kirk.log.gz", open());
  const chunks: Uint8Array[] = [];
  for await (const chunk of open().pipe(redaction.text("x/kirk.log.gz"))) chunks.push(chunk as Uint8Array);
  const name = redaction.name("x/kirk.log.gz");
  return {
    out: Buffer.concat(chunks).toString("latin1"),
    name,
    withheld: redaction.withheld("x/kirk.log.gz"),
    redaction,
  };
}

const removed = "[private key removed]";

/** Why binary content is left out. */
async function withheldOf(bytes: Buffer): Promise<string> {
  const redaction = createRedaction({ rules: redactionRulesSchema.parse({}), map: null, hosts: ["kirk"], users: [] });
  const open = () => Readable.from([bytes]);
  await redaction.learn("sticks/kirk/log.bin", open(), false);
  await redaction.survey("sticks/kirk/log.bin", open());
  return redaction.withheld("sticks/kirk/log.bin");
}

describe("what a content is", () => {
  it("bytes of which each is as likely as any other are no text: nothing in them is replaced", async () => {
    const random = createHash("shake256", { outputLength: 1_000_000 }).update("seed").digest();
    const { out, redaction } = await redact(random);
    expect(redaction.needsSurvey("x/kirk.log.gz")).toBe(true);
    expect(out).toBe(random.toString("latin1"));
  });
});

describe("private keys and password hashes", () => {
  const off = { on: false };

  it("go also where nothing is redacted: keys of OpenSSH and OpenSSL", async () => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "kirk@bridge", "-f", join(dir, "ed")]);
    execFileSync("ssh-keygen", ["-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "secret", "-f", join(dir, "rsa")]);
    execFileSync("openssl", [
      "genpkey",
      "-algorithm",
      "EC",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-out",
      join(dir, "ec"),
    ]);
    for (const name of ["ed", "rsa", "ec"]) {
      const key = await readFile(join(dir, name), "utf8");
      const body = key.split("\n").filter((line) => /^[A-Za-z0-9+/=]{16,}$/.test(line));
      for (const way of [
        `before\n${key}after\n`,
        JSON.stringify({ key, after: 1 }),
        `data:\n${key.replaceAll(/^/gm, "    ")}\nafter`,
        `Nov 22 14:00:00 kirk x: cut ${key.slice(0, key.length - 60)}\nafter`,
        `${key.slice(key.indexOf("\n") + 20)}after`,
      ]) {
        const { out } = await redact(way, off);
        for (const line of body.slice(name === "rsa" ? 0 : 1)) expect(out).not.toContain(line.slice(-16));
        expect(out).toContain(removed);
        expect(out).toContain("after");
        expect((await redact(out, off)).out).toBe(out);
      }
    }
  });

  it("go with PuTTY's keys, WireGuard's and crypt's hashes, as the tools make them", async () => {
    const hash = (...args: string[]) =>
      execFileSync("openssl", ["passwd", ...args, "-salt", "saltsalt", "hunter2"], { encoding: "utf8" }).trim();
    const hashes = [hash("-6"), hash("-5"), hash("-1"), hash("-apr1")];
    const others = [
      "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7",
      "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
    ];
    for (const each of [...hashes, ...others]) {
      const { out } = await redact(`kirk:${each}:15000:0:99999:7:::\n{"hash": "${each}"}\nset ${each}`, off);
      expect(out).toBe(
        'kirk:[password hash removed]:15000:0:99999:7:::\n{"hash": "[password hash removed]"}\nset [password hash removed]',
      );
    }
    const old = "kirk:rqXexS6ZhobKA:15000:0:99999:7:::\nuserPassword: {SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3\n";
    expect((await redact(old, off)).out).toBe(
      "kirk:[password hash removed]:15000:0:99999:7:::\nuserPassword: {SSHA}[password hash removed]\n",
    );
    const putty =
      "PuTTY-User-Key-File-2: ssh-ed25519\nPrivate-Lines: 1\nAAAAIFyKqbFwZ7zL9u8Q2yTnQvXh3hYVhWq0m1rJ0y1qz0aB\nPrivate-MAC: 6a8f0c1d2e3b4a596877665544332211ffeeddcc\n";
    expect((await redact(putty, off)).out).toBe(
      `PuTTY-User-Key-File-2: ssh-ed25519\nPrivate-Lines: 1\n${removed}\nPrivate-MAC: ${removed}\n`,
    );
    expect((await redact("PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n", off)).out).toBe(
      "PrivateKey = [password hash removed]\n",
    );
  });

  it("nothing else goes where nothing is redacted", async () => {
    const plain =
      "Nov 22 14:00:00 kirk sshd[1]: Accepted password for scott from 10.0.0.1 password=hunter2\n-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END CERTIFICATE-----\n";
    expect((await redact(plain, off)).out).toBe(plain);
  });
});

describe("what is no plain text", () => {
  const log = "Nov 22 14:00:00 kirk kernel: x\n".repeat(2000);

  it("is unpacked, redacted, and named for it", async () => {
    const { out, name, withheld, redaction } = await redact(gzipSync(log));
    expect({ out, name, withheld }).toEqual({
      out: log.replaceAll("kirk", "host-1"),
      name: "x/host-1.log",
      withheld: "",
    });
    expect(redaction.preview()).toMatchObject({
      files: 1,
      bytes: log.length,
      binary: [],
      more: 0,
      replacements: [{ class: "hostname", original: "kirk", pseudonym: "host-1", times: 2000 }],
    });
    expect(redaction.preview().replacements[0]?.places.at(-1)).toEqual({
      path: "x/kirk.log.gz",
      line: 5,
      before: "Nov 22 14:00:00 ",
      after: " kernel: x",
    });
    // Rotated while it was packed.
    const cut = await redact(gzipSync(Buffer.from(log)).subarray(0, 100));
    expect(cut.withheld).toBe("");
    expect(log.replaceAll("kirk", "host-1").startsWith(cut.out)).toBe(true);
    expect(cut.out.length).toBeGreaterThan(1000);
  });

  it("is withheld where it cannot be looked into, with the reason", async () => {
    const packed = execFileSync("bzip2", ["-c"], { input: log });
    expect((await redact(packed)).withheld).toMatch(/^Packed in a way that cannot be looked into/);
    const damaged = gzipSync(Buffer.from(log.repeat(3)));
    damaged.fill(0xff, 30);
    expect((await redact(damaged)).withheld).toMatch(/^Packed/);
    const asked = await redact(packed, { includeBinary: ["x/kirk.log.gz"] });
    expect(asked.withheld).toBe("");
    expect(Buffer.from(asked.out, "latin1").equals(packed)).toBe(true);
  });

  it("of zstd is unpacked to its last frame, also behind frames to be skipped", async () => {
    const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7]);
    const frames = [skipped, zstdCompressSync(log), zstdCompressSync(log), skipped, zstdCompressSync("kirk again\n")];
    for (const packed of [Buffer.concat(frames), Buffer.concat(frames.slice(1))])
      expect(await redact(packed)).toMatchObject({
        out: `${log}${log}kirk again\n`.replaceAll("kirk", "host-1"),
        name: "x/host-1.log",
        withheld: "",
      });
  });

  it("of xz is unpacked as well, in bounded memory; what is damaged or needs more is withheld", async () => {
    const xz = (...args: string[]) => execFileSync("xz", ["-c", ...args], { input: log });
    for (const packed of [xz(), xz("--block-size=8KiB"), Buffer.concat([xz("-9e"), xz("-0", "-C", "none")])]) {
      const { out, name, withheld } = await redact(packed);
      expect({ whole: log.replaceAll("kirk", "host-1").repeat(2).startsWith(out), withheld, name }).toEqual({
        ...{ whole: true, withheld: "", name: "x/host-1.log" },
      });
      expect(out.length % Buffer.from(log.replaceAll("kirk", "host-1")).length).toBe(0);
      expect(out.length).toBeGreaterThan(0);
    }
    for (const packed of [xz().subarray(0, -40), xz("--lzma2=dict=1GiB")])
      expect((await redact(packed)).withheld).toMatch(/^Packed in a way that cannot be looked into/);
  });

  it("is withheld where packed parts are in it: nobody looked into them", async () => {
    await writeFile(join(dir, "a.log"), log);
    const tar = (...names: string[]) => execFileSync("tar", ["-cf", "-", "-C", dir, ...names]);
    expect((await redact(tar("a.log"), { classes: [] })).withheld).toBe("");
    for (const [packer, name] of [
      ["gzip", "a.log.gz"],
      ["zstd", "a.log.zst"],
      ["bzip2", "a.log.bz2"],
      ["xz", "a.log.xz"],
    ] as const) {
      await writeFile(join(dir, name), execFileSync(packer, ["-c"], { input: log }));
      expect((await redact(tar(name), { classes: [] })).withheld).toMatch(/^Binary content with packed parts/);
      expect((await redact(gzipSync(tar(name)), { classes: [] })).withheld).toMatch(
        /^Binary content with packed parts/,
      );
    }
    execFileSync("zip", ["-q", "a.zip", "a.log"], { cwd: dir });
    const { withheld, redaction } = await redact(tar("a.zip"), { classes: [] });
    expect(withheld).toMatch(/^Binary content with packed parts/);
    expect(redaction.preview().binary).toEqual([{ path: "x/kirk.log.gz", found: 0, classes: [] }]);
    expect((await redact(tar("a.zip"), { on: false })).withheld).toBe("");
  });

  it("is withheld where it is binary and names stand in it, in ASCII and in UTF-16; else it is as it was", async () => {
    const noise = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) & 255));
    for (const name of [Buffer.from("hostname=kirk1701"), Buffer.from("hostname=kirk1701", "utf16le")]) {
      const { withheld } = await redact(
        Buffer.concat([noise, name, Buffer.alloc(9), noise]),
        { words: ["kirk1701"] },
        false,
      );
      expect(withheld).toBe(
        "Binary content in which names or secrets stand (word, 1 places): they cannot be replaced there.",
      );
    }
    const clean = await redact(noise, {}, false);
    expect(clean.withheld).toBe("");
    expect(Buffer.from(clean.out, "latin1").equals(noise)).toBe(true);
    const archive = execFileSync("tar", ["-cf", "-", "-C", "/etc", "hostname"]);
    expect((await redact(archive, { words: ["ustar"] })).withheld).toMatch(/^Binary content/);
  });

  it("is not withheld for what random bytes look like by chance; a secret that stands in readable text among them counts", async () => {
    // A log region of a boot stick looks like this: the same bytes each time.
    const bytes = createCipheriv("aes-256-ctr", Buffer.alloc(32, 7), Buffer.alloc(16)).update(Buffer.alloc(4 << 20));
    expect(await withheldOf(bytes)).toBe("");
    Buffer.from("connecting with password=Hunter2secret to bmc").copy(bytes, 2_000_000);
    expect(await withheldOf(bytes)).toMatch(/^Binary content in which names or secrets stand/);
    // As a table of logins holds it.
    const table = Buffer.alloc(3840);
    table.write("10.77.3.9", 500);
    expect(await withheldOf(table)).toMatch(/^Binary content in which names or secrets stand \(ipv4, 1 places\)/);
  });

  it("teaches no words where it is binary: what chance spells there has no pseudonym", async () => {
    const bytes = Buffer.concat(
      Array.from({ length: 200 }, (_, n) =>
        Buffer.from(`\0\x01\x02by user=${n}qx from\x05 10.9.8.${n}\0\x03\x04 host=${n}zz \x07`),
      ),
    );
    const { redaction, withheld } = await redact(bytes, {}, false);
    expect(withheld).not.toBe("");
    expect(redaction.map().names).toEqual({ hostname: { kirk: "host-1" } });
  });

  it("passes bytes that are no UTF-8", async () => {
    const bytes = Buffer.from("\xff\xfe\x80 kirk \xc3\n\x00\x00kirk\x00 \xe2\x82", "latin1");
    expect((await redact(bytes)).out).toBe("\xff\xfe\x80 host-1 \xc3\n\x00\x00host-1\x00 \xe2\x82");
  });
});

describe("the list of pseudonyms", () => {
  it("is the admin's alone, and the same for the lab ever after", async () => {
    const store = createPseudonymStore(join(dir, "pseudonyms"));
    expect(await store.load("lab")).toBeNull();
    const { redaction } = await redact("hostname: spock\n10.0.0.1");
    await store.save("lab", redaction.map());
    expect(await store.load("lab")).toEqual(redaction.map());
    expect(await store.load("other")).toBeNull();
    const [file = ""] = await readdir(join(dir, "pseudonyms"));
    expect((await stat(join(dir, "pseudonyms", file))).mode & 0o777).toBe(0o600);
    await writeFile(join(dir, "pseudonyms", file), "{");
    await expect(store.load("lab")).rejects.toMatchObject({ fault: { code: "logs.pseudonyms-damaged" } });
  });
});

describe("more names than are kept in mind", () => {
  const rules = redactionRulesSchema.parse({});
  async function redacted(told: readonly string[], text: string): Promise<string> {
    const redaction = createRedaction({ rules, map: null, hosts: ["kirk"], users: [] });
    for (const each of told) await redaction.learn("x", Readable.from([Buffer.from(each)]), true);
    await redaction.learn("y", Readable.from([Buffer.from(text)]), true);
    return Buffer.concat(
      await Readable.from([Buffer.from(text)])
        .pipe(redaction.text("y"))
        .toArray(),
    ).toString();
  }
  const passwd = "scott:x:1001:1001::/home/scott:/bin/bash\n";

  it("that were tried as logins leave the lab's own to be found wherever they stand", async () => {
    const tried = Array.from({ length: 25_000 }, (_, n) => `guess${(n * 7919).toString(36)}${n}`).flatMap((name) => [
      `Nov 22 14:00:00 kirk sshd[1]: Invalid user ${name} from 10.0.0.1 port 22\n`,
      `Nov 22 14:00:00 kirk sshd[1]: Failed password for invalid user ${name} from 10.0.0.1 port 22 ssh2\n`,
      `Nov 22 14:00:00 kirk sshd[1]: Connection closed by invalid user ${name} 10.0.0.1 port 22 [preauth]\n`,
    ]);
    expect(await redacted([tried.join(""), passwd], "the job of scott failed on kirk\n")).toBe(
      "the job of user-25001 failed on host-1\n",
    );
  });

  it("are replaced in their places all the same", { timeout: 60_000 }, async () => {
    const groups = Array.from({ length: 2000 }, (_, group) =>
      `g${group}:x:${1000 + group}:${Array.from({ length: 152 }, (_, n) => `u${group}x${n}`).join(",")}\n`.slice(
        0,
        2000,
      ),
    );
    const text =
      "password=tr0ub4dor\nNov 22 14:00:00 kirk sshd[1]: Accepted password for scott from 10.0.0.1 port 22\n";
    expect(await redacted([groups.join("")], text)).toBe(
      "password=password-9999999\nNov 22 14:00:00 host-1 sshd[1]: Accepted password for user-9999999 from 240.0.0.1 port 22\n",
    );
  });
});
