/** Says what went wrong at a switch's command line: one function per fault, so that codes and copy stay in one place. */
import { type Fault, FaultError } from "../contract/error.ts";

function fault(device: string, more: Omit<Fault, "subject">): FaultError {
  return new FaultError({ ...more, subject: device });
}

/** What the switch was doing when nothing more came. */
export function noPrompt(device: string, command: string | null, waitedMs: number, recent: string): FaultError {
  return fault(device, {
    code: "switch.no-prompt",
    title: `${device} does not come back with its prompt`,
    detail: `${command === null ? "After the login" : `After “${command}”`} no prompt came within ${waitedMs / 1000} s.`,
    next: "After a reload the command line takes some minutes. Open a terminal on the switch to see what it shows.",
    evidence: recent,
    retry: true,
  });
}

export function wizardWaits(device: string, text: string): FaultError {
  return fault(device, {
    code: "switch.wizard",
    title: `${device} asks its first-time questions`,
    detail: "The switch was reset or is new: before anything else it asks whether its wizard shall be run.",
    next: "Open a terminal on it and answer the wizard. Nothing was answered in your place.",
    evidence: text,
  });
}

export function unexpectedQuestion(device: string, command: string, text: string): FaultError {
  return fault(device, {
    code: "switch.question",
    title: `${device} asks something that was not expected`,
    detail: `“${command}” was answered by a question, which was left open and the session ended.`,
    next: "Open a terminal on the switch and type the command there to see what it needs.",
    evidence: text,
  });
}

export function flood(device: string, command: string | null): FaultError {
  return fault(device, {
    code: "switch.flood",
    title: `${device} prints more than can be an answer`,
    detail: `${command === null ? "After the login" : `After “${command}”`} more than 4 MiB came without a prompt. The session was ended.`,
    next: "Open a terminal on the switch to see what it prints.",
    retry: true,
  });
}

export function sessionLost(device: string, command: string | null, why: Fault | null): FaultError {
  const during = command === null ? "while nothing was asked" : `after “${command}” was typed`;
  return fault(device, {
    code: "switch.session-lost",
    title: `The session on ${device} ended`,
    detail: `${why === null ? "The switch closed it" : `${why.title}: ${why.detail}`}, ${during}.`,
    next: "It is opened again with the next reading.",
    ...(why?.evidence === undefined ? {} : { evidence: why.evidence }),
    retry: true,
  });
}

export function refused(device: string, line: string, words: string, transcript: string): FaultError {
  return fault(device, {
    code: "switch.refused",
    title: `${device} refuses “${line}”`,
    detail: `It answered: ${words.split("\n")[0]}. What was to follow was not typed, and the session was ended.`,
    next: "Check the account's rights and the release; the raw output shows how far it went.",
    evidence: transcript,
  });
}

export function wrongPlace(device: string, line: string, where: string, transcript: string): FaultError {
  return fault(device, {
    code: "switch.wrong-place",
    title: `${device} is not where “${line}” should lead`,
    detail: `Its prompt says ${where}. What was to follow was not typed, and the session was ended.`,
    next: "Open a terminal on the switch and type the lines there.",
    evidence: transcript,
  });
}

export function enableRefused(device: string, words: string): FaultError {
  return fault(device, {
    code: "switch.no-rights",
    title: `${device} does not let this account enable`,
    detail: `“enable” was answered: ${words.split("\n")[0]}`,
    next: "Give the device an account with the admin's rights in the lab file.",
    evidence: words,
  });
}

export function tooSlow(device: string, done: number, left: number): FaultError {
  return fault(device, {
    code: "switch.slow",
    title: `${device} answers slowly`,
    detail: `${done} of ${done + left} commands were answered in the time of a poll; what is shown may be older.`,
    next: "The rest is asked for with the next poll. A switch that is busy or was just started takes longer.",
    retry: true,
  });
}

export function notASwitch(device: string, why: string): FaultError {
  return fault(device, {
    code: "switch.not-a-switch",
    title: `${device} has no MLNX-OS command line`,
    detail: why,
    next: "Choose a switch whose device type has the shell mlnx-os and that has an SSH address.",
  });
}

/** @param known its InfiniBand ports */
export function noSuchPort(device: string, port: string, known: readonly string[]): FaultError {
  return fault(device, {
    code: "switch.no-port",
    title: `${device} has no InfiniBand port ${port}`,
    ...(known.length === 0
      ? { detail: "All ports that it told of are Ethernet.", next: "Choose a switch with InfiniBand ports." }
      : { detail: `It told of ${known[0]} to ${known.at(-1)}.`, next: "Choose one of these." }),
  });
}

export function badDescription(device: string, why: string): FaultError {
  return fault(device, {
    code: "switch.bad-description",
    title: "The description cannot be typed",
    detail: why,
    next: "Change the description.",
  });
}

export function notConfirmed(device: string, wanted: string): FaultError {
  return fault(device, {
    code: "switch.not-confirmed",
    title: "Nothing was changed",
    detail: `Shutting a port takes its name as confirmation, and ${wanted} was not given.`,
    next: `Give confirm: "${wanted}".`,
  });
}

/** The lab file, ssh_config or the lines are others than when the admin looked. */
export function notAsShown(device: string, shown: string, now: string): FaultError {
  return fault(device, {
    code: "switch.not-as-shown",
    title: "Nothing was changed: it is not what was shown",
    detail:
      shown === now
        ? `The lines that would be typed on ${device} are not those that were shown.`
        : `${device} was shown as ${shown} and is ${now} now.`,
    next: "Look at the plan again (switch.plan) and confirm that one.",
  });
}

/** The lines were typed, then something went wrong: what the switch does now is not known. */
export function resultUnknown(device: string, why: Fault, typed: string): FaultError {
  return fault(device, {
    code: "switch.result-unknown",
    title: `It is not known whether ${device} made the change`,
    detail: `${why.title}. ${why.detail}`,
    next: "Look at the port's state once the switch is read again, before trying once more.",
    evidence: [typed, why.evidence ?? ""].filter((text) => text !== "").join("\n"),
  });
}

export function notShown(device: string, line: string): FaultError {
  return fault(device, {
    code: "switch.not-shown",
    title: "The line was not typed",
    detail: `“${line}” is no show command of printable ASCII; only those are asked of a switch for its evidence.`,
    next: "Use a line that begins with show.",
  });
}
