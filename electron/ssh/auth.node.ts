/** Owns the order of a login's attempts and the secrets behind them: OpenSSH's order, each method bounded. */
import type { AnyAuthMethod, AuthHandlerMiddleware, Prompt } from "ssh2";
import type { SecretStore } from "../secrets.ts";
import { authenticationFailed, secretsKept } from "./faults.ts";
import { type Identities, loadIdentities } from "./identities.node.ts";
import type { KeyRing } from "./key-ring.node.ts";
import { knownHostName } from "./known-hosts.ts";
import type { Questions } from "./questions.ts";
import { type Target, targetAddress } from "./target.ts";

/** Wrong passwords taken in one attempt to connect (NumberOfPasswordPrompts of OpenSSH). */
const maxPasswords = 3;
/** Rounds of prompts a server may ask in one attempt; an endless asker is cut off. */
const maxPromptRounds = 12;
/** Prompts and letters of one round that are shown; a server may send any amount. */
const maxPrompts = 16;
const maxPromptChars = 2000;

/** Passwords and passphrases: this process's memory first, then the store the host gave. */
export class Secrets {
  readonly #store: SecretStore;
  readonly #memory = new Map<string, string>();
  /** Keys ever asked for or kept: the store cannot list what it has. */
  readonly #used = new Set<string>();

  constructor(store: SecretStore) {
    this.#store = store;
  }

  async get(key: string): Promise<string | null> {
    this.#used.add(key);
    const stored = this.#memory.get(key) ?? (await this.#store.get(key).catch(() => null));
    return this.#memory.get(key) ?? stored; // another login may have been told meanwhile
  }

  /** For this process, at once. */
  hold(key: string, value: string): void {
    this.#used.add(key);
    this.#memory.set(key, value);
  }

  /** Kept until the process ends; in the store too with `remember`. A store that fails costs only the next start. */
  async keep(key: string, value: string, remember: boolean): Promise<void> {
    this.hold(key, value);
    if (remember) await this.#store.set(key, value).catch(() => undefined);
  }

  /** Everything used or kept since the start, in the store too. Throws FaultError `ssh.secrets-kept` where that fails. */
  async forgetAll(): Promise<void> {
    this.#memory.clear();
    const used = [...this.#used];
    const failures: unknown[] = [];
    for (const key of used) await this.#store.delete(key).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw secretsKept(failures.length, used.length, failures[0]);
  }

  /** A secret that was wrong. Where the store keeps it all the same, it is found wrong again. */
  async forget(key: string): Promise<void> {
    this.#memory.delete(key);
    await this.#store.delete(key).catch(() => undefined);
  }
}

export interface LoginDeps {
  readonly target: Target;
  /** The device the admin is asked about: the one that was to be reached, also when a hop asks. */
  readonly device: string;
  readonly agentSocket: string | null;
  readonly secrets: Secrets;
  readonly keyRing: KeyRing;
  readonly questions: Questions;
  /** Ends every question of this attempt. */
  readonly signal: AbortSignal;
  /** Called around every wait for the admin: the clock of the handshake stops meanwhile. */
  readonly whileAsking: <T>(answer: Promise<T>) => Promise<T>;
  /** Called at each step of the login, so that its clock starts anew. */
  readonly onStep: () => void;
  /** Ends the connection: nothing more can come of it. */
  readonly giveUp: (why: Error) => void;
}

/** One login: give `handler` to ssh2, read `authenticatedBy` after success; every refusal goes to `giveUp`. */
export class Login {
  readonly #deps: LoginDeps;
  readonly #attempts: AsyncGenerator<AnyAuthMethod, void, void>;
  readonly #tried: string[] = [];
  #allowed: readonly string[] = [];
  #current = "";
  #failure: Error | null = null;
  #promptRounds = 0;
  /** Withdraws the server's own prompt: unlike a password, its answer is worth nothing in another connection. */
  readonly #hungUp = new AbortController();
  #prompting = false;
  /** Stored secrets that were used in the method under way and are wrong when it fails. */
  #suspect: string | null = null;
  /** The secret that was sent last is the factory's. */
  #factoryWord = false;

  constructor(deps: LoginDeps) {
    this.#deps = deps;
    this.#attempts = this.#sequence();
  }

  /** How the login was proved: `agent`, a key file's path, `password`, `keyboard-interactive` or `none`. */
  get authenticatedBy(): string {
    return this.#current;
  }

  /** True when the login was proved by the user and password that switches leave the factory with. */
  get factoryLogin(): boolean {
    return this.#factoryWord && (this.#current === "password" || this.#current === "keyboard-interactive");
  }

  /** To be told that the server is gone; true when that withdrew a prompt of its own. */
  hungUp(why: Error): boolean {
    if (!this.#prompting) return false;
    this.#hungUp.abort(why);
    return true;
  }

  readonly handler: AuthHandlerMiddleware = (allowed, partial, next) => {
    this.#deps.onStep();
    if (Array.isArray(allowed)) this.#allowed = allowed;
    const step = async () => {
      if (this.#suspect !== null && !partial) await this.#deps.secrets.forget(this.#suspect);
      this.#suspect = null;
      const attempt = await this.#attempts.next();
      if (attempt.done) throw authenticationFailed(this.#deps.target, this.#tried, this.#allowed);
      return attempt.value;
    };
    step().then(next, (error: unknown) => this.#fail(error));
  };

  async *#sequence(): AsyncGenerator<AnyAuthMethod, void, void> {
    const { target } = this.#deps;
    const username = target.user;
    this.#current = "none";
    yield { type: "none", username };
    if (this.#allowed.includes("publickey")) {
      const identities = await this.#identities();
      this.#tried.push(...identities.notes);
      for (const identity of identities.found) {
        if (!this.#allowed.includes("publickey")) break;
        this.#current = identity.from;
        this.#tried.push(identity.from === "agent" ? "a key of the agent" : identity.from);
        yield { type: "agent", username, agent: identity.signer };
        this.#throwIfOver();
      }
    }
    if (this.#allowed.includes("keyboard-interactive")) {
      for (let round = 0; round < maxPasswords && this.#allowed.includes("keyboard-interactive"); round++) {
        this.#current = "keyboard-interactive";
        const before = this.#promptRounds;
        yield { type: "keyboard-interactive", username, prompt: (...prompt) => this.#answerPrompts(round > 0, prompt) };
        this.#throwIfOver();
        if (this.#promptRounds === before) break; // refused without asking: asking again changes nothing
        if (round === 0) this.#tried.push("keyboard-interactive");
      }
    }
    if (this.#allowed.includes("password")) {
      for (let round = 0; round < maxPasswords && this.#allowed.includes("password"); round++) {
        this.#current = "password";
        if (round === 0) this.#tried.push("password");
        const password = await this.#password(round > 0);
        this.#factoryWord = isFactoryLogin(username, [password]);
        yield { type: "password", username, password };
      }
    }
  }

  async #identities(): Promise<Identities> {
    const { target, agentSocket, keyRing } = this.#deps;
    return loadIdentities(target, agentSocket, keyRing, (path, again) =>
      this.#secret(`passphrase:${path}`, "passphrase", path, again),
    );
  }

  async #password(again: boolean): Promise<string> {
    const address = targetAddress(this.#deps.target);
    const key = `password:${identityOf(this.#deps.target)}`;
    const password = await this.#secret(key, "password", address, again);
    this.#suspect = key;
    return password;
  }

  async #secret(key: string, kind: "passphrase" | "password", subject: string, again: boolean): Promise<string> {
    const { secrets } = this.#deps;
    if (again) await secrets.forget(key);
    const known = await secrets.get(key);
    if (known !== null) return known;
    const [value = ""] = await this.#ask(key, {
      secret: kind,
      subject,
      instructions: "",
      prompts: [{ text: kind === "passphrase" ? "Passphrase" : "Password", echo: false }],
      again,
      signal: this.#deps.signal,
      store: key,
    });
    return value;
  }

  async #ask(
    about: string,
    parts: {
      readonly secret: "passphrase" | "password" | "prompt";
      readonly subject: string;
      readonly instructions: string;
      readonly prompts: { text: string; echo: boolean }[];
      readonly again: boolean;
      readonly signal: AbortSignal;
      /** Key under which a single value is kept. */
      readonly store: string | null;
    },
  ): Promise<readonly string[]> {
    const { questions, device, secrets, whileAsking } = this.#deps;
    const { signal, store, ...question } = parts;
    const asked = questions.ask(about, { kind: "secret", device, ...question }, signal, (given) => {
      const [value] = given.kind === "secret" ? given.values : [];
      if (store !== null && value !== undefined) secrets.hold(store, value);
    });
    const answer = await whileAsking(asked).catch((error: unknown) => {
      this.#fail(error);
      throw error;
    });
    if (answer.kind !== "secret") return [];
    const [value] = answer.values;
    if (store !== null && value !== undefined) await secrets.keep(store, value, answer.remember);
    return answer.values;
  }

  /** Answers one round of the server's own prompts. An error ends the login at the next step. */
  #answerPrompts(
    again: boolean,
    [name, instructions, , prompts, finish]: [string, string, string, Prompt[], (answers: string[]) => void],
  ): void {
    this.#deps.onStep();
    this.#promptRounds++;
    this.#promptAnswers(again, name, instructions, prompts).then(
      (answers) => {
        this.#factoryWord = isFactoryLogin(this.#deps.target.user, answers);
        finish([...answers]);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.#deps.giveUp(this.#failure);
  }

  async #promptAnswers(
    again: boolean,
    name: string,
    instructions: string,
    prompts: readonly Prompt[],
  ): Promise<readonly string[]> {
    const { target, signal, secrets } = this.#deps;
    if (this.#failure) throw this.#failure;
    if (this.#promptRounds > maxPromptRounds || prompts.length > maxPrompts)
      throw authenticationFailed(target, [...this.#tried, "the server asked without end"], this.#allowed);
    const address = targetAddress(target);
    const shown = prompts.map((prompt) => ({ text: clean(prompt.prompt), echo: prompt.echo === true }));
    const only = shown.length === 1 ? shown[0] : undefined;
    const store = only && !only.echo ? `prompt:${identityOf(target)}:${only.text}` : null;
    if (store !== null && !again) {
      const known = await secrets.get(store);
      if (known !== null && this.#suspect !== store) {
        this.#suspect = store;
        return [known];
      }
    }
    if (store !== null && again) await secrets.forget(store);
    this.#prompting = true;
    const answers = await this.#ask(`prompt ${address} ${this.#promptRounds} ${crypto.randomUUID()}`, {
      secret: "prompt",
      subject: clean(name) || address,
      instructions: clean(instructions),
      prompts: shown,
      again,
      signal: AbortSignal.any([signal, this.#hungUp.signal]),
      store,
    }).finally(() => {
      this.#prompting = false;
    });
    this.#suspect = store;
    return answers;
  }

  #throwIfOver(): void {
    if (this.#failure) throw this.#failure;
    this.#deps.signal.throwIfAborted();
  }
}

/**
 * Whose secret it is. An address says little behind a jump host of somebody else's lab file; the host key does, so a
 * key on record under another name makes it another host.
 */
function identityOf(target: Target): string {
  const address = targetAddress(target);
  const usual = target.hostKeyName === knownHostName(target.host, target.port);
  return usual ? address : `${address} as ${target.hostKeyName}`;
}

/** Text of the server with control characters made visible spaces, newline and tab kept, bounded. */
function clean(text: string): string {
  return text
    .slice(0, maxPromptChars)
    .replace(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .trim();
}

/** `admin` with `admin`: what is printed in the manuals of MLNX-OS switches. */
const isFactoryLogin = (user: string, answers: readonly string[]) =>
  user === "admin" && answers.length === 1 && answers[0] === "admin";
