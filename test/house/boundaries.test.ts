import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";

const root = join(import.meta.dirname, "..", "..");
const configuration = join(root, ".dependency-cruiser.mjs");

/** For each rule: the importing file, what it imports, and where that resolves to. */
const forbidden: readonly (readonly [rule: string, from: string, specifier: string, to: string])[] = [
  ["contract-stands-alone", "electron/contract/a.ts", "../lab/parse.ts", "electron/lab/parse.ts"],
  ["contract-stands-alone", "electron/contract/b.ts", "node:path", "path"],
  ["contract-stands-alone", "electron/contract/c.ts", "immer", "node_modules/immer/index.js"],
  ["pure-without-builtins", "electron/lab/reads.ts", "node:fs", "fs"],
  ["pure-without-effects", "electron/ssh/connects.ts", "ssh2", "node_modules/ssh2/index.js"],
  ["pure-without-effects", "electron/lab/draws.ts", "react", "node_modules/react/index.js"],
  ["pure-without-services", "electron/lab/asks.ts", "./service.ts", "electron/lab/service.ts"],
  ["pure-without-services", "electron/lab/stores.ts", "./store.node.ts", "electron/lab/store.node.ts"],
  ["renderer-through-contract", "renderer/rack/peeks.ts", "../../electron/lab/parse.ts", "electron/lab/parse.ts"],
  ["renderer-without-node", "renderer/rack/reads.ts", "node:fs", "fs"],
  ["renderer-without-node-packages", "renderer/rack/serves.ts", "ws", "node_modules/ws/index.js"],
  ["main-without-renderer", "electron/lab/service.ts", "../../renderer/kit/plain.ts", "renderer/kit/plain.ts"],
  ["main-without-renderer", "electron/fabric/service.ts", "zustand", "node_modules/zustand/index.js"],
  ["programs-are-ends", "electron/app.ts", "./browser.ts", "electron/browser.ts"],
  ["features-below-house", "electron/ssh/service.ts", "../app.ts", "electron/app.ts"],
  ["features-apart", "electron/ssh/service.ts", "../lab/service.ts", "electron/lab/service.ts"],
  ["kit-is-dumb", "renderer/kit/knows.ts", "../rack/plain.ts", "renderer/rack/plain.ts"],
  ["electron-in-its-hosts", "electron/router.ts", "electron", "node_modules/electron/index.js"],
  ["ssh-in-ssh", "electron/fabric/service.ts", "node-ssh", "node_modules/node-ssh/index.js"],
  ["tools-stay-outside", "electron/lab/service.ts", "vitest", "node_modules/vitest/index.js"],
  ["no-uncategorised-package", "electron/lab/service.ts", "left-over", "node_modules/left-over/index.js"],
  ["no-undeclared-package", "electron/lab/service.ts", "undeclared", "node_modules/undeclared/index.js"],
  ["no-unresolvable", "electron/lab/service.ts", "./nowhere.ts", "./nowhere.ts"],
  ["no-cycle", "electron/lab/one.ts", "./two.ts", "electron/lab/two.ts"],
  ["no-orphan", "electron/lab/alone.ts", "", ""],
];

/** What must stay possible. */
const allowed: readonly (readonly [from: string, specifier: string])[] = [
  ["electron/contract/d.ts", "zod"],
  ["electron/contract/d.ts", "./e.ts"],
  ["electron/lab/parse.ts", "../contract/d.ts"],
  ["electron/lab/parse.ts", "../published.ts"],
  ["electron/lab/parse.ts", "zod"],
  ["electron/lab/parse.ts", "node:buffer"],
  ["electron/lab/service.ts", "node:fs"],
  ["electron/lab/service.ts", "../ssh/quote.ts"],
  ["electron/lab/store.node.ts", "node:fs"],
  ["electron/lab/store.node.ts", "../thread.node.ts"],
  ["electron/ssh/service.ts", "ssh2"],
  ["electron/main.ts", "electron"],
  ["electron/app.ts", "./lab/service.ts"],
  ["renderer/rack/plain.ts", "react"],
  ["renderer/rack/plain.ts", "../../electron/contract/d.ts"],
  ["renderer/rack/plain.ts", "../kit/plain.ts"],
  ["renderer/vite.config.ts", "vite"],
  ["renderer/vite.config.ts", "node:path"],
];

const report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
    totalCruised: z.number(),
  }),
});
type Report = z.infer<typeof report>;

function cruise(cwd: string): Report {
  const result = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/.bin/depcruise"),
      "--config",
      configuration,
      "--output-type",
      "json",
      "electron",
      "renderer",
    ],
    { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (result.stdout === "") throw new Error(result.stderr);
  return report.parse(JSON.parse(result.stdout));
}

describe("the boundaries", () => {
  let dir: string;
  let violations: readonly string[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-boundaries-"));
    await plant(dir);
    violations = cruise(dir).summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(forbidden)("%s catches %s importing %s", (rule, from, _specifier, to) => {
    expect(violations).toContain(`${rule}: ${from} -> ${to || from}`);
  });

  test.each(allowed)("%s may import %s", (from, specifier) => {
    const base = specifier.split("/").at(-1)?.replace("node:", "") ?? specifier;
    expect(violations.filter((violation) => violation.includes(`: ${from} -> `) && violation.includes(base))).toEqual(
      [],
    );
  });

  test("every rule has a case above", async () => {
    const { default: rules } = z
      .object({ default: z.object({ forbidden: z.array(z.object({ name: z.string() })) }) })
      .parse(await import(configuration));
    expect([...new Set(forbidden.map(([rule]) => rule))].sort()).toEqual(
      rules.forbidden.map(({ name }) => name).sort(),
    );
  });

  test("every package of package.json has a category, and no category names another", async () => {
    const { packages } = z
      .object({ packages: z.record(z.string(), z.array(z.string())) })
      .parse(await import(configuration));
    const dependencies = z.record(z.string(), z.string()).default({});
    const manifest = z
      .object({ dependencies, devDependencies: dependencies, optionalDependencies: dependencies })
      .parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
    const declared = Object.keys({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    });
    expect(Object.values(packages).flat().sort()).toEqual(declared.sort());
  });

  test("hold in the code", () => {
    const { summary } = cruise(root);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(50);
  });
});

/** Writes a tree in which every forbidden and every allowed import stands. */
async function plant(dir: string): Promise<void> {
  const imports = new Map<string, Set<string>>();
  const add = (file: string, specifier?: string): void => {
    const own = imports.get(file) ?? new Set();
    if (specifier) own.add(specifier);
    imports.set(file, own);
  };
  for (const [, from, specifier] of forbidden) add(from, specifier);
  for (const [from, specifier] of allowed) add(from, specifier);
  for (const [file, specifiers] of [...imports])
    for (const specifier of specifiers)
      if (specifier.startsWith(".") && !specifier.includes("nowhere")) add(join(dirname(file), specifier));
  add("electron/lab/two.ts", "./one.ts");
  for (const [file, specifiers] of imports) {
    const lines = [...specifiers].map(
      (specifier, index) => `import * as i${index} from "${specifier}";\nvoid i${index};`,
    );
    await write(join(dir, file), `${lines.join("\n")}\nexport const here = 1;\n`);
  }
  const names = [
    ...new Set(
      [...imports.values()].flatMap((specifiers) => [...specifiers]).filter((name) => /^[a-z@](?!.*:)/.test(name)),
    ),
  ];
  for (const name of names) {
    await write(
      join(dir, "node_modules", name, "package.json"),
      JSON.stringify({ name, version: "1.0.0", main: "index.js" }),
    );
    await write(join(dir, "node_modules", name, "index.js"), "module.exports = {};\n");
  }
  const declared = names.filter((name) => name !== "undeclared");
  await write(
    join(dir, "package.json"),
    JSON.stringify({ name: "planted", dependencies: Object.fromEntries(declared.map((name) => [name, "1.0.0"])) }),
  );
  await write(join(dir, "tsconfig.json"), await readFile(join(root, "tsconfig.json"), "utf8"));
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
