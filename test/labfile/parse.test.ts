import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labSchema } from "../../electron/contract/lab.ts";
import { parseLab } from "../../electron/lab/parse.ts";
import { decodeLabText, maxLabBytes } from "../../electron/lab/text.ts";
import { types } from "./types.ts";

const top = "halfrack: 1\nname: L\nracks: [{ name: R, units: 10 }]\n";
const check = (text: string) => parseLab(text, types);
/** `code line:column path` of every problem. */
const told = (text: string) =>
  check(text).problems.map(({ code, line, column, path }) => `${code} ${line}:${column} ${path}`);
const words = (text: string) => check(text).problems.map((problem) => problem.message);

describe("a lab file that is right", () => {
  test("is read whole, with defaults", () => {
    const parsed = check(`${top}devices:
  - { name: n1, type: server-1u, rack: R, unit: 1, role: primary, ssh: { host: 10.0.0.1 }, hcas: [{ name: mlx4_0, guid: 0x0002c903000e0b72 }] }
  - { name: sw, type: switch-18, rack: R, unit: 2 }
cables:
  - from: { device: n1, port: mlx4_0/1 }
    to: { device: sw, port: 3 }
`);
    expect(parsed.problems).toEqual([]);
    expect(parsed.valid).toBe(true);
    expect(parsed.lab).toEqual({
      halfrack: 1,
      name: "L",
      racks: [{ name: "R", units: 10 }],
      devices: [
        {
          name: "n1",
          type: "server-1u",
          rack: "R",
          unit: 1,
          role: "primary",
          ssh: { host: "10.0.0.1" },
          hcas: [{ name: "mlx4_0", ports: 1, guid: "0x0002c903000e0b72" }],
        },
        { name: "sw", type: "switch-18", rack: "R", unit: 2 },
      ],
      cables: [{ from: { device: "n1", port: "mlx4_0/1" }, to: { device: "sw", port: "3" } }],
    });
  });

  test("names with quotes, HTML and numbers are kept exactly", () => {
    const names = ["\"'`", "<img src=x onerror=alert(1)>", "007", "ü 日本", "-", "#1", "a: b", "null"];
    const parsed = check(
      `halfrack: 1\nname: L\ndevices:\n${names.map((name) => `  - { name: ${JSON.stringify(name)}, type: desk }\n`).join("")}`,
    );
    expect(parsed.problems).toEqual([]);
    expect(parsed.lab?.devices.map((device) => device.name)).toEqual(names);
    expect(check("halfrack: 1\nname: 1.50\ndevices: [{ name: 007, type: desk }]").lab).toMatchObject({
      name: "1.50",
      devices: [{ name: "007" }],
    });
  });

  test("words that every JavaScript object has by itself name nothing: they are keys of records everywhere", () => {
    const words = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    for (const word of words) {
      const parsed = check(`${top}devices:\n  - { name: ${word}, type: desk }\n  - { name: n1, type: ${word} }\n`);
      expect(parsed.problems.map(({ path, line }) => `${path} ${line}`)).toEqual([
        "devices[0].name 5",
        "devices[1].type 6",
      ]);
      expect(parsed.lab?.devices.map(({ name, type }) => [name, type])).toEqual([["n1", "unknown"]]);
    }
    expect(
      told(`${top}deviceTypes: [{ slug: constructor, manufacturer: M, model: O, kind: other, heightU: 1 }]`),
    ).toEqual(["lab.bad-value 4:23 deviceTypes[0].slug"]);
  });

  test("a host or host key name that is a pattern is refused", () => {
    for (const name of ["*", "a,b", "!a", "|1|a|b", "#a"]) {
      const ssh = `{ host: a, hostKeyAlias: ${JSON.stringify(name)} }`;
      expect(check(`${top}devices: [{ name: n1, type: desk, ssh: ${ssh} }]`).problems).toMatchObject([
        { code: "lab.bad-value", severity: "error", line: 4, path: "devices[0].ssh.hostKeyAlias" },
      ]);
    }
  });

  test("a face that nobody could draw is refused", () => {
    const face = (element: string) =>
      told(`${top}deviceTypes: [{ slug: t, manufacturer: M, model: O, kind: other, heightU: 1, face: [${element}] }]`);
    const box = "x: 0, y: 0, w: 1, h: 1";
    expect(face(`{ kind: bays, ${box}, rows: 64, columns: 64 }`)).toEqual([]);
    expect(face(`{ kind: bays, ${box}, rows: 1000000, columns: 1 }`)).toHaveLength(1);
    expect(face(`{ kind: cells, ${box}, count: 1000000 }`)).toHaveLength(1);
    expect(face(`{ kind: vent, x: 0, y: 0, w: 1, h: 1.0e+9 }`)).toHaveLength(1);
  });

  test("anchors and aliases share values", () => {
    const parsed = check(
      `${top}devices:\n  - { name: a, type: desk, ssh: &way { host: h, user: root } }\n  - { name: b, type: desk, ssh: *way }\n`,
    );
    expect(parsed.problems).toEqual([]);
    expect(parsed.lab?.devices[1]?.ssh).toEqual({ host: "h", user: "root" });
  });
});

describe("what the schema refuses is named with line, column and path", () => {
  test.each([
    ["a missing key, at its parent", `${top}devices:\n  - name: a\n`, ["lab.missing-key 5:5 devices[0].type"]],
    [
      "an unknown key, at the key",
      `${top}devices:\n  - name: a\n    type: desk\n    colour: red\n`,
      ["lab.unknown-key 7:5 devices[0].colour"],
    ],
    [
      "a nested unknown key",
      `${top}devices:\n  - name: a\n    type: desk\n    ssh: { host: x, usr: y }\n`,
      ["lab.unknown-key 7:21 devices[0].ssh.usr"],
    ],
    [
      "a wrong type, at the value",
      `${top}devices:\n  - { name: a, type: desk, unit: "two" }\n`,
      ["lab.wrong-type 5:34 devices[0].unit"],
    ],
    ["a list that is not one", "halfrack: 1\nname: L\ndevices: none\n", ["lab.wrong-type 3:10 devices"]],
    ["an empty value, at its key", "halfrack: 1\nname: L\ndevices:\n", ["lab.wrong-type 3:1 devices"]],
    [
      "a number out of bounds",
      "halfrack: 1\nname: L\nracks: [{ name: R, units: 0 }]\n",
      ["lab.bad-value 3:27 racks[0].units"],
    ],
    [
      "a word that is not one of the choices",
      `${top}devices: [{ name: a, type: desk, role: primry }]\n`,
      ["lab.bad-value 4:40 devices[0].role"],
    ],
    ["another version", "halfrack: 2\nname: L\n", ["lab.bad-value 1:11 halfrack"]],
    [
      "a bad address",
      `${top}devices: [{ name: a, type: desk, ssh: { host: "a b" } }]\n`,
      ["lab.bad-value 4:47 devices[0].ssh.host"],
    ],
    ["a list at the top", "- 1\n", ["lab.not-a-lab 1:1 "]],
    ["an empty file", "", ["lab.not-a-lab 1:1 "]],
    ["only comments", "# nothing\n", ["lab.not-a-lab 1:1 "]],
    [
      "a name of 300 characters",
      `${top}devices: [{ name: ${"x".repeat(300)}, type: desk }]\n`,
      ["lab.bad-value 4:19 devices[0].name"],
    ],
    [
      "a name with a newline",
      `${top}devices: [{ name: "a\\nb", type: desk }]\n`,
      ["lab.bad-value 4:19 devices[0].name"],
    ],
    [
      "a name with a bidirectional override",
      `${top}devices: [{ name: "a\\u202eb", type: desk }]\n`,
      ["lab.bad-value 4:19 devices[0].name"],
    ],
  ])("%s", (_, text, expected) => {
    expect(told(text)).toEqual(expected);
    expect(check(text).valid).toBe(false);
  });

  test("in words an admin can act on", () => {
    expect(words(`${top}devices: [{ name: a, type: desk, rol: primary }]`)).toEqual([
      '"rol" is not a known key. Did you mean "role"? Known here: name, type, rack, unit, role, ssh, bmc, hcas, expect, note.',
    ]);
    expect(words(`${top}devices: [{ name: a }]`)).toEqual(['"type" is missing here. It holds: Slug of a device type.']);
    expect(words("halfrack: 1\nname: L\ncables:\n")).toEqual([
      '"cables" must be a list, but is empty. Write [] for none, or remove the key.',
    ]);
    expect(words(`${top}devices: [{ name: a, type: desk, role: primry }]`)).toEqual([
      '"role" is "primry"; it may be primary, secondary, management, hypervisor, desktop. Did you mean "primary"?',
    ]);
    expect(words(`${top}devices: [{ name: a, type: [1] }]`)).toEqual(['"type" must be text, but is a list.']);
  });
});

describe("what YAML refuses", () => {
  test.each([
    ["duplicate keys", "halfrack: 1\nname: L\nname: M\n", ["lab.duplicate-key 3:1 name"]],
    ["two documents", `${top}---\nname: M\n`, ["lab.multiple-documents 4:1 "]],
    ["broken syntax", "halfrack: 1\nname: [L\n", ["lab.yaml-syntax 3:1 ", "lab.wrong-type 2:7 name"]],
    ["an alias without an anchor", "halfrack: 1\nname: *nobody\n", ["lab.bad-alias 2:7 name"]],
    [
      "an anchor that holds itself",
      "halfrack: 1\nname: L\nracks: &r [*r]\n",
      ["lab.bad-alias 3:12 racks[0]", "lab.missing-key 3:8 racks[0]"],
    ],
    ["a list as a key", "halfrack: 1\nname: L\n? [a]\n: 1\n", ["lab.bad-key 3:3 "]],
    ["a prototype key", "halfrack: 1\nname: L\n__proto__: { devices: 1 }\n", ["lab.bad-key 3:1 "]],
  ])("%s", (_, text, expected) => {
    const parsed = check(text);
    expect(parsed.valid).toBe(false);
    expect(told(text).map((each) => each.split(" ")[0])).toContain(expected[0]?.split(" ")[0]);
    expect(told(text)).toEqual(expect.arrayContaining([expected[0]]));
  });

  test("an alias bomb is cut short", () => {
    const levels = "abcdefghij".split("");
    const bomb = levels.map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? "x" : `*${levels[index - 1]}`)
          .join(", ")}]`,
    );
    const started = performance.now();
    const codes = told(`halfrack: 1\nname: L\n${bomb.join("\n")}\n`).map((each) => each.split(" ")[0]);
    expect(codes).toContain("lab.too-many-aliases");
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("deep nesting is refused where it begins to be too deep", () => {
    expect(told(`halfrack: 1\nname: L\nracks: ${"[".repeat(40)}${"]".repeat(40)}\n`)[0]).toMatch(
      /^lab\.(too-deep|wrong-type) 3:/,
    );
    expect(told(`${"[".repeat(20_000)}`).some((each) => each.startsWith("lab.too-deep"))).toBe(true);
  });

  test("a file of errors lists a hundred and counts the rest", () => {
    const text = `${top}devices:\n${Array.from({ length: 500 }, (_, index) => `  - { name: d${index}, type: nope }\n`).join("")}`;
    const { problems } = check(text);
    expect(problems.length).toBe(101);
    expect(problems.at(-1)).toMatchObject({ code: "lab.more-problems", message: "400 more problems are not listed." });
  });
});

describe("what does not fit together", () => {
  const device = (name: string, more = "") => `  - { name: ${name}, type: server-1u${more} }\n`;
  const two = `devices:\n${device("a", ", hcas: [{ name: h, ports: 2 }]")}${device("b", ", hcas: [{ name: h }]")}  - { name: sw, type: switch-18 }\n`;
  test.each([
    ["duplicate devices", `devices:\n${device("a")}${device("a")}`, ["lab.duplicate-device 6:13 devices[1].name"]],
    ["duplicate racks", "deviceTypes: []\ndevices: []\ncables: []\n", []],
    [
      "units overlap",
      `devices:\n  - { name: big, type: server-7u, rack: R, unit: 1 }\n${device("a", ", rack: R, unit: 7")}`,
      ["lab.units-overlap 6:48 devices[1].unit"],
    ],
    [
      "a unit beyond the rack",
      `devices:\n  - { name: big, type: server-7u, rack: R, unit: 5 }\n`,
      ["lab.unit-beyond-rack 5:50 devices[0].unit"],
    ],
    ["an unknown rack", `devices:\n${device("a", ", rack: Q, unit: 1")}`, ["lab.unknown-rack 5:39 devices[0].rack"]],
    ["a unit without a rack", `devices:\n${device("a", ", unit: 1")}`, ["lab.unit-without-rack 5:39 devices[0].unit"]],
    ["a rack without a unit", `devices:\n${device("a", ", rack: R")}`, ["lab.rack-without-unit 5:39 devices[0].rack"]],
    [
      "an unknown device type",
      "devices: [{ name: a, type: server-1 }]\n",
      ["lab.unknown-device-type 4:28 devices[0].type"],
    ],
    [
      "a cable to no device",
      `${two}cables:\n  - { from: { device: a, port: h/1 }, to: { device: c, port: 1 } }\n`,
      ["lab.cable-unknown-device 9:53 cables[0].to.device"],
    ],
    [
      "a cable to no port",
      `${two}cables:\n  - { from: { device: a, port: h/3 }, to: { device: sw, port: 19 } }\n`,
      ["lab.cable-unknown-port 9:32 cables[0].from.port", "lab.cable-unknown-port 9:63 cables[0].to.port"],
    ],
    [
      "a port cabled twice",
      `${two}cables:\n  - { from: { device: a, port: h/1 }, to: { device: sw, port: 1 } }\n  - { from: { device: b, port: h/1 }, to: { device: sw, port: "1" } }\n`,
      ["lab.port-cabled-twice 10:43 cables[1].to"],
    ],
    [
      "a cable to itself",
      `${two}cables:\n  - { from: { device: a, port: h/1 }, to: { device: a, port: h/1 } }\n`,
      ["lab.cable-to-itself 9:43 cables[0].to"],
    ],
    [
      "kinds that no cable joins",
      `${two}cables:\n  - { from: { device: a, port: h/1 }, to: { device: b, port: eth0 } }\n`,
      ["lab.cable-kinds-differ 9:5 cables[0]"],
    ],
    [
      "a duplicate GUID, however written",
      `devices:\n${device("a", ", hcas: [{ name: h, guid: 0x00000000000000aB }]")}${device("b", ', hcas: [{ name: h, guid: "0xab" }]')}`,
      ["lab.duplicate-guid 6:57 devices[1].hcas[0].guid"],
    ],
    [
      "a duplicate HCA",
      `devices:\n${device("a", ", hcas: [{ name: h }, { name: h }]")}`,
      ["lab.duplicate-hca 5:61 devices[0].hcas[1].name"],
    ],
    [
      "two primaries",
      `devices:\n${device("a", ", role: primary, ssh: { host: a }")}${device("b", ", role: primary, ssh: { host: b }")}`,
      ["lab.several-primaries 6:39 devices[1].role"],
    ],
    ["a role without a way in", `devices:\n${device("a", ", role: secondary")}`, ["lab.no-ssh-address 5:5 devices[0]"]],
    [
      "a jump through nothing",
      `devices:\n${device("a", ", ssh: { host: a, jump: [x] }")}`,
      ["lab.jump-unknown-device 5:56 devices[0].ssh.jump[0]"],
    ],
    [
      "a jump through what has no address",
      `devices:\n${device("a", ", ssh: { host: a, jump: [b] }")}${device("b")}`,
      ["lab.jump-without-ssh 5:56 devices[0].ssh.jump[0]"],
    ],
    [
      "a jump through itself",
      `devices:\n${device("a", ", ssh: { host: a, jump: [a] }")}`,
      ["lab.jump-cycle 5:56 devices[0].ssh.jump[0]"],
    ],
    [
      "jumps in a circle",
      `devices:\n${device("a", ", ssh: { host: a, jump: [b] }")}${device("b", ", ssh: { host: b, jump: [c] }")}${device("c", ", ssh: { host: c, jump: [a] }")}${device("d", ", ssh: { host: d, jump: [a] }")}`,
      [
        "lab.jump-cycle 5:56 devices[0].ssh.jump[0]",
        "lab.jump-cycle 6:56 devices[1].ssh.jump[0]",
        "lab.jump-cycle 7:56 devices[2].ssh.jump[0]",
        "lab.jump-cycle 8:56 devices[3].ssh.jump[0]",
      ],
    ],
    [
      "a duplicate own type",
      "deviceTypes:\n  - { slug: x, manufacturer: m, model: m, kind: other, heightU: 1 }\n  - { slug: x, manufacturer: m, model: m, kind: other, heightU: 1 }\n",
      ["lab.duplicate-device-type 6:13 deviceTypes[1].slug"],
    ],
  ])("%s", (_, text, expected) => expect(told(top + text)).toEqual(expected));

  test("duplicate racks", () =>
    expect(told("halfrack: 1\nname: L\nracks:\n  - name: R\n  - name: R\n")).toEqual([
      "lab.duplicate-rack 5:11 racks[1].name",
    ]));

  test("warnings leave the file valid, errors do not", () => {
    expect(check(`${top}devices: [{ name: a, type: desk, role: primary }]`)).toMatchObject({
      valid: true,
      problems: [{ severity: "warning" }],
    });
    expect(check(`${top}devices: [{ name: a, type: desk, unit: 1 }]`)).toMatchObject({
      valid: false,
      problems: [{ severity: "error" }],
    });
  });

  test("near misses are named", () => {
    expect(words(`${top}devices: [{ name: a, type: server1u }]`)[0]).toContain('Did you mean "server-1u"');
    expect(words(`${top}${two}cables: [{ from: { device: A, port: h/1 }, to: { device: sw, port: 1 } }]`)[0]).toContain(
      'Did you mean "a"',
    );
  });
});

describe("a broken file still shows what can be understood", () => {
  test("devices around the broken one, and the broken one without its bad keys", () => {
    const parsed = check(`${top}devices:
  - { name: good, type: server-1u, rack: R, unit: 1, hcas: [{ name: h }] }
  - { name: odd, type: server-1u, unit: high, colour: red, ssh: { host: x } }
  - { type: server-1u }
  - { name: bare }
  - 7
cables:
  - { from: { device: good, port: h/1 }, to: { device: odd, port: eth0 } }
`);
    expect(parsed.valid).toBe(false);
    expect(parsed.lab?.devices).toEqual([
      { name: "good", type: "server-1u", rack: "R", unit: 1, hcas: [{ name: "h", ports: 1 }] },
      { name: "odd", type: "server-1u", ssh: { host: "x" } },
      { name: "bare", type: "unknown" },
    ]);
    expect(parsed.lab?.cables.length).toBe(1);
    expect(parsed.problems.map((problem) => problem.path)).toEqual([
      "devices[1].unit",
      "devices[1].colour",
      "devices[2].name",
      "devices[3].type",
      "devices[4]",
    ]);
    expect(labSchema.safeParse(parsed.lab).success).toBe(true);
  });

  test("devices before a syntax error", () => {
    const parsed = check(`${top}devices:\n  - { name: a, type: desk }\n  - { name: b, type: desk\n`);
    expect(parsed.valid).toBe(false);
    expect(parsed.lab?.devices.map((device) => device.name)).toContain("a");
  });
});

describe("bytes that are no text", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  test("NUL, other encodings and too much of it are told with their place", () => {
    expect(decodeLabText(bytes("a: 1\nb: \0"))).toMatchObject({
      text: null,
      problem: { code: "lab.binary", line: 2, column: 4 },
    });
    expect(decodeLabText(new Uint8Array([0x61, 0x0a, 0x62, 0xff, 0x63]))).toMatchObject({
      problem: { code: "lab.not-utf8", line: 2, column: 2 },
    });
    expect(decodeLabText(new Uint8Array([0x61, 0x0a, 0xc3]))).toMatchObject({
      problem: { code: "lab.not-utf8", line: 2 },
    });
    expect(decodeLabText(new Uint8Array(0), 5_000_000)).toMatchObject({ problem: { code: "lab.too-large", line: 0 } });
    expect(decodeLabText(bytes("x".repeat(maxLabBytes))).problem).toBeNull();
  });
});

test("property: parsing is total, places are within the file, and what is listed is a lab", () => {
  const piece = fc.constantFrom(
    "halfrack: 1\n",
    "name: L\n",
    "devices:\n",
    "  - name: a\n",
    "    type: desk\n",
    "    unit: 3\n",
    "racks: [",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "? ",
    ": ",
    "- ",
    "\n",
    "\t",
    "'",
    '"',
    "---\n",
    "#c\n",
    "!!x ",
    "|\n",
    "cables:\n",
    "  - from: { device: a, port: 1 }\n",
    "__proto__: 1\n",
    "%YAML 1.1\n",
    "<<: *a\n",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 30 }).map((all) => all.join("")),
        fc.string({ unit: "binary", maxLength: 200 }),
      ),
      (text) => {
        const parsed = check(text);
        const lines = text.split("\n").length;
        for (const problem of parsed.problems) {
          expect(problem.line).toBeGreaterThanOrEqual(0);
          expect(problem.line).toBeLessThanOrEqual(lines + 1);
          expect(problem.message).not.toBe("");
        }
        if (parsed.lab) expect(labSchema.safeParse(parsed.lab).success).toBe(true);
        if (!parsed.valid) expect(parsed.problems.some((problem) => problem.severity === "error")).toBe(true);
      },
    ),
    { numRuns: 1500 },
  );
});
