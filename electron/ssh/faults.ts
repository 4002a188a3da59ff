/** Owns the words for everything that goes wrong with SSH: one function per fault, so codes and copy stay in one place. */
import { type Fault, FaultError, messageOf } from "../contract/error.ts";
import { type AlgorithmGap, notOutdated } from "./algorithms.ts";
import type { NewQuestion } from "./questions.ts";
import { type Target, targetAddress } from "./target.ts";

/** Where an attempt to connect was when it ended. */
export type Stage = "connecting" | "greeting" | "key exchange" | "host key" | "authentication";

const stageMeaning: Record<Stage, string> = {
  connecting: "No answer came to the connection request: the machine is off, the cable is out, or packets are dropped.",
  greeting: "The port accepted the connection, but no SSH server spoke: the machine hangs or the service is stuck.",
  "key exchange": "The server greeted, then went silent before keys were agreed.",
  "host key": "The server went silent while its host key was checked.",
  authentication: "The server went silent during the login.",
};

export function timedOut(target: Target, stage: Stage, timeoutMs: number): FaultError {
  return fault(target, {
    code: "ssh.timeout",
    title: `${target.name} does not answer (${stage})`,
    detail: `${stageMeaning[stage]} Halfrack waited ${timeoutMs / 1000} s.`,
    next: "Check power and network of the machine, then connect again.",
    retry: true,
  });
}

/** `code` is the operating system's, e.g. ECONNREFUSED. */
export function socketFailed(target: Target, stage: Stage, code: string, message: string): FaultError {
  const known: Record<string, readonly [code: string, title: string, detail: string]> = {
    ECONNREFUSED: ["ssh.refused", "refuses the connection", "The machine answers, but nothing listens on that port."],
    ENOTFOUND: ["ssh.name-not-found", "has an unknown address", `The name ${target.host} cannot be resolved.`],
    EAI_AGAIN: ["ssh.name-not-found", "has an unknown address", `The name ${target.host} cannot be resolved now.`],
    EHOSTUNREACH: ["ssh.unreachable", "is unreachable", "There is no way to the machine: it is off or not connected."],
    ENETUNREACH: ["ssh.unreachable", "is unreachable", "There is no route to its network from here."],
    ETIMEDOUT: ["ssh.timeout", "does not answer", stageMeaning[stage]],
  };
  const [faultCode, title, detail] = known[code] ?? [
    "ssh.closed",
    `closed the connection (${stage})`,
    "The connection ended before the login was complete: the server restarts, is overloaded, or refuses this machine.",
  ];
  return fault(target, {
    code: faultCode,
    title: `${target.name} ${title}`,
    detail,
    next: "Check address, port, power and network, then connect again.",
    evidence: message,
    retry: true,
  });
}

export function notSsh(target: Target, said: string, why: string): FaultError {
  return fault(target, {
    code: "ssh.not-ssh",
    title: `${target.name} does not speak SSH on port ${target.port}`,
    detail: why,
    next: "Check the port in the lab file.",
    evidence: said,
  });
}

export function handshakeFailed(target: Target, stage: Stage, message: string): FaultError {
  return fault(target, {
    code: "ssh.handshake",
    title: `The SSH handshake with ${target.name} failed (${stage})`,
    detail: "The server sent something that is not the SSH protocol, or ended the connection with a reason.",
    next: "Look at the server's log; connect again to try once more.",
    evidence: message,
  });
}

const categoryWords: Record<AlgorithmGap["category"], string> = {
  kex: "key exchange",
  hostKey: "host keys",
  cipher: "encryption",
  hmac: "message authentication",
};

export function noCommonAlgorithm(target: Target, gaps: readonly AlgorithmGap[]): FaultError {
  const current = gaps.flatMap(notOutdated);
  if (current.length > 0)
    return fault(target, {
      code: "ssh.no-common-algorithm",
      title: `${target.name} offers no encryption that works here`,
      detail: `It offers only ${gaps.flatMap((gap) => gap.server).join(", ")}. ${current.join(", ")} fails in the library Halfrack uses for SSH and is not offered.`,
      next: "Allow an AES cipher on the server, for example aes128-gcm@openssh.com (Ciphers in sshd_config).",
    });
  const offered = gaps.map((gap) => `for ${categoryWords[gap.category]} only ${gap.server.join(", ")}`).join("; ");
  const declare = gaps.map((gap) => `${gap.category}: [${gap.server.slice(0, 3).join(", ")}]`).join(", ");
  return fault(target, {
    code: "ssh.no-common-algorithm",
    title: `${target.name} offers only outdated algorithms`,
    detail: `It offers ${offered}. Halfrack uses such algorithms only with devices whose type declares them.`,
    next: `If this is an old device that cannot do better, declare them in its device type: legacySsh: { ${declare} }.`,
  });
}

export function hostKeyChanged(target: Target, evidence: string): FaultError {
  return fault(target, {
    code: "ssh.host-key-changed",
    title: `${target.name} shows another host key than the one on record`,
    detail: "Either the machine was set up anew or another machine answers in its place. The connection was refused.",
    next: "Compare the fingerprint at the machine's console (ssh-keygen -l), then replace the recorded key.",
    evidence,
  });
}

export function hostKeyRevoked(target: Target, where: string): FaultError {
  return fault(target, {
    code: "ssh.host-key-revoked",
    title: `${target.name} shows a revoked host key`,
    detail: `The key is marked @revoked in ${where}. The connection was refused.`,
    next: "Give the machine a new host key, or remove the line if it was revoked by mistake.",
  });
}

export function hostCertificate(target: Target, where: string): FaultError {
  return fault(target, {
    code: "ssh.host-certificate",
    title: `${target.name} is trusted by a certificate authority only`,
    detail: `${where} has a @cert-authority line for it and no key of its own. Halfrack does not check host certificates.`,
    next: "Record the machine's own key in known_hosts, for example with ssh-keyscan after comparing its fingerprint.",
  });
}

export function authenticationFailed(target: Target, tried: readonly string[], allowed: readonly string[]): FaultError {
  return fault(target, {
    code: "ssh.authentication-failed",
    title: `${target.name} does not accept the login of ${target.user}`,
    detail: `${tried.length > 0 ? `Tried: ${tried.join("; ")}.` : "There was nothing to try."}${
      allowed.length > 0 ? ` The server accepts: ${allowed.join(", ")}.` : ""
    }`,
    next: "Check user name, keys and password, then connect again. No further attempt is made by itself.",
  });
}

export function dismissed(question: NewQuestion): FaultError {
  return new FaultError({
    code: "ssh.dismissed",
    title: `The question about ${question.device} was dismissed`,
    detail:
      question.kind === "new-host-key"
        ? "Its host key was not accepted, so there is no connection."
        : question.secret === "command"
          ? "Without an answer the command was not run."
          : "Without an answer there is no login.",
    next:
      question.kind === "secret" && question.secret === "command"
        ? "Ask for it again."
        : "Connect again to be asked again.",
    subject: question.device,
  });
}

export function connectionLost(name: string, evidence: string): FaultError {
  return new FaultError({
    code: "ssh.connection-lost",
    title: `The connection to ${name} was lost`,
    detail: "The machine went away or closed the connection. What it ran may go on or have ended.",
    next: "Connecting is tried again by itself; look at the machine if it stays away.",
    retry: true,
    subject: name,
    ...(evidence === "" ? {} : { evidence }),
  });
}

export function disconnected(name: string): FaultError {
  return new FaultError({
    code: "ssh.disconnected",
    title: `${name} was disconnected`,
    detail: "The connection was closed from here.",
    next: "Connect again when it is needed.",
    subject: name,
  });
}

export function commandTimedOut(name: string, timeoutMs: number, evidence: string): FaultError {
  return new FaultError({
    code: "ssh.command-timeout",
    title: `A command on ${name} took longer than ${timeoutMs / 1000} s`,
    detail: "It was ended. What it had printed so far is the evidence.",
    next: "Look at the machine's load, or allow more time.",
    retry: true,
    subject: name,
    ...(evidence === "" ? {} : { evidence }),
  });
}

/** `doing` says what the connection was waiting for. */
export function notReadyInTime(name: string, timeoutMs: number, doing: string): FaultError {
  return new FaultError({
    code: "ssh.not-ready",
    title: `${name} was not ready within ${timeoutMs / 1000} s`,
    detail: `Nothing was started: ${doing}.`,
    next: "Answer open questions, or try again.",
    retry: true,
    subject: name,
  });
}

/** `cause` is why no further connection could be opened; null when the limits of Halfrack are reached. */
export function tooManySessions(
  name: string,
  open: { readonly channels: number; readonly connections: number },
  cause: Fault | null,
): FaultError {
  const inUse = `${open.channels} sessions on ${open.connections} connections are open.`;
  return new FaultError({
    code: cause ? "ssh.no-further-connection" : "ssh.too-many-sessions",
    title: cause ? `${name} takes no further connection` : `${name} has as many sessions as Halfrack opens`,
    detail: cause ? `${inUse} A further connection failed: ${cause.title}.` : inUse,
    next: cause
      ? "Close shells that are not needed, or look at MaxStartups and MaxSessions on the server."
      : "Close shells that are not needed, then try again.",
    retry: true,
    subject: name,
    ...(cause?.evidence === undefined ? {} : { evidence: cause.evidence }),
  });
}

/** The server ended the connection before its own prompt was answered. */
export function hungUpAsking(target: Target): FaultError {
  return fault(target, {
    code: "ssh.hung-up-asking",
    title: `${target.name} did not wait for the answer`,
    detail: "The server asked a question and closed the connection before it was answered (LoginGraceTime).",
    next: "Connect again to be asked again.",
  });
}

export function cancelled(name: string): FaultError {
  return new FaultError({
    code: "ssh.cancelled",
    title: `The work on ${name} was cancelled`,
    detail: "It was ended on request.",
    next: "Start it again when it is needed.",
    subject: name,
  });
}

export function channelRefused(name: string, evidence: string): FaultError {
  return new FaultError({
    code: "ssh.channel-refused",
    title: `${name} accepts the login but no session`,
    detail: "The server refused to open a session: it allows forwarding only, or its limit is used up by others.",
    next: "Check MaxSessions and restrictions of the account on the server.",
    subject: name,
    evidence,
  });
}

/** The same fault, told of the device behind the hop. */
export function throughHop(target: Target, hop: Target, cause: Fault): FaultError {
  return new FaultError({
    ...cause,
    title: `${target.name} cannot be reached through ${hop.name}: ${cause.title}`,
    subject: target.name,
  });
}

function fault(target: Target, parts: Omit<Fault, "subject">): FaultError {
  return new FaultError({ ...parts, evidence: join(targetAddress(target), parts.evidence), subject: target.name });
}

function join(address: string, evidence: string | undefined): string {
  return evidence === undefined || evidence === "" ? address : `${address}\n${evidence}`;
}

/** `kept` of `used` secrets could not be taken out of the key store. */
export function secretsKept(kept: number, used: number, cause: unknown): FaultError {
  return new FaultError(
    {
      code: "ssh.secrets-kept",
      title: "The key store did not forget everything",
      detail: `This process has forgotten all secrets, but up to ${kept} of ${used} may still be in the key store: ${messageOf(cause)}`,
      next: "Mend what keeps the key store from being written, then forget them again: what was forgotten here is tried again.",
    },
    { cause },
  );
}
