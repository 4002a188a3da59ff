/** The practice shell: what a newcomer types works, what nobody should type stays bounded. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHost } from "../../electron/practice/machine.ts";
import { Bash, loginVariables } from "../../electron/practice/shell/bash.ts";
import { Console } from "../../electron/practice/shell/console.ts";
import { Shell } from "../../electron/practice/shell/interpreter.ts";
import { BrokenPipe, emptySource, type Sink } from "../../electron/practice/shell/io.ts";
import { SwitchCli } from "../../electron/practice/shell/switch-cli.ts";
import { commandTable } from "../../electron/practice/shell/table.ts";
import { World } from "../../electron/practice/world.ts";

const at = Date.UTC(2026, 0, 5, 8);
const newHost = () => createHost(new World(() => at), "node3", () => []);

/** Takes `limit` characters, then closes, as a reader that goes away. */
function taker(limit: number): Sink & { text: string } {
  const sink = {
    text: "",
    write: async (text: string) => {
      await Promise.resolve();
      if (sink.text.length > limit) throw new BrokenPipe();
      sink.text += text;
    },
  };
  return sink;
}

async function run(script: string, signal = new AbortController().signal, limit = 1_000_000) {
  const out = taker(limit);
  const err = taker(limit);
  const shell = new Shell({
    host: newHost(),
    commands: commandTable,
    terminal: null,
    variables: loginVariables(new Map()),
  });
  const code = await shell.run(script, { in: emptySource, out, err }, signal);
  return { out: out.text, err: err.text, code };
}

describe("what a newcomer looks for and the practice lab has not", () => {
  test.each<[string, string, number]>([
    ["vi /etc/hosts", "-bash: vi: command not found\nThe practice shell has no editor: ", 127],
    ["/usr/bin/vim x", "-bash: /usr/bin/vim: No such file", 127],
    ["ssh node1", "-bash: ssh: command not found\nThe practice shell reaches no other machine: ", 127],
    ["expr 1 + 1", "-bash: expr: command not found\nThe practice shell calculates with $((1 + 2)).\n", 127],
    ["frobnicate", "-bash: frobnicate: command not found\n", 127],
  ])("%s", async (script, said, code) => {
    const result = await run(script);
    expect({ said: result.err.slice(0, said.length), code: result.code }).toEqual({ said, code });
  });
});

describe("scripts", () => {
  test.each<[string, string, number]>([
    ["echo hello   world", "hello world\n", 0],
    ["echo 'a  b' \"$HOME\" $? \\$x", "a  b /root 0 $x\n", 0],
    ["false || echo no; true && echo yes; false", "no\nyes\n", 1],
    ["seq 1 100 | grep -c 7", "19\n", 0],
    ["yes | head -n 2", "y\ny\n", 0],
    ["for i in a b; do echo $i$i; done", "aa\nbb\n", 0],
    ['i=; while [ "$i" != xxx ]; do i=x$i; done; echo $i', "xxx\n", 0],
    ["if grep -q Mell /etc/hosts; then echo y; else echo n; fi", "n\n", 0],
    ["echo $(hostname)-`whoami`", "node3-root\n", 0],
    ["echo one > /tmp/f; echo two >> /tmp/f; wc -l < /tmp/f; cat /tmp/f | sort -r", "2\ntwo\none\n", 0],
    ["cd /sys/class/infiniband && echo *", "mlx4_0\n", 0],
    ["sh -c 'exec \"$@\"' sh printf '%s|' 'a b' c", "a b|c|", 0],
    ["LC_ALL=C env | grep ^LC_ALL", "LC_ALL=C\n", 0],
    ["seq 5 | sed -n '2,3p'; echo abc | sed 's/b\\(.\\)/[\\1]/'", "2\n3\na[c]\n", 0],
    ["printf '%-5s|%03d\\n' ab 7; echo -e 'a\\tb' | cut -f2", "ab   |007\nb\n", 0],
    ["echo b a b | tr ' ' '\\n' | sort | uniq -c | sort -rn | head -1", "      2 b\n", 0],
    ["readlink -f /sys/class/infiniband/mlx4_0/device | grep -o '0000:04:00.0'", "0000:04:00.0\n", 0],
    ["(cd /tmp; pwd); pwd; exit 7", "/tmp\n/root\n", 7],
    ["{ cd /tmp; }; pwd", "/tmp\n", 0],
    ["(echo a; nosuch) &> /tmp/both; { nosuch; echo b; } >> /tmp/both 2>&1; wc -l < /tmp/both", "4\n", 0],
    ["type cd ibstat; which nosuch 2> /tmp/none", "cd is a shell builtin\nibstat is /usr/bin/ibstat\n", 1],
    ["timeout 0.05 sleep 10", "", 124],
    ["command -v ibstat; command -v nosuch", "/usr/bin/ibstat\n", 1],
    ["find /etc -name 'os-*'; basename /a/b", "/etc/os-release\nb\n", 0],
  ])("%s", async (script, out, code) => {
    expect(await run(script)).toEqual({ out, err: "", code });
  });

  test.each<[string, string, number]>([
    ["nosuch", "-bash: nosuch: command not found\n", 127],
    ["cat /nosuch", "cat: /nosuch: No such file or directory\n", 1],
    ["echo x > /etc/hosts", "-bash: /etc/hosts: Read-only file system\n", 1],
    ["echo 'unclosed", "-bash: unexpected EOF while looking for matching `''\n", 2],
    ["ibstat nosuch; true", "ibpanic: [4006] main: 'nosuch' IB device can't be found: No such device\n", 0],
  ])("%s fails as it should", async (script, err, code) => {
    expect(await run(script)).toEqual({ out: "", err, code });
  });

  test("the practice file system is bounded", async () => {
    const { err, code } = await run("yes 0123456789 > /tmp/big");
    expect(code).toBe(1);
    expect(err).toContain("No space left on device");
  });

  test("every command of the table runs without arguments and without a terminal", async () => {
    for (const name of commandTable.keys()) {
      const stop = AbortSignal.timeout(200);
      const { code } = await run(name, stop, 100_000);
      expect(code, name).toBeLessThanOrEqual(255);
    }
  });

  test("any text runs to an end: no exception, a status, bounded output", async () => {
    const word = fc.constantFrom(
      "echo",
      "cat",
      "ls",
      "|",
      ";",
      "&&",
      "$(",
      ")",
      "'",
      '"',
      "$x",
      ">",
      "/tmp/a",
      "if",
      "then",
      "fi",
      "for",
      "do",
      "done",
      "grep",
      "-r",
      "{",
      "}",
      "*",
      "sed",
      "s/a/b/",
      "\n",
      "while",
      "true",
      "\\",
      "`",
      "xargs",
      "sh -c",
    );
    const script = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
    );
    await fc.assert(
      fc.asyncProperty(script, async (text) => {
        const { code, out } = await run(text, AbortSignal.timeout(300), 50_000);
        expect(Number.isInteger(code)).toBe(true);
        expect(out.length).toBeLessThan(2_000_000);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

/** A session on a terminal of our own; `screen` is what was sent, without escape sequences. */
function session(program: ConstructorParameters<typeof Console>[0]) {
  const state = { sent: "" };
  // As a channel does, it lets others run between two writes.
  const wire = {
    write: async (text: string) => {
      state.sent += text;
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  const console = new Console(program, wire, { cols: 80, rows: 24 });
  const served = console.serve();
  return { console, served, screen: () => state.sent.replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, "") };
}
const shows = (of: { screen: () => string }, text: string) => expect.poll(of.screen, { timeout: 5000 }).toContain(text);

describe("a terminal", () => {
  test("line editing, history and completion", async () => {
    const one = session(new Bash(newHost(), loginVariables(new Map())));
    one.console.feed("echp hi\x1b[D\x1b[D\x1b[D\x7fo\r");
    await shows(one, "\nhi\r\n");
    one.console.feed("\x1b[A\x01\x0becho again\r");
    await shows(one, "\nagain\r\n");
    one.console.feed("cat /etc/hostn\t\r");
    await shows(one, "\nnode3\r\n");
    one.console.feed("\x1b[200~echo pasted\recho twice\x1b[201~");
    await shows(one, "echo pasted\r\necho twice");
    expect(one.screen()).not.toContain("\npasted\r\n");
    one.console.feed("\x03\x04");
    await one.served;
    expect(one.screen()).toContain("logout");
  });

  test("Ctrl-C ends a flood, and the prompt answers", async () => {
    const one = session(new Bash(newHost(), loginVariables(new Map())));
    one.console.feed("yes\r");
    await shows(one, "y\r\ny\r\n");
    one.console.feed("\x03");
    one.console.feed("echo $?\r");
    await shows(one, "\n130\r\n");
    one.console.hangup();
    await one.served;
  });

  test("the switch: rights, abbreviations, pager, help and errors", async () => {
    const world = new World(() => at);
    const one = session(new SwitchCli(world, at));
    one.console.feed("show ib sm\r");
    await shows(one, '% Unrecognized command "ib".');
    one.console.feed("en\rsh ib sm\r");
    await shows(one, "sw1 [standalone: master] # sh ib sm\r\ndisable\r\n");
    one.console.feed("show interfaces ib 1\r");
    await shows(one, "lines 1-23 ");
    one.console.feed("qconfigure terminal\r");
    await shows(one, "sw1 [standalone: master] (config) # ");
    one.console.feed("show ?\x15exit\rexit\r");
    await one.served;
    expect(one.screen()).toContain("inventory         Display inventory");
  });

  test("the switch: a port is described, shut and opened, and the prompt says where", async () => {
    const world = new World(() => at);
    const one = session(new SwitchCli(world, at));
    one.console.feed("enable\rconfigure terminal\rinterface ib 1/4\r");
    await shows(one, "sw1 [standalone: master] (config interface ib 1/4) # ");
    one.console.feed('description "to node4"\rdescription two words\rsh\rshutdown\r');
    await shows(one, "(config interface ib 1/4) # shutdown\r\n");
    expect(one.screen()).toContain('% Unrecognized command "two".');
    expect(one.screen()).toContain("% Incomplete command.");
    one.console.feed("no cli session paging enable\rshow interfaces ib 1/4\r");
    await shows(one, "Phy-profile");
    expect(one.screen()).toMatch(/Logical port state +: Down\r\n +Physical port state +: Disabled/);
    expect(one.screen()).toContain("Description                 : to node4\r\n");
    expect(world.cube.ports[3]).toEqual({ number: 4, up: false, shut: true, peer: null });
    expect(world.liveLines("node4").at(-1)?.text).toContain("Port: 1 Link DOWN");
    one.console.feed("no shutdown\rno description\rexit\rexit\rdisable\r");
    await expect
      .poll(() => /# disable\s+sw1 \[standalone: master\] > $/.test(one.screen()), { timeout: 5000 })
      .toBe(true);
    expect([world.cube.ports[3]?.up, world.descriptionOf(4)]).toEqual([true, ""]);
    one.console.feed("show power\rinterface ib 1/4\rexit\r");
    await one.served;
    expect(one.screen()).toContain('% Unrecognized command "power".');
    expect(one.screen()).toContain('% Unrecognized command "interface".');
  });

  test("any keys: no exception, the session still ends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 80 }), async (keys) => {
        const one = session(new Bash(newHost(), loginVariables(new Map())));
        one.console.feed(keys);
        await new Promise((resolve) => setImmediate(resolve));
        one.console.hangup();
        await one.served;
      }),
      { numRuns: 200 },
    );
  });
});
