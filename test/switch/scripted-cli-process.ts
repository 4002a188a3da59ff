/**
 * The login shell of a switch, for a real sshd: a terminal with echo, modes, rights, pager and faults, which answers
 * from captured screens. Its one argument is the path of a JSON file with {@link Script}.
 */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export interface Script {
  /** Folder of the screens. */
  readonly screens: string;
  readonly release: "3.2" | "3.6";
  readonly role: string;
  readonly wizard: boolean;
  readonly enablePassword: string | null;
  /** A wrong password is asked for anew, without an end. */
  readonly asksAgain: boolean;
  /** `%` to `enable`, as for an account without the right. */
  readonly enableRefused: boolean;
  /** Commands that only give `% Unrecognized command`. */
  readonly unknown: readonly string[];
  /** Output comes in pieces of so many characters. */
  readonly pieces: number;
  /** Rows on a page, whatever the terminal says. */
  readonly rows: number;
  /** Draws the line anew after Enter, with sequences, as line editors do. */
  readonly redraws: boolean;
  /** This command never answers. */
  readonly hangs: string | null;
  /** This command ends the session in the middle of its answer. */
  readonly dies: string | null;
  /** This command prints without end. */
  readonly floods: string | null;
  /** Where every line that was typed is noted; a password as `<password>`. */
  readonly log: string;
}

const script = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Script;
const { appendFileSync } = await import("node:fs");
const screen = (name: string) => readFileSync(`${script.screens}/mlnxos_${name}.txt`, "utf8");

let context = "";
let mode: "operator" | "enabled" | "configure" = "operator";
let paging = true;
let typed = "";
let wake: (() => void) | null = null;
const shut = new Set<string>();
const descriptions = new Map<string, string>();

process.stdin.setRawMode?.(true);
process.stdin.setEncoding("utf8").on("data", (text: string) => {
  typed += text;
  wake?.();
});

async function key(): Promise<string> {
  while (typed === "") {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  const next = typed.slice(0, 1);
  typed = typed.slice(1);
  return next;
}

async function send(text: string): Promise<void> {
  for (let at = 0; at < text.length; at += script.pieces) {
    process.stdout.write(text.slice(at, at + script.pieces));
    await delay(0);
  }
}

const mark = () => (mode === "operator" ? ">" : mode === "enabled" ? "#" : `(${context}) #`);
const prompt = () => `switch-c0ffe0 [${script.role}] ${mark()} `;

async function line(echo: boolean): Promise<string> {
  let text = "";
  for (;;) {
    const character = await key();
    if (character === "\r") {
      if (echo && script.redraws) await send(`\r\x1b[0K\x1b[1m${prompt()}\x1b[0m${text}`);
      await send("\r\n");
      return text;
    }
    text += character;
    if (echo) await send(character);
  }
}

async function page(text: string): Promise<void> {
  const rows = text.replace(/\n$/, "").split("\n");
  for (let at = 0; at < rows.length; at += script.rows) {
    const end = Math.min(rows.length, at + script.rows);
    await send(`${rows.slice(at, end).join("\r\n")}\r\n`);
    if (end >= rows.length) return;
    await send(`lines ${at + 1}-${end} `);
    if ((await key()) === "q") return send("\r\x1b[K");
    await send("\r\x1b[K");
  }
}

const unrecognized = (word: string) => `% Unrecognized command "${word}".\n% Type "?" for help.\n`;

function portScreen(): string {
  let name = "";
  return screen("show_interfaces_ib")
    .split("\n")
    .map((text) => {
      name = /^IB(\S+) state/.exec(text)?.[1] ?? name;
      if (/^\s+Description/.test(text)) return `${text} ${descriptions.get(name) ?? ""}`.trimEnd();
      if (!shut.has(name)) return text;
      return text
        .replace(/(Logical port state\s+: ).*/, "$1Down")
        .replace(/(Physical port state\s+: ).*/, "$1Disabled")
        .replace(/(Current line rate\s+: ).*/, "$1-");
    })
    .join("\n");
}

async function enable(): Promise<string> {
  if (script.enableRefused) return "% Insufficient privileges for command execution.\n";
  if (script.enablePassword !== null) {
    for (;;) {
      await send("Password: ");
      const given = await line(false);
      appendFileSync(script.log, "<password>\n");
      if (given === script.enablePassword) break;
      if (!script.asksAgain) return "% Authentication failed\n";
    }
  }
  mode = "enabled";
  return "";
}

function configured(command: string): string {
  const port = /^config interface ib (\S+)$/.exec(context)?.[1];
  const entered = /^interface ib (1\/\d+)$/.exec(command)?.[1];
  if (entered !== undefined) {
    context = `config interface ib ${entered}`;
    return "";
  }
  if (port !== undefined) {
    if (command === "shutdown") shut.add(port);
    else if (command === "no shutdown") shut.delete(port);
    else if (command === "no description") descriptions.delete(port);
    else if (command.startsWith("description ")) descriptions.set(port, command.slice(12).replaceAll('"', ""));
    else return unrecognized(command);
    return "";
  }
  return command === "write memory" ? "" : unrecognized(command);
}

async function answer(command: string): Promise<string | null> {
  if (command === "") return "";
  if (script.unknown.includes(command)) return unrecognized(command.split(" ").at(-1) ?? "");
  if (command === "no cli session paging enable" || command === "terminal length 999") {
    paging = false;
    return "";
  }
  if (command === "exit") {
    if (mode !== "configure") return null;
    if (context === "config") mode = "enabled";
    context = context === "config" ? "" : "config";
    return "";
  }
  if (command === "enable" && mode === "operator") return enable();
  if (command === "disable" && mode === "enabled") {
    mode = "operator";
    return "";
  }
  if (command === "configure terminal" && mode === "enabled") {
    mode = "configure";
    context = "config";
    return "";
  }
  if (command === "show version") return screen("show_version");
  if (command === "show inventory") return screen(`show_inventory_${script.release}`);
  if (command === "show fan") return screen("show_fan");
  if (command === "show temperature") return screen("show_temperature");
  if (command === "show ports type")
    return "InfiniBand: 1/1 1/2 1/4 1/5 1/6 1/7 1/8 1/9 1/10 1/11 1/12 1/13 1/14 1/15 1/16 1/17 1/18 \nEthernet:   1/3 \n";
  if (command.startsWith("show interfaces ib") && command.endsWith("transceiver"))
    return screen("show_interfaces_ib_transceiver");
  if (command === "show interfaces ib 1") return portScreen();
  const one = /^show interfaces ib (1\/\d+)$/.exec(command)?.[1];
  if (one !== undefined)
    return `${
      portScreen()
        .split(/\n(?=IB)/)
        .find((block) => block.startsWith(`IB${one} state`)) ?? `% Invalid interface "${one}".`
    }\n`;
  if (command === "show ib sm" && mode !== "operator") return "enable\n";
  return mode === "configure" ? configured(command) : unrecognized(command);
}

await send(
  "Mellanox MLNX-OS Switch Management\r\n\r\nLast login: Thu Oct 16 00:47:21 on pts/0\r\n\r\nMellanox Switch\r\n\r\n",
);
if (script.wizard) {
  await send("Mellanox configuration wizard\r\n\r\nDo you want to use the wizard for initial configuration? ");
  appendFileSync(script.log, `wizard: ${await line(true)}\n`);
}
for (;;) {
  await send(prompt());
  const command = await line(true);
  appendFileSync(script.log, `${command}\n`);
  if (command === script.hangs) await new Promise(() => undefined);
  if (command === script.dies) {
    await send("Product name:      ML");
    process.exit(0);
  }
  while (command === script.floods) {
    if (!process.stdout.write("no prompt here\r\n".repeat(4000)))
      await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
  const text = await answer(command);
  if (text === null) process.exit(0);
  if (paging) await page(text);
  else await send(text.replaceAll("\n", "\r\n"));
}
