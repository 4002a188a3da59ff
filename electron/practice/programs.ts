/** Joins the practice programs (node shell, switch CLI, BMC CLI) to SSH sessions. */

import { serverNamed } from "./model.ts";
import type { Service, SessionIo } from "./server.node.ts";
import { Bash, loginVariables } from "./shell/bash.ts";
import { BmcCli } from "./shell/bmc-cli.ts";
import { utf8 } from "./shell/bytes.ts";
import type { Host } from "./shell/command.ts";
import { Console, type Program } from "./shell/console.ts";
import { Shell } from "./shell/interpreter.ts";
import type { Sink } from "./shell/io.ts";
import { SwitchCli } from "./shell/switch-cli.ts";
import { commandTable } from "./shell/table.ts";
import type { World } from "./world.ts";

/** Where a terminal's text goes. */
const screenOf = (io: SessionIo): Sink => ({ write: (text) => io.out.write(utf8(text)) });

/** Runs a program on a session until it ends. */
async function interact(program: Program, io: SessionIo): Promise<void> {
  const console = new Console(program, screenOf(io), io.pty ?? { cols: 80, rows: 24 });
  io.onResize((cols, rows) => console.resize(cols, rows));
  io.onInput((text) => console.feed(text));
  io.signal.addEventListener("abort", () => console.hangup(), { once: true });
  await console.serve();
}

/** What sshd adds to a session: from where, and at which of the node's addresses it was reached. */
function withConnection(host: Host, variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...variables, ["SSH_CONNECTION", `10.20.0.250 50412 ${host.server().address} 22`]]);
}

export function nodeService(host: Host): Service {
  const run = (text: string, io: SessionIo) =>
    new Shell({
      host,
      commands: commandTable,
      terminal: null,
      variables: loginVariables(withConnection(host, io.variables)),
    }).run(text, io, io.signal);
  return {
    users: ["root"],
    ident: "OpenSSH_7.4",
    shell: async (io) => {
      // Without a terminal, a shell runs what it is sent, as a script.
      if (!io.pty) {
        let script = "";
        for (let text = await io.in.read(); text !== null && script.length < 1024 * 1024; text = await io.in.read())
          script += text;
        return run(script, io);
      }
      const bash = new Bash(host, loginVariables(withConnection(host, io.variables)));
      await interact(bash, io);
      return bash.exitStatus;
    },
    exec: (command, io) => {
      if (!io.pty) return run(utf8(command), io);
      return execOnTerminal(host, command, io);
    },
  };
}

/** `ssh -t host command`: one command on a terminal, with Ctrl-C and full-screen keys. */
async function execOnTerminal(host: Host, command: string, io: SessionIo): Promise<number> {
  let status = 0;
  const once: Program = {
    greeting: "",
    goodbye: "",
    prompt: () => "",
    complete: () => ({ from: 0, words: [] }),
    run: async (line, console, signal) => {
      const shell = new Shell({
        host,
        commands: commandTable,
        terminal: console,
        variables: loginVariables(withConnection(host, io.variables)),
      });
      const out = console.output(signal);
      status = await shell.run(utf8(line), { in: console.input(signal), out, err: out }, signal);
      return true;
    },
  };
  const console = new Console(once, screenOf(io), io.pty ?? { cols: 80, rows: 24 });
  io.onResize((cols, rows) => console.resize(cols, rows));
  io.onInput((text) => console.feed(text));
  io.signal.addEventListener("abort", () => console.hangup(), { once: true });
  await console.runOnce(command);
  return status;
}

export function switchService(world: World): Service {
  const startedAt = world.now();
  return {
    users: ["admin"],
    ident: "mpSSH_0.2.1",
    // What the real switch's server offers, and nothing newer.
    algorithms: {
      kex: ["diffie-hellman-group14-sha1"],
      serverHostKey: ["ssh-rsa"],
      cipher: ["aes128-ctr", "aes256-ctr", "aes128-cbc"],
      hmac: ["hmac-sha1"],
    },
    shell: async (io) => {
      await interact(new SwitchCli(world, startedAt), io);
      return 0;
    },
    exec: async (command, io) => {
      const cli = new SwitchCli(world, startedAt);
      for (const line of command.split("\n")) {
        const { text, ends } = cli.answer(line);
        await io.out.write(text);
        if (ends) break;
      }
      return 0;
    },
  };
}

export function bmcService(world: World, node: string): Service {
  const isIlo = serverNamed(world.cube, node).bmc === "ilo";
  return {
    users: [isIlo ? "Administrator" : "root"],
    ident: isIlo ? "mpSSH_0.2.1" : "OpenSSH_5.3",
    shell: async (io) => {
      await interact(new BmcCli(world, node), io);
      return 0;
    },
    exec: async (command, io) => {
      await io.out.write(new BmcCli(world, node).answer(command).text);
      return 0;
    },
  };
}
