/** Owns the questions put to the admin: asked once however many connections wait for them, withdrawn when pointless. */
import { FaultError } from "../contract/error.ts";
import type { Question, SshState } from "../contract/ssh.ts";
import type { Published } from "../published.ts";
import { dismissed } from "./faults.ts";
import type { SshAnswer } from "./types.ts";

type WithoutId<T> = T extends unknown ? Omit<T, "id" | "askedAt"> : never;
export type NewQuestion = WithoutId<Question>;

interface Pending {
  readonly id: string;
  readonly question: NewQuestion;
  readonly answered: Promise<SshAnswer>;
  readonly resolve: (answer: SshAnswer) => void;
  readonly reject: (error: FaultError) => void;
  readonly onAnswer: ((answer: SshAnswer) => void) | undefined;
  waiters: number;
}

export class Questions {
  readonly #state: Published<SshState>;
  /** By what they are about, so that the same question is put once. */
  readonly #pending = new Map<string, Pending>();

  constructor(state: Published<SshState>) {
    this.#state = state;
  }

  /**
   * Puts a question, or joins the open one with the same `about`. Rejects with FaultError `ssh.dismissed` when the
   * admin dismisses it, and with the signal's reason when `signal` fires; it is withdrawn when nobody waits any more.
   * `onAnswer` of the first asker is called before anybody can ask the same again.
   */
  async ask(
    about: string,
    question: NewQuestion,
    signal: AbortSignal,
    onAnswer?: (answer: SshAnswer) => void,
  ): Promise<SshAnswer> {
    signal.throwIfAborted();
    const pending = this.#pending.get(about) ?? this.#open(about, question, onAnswer);
    pending.waiters++;
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener("abort", onAbort);
    try {
      return await Promise.race([pending.answered, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      pending.waiters--;
      if (pending.waiters === 0 && this.#pending.get(about) === pending) this.#remove(about);
    }
  }

  /** Answers an open question; null dismisses it. Throws FaultError `ssh.no-question` or `ssh.bad-answer`. */
  answer(id: string, answer: SshAnswer | null): void {
    const entry = [...this.#pending].find(([, pending]) => pending.id === id);
    if (!entry)
      throw new FaultError({
        code: "ssh.no-question",
        title: "The question is no longer open",
        detail: "It was answered, dismissed, or the connection that asked is gone.",
        next: "Connect again if the device is still needed.",
      });
    const [about, pending] = entry;
    const { question } = pending;
    if (answer !== null) requireFitting(question, answer);
    this.#remove(about);
    if (answer === null) {
      pending.reject(dismissed(question));
      return;
    }
    pending.onAnswer?.(answer);
    pending.resolve(answer);
  }

  #open(about: string, question: NewQuestion, onAnswer: Pending["onAnswer"]): Pending {
    const { promise, resolve, reject } = Promise.withResolvers<SshAnswer>();
    promise.catch(() => undefined); // every waiter may have gone before the admin dismisses it
    const id = crypto.randomUUID();
    const pending: Pending = { id, question, answered: promise, resolve, reject, onAnswer, waiters: 0 };
    this.#pending.set(about, pending);
    this.#state.update((state) => {
      state.questions.push({ ...question, id, askedAt: Date.now() } as Question);
    });
    return pending;
  }

  #remove(about: string): void {
    const pending = this.#pending.get(about);
    if (!pending) return;
    this.#pending.delete(about);
    this.#state.update((state) => {
      state.questions = state.questions.filter((question) => question.id !== pending.id);
    });
  }
}

function requireFitting(question: NewQuestion, answer: SshAnswer): void {
  const fits =
    question.kind === "new-host-key"
      ? answer.kind === "trust"
      : answer.kind === "secret" && answer.values.length === question.prompts.length;
  if (!fits)
    throw new FaultError({
      code: "ssh.bad-answer",
      title: "The answer does not fit the question",
      detail:
        question.kind === "new-host-key"
          ? "A new host key is trusted or dismissed."
          : `The question has ${question.prompts.length} prompts, each needs one value.`,
      next: "Answer again.",
      subject: question.device,
    });
}
