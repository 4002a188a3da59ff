/** Owns what a switch is asked, in which mode and how often; nothing here changes anything on it. */
import { portsCommand, type SwitchPort } from "../contract/switch.ts";

export interface Question {
  readonly command: string;
  /** Only answered after `enable`. */
  readonly enabled: boolean;
  /** Asked again after this long; 0 with every poll. */
  readonly everyMs: number;
}

const rarelyMs = 10 * 60_000;
const nowAndThenMs = 30_000;

/**
 * The operator's commands first: a switch that does not let the account enable has told the rest by then. Rights by what
 * operators of 3.6 were answered.
 */
const always: readonly Question[] = [
  { command: portsCommand, enabled: false, everyMs: 0 },
  { command: "show version", enabled: false, everyMs: rarelyMs },
  { command: "show inventory", enabled: false, everyMs: rarelyMs },
  { command: "show ports type", enabled: false, everyMs: 60_000 },
  { command: "show fan", enabled: false, everyMs: nowAndThenMs },
  { command: "show temperature", enabled: false, everyMs: nowAndThenMs },
  { command: "show power", enabled: false, everyMs: nowAndThenMs },
  { command: "show ib sm", enabled: true, everyMs: 60_000 },
];

/** Transceivers asked for in one poll, so that a poll of a full switch does not last. */
const transceiversAtOnce = 4;

export const transceiverCommand = (port: string) => `show interfaces ib ${port} transceiver`;
export const isTransceiver = (command: string) => command.endsWith(" transceiver");

/** Where an answer stands among all: in the order in which they are asked, transceivers last. */
export function placeOf(command: string): number {
  const index = always.findIndex((question) => question.command === command);
  return index === -1 ? always.length : index;
}

export interface Asked {
  readonly observedAt: number;
  readonly refused: string | null;
}

/** What is due now, in order. `asked` is when each command was last answered in this session. */
export function dueQuestions(
  asked: ReadonlyMap<string, Asked>,
  ports: readonly Pick<SwitchPort, "name" | "physical">[],
  nowMs: number,
): readonly Question[] {
  const due = ({ command, everyMs }: Question) => {
    const last = asked.get(command);
    // What a release does not know it does not learn while the session lasts.
    if (last?.refused != null && everyMs > 0) return nowMs - last.observedAt >= rarelyMs;
    return last === undefined || nowMs - last.observedAt >= everyMs;
  };
  const known = [...asked].some(([command, { refused }]) => isTransceiver(command) && refused !== null);
  const transceivers = known
    ? []
    : ports
        .filter(({ physical }) => physical === "LinkUp")
        .map(({ name }): Question => ({ command: transceiverCommand(name), enabled: true, everyMs: rarelyMs }))
        .filter(due)
        .slice(0, transceiversAtOnce);
  const wanted = [...always.filter(due), ...transceivers];
  return [...wanted.filter(({ enabled }) => !enabled), ...wanted.filter(({ enabled }) => enabled)];
}
