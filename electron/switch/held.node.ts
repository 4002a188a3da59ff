/** What is held of one switch between polls: its session and what it answered, and how one reading adds to that. */
import type { Device } from "../contract/lab.ts";
import { portsCommand, type SwitchLive } from "../contract/switch.ts";
import { newTracked, type Tracked } from "../fabric/tracked.ts";
import { dueQuestions, isTransceiver } from "./asking.ts";
import { type Answered, liveOf, unseen } from "./facts.ts";
import { tooSlow } from "./faults.ts";
import { type Cli, type CommandAnswer, type SessionDeps, SwitchSession } from "./session.node.ts";

/** A switch that does not let the account enable is asked again after this long. */
const rightsAgainMs = 10 * 60_000;

interface Kept extends Answered {
  /** Which session answered: the next one is asked everything anew. */
  readonly session: number;
}

export class HeldSwitch {
  readonly tracked: Tracked;
  readonly session: SwitchSession;
  /** The enable password that worked; in memory, as long as the device is reached in this way. */
  password: string | null = null;
  readonly #answers = new Map<string, Kept>();
  #rights: { readonly why: string; readonly until: number } | null = null;
  #live = unseen;

  constructor(device: Device, session: Omit<SessionDeps, "device">) {
    this.tracked = newTracked(device);
    this.session = new SwitchSession({ ...session, device: device.name });
  }

  get live(): SwitchLive {
    return this.#live;
  }

  /** The admin was let in: what was refused before is asked for again. */
  allowed(password: string | null): void {
    this.password = password;
    this.#rights = null;
  }

  /** Asks what is due. Throws a FaultError; what was answered until then is kept. */
  async read(signal: AbortSignal): Promise<void> {
    const { name } = this.tracked.device;
    let started = false;
    const progress = { done: 0, left: 0 };
    try {
      await this.session.turn(signal, async (cli) => {
        started = true;
        await this.#ask(cli, progress);
      });
    } catch (error) {
      // Somebody else's turn took all the time there was: that says nothing of the switch.
      if (signal.aborted && !started) return;
      throw signal.aborted ? tooSlow(name, progress.done, progress.left) : error;
    }
  }

  async #ask(cli: Cli, progress: { done: number; left: number }): Promise<void> {
    await cli.leave();
    const session = this.session.sessions;
    const asked = new Map([...this.#answers].filter(([, answer]) => answer.session === session));
    const mayEnable = this.#rights === null || Date.now() >= this.#rights.until;
    const due = dueQuestions(asked, this.#live.ports, Date.now()).filter(({ enabled }) => !enabled || mayEnable);
    progress.left = due.length;
    const run = async (command: string) => {
      this.keep(await cli.run(command));
      progress.done++;
      progress.left--;
    };
    let unknown = false;
    for (const { command, enabled } of due) {
      // A release that does not know it for one port knows it for none.
      if (unknown && isTransceiver(command)) continue;
      if (enabled && cli.prompt.mode === "operator" && !(await this.#enable(cli))) break;
      await run(command);
      unknown ||= isTransceiver(command) && this.#answers.get(command)?.refused != null;
    }
    this.#tell(cli);
    if (cli.prompt.mode !== "operator") await cli.leave();
  }

  async #enable(cli: Cli): Promise<boolean> {
    const { host, role } = cli.prompt;
    const { password } = this;
    // Whatever becomes of it, one that was not taken is not tried again.
    this.password = null;
    const enabled = await cli.enable(password === null ? null : () => Promise.resolve(password));
    if (enabled.kind === "enabled") {
      this.allowed(password);
      return true;
    }
    this.#rights = { why: enabled.why, until: Date.now() + rightsAgainMs };
    this.#retell(host, role);
    return false;
  }

  /**
   * What the switch answers to one line that only shows; asked again in the enabled mode where it refused and may be
   * entered without asking anybody. What it answered is not kept. Throws a FaultError.
   */
  async show(line: string, signal: AbortSignal): Promise<CommandAnswer> {
    return this.session.turn(signal, async (cli) => {
      await cli.leave();
      const answer = await cli.run(line);
      const mayEnable = this.#rights === null || Date.now() >= this.#rights.until;
      if (answer.refused === null || !mayEnable || !(await this.#enable(cli))) return answer;
      const again = await cli.run(line);
      await cli.leave();
      return again;
    });
  }

  keep({ command, observedAt, text, refused }: CommandAnswer): void {
    this.#answers.set(command, { command, observedAt, text, refused, session: this.session.sessions });
  }

  #tell(cli: Cli): void {
    this.#retell(cli.prompt.host, cli.prompt.role);
  }

  #retell(host: string, role: string): void {
    const why = this.#rights?.why ?? null;
    this.#live = liveOf({ answers: this.#answers, host, role, noRights: why }, this.#live);
  }

  /** A port was read by itself: its block takes the place of the one among all ports. */
  replacePort({ text, refused }: CommandAnswer): void {
    const all = this.#answers.get(portsCommand);
    const name = /^IB(\d{1,2}\/\d{1,3}) state:/m.exec(text)?.[1];
    if (!all || refused !== null || name === undefined) return;
    const blocks = all.text.split(/^(?=IB\d{1,2}\/\d{1,3} state:)/m);
    const replaced = blocks.map((block) => (block.startsWith(`IB${name} state:`) ? `${text.trim()}\n\n` : block));
    this.#answers.set(portsCommand, { ...all, text: replaced.join("") });
    this.#retell(this.#live.host, this.#live.role);
  }

  /** True once the ports were read. */
  get wasRead(): boolean {
    return this.#answers.has(portsCommand);
  }
}
