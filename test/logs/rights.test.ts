/** Hosts where not everything may be read or little is there: another login than root's, sudo with and without a password, busybox. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Entry } from "../../electron/contract/logs/entry.ts";
import { here } from "../../electron/contract/logs/target.ts";
import { fetchEntry } from "../../electron/logs/collect/fetch.node.ts";
import { type CollectDeps, CollectRun } from "../../electron/logs/collect/run.node.ts";
import { createCollectionStore, type DiskStore } from "../../electron/logs/collect/store.node.ts";
import { lookAtHost } from "../../electron/logs/far/host.node.ts";
import { hereReach, type Reach } from "../../electron/logs/far/reach.node.ts";
import { deviceFor, trustingBench } from "../ssh/bench.ts";
import { startSshd, whyNoSshd } from "../ssh/sshd.ts";
import { entryOf, headerOf } from "./collection-samples.ts";
import { busyboxHost, makeAccount, whyNoBusybox, whyNoSudo } from "./hosts.ts";

const sumOf = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const signal = new AbortController().signal;
let dir: string;
let store: DiskStore;
let number = 0;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "halfrack-rights-"));
  await chmod(dir, 0o755);
  store = createCollectionStore({ dir: join(dir, "collections") });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const noAccount = whyNoSshd || whyNoSudo;
describe.skipIf(noAccount)(`a login that is not root's ${noAccount}`, () => {
  async function collectAs(
    account: { readonly user: string },
    parts: readonly (Partial<Entry> & Pick<Entry, "source">)[],
    rules: Pick<CollectDeps, "sudo" | "askPassword">,
    until: () => Promise<unknown> = () => new Promise(() => undefined),
  ) {
    await using sshd = await startSshd();
    await chmod(sshd.dir, 0o711); // sshd reads the keys as the account
    await using bench = await trustingBench([sshd], { devices: [deviceFor("node01", sshd, { user: account.user })] });
    const id = `c${number++}`;
    const header = headerOf(
      id,
      parts.map((part, n) => entryOf(n, part)),
      ["node01", here],
    );
    const writer = await store.create(header, { kind: "collection", path: null });
    const none = () => Promise.reject(new Error("no such source here"));
    const runners = { switch: none, ipmi: none, own: none };
    const abort = new AbortController();
    const end = () => abort.abort(new Error("enough"));
    void until().then(end, end);
    await new CollectRun(writer, { ssh: bench.ssh, absenceOf: () => undefined, runners, ...rules }, abort.signal).run();
    await writer.close();
    return [...(await store.get(id)).results.values()].sort((a, b) => a.n - b.n);
  }
  const secret = () => join(dir, "secret");
  const parts = (root: boolean) => [
    { source: { how: "file" as const, path: secret() }, root },
    { source: { how: "file" as const, path: join(dir, "closed", "inside") }, root },
    { source: { how: "command" as const, argv: ["cat", secret()] }, root },
    { source: { how: "command" as const, argv: ["id", "-u"] }, root },
  ];
  beforeAll(async () => {
    await writeFile(secret(), "the secret", { mode: 0o600 });
    await mkdir(join(dir, "closed"), { mode: 0o700 });
    await writeFile(join(dir, "closed", "inside"), "inside");
  });
  const never = { sudo: "never", askPassword: async () => null } as const;

  test("sudo is tried where it is allowed, and left alone where it is not", async () => {
    const marks = join(dir, "marks");
    await mkdir(join(dir, "bin"));
    await writeFile(join(dir, "bin/sudo"), `#!/bin/sh\nprintf '%s\\n' "$*" >>'${marks}'\nexit 1\n`, { mode: 0o755 });
    await writeFile(marks, "", { mode: 0o666 });
    await chmod(marks, 0o666);
    const nobody = [
      "setpriv",
      "--reuid=65534",
      "--clear-groups",
      "env",
      `PATH=${join(dir, "bin")}:${process.env.PATH}`,
    ];
    const reach: Reach = { device: here, run: (argv, options) => hereReach.run([...nobody, ...argv], options) };
    const never = await lookAtHost(reach, { sudo: "never", askPassword: async () => null }, signal);
    expect(never.notRoot).toBe("The login is not root's, and sudo was not allowed.");
    expect(await readFile(marks, "utf8")).toBe("");
    await lookAtHost(reach, { sudo: "without-password", askPassword: async () => null }, signal);
    expect(await readFile(marks, "utf8")).toBe("-n sh -c :\n");
  });

  test("what it may not read is refused, with the system's word", { timeout: 60_000 }, async () => {
    using account = makeAccount("hrlogs", false);
    const results = await collectAs(account, parts(false), never);
    expect(results.map(({ state }) => state)).toEqual(["refused", "refused", "refused", "got"]);
    for (const { reason } of results.slice(0, 3)) expect(reason).toContain("Permission denied");
    const asked = await collectAs(account, parts(true), { ...never, sudo: "ask" });
    expect(asked.map(({ state }) => state)).toEqual(["refused", "refused", "refused", "got"]);
    expect(asked[0]?.reason).toContain("the password that sudo asks for was not given");
  });

  test("sudo that asks nothing reads it; only for what is to be read as root", { timeout: 60_000 }, async () => {
    using account = makeAccount("hrsudo", true);
    const results = await collectAs(account, parts(true), { ...never, sudo: "without-password" });
    expect(results.map(({ state, sha256 }) => [state, sha256])).toEqual([
      ["got", sumOf("the secret")],
      ["got", sumOf("inside")],
      ["got", sumOf("the secret")],
      ["got", sumOf("0\n")],
    ]);
    expect((await collectAs(account, parts(true), never)).map(({ state }) => state).slice(0, 3)).toEqual(
      Array(3).fill("refused"),
    );
  });

  test.each(["node01", here])(
    "a run that is ended on %s ends its commands there, and what they made is removed",
    {
      timeout: 60_000,
    },
    async (target) => {
      using account = makeAccount(target === here ? "hrhere" : "hrends", false);
      const made = join(dir, `made-${number}`);
      await mkdir(made);
      await chmod(made, 0o777);
      const script =
        'd=$(mktemp -d "$1/XXXXXX") || exit 1; trap \'trap "" TERM; rm -rf "$d"\' EXIT; trap "exit 1" TERM; sleep 3047 & echo $! >"$d/pid"; wait';
      const command = { how: "command" as const, argv: ["sh", "-c", script, "sh", made] };
      const alive = () => execFileSync("sh", ["-c", "pgrep -x sleep -a || :"], { encoding: "utf8" });
      const begun = async () => await expect.poll(alive, { timeout: 20_000 }).toContain("sleep 3047");
      const [result] = await collectAs(account, [{ source: command, target }], never, begun);
      expect(result?.state).toBe("cancelled");
      await expect.poll(alive, { timeout: 20_000 }).not.toContain("sleep 3047");
      await expect.poll(() => readdir(made), { timeout: 20_000 }).toEqual([]);
      // the account goes only when nothing of it runs
      const itsOwn = () => execFileSync("sh", ["-c", 'pgrep -u "$1" || :', "sh", account.user], { encoding: "utf8" });
      await expect.poll(itsOwn, { timeout: 20_000 }).toBe("");
    },
  );

  test("sudo that asks gets the admin's password once, on standard input; a wrong one is refused", {
    timeout: 60_000,
  }, async () => {
    using account = makeAccount("hrpass", false);
    const rule = `/etc/sudoers.d/${account.user}`;
    await writeFile(rule, `${account.user} ALL=(ALL) ALL\n`, { mode: 0o440 });
    try {
      execFileSync("chpasswd", { input: `${account.user}:it's a pass$word\n` });
      let asked = 0;
      const askPassword = async () => {
        asked++;
        return "it's a pass$word";
      };
      const results = await collectAs(account, parts(true), { sudo: "ask", askPassword });
      expect(results.map(({ state }) => state)).toEqual(["got", "got", "got", "got"]);
      expect(results[3]?.sha256).toBe(sumOf("0\n"));
      expect(asked).toBe(1);
      const wrong = await collectAs(account, parts(true), { sudo: "ask", askPassword: async () => "wrong" });
      expect(wrong[0]).toMatchObject({
        state: "refused",
        reason: expect.stringContaining("sudo did not take the password"),
      });
      const unasked = await collectAs(account, parts(true), { ...never, sudo: "without-password" });
      expect(unasked[0]).toMatchObject({
        state: "refused",
        reason: expect.stringContaining("sudo asks for a password"),
      });
    } finally {
      await rm(rule, { force: true });
    }
  });
});

describe.skipIf(whyNoBusybox)(`a host with nothing but busybox ${whyNoBusybox}`, () => {
  test("gives files, parts of files and commands, packed by its gzip, without a sum of its own", {
    timeout: 60_000,
  }, async () => {
    using host = busyboxHost();
    const text = Array.from({ length: 100_000 }, (_, line) => `line ${line * 7919}\n`).join("");
    await writeFile(join(host.root, "var/log/messages"), text);
    await writeFile(join(host.root, "var/log/-odd\nname"), "odd");
    await writeFile(join(host.root, "var/log/noise.gz"), randomBytes(100_000));
    execFileSync("mkfifo", [join(host.root, "var/log/fifo")]);
    const far = await lookAtHost(host.reach, { sudo: "never", askPassword: async () => null }, signal);
    expect(far.tools).toMatchObject({ uid: 0, packer: "gz", summer: "sha256sum" });
    const file = (path: string, more: Partial<Entry> = {}) => ({ source: { how: "file" as const, path }, ...more });
    const wanted = [
      file("/var/log/messages"),
      file("/var/log/-odd\\x0aname"),
      file("/var/log/noise.gz"),
      file("/var/log/fifo"),
      file("/var/log/gone"),
      file("/var/log/messages", { capBytes: 1000 }),
      { source: { how: "command" as const, argv: ["sh", "-c", "echo out; echo err >&2; exit 4"] } },
      { source: { how: "command" as const, argv: ["dmidecode"] } },
    ].map((part, n) => entryOf(n, part));
    const writer = await store.create(headerOf(`c${number++}`, wanted), { kind: "collection", path: null });
    const results = [];
    for (const entry of wanted) {
      const item = await writer.item(entry.n);
      const options = { signal, absence: undefined, onBytes: () => undefined, timeoutMs: 20_000 };
      const { state, exitCode, fromByte } = await fetchEntry(far, entry, item, options);
      results.push([state, item.contentBytes, exitCode, fromByte]);
      if (entry.n === 0) {
        expect(item.sum).toBe(sumOf(text));
        expect(item.storedBytes).toBeLessThan(text.length / 2);
      }
      if (entry.n === 5) expect(item.sum).toBe(sumOf(text.slice(-1000)));
      await item.close();
    }
    await writer.close();
    expect(results).toEqual([
      ["got", text.length, null, 0],
      ["got", 3, null, 0],
      ["got", 100_000, null, 0],
      ["failed", 0, null, 0],
      ["missing", 0, null, 0],
      ["truncated", 1000, null, text.length - 1000],
      ["got", 4, 4, 0],
      ["missing", 0, null, 0],
    ]);
  });
});

/** A host that lies: what it says in place of what the script would, where `$mark` and `$pack` are as asked for. */
describe("a host that means harm", () => {
  const cases: readonly { readonly says: string; readonly lie: string; readonly source?: Entry["source"] }[] = [
    {
      says: "says that a file is larger than its cap",
      lie: 'say file 1:1 9000000000000000 0 0 9000000000000000 "$pack"; flood',
    },
    { says: "says that a file has nothing, and sends", lie: 'say file 1:1 0 0 0 0 "$pack"; flood' },
    { says: "prints without end", lie: 'say run "$pack"; flood', source: { how: "command", argv: ["true"] } },
    { says: "says of all that it changed", lie: "say changed" },
  ];
  test.each(cases)("$says: no more than the cap is kept, and the entry ends", async ({ lie, source }) => {
    const honest = await lookAtHost(hereReach, { sudo: "never", askPassword: async () => null }, signal);
    const liar = `mark=$4 pack=$5
say() { printf '%s %s\n' "$mark" "$*"; }
packed() { case $pack in zst) zstd -q -1 -c;; gz) gzip -1 -c;; *) cat;; esac; }
flood() { head -c 50000000 /dev/zero | packed; }
${lie}`;
    const reach: Reach = {
      device: "liar",
      run: (argv, options) => hereReach.run(["sh", "-c", liar, ...argv], options),
    };
    const entry = entryOf(0, { source: source ?? { how: "file", path: "/x" }, capBytes: 1_000_000 });
    const writer = await store.create(headerOf(`c${number++}`, [entry]), { kind: "collection", path: null });
    const item = await writer.item(0);
    const options = { signal, absence: undefined, onBytes: () => undefined, timeoutMs: 20_000 };
    expect((await fetchEntry({ ...honest, reach }, entry, item, options)).state).toBe("failed");
    expect(item.contentBytes).toBeLessThan(2_000_000);
    await item.close();
    await writer.close();
  });
});
