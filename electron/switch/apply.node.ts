/** Types a change into a switch, line by line, each only where the one before led where it should; then reads it back. */
import { FaultError } from "../contract/error.ts";
import { portsCommand, type SwitchChange, type SwitchPort, type SwitchResult } from "../contract/switch.ts";
import type { SecretPrompt } from "../ssh/types.ts";
import { judgeChange, readBackOf, type Step, stepsOf } from "./change.ts";
import { liveOf, unseen } from "./facts.ts";
import { refused, resultUnknown, wrongPlace } from "./faults.ts";
import type { HeldSwitch } from "./held.node.ts";
import { type Cli, type CommandAnswer, requireEnabled } from "./session.node.ts";

export interface ApplyDeps {
  readonly held: HeldSwitch;
  readonly device: string;
  /** Its port as the switch names it. */
  readonly change: SwitchChange;
  readonly signal: AbortSignal;
  /** Throws where the switch is not the one that was shown; asked once the session that is typed into is open. */
  readonly asShown: () => Promise<void>;
  /** Between two looks at a port that has not changed yet. */
  readonly pause: () => Promise<unknown>;
  readonly askPassword: (prompt: SecretPrompt) => Promise<string>;
}

type Typed = SwitchResult["typed"];

/** A link needs some seconds to train; the state that was asked for shows at once or soon. */
const looks = 6;

export async function applyChange(deps: ApplyDeps): Promise<SwitchResult> {
  const { held, device, change, signal } = deps;
  const typed: Typed = [];
  await held.session.turn(signal, (cli) => typeSteps(deps, cli, typed));
  // A turn of its own: where the session had to be ended on the way back, this is a new one.
  const judged = await held.session
    .turn(signal, (cli) => readBack(deps, cli, typed))
    .catch((error: unknown) => {
      if (!(error instanceof FaultError)) throw error;
      return { verified: false, told: `${device} could not be asked afterwards: ${error.fault.title}.` };
    });
  return { device, change, typed, ...judged };
}

async function typeSteps(deps: ApplyDeps, cli: Cli, typed: Typed): Promise<void> {
  const { held, device, change } = deps;
  await deps.asShown();
  await cli.leave();
  await enable(deps, cli);
  typed.push({ line: "enable", answer: "" });
  const [, ...steps] = stepsOf({ device, change });
  const effective = steps.findLastIndex(({ line }) => line !== "exit" && line !== "disable");
  for (const [index, step] of steps.entries()) {
    try {
      await typeStep(device, cli, step, typed);
    } catch (error) {
      held.session.close();
      // It is made: a way back that is not as it should be ends the session and does not hide that.
      if (index > effective) return;
      if (!(error instanceof FaultError) || error.fault.code === "switch.refused" || index < effective) throw error;
      throw resultUnknown(device, error.fault, transcript(typed));
    }
  }
}

const transcript = (typed: Typed) => typed.map(({ line, answer }) => `${line}\n${answer}`.trimEnd()).join("\n");

async function enable({ held, device, signal, askPassword }: ApplyDeps, cli: Cli): Promise<void> {
  let given: string | null = null;
  const enabled = await cli.enable(async () => {
    given =
      held.password ??
      (await askPassword({
        subject: `enable on ${device}`,
        instructions: "The switch asks for the password of its enable command. It is kept in memory only.",
        prompt: "Enable password",
        signal,
      }));
    // Whatever becomes of it, one that was not taken is not tried again.
    held.password = null;
    return given;
  });
  requireEnabled(device, enabled);
  held.allowed(given);
}

async function typeStep(device: string, cli: Cli, step: Step, typed: Typed): Promise<void> {
  const answer = await cli.run(step.line);
  typed.push({ line: step.line, answer: answer.text });
  if (answer.refused !== null) throw refused(device, step.line, answer.refused, transcript(typed));
  const { mode, context, role } = answer.prompt;
  if (mode === step.mode && context === step.context) return;
  const where = `${role} ${context === "" ? mode : `(${context})`}`.trim();
  throw wrongPlace(device, step.line, where, transcript(typed));
}

async function readBack(
  { held, change, pause, signal }: ApplyDeps,
  cli: Cli,
  typed: Typed,
): Promise<Pick<SwitchResult, "verified" | "told">> {
  const command = readBackOf(change);
  if (command === null) return judgeChange(change, null);
  for (let look = 1; ; look++) {
    const answer = await cli.run(command);
    const judged = judgeChange(change, portIn(answer));
    if (judged.verified || look >= looks || signal.aborted) {
      typed.push({ line: command, answer: answer.text });
      held.replacePort(answer);
      return judged;
    }
    await pause();
  }
}

function portIn(answer: CommandAnswer): SwitchPort | null {
  const answers = new Map([[portsCommand, { ...answer, command: portsCommand }]]);
  return liveOf({ answers, host: "", role: "", noRights: null }, unseen).ports[0] ?? null;
}
