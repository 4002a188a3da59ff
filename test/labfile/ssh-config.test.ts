import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaultError } from "../../electron/contract/error.ts";
import { loadSshConfig, sshConfigReader } from "../../electron/ssh/config.node.ts";
import { parseProxyJump, parseSshConfig, splitWords } from "../../electron/ssh/config.ts";
import { expandSshPath, matchPattern } from "../../electron/ssh/config-resolve.ts";

const hasSsh = spawnSync("ssh", ["-V"]).status === 0;
let home = "";

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "halfrack-ssh-config-"));
  await mkdir(join(home, ".ssh", "conf.d"), { recursive: true, mode: 0o700 });
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** What `ssh -G` says, in the shape compared here; null when ssh refuses the file. */
function realSsh(file: string, alias: string) {
  const ran = spawnSync("ssh", ["-G", "-F", file, "--", alias], {
    env: { ...process.env, HOME: home },
    encoding: "utf8",
  });
  if (ran.status !== 0) return null;
  const values = new Map<string, string[]>();
  for (const line of ran.stdout.split("\n")) {
    const blank = line.indexOf(" ");
    const key = line.slice(0, blank);
    values.set(key, [...(values.get(key) ?? []), line.slice(blank + 1)]);
  }
  const one = (key: string) => values.get(key)?.[0];
  return {
    hostname: one("hostname"),
    port: one("port"),
    user: one("user"),
    identityfile: values.get("identityfile"),
    proxyjump: one("proxyjump"),
    hostkeyalias: one("hostkeyalias"),
    identitiesonly: one("identitiesonly"),
  };
}

const defaults = execDefaults();
function execDefaults() {
  if (!hasSsh) return { user: "", identityfile: [] as string[] };
  const out = execFileSync("ssh", ["-G", "-F", "none", "x"], { encoding: "utf8" }).split("\n");
  const all = (key: string) =>
    out.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return { user: all("user")[0] ?? "", identityfile: all("identityfile") };
}

async function ours(file: string, alias: string) {
  const found = (await loadSshConfig(file, home)).resolveRaw(alias);
  const hops = found.proxyJump.map((hop, index) => {
    // ssh brackets only the last hop, and only when it is numeric or has a colon; the others stay as written.
    const last = index === found.proxyJump.length - 1;
    const bracket = hop.host.includes(":") || (last && /^[\d.]+$/.test(hop.host));
    return `${hop.user === undefined ? "" : `${hop.user}@`}${bracket ? `[${hop.host}]` : hop.host}${hop.port === undefined ? "" : `:${hop.port}`}`;
  });
  return {
    hostname: found.hostName,
    port: String(found.port ?? 22),
    user: found.user ?? defaults.user,
    identityfile: found.identityFiles.length === 0 ? defaults.identityfile : [...found.identityFiles],
    proxyjump: hops.length === 0 ? undefined : hops.join(","),
    hostkeyalias: found.hostKeyAlias,
    identitiesonly: found.identitiesOnly ? "yes" : "no",
  };
}

const cases: readonly { name: string; text: string; aliases: readonly string[] }[] = [
  { name: "first value wins", text: "Host a\n  User one\nHost *\n  User two\n  Port 2222\n", aliases: ["a", "b"] },
  { name: "values before any Host", text: "User all\nPort 99\nHost a\n User late\n", aliases: ["a"] },
  {
    name: "HostName with %h and %%",
    text: "Host node*\n HostName %h.lab.example\nHost p\n HostName x%%y\n",
    aliases: ["node1", "p", "q"],
  },
  { name: "HostName is lower-cased", text: "Host A\n HostName UPPER.Example\n", aliases: ["A", "a", "Mixed"] },
  {
    name: "? is exactly one character",
    text: "Host node?\n Port 1001\nHost n?de\n Port 1002\n",
    aliases: ["node", "node1", "node12", "nde", "nXde"],
  },
  {
    name: "negation refuses the whole line",
    text: "Host *.lab !gw.lab\n User inside\nHost !gw.lab *\n Port 7\n",
    aliases: ["a.lab", "gw.lab", "other"],
  },
  { name: "only a negation matches nothing", text: "Host !a\n User nobody\n", aliases: ["a", "b"] },
  { name: "a comma in a Host line is a plain character", text: "Host a,b\n User x\n", aliases: ["a", "b"] },
  {
    name: "equals signs and blanks",
    text: "Host=a\nPort=2201\n  User = bob\nHostName\t=\tx.example\n",
    aliases: ["a"],
  },
  {
    name: "quotes",
    text: 'Host "a" \'b\'\n IdentityFile "~/.ssh/with blank"\n User "dom ain"\n IdentityFile ~/.ssh/with\\ blank2\n',
    aliases: ["a", "b"],
  },
  { name: "comments", text: "# Host a\nHost a # Host b\n Port 2202 # why\n User x#y\n", aliases: ["a", "b", "#"] },
  { name: "carriage returns", text: "Host a\r\n  Port 2203\r\n  User cr\r\n", aliases: ["a"] },
  { name: "keyword case", text: "HOST a\n hOsTnAmE b.example\n PORT 2204\n", aliases: ["a"] },
  {
    name: "several identity files, each once",
    text: "Host a\n IdentityFile ~/.ssh/one\n IdentityFile ~/.ssh/%r@%h\n IdentityFile ~/.ssh/one\nHost *\n IdentityFile /etc/key\n IdentitiesOnly yes\n",
    aliases: ["a", "b"],
  },
  { name: "identity none", text: "Host a\n IdentityFile none\n", aliases: ["a"] },
  {
    name: "proxy jump",
    text: "Host a\n ProxyJump gw\nHost b\n ProxyJump root@gw:2200\nHost c\n ProxyJump u1@h1:1,h2,u3@10.0.0.1:3\nHost d\n ProxyJump none\nHost *\n ProxyJump last\n",
    aliases: ["a", "b", "c", "d", "e"],
  },
  {
    name: "proxy jump to IPv6 and by URI",
    text: "Host a\n ProxyJump u@[fe80::1]:22\nHost b\n ProxyJump ssh://me@gw.example:2022\nHost c\n ProxyJump=gw # note\n",
    aliases: ["a", "b", "c"],
  },
  {
    name: "ProxyCommand before ProxyJump",
    text: "Host a\n ProxyCommand nc %h %p\n ProxyJump gw\nHost b\n ProxyJump gw\n ProxyCommand nc %h %p\n",
    aliases: ["a", "b"],
  },
  {
    name: "ProxyCommand none before ProxyJump",
    text: "Host a\n ProxyCommand none\nHost *\n ProxyJump gw\n",
    aliases: ["a", "b"],
  },
  { name: "host key alias", text: "Host a b\n HostKeyAlias shared\n", aliases: ["a", "c"] },
  {
    name: "Match host after HostName",
    text: "Host a\n HostName inner.lab\nMatch host inner.lab\n User viaHost\nMatch originalhost a\n Port 2210\n",
    aliases: ["a", "inner.lab", "b"],
  },
  {
    name: "Match host in a list with negation",
    text: "Match host *.lab,!bad.lab\n User ok\nMatch !host *.lab\n Port 5\n",
    aliases: ["x.lab", "bad.lab", "y"],
  },
  {
    name: "Match folds case",
    text: "Match host NODE*\n User m\nMatch originalhost Node1\n Port 3\n",
    aliases: ["node1", "NODE1"],
  },
  { name: "Match all", text: "Host a\n Port 4\nMatch all\n User everyone\n", aliases: ["a", "b"] },
  {
    name: "Match user",
    text: "Host a\n User root\nMatch user root\n Port 6\nMatch host a user bob\n HostKeyAlias no\n",
    aliases: ["a", "b"],
  },
  {
    name: "Match localuser",
    text: `Match localuser ${defaults.user}\n Port 61\nMatch !localuser ${defaults.user}\n User other\n`,
    aliases: ["a"],
  },
  {
    name: "Match final",
    text: "Host a\n HostName real.lab\nMatch final host real.lab\n User last\nHost real.lab\n Port 62\n",
    aliases: ["a", "real.lab", "b"],
  },
  {
    name: "Match canonical without canonicalization",
    text: "Match canonical all\n User c\nHost *\n Port 63\n",
    aliases: ["a"],
  },
  { name: "Match with quotes and equals", text: 'Match host="a,b" originalhost=b\n Port 64\n', aliases: ["a", "b"] },
  {
    name: "Include of a relative glob",
    text: "Include conf.d/*.conf\nHost *\n User outer\n",
    aliases: ["inc1", "inc2", "hidden", "other"],
  },
  {
    name: "Include within a Host block",
    text: "Host inc1\n Include conf.d/20.conf\n User own\nHost *\n Port 77\n",
    aliases: ["inc1", "inc2", "other"],
  },
  {
    name: "Include with ~ and of nothing",
    text: "Include ~/.ssh/conf.d/10.conf nowhere/*.conf\nInclude ~/.ssh/missing\n",
    aliases: ["inc1"],
  },
  {
    name: "Include puts the Match state back",
    text: "Match originalhost other\n Include conf.d/10.conf\n Port 78\n",
    aliases: ["inc1", "other"],
  },
  { name: "numeric names", text: "Host 10.0.0.*\n User num\n HostKeyAlias %h\n", aliases: ["10.0.0.5"] },
];

describe.skipIf(!hasSsh)(
  `the real ssh -G agrees${hasSsh ? "" : " (skipped: no ssh here, package openssh-client)"}`,
  () => {
    beforeAll(async () => {
      await writeFile(join(home, ".ssh/conf.d/10.conf"), "User included\nHost inc1\n HostName one.lab\n Port 1010\n");
      await writeFile(
        join(home, ".ssh/conf.d/20.conf"),
        "Host inc2\n HostName two.lab\nHost inc1\n IdentityFile ~/.ssh/second\n",
      );
      await writeFile(join(home, ".ssh/conf.d/.30.conf"), "Host hidden\n Port 3030\n");
    });

    test.each(cases)("$name", agrees);
    test.skipIf(!existsSync("/etc/services"))("port name (skipped where package netbase is missing)", () =>
      agrees({ name: "port name", text: "Host a\n Port ssh\n", aliases: ["a"] }),
    );

    async function agrees({ name, text, aliases }: (typeof cases)[number]): Promise<void> {
      const file = join(home, `case-${name.replace(/\W+/g, "-")}`);
      await writeFile(file, text);
      for (const alias of aliases) {
        const real = realSsh(file, alias);
        expect(real, `ssh refuses ${text}`).not.toBeNull();
        expect({ alias, ...(await ours(file, alias)) }).toEqual({ alias, ...real });
      }
    }

    test("files ssh refuses have a note with the line, and the rest is still used", async () => {
      const bad = [
        "Port 0",
        "Port abc",
        "HostName",
        "Foo bar",
        'User "open',
        "Match nonsense",
        "Match",
        "ProxyJump @gw",
        "IdentitiesOnly maybe",
        "User a b",
      ];
      for (const line of bad) {
        const file = join(home, "refused");
        await writeFile(file, `Host a\n User first\n${line}\nHost *\n HostName still.example\n`);
        expect(realSsh(file, "a"), line).toBeNull();
        const loaded = await loadSshConfig(file, home);
        expect(
          loaded.notes.map((note) => [note.source, note.line]),
          line,
        ).toEqual([[file, 3]]);
        expect(loaded.resolve("a")).toMatchObject({ hostName: "still.example", user: "first" });
      }
    });

    test("property: arbitrary well-formed files resolve alike", async () => {
      const name = fc.constantFrom("a", "b", "node1", "node2", "gw.lab", "n.lab");
      const pattern = fc.constantFrom("*", "a", "b", "node?", "node*", "*.lab", "!a", "!node2", "!*.lab", "?");
      const list = fc.array(pattern, { minLength: 1, maxLength: 3 });
      const setting = fc.oneof(
        fc.constantFrom("root", "bob", "carl").map((user) => `User ${user}`),
        fc.integer({ min: 1, max: 65_535 }).map((port) => `Port ${port}`),
        fc.constantFrom("x.lab", "%h.lab", "Node2", "10.0.0.1").map((host) => `HostName ${host}`),
        fc.constantFrom("~/.ssh/k1", "k2", '"k 3"', "%d/k").map((file) => `IdentityFile ${file}`),
        fc.constantFrom("none", "gw", "u@gw:22", "a,b", "u@a:1,b:2,[::1]:3").map((jump) => `ProxyJump ${jump}`),
        fc.constantFrom("k1", "k2").map((alias) => `HostKeyAlias ${alias}`),
        fc.constantFrom("yes", "no").map((flag) => `IdentitiesOnly ${flag}`),
      );
      const negate = fc.constantFrom("", "!");
      const criterion = fc.oneof(
        fc
          .tuple(negate, fc.constantFrom("host", "originalhost", "user"), list)
          .map(([not, kind, values]) => `${not}${kind} ${values.join(",")}`),
        fc.constantFrom("final", "canonical", "!final"),
      );
      const head = fc.oneof(
        list.map((patterns) => `Host ${patterns.join(" ")}`),
        fc.array(criterion, { minLength: 1, maxLength: 3 }).map((all) => `Match ${all.join(" ")}`),
        fc.constant("Match all"),
        fc.constant("Include part"),
      );
      const lines = fc.array(fc.oneof(setting, setting, head), { maxLength: 14 });
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(lines, lines, name, async (main, part, alias) => {
          const file = join(home, "property");
          await writeFile(file, `${main.join("\n")}\n`);
          await writeFile(
            join(home, ".ssh/part"),
            `${part.filter((line) => !line.startsWith("Include")).join("\n")}\n`,
          );
          const real = realSsh(file, alias);
          if (real === null) return;
          accepted++;
          expect(await ours(file, alias)).toEqual(real);
        }),
        { numRuns: 300 },
      );
      expect(accepted).toBeGreaterThan(200);
    }, 120_000);
  },
);

describe("reading", () => {
  test("hosts in file order, with the file and line each was named in", async () => {
    const inner = join(home, ".ssh/inner");
    await writeFile(inner, "Host in1 in2\n");
    const file = join(home, "listing");
    await writeFile(file, "Host a b *.x !c\nInclude inner\nMatch originalhost m1,m*\n User x\nHost a z\n");
    expect((await loadSshConfig(file, home)).hosts).toEqual([
      { alias: "a", file, line: 1 },
      { alias: "b", file, line: 1 },
      { alias: "in1", file: inner, line: 1 },
      { alias: "in2", file: inner, line: 1 },
      { alias: "m1", file, line: 3 },
      { alias: "z", file, line: 5 },
    ]);
  });

  test("~ and tokens of identity files", async () => {
    const file = join(home, "tokens");
    await writeFile(
      file,
      "Host a\n HostName a.lab\n User root\n Port 2222\n IdentityFile ~/.ssh/%r@%h:%p-%n-%%\n IdentityFile %d/k\n IdentityFile none\n",
    );
    expect((await loadSshConfig(file, home)).resolve("a").identityFiles).toEqual([
      `${home}/.ssh/root@a.lab:2222-a-%`,
      `${home}/k`,
    ]);
    const tokens = {
      homeDir: "/h",
      hostName: "n",
      alias: "x",
      remoteUser: "r",
      localUser: "l",
      localHost: "me.lab",
      port: 22,
      uid: "7",
      env: { K: "v" },
    };
    const variable = (name: string) => `\${${name}}`;
    const written = `${variable("K")}/${variable("UNSET")}/%L/%l/%i/%k/%C/~`;
    expect(expandSshPath(written, tokens)).toBe(`v/${variable("UNSET")}/me/me.lab/7/x/%C/~`);
  });

  test("Match exec is never run: noted, and its block does not apply", async () => {
    const file = join(home, "exec");
    const proof = join(home, "ran");
    await writeFile(
      file,
      `Match exec "touch ${proof}"\n User evil\nMatch !exec "false"\n User evil2\nHost *\n User good\n`,
    );
    const loaded = await loadSshConfig(file, home);
    expect(loaded.resolve("a").user).toBe("good");
    expect(loaded.notes).toEqual([
      { source: file, line: 1, message: "Match exec is never run here; its block is taken as not matching." },
      { source: file, line: 3, message: "Match exec is never run here; its block is taken as not matching." },
    ]);
    expect(spawnSync("test", ["-e", proof]).status).toBe(1);
  });

  test("an Include loop ends, with a note at the line", async () => {
    const file = join(home, ".ssh/loop");
    await writeFile(file, "Include loop\nInclude loop2\nHost a\n User ok\n");
    await writeFile(join(home, ".ssh/loop2"), "Include loop loop3\n");
    await symlink(join(home, ".ssh/loop2"), join(home, ".ssh/loop3"));
    const loaded = await loadSshConfig(file, home);
    expect(loaded.resolve("a").user).toBe("ok");
    expect(loaded.notes.map((note) => [note.source, note.line])).toEqual([
      [file, 1],
      [join(home, ".ssh/loop2"), 1],
      [join(home, ".ssh/loop2"), 1],
    ]);
  });

  test("an included folder, and a binary include, are notes", async () => {
    const file = join(home, "odd");
    await mkdir(join(home, ".ssh/folder"), { recursive: true });
    await writeFile(
      join(home, ".ssh/binary"),
      Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7) % 256)),
    );
    await writeFile(file, "Include folder binary\nHost a\n User ok\n");
    const loaded = await loadSshConfig(file, home);
    expect(loaded.resolve("a").user).toBe("ok");
    expect(loaded.notes[0]).toEqual({
      source: file,
      line: 1,
      message: `Included file ${join(home, ".ssh/folder")} cannot be read: it is not a regular file`,
    });
    expect(loaded.notes.length).toBeGreaterThan(1);
  });

  test("a file that cannot be read is a fault", async () => {
    const error = await loadSshConfig(join(home, "absent"), home).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FaultError);
    expect(error instanceof FaultError && error.fault.code).toBe("ssh-config.unreadable");
  });

  describe("again and again", () => {
    /** Writes a file as if it had stood there for a while. */
    const settle = async (path: string, text: string) => {
      await writeFile(path, text);
      await utimes(path, 1000, 1000);
    };
    const start = async (name: string) => {
      const own = await mkdtemp(join(home, name));
      await mkdir(join(own, ".ssh", "conf.d"), { recursive: true });
      const file = join(own, ".ssh", "config");
      const first = join(own, ".ssh", "conf.d", "10-first");
      await settle(file, "Include conf.d/* later\nHost *\n User root\n");
      await settle(first, "Host a\n User one\n");
      const read = sshConfigReader(file, own);
      const user = async () => (await read()).resolve("a").user;
      expect(await user()).toBe("one");
      return { ssh: join(own, ".ssh"), file, first, read, user };
    };

    test("an unchanged tree is read once", async () => {
      const { read } = await start("once");
      const known = await read();
      expect(await read()).toBe(known);
    });

    test("a changed file is seen, by the same length and time too", async () => {
      const { first, user } = await start("changed");
      await settle(first, "Host a\n User two\n");
      expect(await user()).toBe("two");
    });

    test("two changes in one tick of the file system's clock are both seen", async () => {
      const { first, user } = await start("tick");
      await writeFile(first, "Host a\n User two\n");
      expect(await user()).toBe("two");
      await writeFile(first, "Host a\n User six\n");
      expect(await user()).toBe("six");
    });

    test("files that begin or cease to be named by an Include are seen", async () => {
      const { ssh, first, user } = await start("named");
      await settle(join(ssh, "conf.d", "00-before"), "Host a\n User before\n");
      expect(await user()).toBe("before");
      await rm(join(ssh, "conf.d", "00-before"));
      await rm(first);
      expect(await user()).toBe("root");
      await settle(join(ssh, "later"), "Host a\n User later\n");
      expect(await user()).toBe("later");
    });

    test("a link that leads elsewhere is seen, and so is a file that is gone", async () => {
      const { ssh, file, first, user, read } = await start("linked");
      await settle(join(ssh, "other"), "Host a\n User sym\n");
      await rm(first);
      await symlink("../other", first);
      expect(await user()).toBe("sym");
      await rm(file);
      await expect(read()).rejects.toMatchObject({ fault: { code: "ssh-config.unreadable" } });
      await settle(file, "Host *\n User back\n");
      expect(await user()).toBe("back");
    });
  });

  test("property: the readers never throw and stay bounded", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 300 }),
          fc.string({
            unit: fc.constantFrom(
              "a",
              " ",
              '"',
              "'",
              "\\",
              "=",
              "#",
              "\n",
              "!",
              "*",
              ",",
              "@",
              "[",
              ":",
              "Match ",
              "Host ",
              "ProxyJump ",
            ),
            maxLength: 60,
          }),
        ),
        (text) => {
          const { lines, notes } = parseSshConfig(text, "f");
          expect(lines.length).toBeLessThanOrEqual(text.split("\n").length);
          expect(notes.length).toBeLessThanOrEqual(200);
          splitWords(text);
          parseProxyJump(text);
        },
      ),
    );
  });

  test("property: a pattern with stars matches what it was made from, in bounded time", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (text, cut) => {
        const clean = text.replace(/[*?]/g, "x");
        expect(matchPattern(clean, `${clean.slice(0, cut)}*`)).toBe(true);
        expect(matchPattern(clean, clean)).toBe(true);
        expect(matchPattern(`${clean}x`, clean)).toBe(false);
      }),
    );
    expect(matchPattern("a".repeat(5000), `${"*a".repeat(500)}b`)).toBe(false);
  });
});
