/**
 * Owns the one command-line session that is held with a switch: opened when something is to be asked, one command at a
 * time, kept between polls, closed when it may be out of step.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { FaultError } from "../contract/error.ts";
import type { ShellChannel } from "../ssh/types.ts";
import { type Answer, Dialogue, type DialogueEvent } from "./dialogue.ts";
import { enableRefused, flood, noPrompt, sessionLost, unexpectedQuestion, wizardWaits } from "./faults.ts";
import type { Prompt } from "./prompt.ts";

export interface SessionTimings {
  /** From the opened shell to the first prompt. */
  readonly greetingMs: number;
  /** From a command to its prompt. */
  readonly commandMs: number;
  /** Nothing came for so long: the answer may be whole although its echo was not recognised. */
  readonly settleMs: number;
}

export interface SessionDeps {
  readonly device: string;
  readonly open: (signal: AbortSignal) => Promise<ShellChannel>;
  readonly timings?: Partial<SessionTimings>;
}

/** What `enable` came to. */
export type Enabled = { readonly kind: "enabled" } | { readonly kind: "refused"; readonly why: string };

/** The session within one turn: nobody else types meanwhile. */
export interface Cli {
  readonly prompt: Prompt;
  run(command: string): Promise<CommandAnswer>;
  /** Null for `password` when nobody is there to be asked: a switch that wants one refuses then. */
  enable(password: (() => Promise<string>) | null): Promise<Enabled>;
  /** Back to where a login begins; by ending the session where the switch does not go back. */
  leave(): Promise<void>;
}

export interface CommandAnswer extends Answer {
  readonly command: string;
  readonly observedAt: number;
}

const usualTimings: SessionTimings = { greetingMs: 20_000, commandMs: 20_000, settleMs: 1500 };
/** How the switch says that the password was wrong is not documented: no prompt of the enabled mode says so too. */
const passwordWanted = "it asks for a password";

interface Live {
  readonly channel: ShellChannel;
  readonly dialogue: Dialogue;
  prompt: Prompt;
  /** What was typed and is not answered. */
  command: string | null;
  /** What waits for the next event; one at a time. */
  waiter: PromiseWithResolvers<DialogueEvent> | null;
  /** Events that nobody waited for yet. */
  readonly events: DialogueEvent[];
  over: FaultError | null;
  lastDataAt: number;
}

export class SwitchSession {
  readonly #deps: SessionDeps;
  readonly #timings: SessionTimings;
  #live: Live | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #sessions = 0;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#timings = { ...usualTimings, ...deps.timings };
  }

  /** How many sessions were opened so far: what is remembered of one does not hold for the next. */
  get sessions(): number {
    return this.#sessions;
  }

  /** Runs `work` after all turns before it, with a session that is open and paged off. Throws what `work` throws. */
  turn<T>(signal: AbortSignal, work: (cli: Cli) => Promise<T>): Promise<T> {
    const next = this.#turn.then(async () => {
      signal.throwIfAborted();
      const live = await this.#open(signal);
      // Whoever gives up leaves the session in the middle of something.
      const giveUp = () => this.close();
      signal.addEventListener("abort", giveUp, { once: true });
      try {
        return await work(this.#cli(live));
      } finally {
        signal.removeEventListener("abort", giveUp);
      }
    });
    this.#turn = next.catch(() => undefined);
    return next;
  }

  close(): void {
    const live = this.#live;
    this.#live = null;
    if (!live) return;
    this.#end(live, sessionLost(this.#deps.device, live.command, null));
    live.channel.close();
  }

  #cli(live: Live): Cli {
    return {
      get prompt() {
        return live.prompt;
      },
      run: (command) => this.#run(live, command),
      enable: (password) => this.#enable(live, password),
      leave: () => this.#leave(live),
    };
  }

  async #open(signal: AbortSignal): Promise<Live> {
    if (this.#live && this.#live.over === null) return this.#live;
    const { device } = this.#deps;
    const channel = await this.#deps.open(signal);
    const live: Live = {
      channel,
      dialogue: new Dialogue(),
      prompt: { host: "", role: "", mode: "operator", context: "" },
      command: null,
      waiter: null,
      events: [],
      over: null,
      lastDataAt: Date.now(),
    };
    this.#live = live;
    this.#sessions++;
    channel.onData((chunk) => {
      live.lastDataAt = Date.now();
      for (const event of live.dialogue.feed(chunk)) this.#take(live, event);
    });
    channel.closed.then(({ fault }) => this.#end(live, sessionLost(device, live.command, fault)));
    const aborted = () => this.close();
    signal.addEventListener("abort", aborted, { once: true });
    try {
      await this.#answer(live, null, this.#timings.greetingMs);
      // Either keeps pages off; where both are refused, a blank answers each page.
      const off = await this.#run(live, "no cli session paging enable");
      if (off.refused !== null) await this.#run(live, "terminal length 999");
      return live;
    } finally {
      signal.removeEventListener("abort", aborted);
    }
  }

  async #run(live: Live, command: string): Promise<CommandAnswer> {
    const observedAt = Date.now();
    this.#type(live, command);
    return { ...(await this.#answer(live, command, this.#timings.commandMs)), command, observedAt };
  }

  #type(live: Live, command: string): void {
    if (live.over) throw live.over;
    live.events.length = 0;
    live.command = command;
    live.dialogue.typed(command);
    live.channel.write(`${command}\r`);
  }

  async #enable(live: Live, password: (() => Promise<string>) | null): Promise<Enabled> {
    if (live.prompt.mode !== "operator") return { kind: "enabled" };
    this.#type(live, "enable");
    const deadline = this.#deadline(this.#timings.commandMs);
    let event = await this.#next(live, "enable", deadline);
    if (event.kind === "question" && event.question === "password") {
      if (password === null) {
        // No attempt with a wrong password is made: it would stand in the switch's log.
        this.close();
        return { kind: "refused", why: passwordWanted };
      }
      const secret = await password().catch((error: unknown) => {
        this.close();
        throw error;
      });
      if (live.over) throw live.over;
      live.dialogue.typedSecret();
      live.channel.write(`${secret}\r`);
      event = await this.#next(live, "enable", this.#deadline(this.#timings.commandMs));
    }
    if (event.kind !== "answer") throw this.#broken(live, "enable", event);
    live.prompt = event.answer.prompt;
    live.command = null;
    if (live.prompt.mode !== "operator") return { kind: "enabled" };
    return { kind: "refused", why: event.answer.refused ?? event.answer.text.trim() };
  }

  /** `exit` leaves one mode of the configuration, `disable` the enabled one; `exit` there would end the session. */
  async #leave(live: Live): Promise<void> {
    for (let steps = 0; live.prompt.mode !== "operator" && steps < 5; steps++) {
      if (live.over) return;
      const { refused } = await this.#run(live, live.prompt.mode === "configure" ? "exit" : "disable");
      if (refused !== null) break;
    }
    if (live.prompt.mode !== "operator") this.close();
  }

  /** The answer to what was typed, with every page turned. */
  async #answer(live: Live, command: string | null, withinMs: number): Promise<Answer> {
    const event = await this.#next(live, command, this.#deadline(withinMs));
    if (event.kind !== "answer") throw this.#broken(live, command, event);
    live.prompt = event.answer.prompt;
    live.command = null;
    return event.answer;
  }

  #deadline(withinMs: number): { readonly at: number; readonly withinMs: number } {
    return { at: Date.now() + withinMs, withinMs };
  }

  /** The next event that is no page. Each page gives as much time again. */
  async #next(
    live: Live,
    command: string | null,
    deadline: { readonly at: number; readonly withinMs: number },
  ): Promise<Exclude<DialogueEvent, { readonly kind: "pager" }>> {
    let until = deadline.at;
    for (;;) {
      const event = await this.#event(live, command, until, deadline.withinMs);
      if (event.kind !== "pager") return event;
      live.channel.write(event.reply);
      until = Date.now() + deadline.withinMs;
    }
  }

  async #event(live: Live, command: string | null, until: number, withinMs: number): Promise<DialogueEvent> {
    const ready = live.events.shift();
    if (ready) return ready;
    if (live.over) throw live.over;
    const waiter = Promise.withResolvers<DialogueEvent>();
    live.waiter = waiter;
    const enough = new AbortController();
    try {
      return await Promise.race([waiter.promise, this.#outOfTime(live, command, until, withinMs, enough.signal)]);
    } finally {
      live.waiter = null;
      enough.abort();
    }
  }

  /** Rejects when the time is over; looks now and then whether the answer came with an echo of another kind. */
  async #outOfTime(
    live: Live,
    command: string | null,
    until: number,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<never> {
    const { settleMs } = this.#timings;
    for (;;) {
      const left = until - Date.now();
      if (left <= 0) break;
      const woken = await delay(Math.min(settleMs, left), true, { signal }).catch(() => false);
      if (!woken) return new Promise<never>(() => undefined);
      if (Date.now() - live.lastDataAt >= settleMs)
        for (const event of live.dialogue.settled()) this.#take(live, event);
    }
    const fault = noPrompt(this.#deps.device, command, withinMs, live.dialogue.recent);
    this.#drop(live, fault);
    throw fault;
  }

  #take(live: Live, event: DialogueEvent): void {
    if (live.waiter) {
      live.waiter.resolve(event);
      live.waiter = null;
    } else live.events.push(event);
  }

  #broken(live: Live, command: string | null, event: DialogueEvent): FaultError {
    const { device } = this.#deps;
    const fault =
      event.kind === "flood"
        ? flood(device, command)
        : event.kind === "question" && event.question === "wizard"
          ? wizardWaits(device, event.text)
          : unexpectedQuestion(device, command ?? "", event.kind === "question" ? event.text : "");
    this.#drop(live, fault);
    return fault;
  }

  /** A session that may be out of step is used no more. */
  #drop(live: Live, fault: FaultError): void {
    if (this.#live === live) this.#live = null;
    this.#end(live, fault);
    live.channel.close();
  }

  #end(live: Live, fault: FaultError): void {
    live.over ??= fault;
    if (this.#live === live) this.#live = null;
    live.waiter?.reject(live.over);
    live.waiter = null;
  }
}

/** Throws where `enable` was refused. */
export function requireEnabled(device: string, enabled: Enabled): void {
  if (enabled.kind === "refused") throw enableRefused(device, enabled.why);
}
