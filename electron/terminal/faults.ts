/** The faults of terminals and recordings. */
import { errorCode, FaultError, messageOf } from "../contract/error.ts";

export function unknownTerminal(id: string): FaultError {
  return new FaultError({
    code: "terminal.unknown",
    title: "There is no such terminal",
    detail: "It was closed, or never opened.",
    next: "Open a terminal on the device.",
    subject: id.slice(0, 100),
  });
}

export function terminalNotOpen(device: string): FaultError {
  return new FaultError({
    code: "terminal.not-open",
    title: "The terminal is not connected",
    detail: "Nothing was sent: there is no shell at the far side now.",
    next: "Reconnect the terminal, then send again.",
    retry: true,
    subject: device,
  });
}

export function inputBacklog(device: string): FaultError {
  return new FaultError({
    code: "terminal.input-backlog",
    title: "The terminal cannot take more input now",
    detail: "Input sent earlier is still waiting for the shell; this input was not sent.",
    next: "Wait until the shell answers, then send again.",
    retry: true,
    subject: device,
  });
}

export function connectionUnstable(device: string, attempts: number): FaultError {
  return new FaultError({
    code: "terminal.connection-unstable",
    title: "The shell ended again and again",
    detail: `${attempts} shells in a row were lost within seconds of opening.`,
    next: "Check the connection to the device, then reconnect the terminal.",
    subject: device,
  });
}

export function recordingFailed(path: string, cause: unknown): FaultError {
  const full = errorCode(cause) === "ENOSPC" || errorCode(cause) === "EDQUOT";
  return new FaultError(
    {
      code: "terminal.recording-failed",
      title: full ? "Recording stopped: the disk is full" : "Recording stopped: the file could not be written",
      detail: "The terminal goes on. What was recorded before is kept and can be replayed.",
      next: full
        ? "Free space on the disk, then start a new recording."
        : "Check the recordings folder, then start a new one.",
      evidence: messageOf(cause),
      subject: path,
    },
    { cause },
  );
}

export function recordingStalled(path: string): FaultError {
  return new FaultError({
    code: "terminal.recording-stalled",
    title: "Recording stopped: the disk is too slow",
    detail: "The disk took no data for seconds. The terminal goes on; what was recorded before is kept.",
    next: "Check the disk that holds the recordings, then start a new one.",
    subject: path,
  });
}

export function unknownRecording(id: string): FaultError {
  return new FaultError({
    code: "terminal.recording-unknown",
    title: "There is no such recording",
    detail: "No recording with this identifier is in the recordings folder.",
    next: "List the recordings and choose one of them.",
    subject: id.slice(0, 100),
  });
}

export function brokenRecording(path: string): FaultError {
  return new FaultError({
    code: "terminal.recording-broken",
    title: "The recording cannot be read",
    detail: "Its first line is not an asciicast v2 header.",
    next: "Choose another recording.",
    subject: path,
  });
}
