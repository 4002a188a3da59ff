/**
 * Owns the dialogue with the switch's command line: bytes in, events out. Pure: nothing is sent and nothing waits here.
 * A command is over when the prompt stands alone in the last line after the command's own echo was seen, so that
 * neither a stale prompt nor one inside the output ends it.
 */
import { isEcho, type Prompt, pagerReply, pagerRest, readPrompt, readQuestion, type SwitchQuestion } from "./prompt.ts";
import { Screen } from "./screen.ts";

export type DialogueEvent =
  /** The greeting or a command is over. */
  | { readonly kind: "answer"; readonly answer: Answer }
  /** A page is full: `reply` is to be typed. */
  | { readonly kind: "pager"; readonly reply: " " | "q" }
  | { readonly kind: "question"; readonly question: SwitchQuestion; readonly text: string }
  /** More came without a prompt than an answer can be: nothing is kept any more. */
  | { readonly kind: "flood" };

export interface Answer {
  /** Without echo, pager and prompt; lines end with \n. Hostile text. */
  readonly text: string;
  /** What stood behind the `%` of the lines that began with one; null where the switch did as asked. */
  readonly refused: string | null;
  readonly prompt: Prompt;
}

/** Bytes of one answer: all ports of a director are a tenth of it. */
const maxBytes = 4 * 1024 * 1024;

/** What was typed last: only a command is echoed. */
type Typed =
  | { readonly kind: "nothing" }
  | { readonly kind: "command"; readonly text: string }
  | { readonly kind: "secret" };

export class Dialogue {
  readonly #screen = new Screen();
  readonly #decoder = new TextDecoder();
  #typed: Typed = { kind: "nothing" };
  #echoed = true;
  #waiting = true;
  /** A line came since something was typed. */
  #sawLine = false;
  #flooded = false;
  /** True once a page of this answer was full. */
  #paged = false;
  /** The last line as it was when its pager or question was told of. */
  #toldOf = "";
  /** Learnt from the first command's prompt: from then on no other host's is one. */
  #host = "";
  #lines: string[] = [];
  #receivedBytes = 0;

  /** True between what was typed and its answer; in the greeting too. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** The last of what came, for a fault's evidence. */
  get recent(): string {
    return [...this.#lines.slice(-20), this.#screen.tail].join("\n").slice(-2000);
  }

  /** A command is being typed: what came before belongs to it no longer. */
  typed(command: string): void {
    this.#begin({ kind: "command", text: command });
  }

  /** A secret is being typed, which the switch does not echo. */
  typedSecret(): void {
    this.#begin({ kind: "secret" });
  }

  /** Takes what the switch sent; invalid UTF-8 becomes U+FFFD. */
  feed(chunk: Uint8Array): readonly DialogueEvent[] {
    if (this.#flooded) return [];
    const lines = this.#screen.feed(this.#decoder.decode(chunk, { stream: true }));
    if (!this.#waiting) return [];
    for (const line of lines) this.#takeLine(line);
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > maxBytes) {
      this.#flooded = true;
      this.#lines = [];
      return [{ kind: "flood" }];
    }
    const prompt = this.#echoed ? this.#promptNow() : null;
    return prompt ? [this.#finish(prompt)] : this.#stops();
  }

  /**
   * Nothing came for a while. Where a prompt stands in the last line and a line came before it, the switch echoed the
   * command in a way of its own: the first line is taken for the echo.
   */
  settled(): readonly DialogueEvent[] {
    if (!this.#waiting || this.#echoed || !this.#sawLine || this.#flooded) return [];
    const prompt = this.#promptNow();
    if (!prompt) return [];
    this.#lines.shift();
    return [this.#finish(prompt)];
  }

  #begin(typed: Typed): void {
    this.#typed = typed;
    this.#echoed = typed.kind !== "command";
    this.#waiting = true;
    this.#sawLine = false;
    this.#paged = false;
    this.#lines = [];
    this.#receivedBytes = 0;
    // The question for a secret is still in the last line, and is not to be told of again.
    this.#toldOf = this.#screen.tail;
  }

  #takeLine(line: string): void {
    this.#sawLine = true;
    this.#toldOf = "";
    if (this.#typed.kind === "command" && !this.#echoed && isEcho(line, this.#typed.text)) {
      this.#echoed = true;
      this.#lines = [];
    } else this.#lines.push(this.#withoutPager(line));
  }

  #withoutPager(line: string): string {
    return this.#paged ? line.replace(pagerRest, "") : line;
  }

  #promptNow(): Prompt | null {
    const prompt = readPrompt(this.#withoutPager(this.#screen.tail));
    const another = prompt !== null && this.#host !== "" && prompt.host !== "" && prompt.host !== this.#host;
    return another ? null : prompt;
  }

  #finish(prompt: Prompt): DialogueEvent {
    if (this.#typed.kind === "command" && prompt.host !== "") this.#host = prompt.host;
    this.#waiting = false;
    const lines = this.#lines;
    this.#lines = [];
    const refusals = lines.filter((line) => line.startsWith("%")).map((line) => line.slice(1, 400).trim());
    const text = lines.length === 0 ? "" : `${lines.join("\n")}\n`;
    const refused = refusals.length === 0 ? null : refusals.slice(0, 5).join("\n");
    return { kind: "answer", answer: { text, refused, prompt } };
  }

  /** Where the output stops for a key or an answer. */
  #stops(): readonly DialogueEvent[] {
    const { tail } = this.#screen;
    if (tail === this.#toldOf || !this.#echoed) return [];
    const reply = pagerReply(tail);
    if (reply !== null) {
      this.#toldOf = tail;
      this.#paged = true;
      return [{ kind: "pager", reply }];
    }
    const question = readQuestion(tail);
    if (question === null || !this.#mayAsk(question)) return [];
    this.#toldOf = tail;
    return [{ kind: "question", question, text: [...this.#lines.slice(-4), tail].join("\n") }];
  }

  /** Half a line of a log or a banner may look like a question; only some things typed are answered by one. */
  #mayAsk(question: SwitchQuestion): boolean {
    if (this.#typed.kind === "nothing") return question === "wizard";
    if (this.#typed.kind === "secret") return true;
    return question === "password" ? this.#typed.text === "enable" : !this.#typed.text.startsWith("show ");
  }
}
