/**
 * Owns what counts as a prompt of the switch, and as a question of it. Seen on MLNX-OS 3.2 to 3.6:
 * `switch-c0ffe0 [standalone: master] >`, `... #` after `enable`, `... (config) #`, `... (config interface ib 1/1) #`;
 * the bracket says `[standalone: unknown]` for some minutes after a reload, and a cluster's name with `standby` in one;
 * a bare `CLI >` right after the start.
 */

export type SwitchMode = "operator" | "enabled" | "configure";

export interface Prompt {
  /** Empty for `CLI >`. */
  readonly host: string;
  /** `standalone: master`; empty for `CLI >`. */
  readonly role: string;
  readonly mode: SwitchMode;
  /** Where in the configuration: `config`, `config interface ib 1/1`; empty outside it. */
  readonly context: string;
}

/** The bracket holds a name and a role: a progress bar, `[####  ] 40% #`, does not. */
const prompt =
  /^(?:CLI|(?<host>\S{1,64}) \[(?<role>[^\]:]{1,64}: ?[\w-]{1,32})\]) (?:\((?<context>config[^)]{0,80})\) ?)?(?<mark>[>#]) ?$/;

/** Reads a whole line as a prompt; null for any other line, however much of a prompt is in it. */
export function readPrompt(line: string): Prompt | null {
  if (line.length > 400) return null;
  const groups = prompt.exec(line)?.groups;
  if (!groups) return null;
  const { host = "", role = "", context = "", mark } = groups;
  return { host, role, context, mode: context !== "" ? "configure" : mark === "#" ? "enabled" : "operator" };
}

/** True when a line is a prompt with `command` typed behind it, or the command alone: its echo. */
export function isEcho(line: string, command: string): boolean {
  const typed = line.trimEnd();
  if (!typed.endsWith(command)) return false;
  const before = typed.slice(0, typed.length - command.length);
  return before === "" || readPrompt(before) !== null;
}

/** `lines 183-204 ` waits for a blank; with `(END)` there is no more, and `q` leaves it. */
const pager = /^lines \d{1,7}-\d{1,7}(?:\/\d{1,7})?(?: \d{1,3}%)?(?: (?<end>\(END\)) ?| )$/;

/** What to type where output stops at the end of a page; null where it does not. */
export function pagerReply(tail: string): " " | "q" | null {
  const found = tail.length > 80 ? null : pager.exec(tail);
  return found ? (found.groups?.end === undefined ? " " : "q") : null;
}

/** What the pager leaves at the start of a line when it does not erase itself. */
export const pagerRest = /^(?:lines \d{1,7}-\d{1,7}(?:\/\d{1,7})?(?: \d{1,3}%)?(?: \(END\))? ?)+/;

/** A question of the switch that only a person may answer. */
export type SwitchQuestion =
  /** The first login of a reset switch. */
  | "wizard"
  | "password"
  /** `Type 'yes' to confirm:` and its like. */
  | "confirmation";

const questions: readonly (readonly [SwitchQuestion, RegExp])[] = [
  ["wizard", /\bwizard for initial configuration\?(?: \[\w{1,8}\])? ?$/i],
  ["confirmation", /(?:type 'yes' to confirm|\[yes\/no\]|\(yes\/no\)|\[y\/n\]|\(y\/n\))[?: ]{0,3}$/i],
  // At the start of its line alone: a secret is typed there.
  ["password", /^password[^:]{0,60}: ?$/i],
];

export function readQuestion(tail: string): SwitchQuestion | null {
  if (tail.length > 400) return null;
  return questions.find(([, pattern]) => pattern.test(tail))?.[0] ?? null;
}
