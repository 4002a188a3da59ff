/** Owns the practice switch's command line: modes, rights, abbreviations, pager and help. */
import { switchFacts } from "../machines.ts";
import * as screens from "../text/switch.ts";
import type { World } from "../world.ts";
import type { Console, Program } from "./console.ts";
import type { Sink } from "./io.ts";

type Mode = "operator" | "enabled" | "configure" | "interface";

interface Entry {
  readonly words: readonly string[];
  readonly help: string;
  /** Rights it takes. */
  readonly needs: Mode;
  /** Fewest letters of its first word that mean it; one when left out. */
  readonly shortest?: number;
  /** Null: what follows its words is not understood. */
  readonly run: (cli: SwitchCli, rest: readonly string[], line: string) => string | null;
}

const rank: Readonly<Record<Mode, number>> = { operator: 0, enabled: 1, configure: 2, interface: 3 };

const entries: readonly Entry[] = [
  {
    words: ["show", "version"],
    help: "Display version information",
    needs: "operator",
    run: (cli) => screens.version(cli.upMs()),
  },
  { words: ["show", "inventory"], help: "Display inventory", needs: "operator", run: () => screens.inventory },
  { words: ["show", "fan"], help: "Display fan status", needs: "operator", run: () => screens.fan },
  {
    words: ["show", "temperature"],
    help: "Display temperature sensors",
    needs: "operator",
    run: () => screens.temperature,
  },
  { words: ["show", "ports", "type"], help: "Display port types", needs: "operator", run: () => screens.portTypes() },
  {
    words: ["show", "interfaces", "ib"],
    help: "Display InfiniBand interfaces",
    needs: "operator",
    run: (cli, rest) => cli.interfaces(rest),
  },
  // The subnet manager of this lab runs on a node.
  { words: ["show", "ib", "sm"], help: "Display the subnet manager's state", needs: "enabled", run: () => "disable\n" },
  { words: ["enable"], help: "Enter privileged mode", needs: "operator", run: (cli) => cli.enter("enabled") },
  { words: ["disable"], help: "Leave privileged mode", needs: "enabled", run: (cli) => cli.enter("operator") },
  {
    words: ["configure", "terminal"],
    help: "Enter configuration mode",
    needs: "enabled",
    run: (cli) => cli.enter("configure"),
  },
  {
    words: ["interface", "ib"],
    help: "Configure an InfiniBand interface",
    needs: "configure",
    run: (cli, rest) => cli.configureInterface(rest),
  },
  {
    words: ["description"],
    help: "Set the description of the interface",
    needs: "interface",
    run: (cli, _rest, line) => cli.describe(line),
  },
  {
    words: ["no", "description"],
    help: "Reset the description of the interface",
    needs: "interface",
    run: (cli, rest) => (rest.length === 0 ? cli.setDescription("") : null),
  },
  {
    words: ["shutdown"],
    help: "Disable the interface",
    needs: "interface",
    shortest: 4, // `sh` is show
    run: (cli, rest) => (rest.length === 0 ? cli.shut(true) : null),
  },
  {
    words: ["no", "shutdown"],
    help: "Enable the interface",
    needs: "interface",
    run: (cli, rest) => (rest.length === 0 ? cli.shut(false) : null),
  },
  // The practice lab forgets everything when it stops, as a switch that is not saved.
  { words: ["write", "memory"], help: "Save the running configuration", needs: "enabled", run: () => "" },
  {
    words: ["no", "cli", "session", "paging", "enable"],
    help: "Show output without paging",
    needs: "operator",
    run: (cli) => cli.page(false),
  },
  {
    words: ["cli", "session", "paging", "enable"],
    help: "Show output by the page",
    needs: "operator",
    run: (cli) => cli.page(true),
  },
  {
    words: ["terminal", "length"],
    help: "Set the number of lines on a page",
    needs: "operator",
    run: (cli) => cli.page(false),
  },
  { words: ["exit"], help: "Leave this mode or the session", needs: "operator", run: () => null },
];

/** What one line gives: text, and whether the session ends. */
export interface Answer {
  readonly text: string;
  readonly ends: boolean;
}

export class SwitchCli implements Program {
  readonly greeting = "Mellanox MLNX-OS Switch Management\r\n\r\nMellanox Switch\r\n\r\n";
  readonly goodbye = "";
  readonly #world: World;
  readonly #startedAt: number;
  #mode: Mode = "operator";
  /** Whose configuration it is in, in the mode of an interface. */
  #port = 0;
  #paging = true;

  constructor(world: World, startedAt: number) {
    this.#world = world;
    this.#startedAt = startedAt;
  }

  upMs(): number {
    return this.#world.now() - this.#startedAt + 12 * 86_400_000;
  }

  prompt(): string {
    const interfaceMark = `(config interface ib 1/${this.#port}) #`;
    const marks = { operator: ">", enabled: "#", configure: "(config) #", interface: interfaceMark };
    const mark = marks[this.#mode];
    return `${switchFacts.name} [standalone: master] ${mark} `;
  }

  enter(mode: Mode): string {
    this.#mode = mode;
    return "";
  }

  page(on: boolean): string {
    this.#paging = on;
    return "";
  }

  configureInterface([name = "", ...more]: readonly string[]): string | null {
    if (more.length > 0) return null;
    const port = this.#world.cube.ports.find((one) => `1/${one.number}` === name);
    if (!port) return `% Invalid interface "${clean(name)}".\n`;
    this.#port = port.number;
    return this.enter("interface");
  }

  /** One word, or any in double quotes. */
  describe(line: string): string | null {
    const [, quoted, word] = /^\s*\S+\s+(?:"([^"]*)"|([^\s"]+))\s*$/.exec(line) ?? [];
    const text = quoted ?? word;
    return text === undefined ? null : this.setDescription(clean(text));
  }

  setDescription(text: string): string {
    this.#world.describe(this.#port, text);
    return "";
  }

  shut(shut: boolean): string {
    this.#world.shut(this.#port, shut);
    return "";
  }

  interfaces(rest: readonly string[]): string | null {
    const { cube } = this.#world;
    const [what, detail, ...more] = rest;
    if (more.length > 0) return null;
    if (what === undefined || (what === "1" && detail === undefined)) {
      return screens.interfaceStates(cube, (port) => this.#world.descriptionOf(port));
    }
    const port = cube.ports.find((one) => `1/${one.number}` === what);
    if (!port) return `% Invalid interface "${what}".\n`;
    if (detail === undefined) return screens.interfaceState(port, this.#world.descriptionOf(port.number));
    if ("capabilities".startsWith(detail)) return screens.capabilities(port.number);
    return `% Unrecognized command "${detail}".\n% Type "show interfaces ib ${what}?" for help.\n`;
  }

  /** Answers one line. */
  answer(line: string): Answer {
    const words = line
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    if (words.length === 0) return { text: "", ends: false };
    const found = entries.find(
      (entry) =>
        this.#allows(entry) &&
        (words[0]?.length ?? 0) >= (entry.shortest ?? 1) &&
        entry.words.every((word, index) => isShortFor(words[index], word)),
    );
    if (!found) return { text: this.#unrecognized(words), ends: false };
    if (found.words[0] === "exit") {
      if (rank[this.#mode] < rank.configure) return { text: "", ends: true };
      this.#mode = this.#mode === "interface" ? "configure" : "enabled";
      return { text: "", ends: false };
    }
    return { text: found.run(this, words.slice(found.words.length), line) ?? this.#unrecognized(words), ends: false };
  }

  #allows(entry: Entry): boolean {
    return rank[this.#mode] >= rank[entry.needs];
  }

  #unrecognized(words: readonly string[]): string {
    let known = 0;
    for (const entry of entries.filter((one) => this.#allows(one))) {
      let same = 0;
      while (same < entry.words.length && isShortFor(words[same], entry.words[same] ?? "")) same += 1;
      known = Math.max(known, same);
    }
    if (known >= words.length) return `% Incomplete command.\n% Type "${words.join(" ")} ?" for help.\n`;
    const before = words.slice(0, known).join(" ");
    return `% Unrecognized command "${clean(words[known] ?? "")}".\n% Type "${clean(before)}${before === "" ? "" : " "}?" for help.\n`;
  }

  help(before: string): string {
    const { words } = this.complete(before);
    const typed = before
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    const depth = before === "" || before.endsWith(" ") ? typed.length : typed.length - 1;
    const rows = words.map((word) => {
      const whole = entries.find(
        (entry) => this.#allows(entry) && entry.words.length === depth + 1 && entry.words[depth] === word,
      );
      return `${word.padEnd(18)}${whole?.help ?? ""}`.trimEnd();
    });
    return rows.length === 0 ? "<cr>\r\n" : `${rows.join("\r\n")}\r\n`;
  }

  complete(before: string): { from: number; words: readonly string[] } {
    const from = before.lastIndexOf(" ") + 1;
    const done = before
      .slice(0, from)
      .split(/\s+/)
      .filter((word) => word !== "");
    const part = before.slice(from);
    const words = entries
      .filter((entry) => this.#allows(entry) && done.every((word, index) => isShortFor(word, entry.words[index] ?? "")))
      .map((entry) => entry.words[done.length] ?? "")
      .filter((word) => word !== "" && word.startsWith(part));
    return { from, words: [...new Set(words)] };
  }

  async run(line: string, console: Console, signal: AbortSignal): Promise<boolean> {
    const { text, ends } = this.answer(line);
    const out = console.output(signal);
    const rows = text.split("\n");
    const size = console.rows - 1;
    if (!this.#paging || rows.length <= size || size < 1) await out.write(text);
    else await this.#pages(rows, size, console, out, signal);
    return ends;
  }

  /** By the page, `lines 1-23 ` at the bottom; blank goes on, q stops. */
  async #pages(rows: readonly string[], size: number, console: Console, out: Sink, signal: AbortSignal): Promise<void> {
    for (let at = 0; at < rows.length; at += size) {
      await out.write(rows.slice(at, at + size).join("\n"));
      const last = Math.min(rows.length, at + size);
      if (last >= rows.length) break;
      await out.write(`\nlines ${at + 1}-${last} `);
      let key = "";
      while (![" ", "q", "\r"].includes(key)) key = (await console.readKey(signal)).slice(0, 1);
      await out.write("\r\x1b[K");
      if (key === "q") return;
    }
  }
}

/** Words may be cut short: `sh ver`. */
const isShortFor = (typed: string | undefined, word: string) =>
  typed !== undefined && typed !== "" && word !== "" && word.startsWith(typed);
const clean = (text: string) => text.replace(/[\x00-\x1f\x7f]/g, "").slice(0, 200);
