import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type RedactionRules, redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import type { PseudonymMap } from "../../electron/logs/redact/pseudonyms.ts";
import { createRedaction, type Redaction } from "../../electron/logs/redact/redact.node.ts";
import { type Plant, plants } from "./redact-places.ts";

interface Given {
  readonly content: Buffer;
  readonly text?: boolean;
}
type Files = Readonly<Record<string, Given>>;

const rules = (more: Partial<RedactionRules> = {}) => redactionRulesSchema.parse(more);

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A bundle's way through the redaction: what would be written, by name. */
async function redact(
  files: Files,
  {
    map = null,
    hosts = [],
    lab = "",
    order = (paths) => paths,
    ...chosen
  }: Partial<RedactionRules> & {
    map?: PseudonymMap | null;
    hosts?: readonly string[];
    lab?: string;
    order?: (paths: string[]) => string[];
  } = {},
): Promise<{ written: Map<string, Buffer>; redaction: Redaction }> {
  const redaction = createRedaction({ rules: rules(chosen), map, hosts, users: [], lab });
  const paths = order(Object.keys(files));
  const open = (path: string) => Readable.from([files[path]?.content ?? Buffer.alloc(0)]);
  for (const path of paths) {
    await redaction.learn(path, open(path), files[path]?.text ?? true);
    redaction.learnText(path);
  }
  for (const path of paths) await redaction.survey(path, open(path));
  const written = new Map<string, Buffer>();
  for (const path of paths) {
    if (redaction.withheld(path) !== "") continue;
    written.set(
      redaction.name(path),
      await bytesOf(open(path).pipe(redaction.text(path)) as AsyncIterable<Uint8Array>),
    );
  }
  return { written, redaction };
}

const text = (content: string): Given => ({ content: Buffer.from(content) });
const utf16 = (content: string): Given => ({ content: Buffer.from(`\ufeff${content}`, "utf16le") });

/** In any of the ways that bytes can hold it. */
function stands(secret: string, bytes: Buffer): boolean {
  const plain = bytes.toString("latin1").toLowerCase();
  const bare = plain.replaceAll(/\x1b\[[0-?]*[ -/]*[@-~]/g, "");
  const wide = plain.replaceAll("\0", "");
  const word = secret.toLowerCase();
  return [word, JSON.stringify(word).slice(1, -1), encodeURIComponent(word)].some(
    (way) => plain.includes(way) || bare.includes(way) || wide.includes(way),
  );
}

function planted(all: readonly Plant[]): Files {
  const lines = new Map<string, string[]>();
  for (const { path, line } of all) lines.set(path, [...(lines.get(path) ?? []), line]);
  const files: Record<string, Given> = {};
  // Where nothing but the word itself tells what it is; first, so that it was learned later.
  const aloud = all.map(({ secret }, index) => `${index}: (${secret}) then "${secret}", at last ${secret}.`).join("\n");
  files["a/aloud.log"] = text(aloud);
  files["a/aloud-1.log.gz"] = { content: gzipSync(aloud) };
  files["a/aloud-2.log.zst"] = { content: zstdCompressSync(aloud) };
  files["a/wide.log"] = utf16(aloud);
  files["a/coloured.log"] = text(
    all.map(({ secret }) => `\x1b[1;31m${secret.slice(0, 2)}\x1b[0m${secret.slice(2)}\x1b[K;`).join("\n"),
  );
  files["a/json.log"] = text(all.map(({ secret }) => JSON.stringify({ MESSAGE: `with ${secret}` })).join("\n"));
  files["a/url.log"] = text(all.map(({ secret }) => `GET /x?q=${encodeURIComponent(secret)}&r=1`).join("\n"));
  files["a/loud.log"] = text(aloud.toUpperCase());
  files["a/one-line.log"] = text(all.map(({ secret }) => secret).join(`|${"x".repeat(9000)}|`));
  for (const [path, rows] of lines) files[path] = text(`${rows.join("\n")}\n`);
  for (const { secret, kind } of all.filter((plant) => ["hostname", "user", "ipv4", "mac"].includes(plant.kind))) {
    files[`nodes/${secret}/${kind}-${secret}.txt`] = text("x\n");
  }
  return files;
}

describe("two hundred secrets in all places", () => {
  const all = plants();

  it("plants them where the tools write them", () => {
    expect(new Set(all.map(({ secret }) => secret)).size).toBeGreaterThanOrEqual(200);
    const files = planted(all);
    for (const { secret, path } of all)
      expect(stands(secret, files[path]?.content ?? Buffer.alloc(0)), secret).toBe(true);
  });

  it("leaves none in any byte, nor in any name", async () => {
    const { written } = await redact(planted(all));
    const left: string[] = [];
    for (const { secret, kind, line } of all) {
      for (const [name, bytes] of written) {
        if (stands(secret, bytes) || stands(secret, Buffer.from(name)))
          left.push(`${kind} ${secret} in ${name}: ${line}`);
      }
    }
    expect(left).toEqual([]);
    expect(written.size).toBe(Object.keys(planted(all)).length);
  });

  it("gives the same pseudonyms in whatever order the files come, and with the map of the last time", async () => {
    const files = planted(all);
    const one = await redact(files);
    const other = await redact(files, { order: (paths) => paths.toReversed() });
    expect(other.redaction.map()).toEqual(one.redaction.map());
    const again = await redact(
      { ...files, "new.log": text("Nov 22 14:00:01 aaa01 kernel: x\n") },
      { map: one.redaction.map() },
    );
    for (const [name, bytes] of one.written)
      expect(again.written.get(name)?.toString("latin1"), name).toBe(bytes.toString("latin1"));
  });

  it("changes nothing when redacted again, with its map or without", async () => {
    const { written, redaction } = await redact(planted(all));
    const files = Object.fromEntries([...written].map(([name, content]) => [name, { content }]));
    for (const map of [redaction.map(), null]) {
      const again = await redact(files, { map });
      for (const [name, bytes] of written)
        expect(again.written.get(name)?.toString("latin1"), name).toBe(bytes.toString("latin1"));
    }
  });
});

describe("pseudonyms", () => {
  const given = (content: string, more: Parameters<typeof redact>[1] = {}) =>
    redact({ x: text(content) }, more).then(({ written }) => written.get("x")?.toString());

  it("keep what belongs together together", async () => {
    expect(
      await given(
        "a 10.0.1.5/24 b 10.0.1.255 c 10.0.2.5 d 172.16.1.5 ::ffff:10.0.1.5 5.1.0.10.in-addr.arpa\n2a01:4f8:1:2::5 2a01:4f8:1:3::5 2A01:04F8:0001:0002:0000:0000:0000:0005\n",
      ),
    ).toBe(
      "a 240.0.0.5/24 b 240.0.0.255 c 240.0.1.5 d 240.1.0.5 ::ffff:240.0.0.5 5.0.0.240.in-addr.arpa\n2001:db8:1::1 2001:db8:1:1::1 2001:0DB8:0001:0000:0000:0000:0000:0001\n",
    );
    expect(await given("a4:bf:01:5c:11:41 A4-BF-01-5C-11-41 a4bf.015c.1141 a4bf015c1141 01-a4-bf-01-5c-11-41")).toBe(
      "06:00:00:00:00:01 06-00-00-00-00-01 0600.0000.0001 060000000001 01-06-00-00-00-00-01",
    );
    expect(await given("hostname: kirk.lab.invalid\nkirk kirk.lab.invalid KIRK-eth0 kirk1 http://kirk:80/ kirky")).toBe(
      "hostname: host-1.domain-1.invalid\nhost-1 host-1.domain-1.invalid host-1-eth0 kirk1 http://host-1:80/ kirky",
    );
  });

  it("leave alone what says nothing about a lab", async () => {
    const plain = `127.0.0.1 0.0.0.0 255.255.255.0 0.0.0.255 224.0.0.1 version 5.4.0.1 v4.18.0.3 firmware: 2.42.5.0 kernel-2.6.32.59-0.7-default
::1 fe80::/10 ff02::1 14:00:01 00:11 0000:11:00.0 std::string a::b
ff:ff:ff:ff:ff:ff 00:00:00:00:00:00 01:00:5e:00:00:01
0x0002c903001e1234 0002:c903:001e:1234 00:02:c9:03:00:1e:12:34 Default GID fe80:0000:0000:0000:0002:c903:001e:1234 Base lid: 5
80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:1e:12:34
root:x:0:0:root:/root:/bin/bash
daemon:x:2:2:daemon:/sbin:/sbin/nologin
Serial Number: Not Specified
serial8250: ttyS0 at I/O 0x3f8 (irq = 4) is a 16550A
Serial: 8250/16550 driver, 4 ports, IRQ sharing enabled
password    requisite     pam_pwquality.so try_first_pass
PasswordAuthentication yes
Linux version 3.10.0 (mockbuild@kbuilder.bsys.centos.org) (gcc version 4.8.5)
Started getty@tty1.service user@1000.service localhost.localdomain
`;
    expect(await given(plain)).toBe(plain);
  });

  it("take GUIDs and LIDs when asked", async () => {
    const asked = await given(
      "Node GUID: 0x0002c903001e1234\nfe80:0000:0000:0000:0002:c903:001e:1234\nBase lid: 5\nSM lid: 1\n00:02:c9:03:00:1e:12:34 lid 0x5\n",
      {
        classes: ["guid", "lid"],
      },
    );
    expect(asked).toBe(
      "Node GUID: 0xfdfdfd0000000001\nfe80:0000:0000:0000:fdfd:fd00:0000:0001\nBase lid: 40002\nSM lid: 40001\nfd:fd:fd:00:00:00:00:01 lid 0x9c42\n",
    );
  });

  it("take an address that was meant as one also where it looks like a version", async () => {
    expect(await given("inet 10.4.0.1\nversion 10.4.0.1 10.4.0.1.5022 > 10.4.0.1.22: x10.4.0.1y")).toBe(
      "inet 240.0.0.1\nversion 240.0.0.1 240.0.0.1.5022 > 240.0.0.1.22: x240.0.0.1y",
    );
  });

  it("are not given to two, when the text holds one already", async () => {
    const both = await given(
      "hostname: kirk\nhost-1 and 06:00:00:00:00:01 and 240.0.0.1\nether a4:bf:01:5c:11:41 inet 10.0.0.1\n",
    );
    expect(both).toBe(
      "hostname: host-2\nhost-1 and 06:00:00:00:00:01 and 240.0.0.1\nether 06:00:00:00:00:02 inet 240.1.0.1\n",
    );
  });

  it("take own words in any case and code, and what they keep stays", async () => {
    const words = ["Müller", "Project X"];
    const { written } = await redact(
      {
        a: text('MÜLLER müller project x ProJect X-1 "M\\u00fcller" M%C3%BCller project%20x project+x'),
        b: { content: Buffer.from("Herr M\xfcller", "latin1") },
        c: utf16("Müller Project X"),
      },
      { words },
    );
    expect([...written.values()].map((bytes) => bytes.toString("latin1").replaceAll("\0", ""))).toEqual([
      'word-1 word-1 word-2 word-2-1 "word-1" word-1 word-2 word-2',
      "Herr word-1",
      "\xff\xfeword-1 word-2",
    ]);
    expect(await given("hostname: kirk\nkirk", { keep: ["Kirk"] })).toBe("hostname: kirk\nkirk");
    expect(await given("hostname: kirk\nkirk 10.0.0.1", { classes: ["ipv4"] })).toBe("hostname: kirk\nkirk 240.0.0.1");
  });

  it("leave the lab's name, of which a word may look like a host's somewhere: unless a device is called so", async () => {
    const lab = "Practice lab";
    const told = "Built by: jenkins@practice\nPractice lab, practice\n";
    expect(await given(told, { lab })).toBe("Built by: user-1@host-1\nPractice lab, practice\n");
    expect(await given(told, { lab, hosts: ["practice"] })).toBe("Built by: user-1@host-1\nhost-1 lab, host-1\n");
  });

  it("are put in place of very many names that come in one piece", async () => {
    expect(await given("10.0.0.1 ".repeat(200_000))).toBe("240.0.0.1 ".repeat(200_000));
  });

  it("are put in place of a name that found no room where its place tells it alone, and the preview tells which", async () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `kirk${String(n).padStart(5, "0")}star`);
    const often = names.slice(0, 1000).join(" ");
    const { written, redaction } = await redact({
      hosts: text(`${names.map((name) => `10.1.2.3 ${name}\n`).join("")}10.1.2.3 ${often}\n`),
      notes: text(names.map((name) => `by ${name} so\n`).join("")),
    });
    expect(written.get("hosts")?.toString()).not.toContain("kirk");
    const left = [...`${written.get("notes")}`.matchAll(/kirk\d+star/g)].map(([name]) => name);
    const { noRoom } = redaction.preview();
    expect(noRoom.names).toBe(left.length);
    expect(left.length).toBeGreaterThan(1000);
    expect([noRoom.some.length, noRoom.some.filter((name) => !left.includes(name) || often.includes(name))]).toEqual([
      20,
      [],
    ]);
    const few = await redact({ hosts: text("10.1.2.3 kirk\n") });
    expect(few.redaction.preview().noRoom).toEqual({ names: 0, some: [] });
  });

  it("are none of a name that comes to stand in an address for them", async () => {
    const once = await given("http://#:0A@A0");
    expect(once).toBe("http://#:password-1@A0");
    expect(await given(once ?? "")).toBe(once);
    const twice = await given("password=http://\nuser@http://0");
    expect(twice).toBe("password=password-1\nuser@password-1_0");
    expect(await given(twice ?? "")).toBe(twice);
  });

  it("keep whose folder it is in the names of files", async () => {
    const { written } = await redact({ "nodes/a/files/home/jd/notes": text("jd:x:1001:1001::/home/jd:/bin/sh\n") });
    expect([...written.keys()]).toEqual(["nodes/a/files/home/user-1/notes"]);
  });

  it("make a known name in base64 and in hexadecimal digits unreadable, wherever it begins there, and leave what is around", async () => {
    const words = ["zwoelfeck77"];
    for (const before of ["", "a", "ab", "abc"]) {
      const plain = `${before}: the name Zwoelfeck77 stands here, ${"and on it goes ".repeat(9)}then zwoelfeck77.`;
      const base64 = Buffer.from(plain).toString("base64");
      for (const text of [base64, `x="${base64}"`, base64.replace(/.{76}/g, "$&\r\n  "), base64.replaceAll("=", "")]) {
        const out = await given(text, { words });
        const read = Buffer.from(out?.replace(/^x="|[\s"]/g, "") ?? "", "base64").toString("latin1");
        expect(read).toMatch(/the name.{13}stands here, and on it goes/s);
        expect(read.toLowerCase()).not.toMatch(/zwoelfeck|oelfeck77/);
        expect(out?.length).toBe(text.length);
      }
      const hex = Buffer.from(plain).toString("hex");
      const out = await given(`proctitle=${hex.toUpperCase()}`, { words });
      expect(out).toBe(
        `proctitle=${hex.toUpperCase()}`.replaceAll(/(?:5A|7A)776F656C6665636B3737/g, (found) =>
          "x".repeat(found.length),
        ),
      );
    }
  });

  it("take addresses whose colons are written as URLs have them", async () => {
    expect(
      await given(
        "ether a4:bf:01:5c:11:41 inet6 2a01:4f8:1:7::12c\nGET /?m=a4%3Abf%3a01%3A5c%3A11%3A41&a=2a01%3A4f8%3A1%3A7%3A%3A12c&x",
      ),
    ).toBe(
      "ether 06:00:00:00:00:01 inet6 2001:db8:1::1\nGET /?m=06%3A00%3A00%3A00%3A00%3A01&a=2001%3Adb8%3A1%3A%3A1&x",
    );
  });

  it("hold no own word themselves", async () => {
    expect(await given("hostname: kirk\nhost user 1\nuser=marla", { words: ["host", "user"] })).toBe(
      "word-1name: name-1\nword-1 word-2 1\nword-2=item-1",
    );
  });
});
