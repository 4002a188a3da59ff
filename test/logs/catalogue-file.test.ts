/** Reading catalogue files: what is right counts, what is wrong is told by line, and nothing makes the reader throw. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { itemSchema } from "../../electron/contract/logs/item.ts";
import { parseCatalogue } from "../../electron/logs/catalogue/parse.ts";
import { loadCatalogue } from "../../electron/logs/catalogue.node.ts";

test("problems are told by line, and the right entries count all the same", () => {
  const parsed = parseCatalogue(
    `halfrack: 1
presets:
  - id: mine
    title: Mine
items:
  - id: one
    title: One
    why: Because
    group: logs
    on: [linux]
    files: [/var/log/one.log]
  - id: two
    title: Two
    why: Because
    group: logs
    on: [linux, linx]
    timeout: 5
    files: [var/log/two.log]
  - id: three
    title: Three
    why: Because
    group: logs
    on: [linux]
    command: [ls, "{nam}", "{path}", "{since}"]
  - id: one
    title: Again
    why: Because
    group: logs
    on: [linux]
    command: [uname]
  - id: four
    title: 4
    why: Because
    group: logs
    on: [linux]
    command: [head, -c, 5]
    absent: { stderr: "(" }
  - id: five
    title: 5
    why: Because
    group: logs
    on: [linux]
    command: [head, -c, 5]
  - id: six
    files: [/a]
    command: [b]
withot: [syslog]
`,
    "own",
  );
  expect(parsed.problems).toEqual([
    { file: "own", line: 3, column: 5, path: "presets[0].why", message: "why is missing." },
    { file: "own", line: 16, column: 17, path: "items[1].on[1]", message: expect.stringMatching(/^Invalid option/) },
    {
      file: "own",
      line: 17,
      column: 5,
      path: "items[1].timeout",
      message: '"timeout" is not a key of this format. timeoutSeconds was perhaps meant.',
    },
    { file: "own", line: 18, column: 13, path: "items[1].files[0]", message: "is not an absolute path or glob." },
    {
      file: "own",
      line: 24,
      column: 14,
      path: "items[2].command",
      message: "{nam} is not a placeholder. {name} was perhaps meant.",
    },
    { file: "own", line: 24, column: 14, path: "items[2].command", message: "{path} needs `each`." },
    {
      file: "own",
      line: 24,
      column: 14,
      path: "items[2].command",
      message: "{since} may be open: it belongs into `since`.",
    },
    {
      file: "own",
      line: 25,
      column: 9,
      path: "items[3].id",
      message: '"one" stands twice in this file; the first counts.',
    },
    { file: "own", line: 37, column: 23, path: "items[4].absent.stderr", message: "is not a regular expression." },
    {
      file: "own",
      line: 44,
      column: 5,
      path: "items[6]",
      message: "An item has one of command, files, switch, ipmi, range, own; this one has command and files.",
    },
    {
      file: "own",
      line: 47,
      column: 1,
      path: "withot",
      message: '"withot" is not a key of this format. without was perhaps meant.',
    },
  ]);
  expect(parsed.file).toEqual({
    halfrack: 1,
    presets: [],
    without: [],
    items: [
      itemSchema.parse({
        id: "one",
        title: "One",
        why: "Because",
        group: "logs",
        on: ["linux"],
        files: ["/var/log/one.log"],
      }),
      itemSchema.parse({
        id: "five",
        title: "5",
        why: "Because",
        group: "logs",
        on: ["linux"],
        command: ["head", "-c", "5"],
      }),
    ],
  });
});

test("an item cannot name a path that leaves its folder, nor type anything but show into a switch", () => {
  const item = (rest: string) =>
    parseCatalogue(`halfrack: 1\nitems: [{ id: a, title: a, why: a, group: logs, on: [linux], ${rest} }]`, "own").file
      .items;
  expect(item("files: [/var/log/../../etc/shadow]")).toEqual([]);
  expect(item('files: ["/var/log/$(id)"]')).toEqual([]);
  expect(item('files: ["/var/log/`id`"]')).toEqual([]);
  expect(item('files: ["/var/log/x.log"]')).toHaveLength(1);
  expect(item("switch: reload")).toEqual([]);
  expect(item("switch: show version")).toHaveLength(1);
  expect(item('switch: "show version\\nreload"')).toEqual([]);
});

test("the own file adds items, replaces shipped ones by id and switches some off", async () => {
  const profile = await mkdtemp(join(tmpdir(), "halfrack-catalogue-"));
  try {
    const shipped = await loadCatalogue(profile);
    await writeFile(
      join(profile, "log-catalogue.yaml"),
      `halfrack: 1
presets: [{ id: mine, title: Mine, why: For me }]
items:
  - { id: date, title: Date, why: Mine, group: system, on: [linux], presets: [mine], command: [date, -u] }
  - { id: ours, title: Ours, why: Mine, group: logs, on: [linux], presets: [mine, nobodys], files: [/srv/ours/*.log] }
without: [uptime, upteim]
`,
    );
    const catalogue = await loadCatalogue(profile);
    const ids = shipped.items.map(({ id }) => id).filter((id) => id !== "uptime");
    expect(catalogue.items.map(({ id }) => id)).toEqual([...ids, "ours"]);
    expect(catalogue.items.find(({ id }) => id === "date")).toMatchObject({ title: "Date", command: ["date", "-u"] });
    expect(catalogue.presets.map(({ id }) => id)).toEqual([...shipped.presets.map(({ id }) => id), "mine"]);
    const file = join(profile, "log-catalogue.yaml");
    expect(catalogue.ownFile).toBe(file);
    expect(catalogue.problems).toEqual([
      { file, line: 0, column: 0, path: "without", message: '"upteim" is no shipped item.' },
      {
        file,
        line: 0,
        column: 0,
        path: "items",
        message: 'Item "ours" names the preset "nobodys", which is not there.',
      },
    ]);
    await writeFile(file, "items: [\x00");
    const broken = await loadCatalogue(profile);
    expect(broken.items).toEqual(shipped.items);
    expect(broken.problems.length).toBeGreaterThan(0);
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
});

test("no text makes the reader throw, and what it lets through is of the schema", () => {
  const words = fc.constantFrom(
    "halfrack: 1\n",
    "items:\n",
    "  - id: a\n",
    "    on: [linux]\n",
    "    command: [x]\n",
    "    title: t\n",
    "    why: w\n",
    "    group: logs\n",
    "&a ",
    "*a",
    "{",
    "}",
    "[",
    "]",
    "- ",
    "\n",
    "without: ",
    "? ",
    "__proto__: 1\n",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(words).map((list) => list.join("")),
      ),
      (text) => {
        const { file, problems } = parseCatalogue(text, "own");
        for (const item of file.items) expect(itemSchema.safeParse(item).success).toBe(true);
        expect(problems.length).toBeLessThanOrEqual(100);
      },
    ),
    { numRuns: 150 },
  );
});
