/**
 * More than two hundred secrets through the whole way: planted on real hosts in every place, collected over SSH, packed
 * redacted in each format, unpacked by the system's tools down to the innermost packing: none stands in any byte or name.
 */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { App } from "../../electron/app.ts";
import { invariant } from "../../electron/contract/error.ts";
import { type BundleFormat, type Manifest, manifestSchema } from "../../electron/contract/logs/bundle.ts";
import { selectionSchema } from "../../electron/contract/logs/collect.ts";
import { redactionRulesSchema } from "../../electron/contract/logs/redact.ts";
import { appIn } from "../app.ts";
import { findCommand } from "../lab/packages.ts";
import { knownHostsLines } from "../ssh/bench.ts";
import { type Sshd, startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { aloud, base64Of, devices, inBase64, leftBelow, leftIn, ownWord, planted, secrets } from "./planted-secrets.ts";

const lacks = ["zstd", "xz", "bzip2", "zip", "unzip"].filter((command) => findCommand(command) === null);
const skipped = whyNoSshd || (lacks.length > 0 ? `(skipped: ${lacks.join(", ")} missing)` : "");

const timeout = 240_000;
const { signal } = new AbortController();
const rules = redactionRulesSchema.parse({ words: [ownWord] });

/** Contents by path below the host's folder; those of the second item are binary by their nature. */
async function seed(root: string): Promise<void> {
  const put = async (path: string, content: Uint8Array | string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  const lines = Map.groupBy(planted, ({ path }) => path);
  for (const [path, all] of lines) await put(`told/${path}`, `${all.map(({ line }) => line).join("\n")}\n`);
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { input: aloud, maxBuffer: 1 << 28 });
  const logs = "logs";
  await put(`${logs}/plain.log`, aloud);
  await put(`${logs}/loud.log`, aloud.toUpperCase());
  await put(`${logs}/gzip.log.gz`, gzipSync(aloud));
  await put(`${logs}/zstd.log.zst`, zstdCompressSync(aloud));
  await put(`${logs}/xz.log.xz`, run("xz", "-c"));
  await put(`${logs}/bzip2.log.bz2`, run("bzip2", "-c"));
  await put(`${logs}/little.log`, Buffer.from(`\ufeff${aloud}`, "utf16le"));
  await put(`${logs}/big.log`, Buffer.from(`\ufeff${aloud}`, "utf16le").swap16());
  await put(
    `${logs}/journal.json`,
    secrets.map((secret) => JSON.stringify({ _PID: "1", MESSAGE: `with ${secret}` })).join("\n"),
  );
  await put(`${logs}/url.log`, secrets.map((secret) => `GET /x?q=${encodeURIComponent(secret)}&r=1`).join("\n"));
  await put(
    `${logs}/shell.log`,
    secrets.map((secret) => `run ${secret.replaceAll(/[^\w.:/@%+,=-]/g, "\\$&")} now`).join("\n"),
  );
  await put(
    `${logs}/coloured.log`,
    secrets.map((secret) => `\x1b[1;31m${secret.slice(0, 2)}\x1b[0m${secret.slice(2)}\x1b[K;`).join("\n"),
  );
  // Across all borders of what is read, packed and looked at together.
  await put(`${logs}/one-line.log`, secrets.join(`|${"x".repeat(9001)}|`));
  await put(`${logs}/base64.log`, inBase64.map((secret) => base64Of(`user ${secret} here`)).join("\n"));
  await put(
    `${logs}/proctitle.log`,
    inBase64.map((secret) => `proctitle=${Buffer.from(`x\0-P\0${secret}`).toString("hex").toUpperCase()}`).join("\n"),
  );
  for (const secret of secrets.filter(({ length }) => length <= 100))
    await put(`names/of ${secret.replaceAll("/", "")}/dump-${secret}.log`, "-");
  // In tar, in tar in tar, in tar of packed logs, in zip; also packed again.
  const tar = (out: string, ...from: string[]) =>
    execFileSync("tar", ["-cf", join(root, logs, out), "-C", join(root, logs), ...from]);
  tar("plain.tar", "plain.log");
  tar("nested.tar", "plain.tar", "gzip.log.gz", "xz.log.xz");
  tar("bzip2.tar", "bzip2.log.bz2");
  await put(`${logs}/nested.tar.gz`, gzipSync(await readFile(join(root, logs, "nested.tar"))));
  await put(`${logs}/twice.log.gz`, gzipSync(gzipSync(aloud)));
  execFileSync("zip", ["-q", "zipped.zip", "plain.log"], { cwd: join(root, logs) });
  await put("binary/strings.bin", Buffer.concat([Buffer.alloc(5000, 0xee), Buffer.from(aloud), Buffer.alloc(5000, 1)]));
  await put("binary/clean.bin", Buffer.alloc(50_000, 0xee));
  await put(
    "binary/table.bin",
    Buffer.concat(secrets.map((secret) => Buffer.from(secret.padEnd(300, "\0").slice(0, 384)))),
  );
  await put("binary/packed.bin", Buffer.concat([Buffer.alloc(512, 0xee), gzipSync(aloud), Buffer.alloc(99)]));
}

const catalogueOf = (root: string) => `halfrack: 1
items:
  - id: planted
    title: Planted files
    why: Secrets in all places
    group: logs
    on: [linux]
    files: ["${root}/logs/*", "${root}/names/*/*", ${[2, 3, 4, 5, 6, 7, 8].map((deep) => `"${root}/told${"/*".repeat(deep)}"`).join(", ")}]
  - id: planted-binary
    title: Planted binary files
    why: Secrets in what is no text
    group: logs
    on: [linux]
    text: false
    files: ["${root}/binary/*"]
  - id: printed
    title: What a command prints
    why: Secrets in its output
    group: logs
    on: [linux]
    command: [cat, "${root}/logs/plain.log"]
  - id: complained
    title: What a command complains of
    why: Secrets in its arguments and in what it says of them
    group: logs
    on: [linux]
    command: [ls, ${secrets
      .slice(0, 60)
      .map((secret) => JSON.stringify(`${root}/${secret}`))
      .join(", ")}]
`;
const items = ["planted", "planted-binary", "printed", "complained"];

/** What cannot be redacted, by the end of its path: it is kept out, with its reason. */
const keptOut = [
  ...["bzip2.log.bz2", "plain.tar", "nested.tar", "bzip2.tar", "nested.tar.gz", "twice.log.gz", "zipped.zip"],
  ...["strings.bin", "table.bin", "packed.bin"],
].sort();

describe.skipIf(skipped)(`two hundred secrets on two hosts ${skipped}`, () => {
  let dir: string;
  let app: App;
  const servers: Sshd[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "halfrack-whole-"));
    const root = join(dir, "host");
    await seed(root);
    for (const [n] of devices.entries()) servers.push(await startSshd({ host: `127.0.0.${n + 2}` }));
    const profileDir = join(dir, "profile");
    await mkdir(profileDir);
    await writeFile(join(profileDir, "log-catalogue.yaml"), catalogueOf(root));
    const labFile = join(dir, "lab.yaml");
    const lab = servers.map(({ host, port, identity }, n) => ({
      ...{ name: devices[n], type: "dell-r610", ssh: { host, port, identityFile: identity, user: "root" } },
    }));
    await writeFile(labFile, JSON.stringify({ halfrack: 1, name: "The cube", devices: lab }));
    const knownHosts = join(dir, "known_hosts");
    await writeFile(knownHosts, servers.map(knownHostsLines).join(""));
    app = await appIn(dir, { profileDir, knownHosts: [knownHosts], lab: labFile });
  }, timeout);
  afterAll(async () => {
    await app?.[Symbol.asyncDispose]();
    for (const sshd of servers) await sshd[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
  });

  /** Collects all of it anew. */
  async function collected(): Promise<string> {
    const window = { fromMs: null, toMs: null };
    const selection = selectionSchema.parse({ targets: [...devices], items, window });
    const { header } = await app.logs.planning.plan(selection, signal);
    const words = { name: `Case of ${secrets.slice(0, 50).join(" ")}`, notes: aloud.slice(0, 60_000) };
    let complete: boolean | undefined;
    for await (const message of await app.logs.collect({ plan: header.id, ...words }))
      if (message.kind === "ended") ({ complete } = message);
    expect(complete).toBeDefined();
    const { results } = await app.logs.store.get(header.id);
    const came = header.entries
      .filter(({ n }) => results.get(n)?.state === "got")
      .map(({ source }) => JSON.stringify(source));
    for (const name of [
      ...keptOut,
      "clean.bin",
      "one-line.log",
      "base64.log",
      "proctitle.log",
      "url.log",
      "audit.log",
      "dmidecode.txt",
    ])
      expect(came.filter((source) => source.includes(`/${name}"`)).length, name).toBe(devices.length);
    return header.id;
  }

  /** Writes a bundle, has it unpacked, and gives its folder. */
  async function unpacked(id: string, format: BundleFormat): Promise<{ readonly path: string; readonly out: string }> {
    const to = await mkdtemp(join(dir, "b-"));
    let path = "";
    for await (const message of app.logs.bundle({ id, path: to, overwrite: false, format, rules }, signal))
      if (message.kind === "ended") ({ path } = message.result);
    const out = await mkdtemp(join(dir, "o-"));
    if (format === "zip") execFileSync("unzip", ["-q", path, "-d", out]);
    else
      execFileSync("tar", [
        format === "tar.gz" ? "-xzf" : "--zstd",
        ...(format === "tar.gz" ? [path] : ["-xf", path]),
        "-C",
        out,
      ]);
    return { path, out };
  }

  const manifestBelow = async (out: string): Promise<Manifest> => {
    const [top = ""] = await readdir(out);
    return manifestSchema.parse(JSON.parse(await readFile(join(out, top, "manifest.json"), "utf8")));
  };

  let first: { readonly id: string; readonly out: string };
  test.each(["tar.zst", "tar.gz", "zip"] as const)(
    "none is in a %s, down to the innermost packing",
    { timeout },
    async (format) => {
      expect(new Set(secrets).size).toBeGreaterThan(200);
      const id = first?.id ?? (await collected());
      const { path, out } = await unpacked(id, format);
      first ??= { id, out };
      const left = new Set(leftIn(Buffer.from(basename(path)), "the archive's name"));
      for (const found of leftIn(await readFile(path), "the archive")) left.add(found);
      for (const found of await leftBelow(out)) left.add(found);
      expect([...left]).toEqual([]);
      const { entries, notes } = await manifestBelow(out);
      expect(notes).toContain("word-1");
      const withheld = entries.filter(({ withheld: why }) => why !== "").map(({ path: at }) => basename(at));
      expect(withheld.sort()).toEqual([...keptOut, ...keptOut].sort());
    },
  );

  test("a second run gives the same pseudonyms", { timeout }, async () => {
    const { out } = await unpacked(await collected(), "tar.zst");
    const [one, other] = await Promise.all([first.out, out].map(contents));
    invariant(one && other, "both are there");
    expect([...other.keys()]).toEqual([...one.keys()]);
    const differing = [...one].filter(([path, bytes]) => !other.get(path)?.equals(bytes)).map(([path]) => path);
    expect(differing).toEqual(["SHA256SUMS", "run.json"]);
  });
});

/** Files below the bundle's top folder, whatever stamp that has. */
async function contents(out: string): Promise<Map<string, Buffer>> {
  const [top = ""] = await readdir(out);
  const root = join(out, top);
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  const all = files.map((each) => join(each.parentPath, each.name)).sort();
  return new Map(await Promise.all(all.map(async (path) => [relative(root, path), await readFile(path)] as const)));
}
