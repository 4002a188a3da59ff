/** Owns the practice BMCs' command lines: an iLO's SMASH commands and a DRAC's racadm, documented forms only. */
import { serverNamed } from "../model.ts";
import type { World } from "../world.ts";
import type { Console, Program } from "./console.ts";
import type { Answer } from "./switch-cli.ts";

/** What a BMC says to one line. */
type Reply = (line: string, on: boolean) => string | null;

const ilo: Reply = (line, on) => {
  const words = line.split(/\s+/);
  const text = words.join(" ").toLowerCase();
  if (text === "show /system1")
    return `\nstatus=0\nstatus_tag=COMMAND COMPLETED\n\n/system1\n  Properties\n    EnabledState=${on ? "enabled" : "disabled"}\n\n`;
  if (text === "power")
    return `\nstatus=0\nstatus_tag=COMMAND COMPLETED\n\npower: server power is currently: ${on ? "On" : "Off"}\n\n`;
  return null;
};

const racadm: Reply = (line, on) => {
  const text = line.replace(/^racadm\s+/, "");
  if (/^serveraction\s+powerstatus$/.test(text)) return `Server power status: ${on ? "ON" : "OFF"}\n`;
  return null;
};

export class BmcCli implements Program {
  readonly greeting: string;
  readonly goodbye = "";
  readonly #world: World;
  readonly #node: string;

  constructor(world: World, node: string) {
    this.#world = world;
    this.#node = node;
    this.greeting = "";
  }

  get #isIlo(): boolean {
    return serverNamed(this.#world.cube, this.#node).bmc === "ilo";
  }

  prompt(): string {
    return this.#isIlo ? "hpiLO-> " : "$ ";
  }

  answer(line: string): Answer {
    const text = line.trim();
    if (text === "") return { text: "", ends: false };
    if (text === "exit" || text === "quit" || text === "logout") return { text: "", ends: true };
    const { on } = serverNamed(this.#world.cube, this.#node);
    const reply = (this.#isIlo ? ilo : racadm)(text, on);
    return { text: reply ?? "This command is not part of the practice lab.\n", ends: false };
  }

  complete(before: string): { from: number; words: readonly string[] } {
    const known = this.#isIlo ? ["show /system1", "power", "exit"] : ["racadm serveraction powerstatus", "exit"];
    return { from: 0, words: known.filter((one) => one.startsWith(before)) };
  }

  async run(line: string, console: Console, signal: AbortSignal): Promise<boolean> {
    const { text, ends } = this.answer(line);
    await console.output(signal).write(text);
    return ends;
  }
}
