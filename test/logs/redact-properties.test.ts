import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RedactionRules, redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { groupsOf } from "../../electron/logs/redact/address-rules.ts";
import { Automaton } from "../../electron/logs/redact/automaton.ts";
import { Redactor } from "../../electron/logs/redact/redactor.ts";
import { visible } from "../../electron/logs/redact/visible.ts";

const redactor = (rules: Partial<RedactionRules> = {}, hosts: readonly string[] = []) =>
  new Redactor({ rules: redactionRulesSchema.parse(rules), map: null, hosts, users: [] });

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function through(of: Redactor, bytes: Uint8Array, sizes: readonly number[] = [1 << 20], path = "x"): Buffer {
  const learning = of.learning(path);
  for (const chunk of cut(bytes, sizes)) learning.push(chunk);
  learning.end();
  return again(of, bytes, sizes, path);
}

function again(of: Redactor, bytes: Uint8Array, sizes: readonly number[] = [1 << 20], path = "x"): Buffer {
  const replacing = of.replacing(path);
  const out = [...cut(bytes, sizes)].map((chunk) => replacing.push(chunk));
  return Buffer.concat([...out, replacing.end()]);
}

/** Words that are no numbers: addresses that stay hold numbers. */
const word = fc
  .stringMatching(/^[b-df-hj-np-tvxz][a-z0-9 _.\\"&/-]{1,18}[b-df-hj-np-tvxz]$/)
  .filter((text) => !/\s$/.test(text));
const surroundings = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "password=",
        "Serial Number: ",
        "user@",
        "\n",
        "\0",
        " ",
        "\x1b[31m",
        "10.0.0.1",
        "host-1",
        "http://",
        "'",
        '"',
        "\\",
        "for ",
        "Nov 22 14:00:01 ",
      ),
      fc.string({ maxLength: 12 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.array(surroundings, { maxLength: 10 }).map((parts) => new Uint8Array(Buffer.from(parts.join("\n"), "latin1"))),
);

describe("redaction", () => {
  it("leaves no own word, whatever stands around and however it comes", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
        fc.array(surroundings, { minLength: 2, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (words, parts, sizes) => {
          const text = parts.map((part, index) => part + (words[index % words.length] ?? "")).join("");
          const out = through(redactor({ words }), Buffer.from(text), sizes).toString().toLowerCase();
          for (const each of words) expect(out).not.toContain(each.toLowerCase());
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is total, the same in any pieces, and changes nothing the second time", () => {
    fc.assert(
      fc.property(
        garbage,
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
        (bytes, sizes) => {
          const of = redactor({}, ["kirk"]);
          const out = through(of, bytes);
          expect(again(of, bytes, sizes).equals(out)).toBe(true);
          // A name before `.0.0.1` leaves `host-1.0.0.1`, which may as well be a host named after an address.
          if (/-\d+\.\d/.test(out.toString("latin1"))) return;
          expect(again(of, out).toString("latin1")).toBe(out.toString("latin1"));
        },
      ),
      { numRuns: 400 },
    );
  });

  it("changes no byte outside of what it replaces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (before, after) => {
        const rules = { words: ["Enterprise"], classes: ["word" as const] };
        const bytes = Buffer.concat([before, Buffer.from("ENTERPRISE"), after]);
        const expected = Buffer.concat([before, Buffer.from("word-1"), after]).toString("latin1");
        const followed = Buffer.concat([before, Buffer.from("word-1_"), after]).toString("latin1");
        expect([expected, followed]).toContain(through(redactor(rules), bytes).toString("latin1"));
      }),
      { numRuns: 300 },
    );
  });

  it("finds what lies across any border of the stretches it looks at", () => {
    for (const shift of [0, 1, 4, 9]) {
      const filler = "y".repeat(65_521 + shift);
      const line = `kirk1701|${filler}|\x1b[1mki\x1b[0mrk1701|${filler}|10.1.2.3|`;
      const text = line.repeat(20);
      const out = through(redactor({}, ["kirk1701"]), Buffer.from(text), [70_001]).toString();
      expect(out).toBe(
        text
          .replaceAll("kirk1701", "host-1")
          .replaceAll("ki\x1b[0mrk1701", "host-1\x1b[0m")
          .replaceAll("10.1.2.3", "240.0.0.3"),
      );
    }
  });

  it("takes a hundred million bytes without a line's end as they come", () => {
    const of = redactor({}, ["kirk1701"]);
    const piece = Buffer.from(`${"z".repeat(65_520)} kirk1701 `);
    const learning = of.learning("x");
    learning.push(piece);
    learning.end();
    const replacing = of.replacing("x");
    let bytes = 0;
    let most = 0;
    const count = ({ length }: Uint8Array) => {
      bytes += length;
      most = Math.max(most, length);
    };
    for (let turn = 0; turn < 1600; turn++) count(replacing.push(piece));
    count(replacing.end());
    expect(bytes).toBe(1600 * (piece.length - 2));
    expect(most).toBeLessThan(1 << 20);
  });

  it("ends with texts that are made of nothing but triggers, or of words that overlap", { timeout: 60_000 }, () => {
    const overlapping = Array.from({ length: 190 }, (_, index) => "a".repeat(index + 2));
    for (const hostile of [
      "aaaaaaaa",
      "1.1.",
      "1:1:",
      "::",
      "a-",
      "@",
      "a@",
      "a@a.",
      "password",
      "password=",
      "password ",
      "$6$",
      "\x1b[",
      "\x1b",
      "\0",
      "a\0",
      "-----BEGIN RSA PRIVATE KEY-----",
      "-----END RSA PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----\nAAAA",
      "://a:",
      " for ",
      "Failed for ",
      "ipmitool -p",
      "serial:",
      "user=",
      "AAAAB3Nza",
      "eyJ.",
      "host-1",
      "\n",
      " hca-",
      "\n1.1.1.1 a a a a ",
      "A-",
    ]) {
      const of = redactor({ words: hostile.startsWith("aaaa") ? overlapping : [] }, ["kirk"]);
      const bytes = Buffer.from(`${hostile.repeat(Math.ceil(65_536 / hostile.length))} kirk\n`, "latin1");
      expect(through(of, bytes).toString("latin1"), JSON.stringify(hostile)).not.toContain("kirk");
    }
  });
});

describe("its parts", () => {
  it("the matcher finds what indexOf finds", () => {
    const text = fc.stringMatching(/^[abAB]{0,40}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[ab]{1,5}$/), { minLength: 1, maxLength: 6 }),
        text,
        (words, given) => {
          const hits: string[] = [];
          new Automaton(words.map((each) => Buffer.from(each))).scan(Buffer.from(given), (index, start, end) =>
            hits.push(`${index} ${start} ${end}`),
          );
          const expected = words.flatMap((each, index) =>
            Array.from(given, (_, start) => start)
              .filter((start) => given.toLowerCase().startsWith(each, start))
              .map((start) => `${index} ${start} ${start + each.length}`),
          );
          expect(hits.toSorted()).toEqual(expected.toSorted());
        },
      ),
    );
  });

  it("what is visible is in order and of what was there", () => {
    fc.assert(
      fc.property(garbage, (bytes) => {
        const seen = visible(bytes);
        if (seen.at === null) return;
        expect(seen.at.length).toBe(seen.bytes.length + 1);
        for (const [index, byte] of seen.bytes.entries()) {
          expect(bytes[seen.at[index] ?? -1]).toBe(byte);
          expect(seen.at[index] ?? 0).toBeLessThan(seen.at[index + 1] ?? 0);
        }
      }),
    );
  });

  it("an IPv6 address is read in all ways it is written", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const groups = groupsOf(address);
        expect(groups?.length).toBe(8);
        const url = new URL(`http://[${address}]/`).hostname.slice(1, -1);
        expect(groupsOf(url)).toEqual(groups);
      }),
    );
    expect(groupsOf("1:2:3")).toBeNull();
    expect(groupsOf("::1::")).toBeNull();
  });
});
