/** Owns one SSH connection from the first packet to the login: stages, clock, host key, login, and its end. */
import { createRequire } from "node:module";
import { connect as connectTcp, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Algorithms, Client as SshClient } from "ssh2";
import ssh2 from "ssh2";
import { errorCode, FaultError, messageOf } from "../contract/error.ts";
import { algorithmGaps, offerAlgorithms } from "./algorithms.ts";
import { Login, type Secrets } from "./auth.node.ts";
import { handshakeFailed, hungUpAsking, noCommonAlgorithm, notSsh, socketFailed, timedOut } from "./faults.ts";
import { NotSshError, readGreeting } from "./greeting.node.ts";
import type { HostKeys } from "./host-keys.node.ts";
import { maxKexInitBytes, type OfferedAlgorithms, readKexInit } from "./kexinit.ts";
import type { KeyRing } from "./key-ring.node.ts";
import type { Questions } from "./questions.ts";
import { StageClock } from "./stage-clock.ts";
import type { Target } from "./target.ts";

const require = createRequire(import.meta.url);
const constants = require("ssh2/lib/protocol/constants.js") as Record<string, readonly string[]>;
const supported: OfferedAlgorithms = {
  kex: constants.SUPPORTED_KEX ?? [],
  hostKey: constants.SUPPORTED_SERVER_HOST_KEY ?? [],
  cipher: constants.SUPPORTED_CIPHER ?? [],
  hmac: constants.SUPPORTED_MAC ?? [],
};

export interface Timings {
  /** For each stage of an attempt: TCP, greeting, key exchange, login step. */
  readonly stageTimeoutMs: number;
  /** A silent connection is asked for a sign of life this often; three without answer end it. */
  readonly keepaliveIntervalMs: number;
  /** The longest time a caller waits for a connection; a question to the admin may stay open longer. */
  readonly readyTimeoutMs: number;
  /** A transfer in which nothing moves ends after this. */
  readonly stallTimeoutMs: number;
}

export interface ConnectionDeps {
  readonly target: Target;
  /** The device on whose behalf: named in questions. */
  readonly device: string;
  /** A stream through the last jump host; null for a direct connection. */
  readonly hop: Duplex | null;
  readonly agentSocket: string | null;
  readonly secrets: Secrets;
  readonly keyRing: KeyRing;
  readonly hostKeys: HostKeys;
  readonly questions: Questions;
  readonly timings: Timings;
  readonly signal: AbortSignal;
}

export interface Connection {
  readonly client: SshClient;
  readonly authenticatedBy: string;
  readonly factoryLogin: boolean;
  /** The cipher from the server to us, e.g. `aes128-gcm@openssh.com`. */
  readonly cipher: string;
  /** True once the connection is gone, whoever ended it. */
  readonly gone: boolean;
  /** True when it was closed from here. */
  readonly closedHere: boolean;
  /** Settles when the connection is gone, with what the network said, or an empty text. */
  readonly ended: Promise<string>;
  close(): void;
}

/** A server that does not close after our goodbye is cut off after this. */
const closeGraceMs = 1000;

/** Attempts made when the server closed while the admin was still being asked. */
const maxAsks = 4;

/**
 * Opens one connection. Throws a FaultError that names the stage it failed in. When the server hangs up while the
 * admin thinks, the question stays; after the answer the attempt is made once more.
 */
export async function openConnection(
  deps: ConnectionDeps,
  openHop: (() => Promise<Duplex>) | null,
): Promise<Connection> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptConnection({ ...deps, hop: openHop ? await openHop() : null });
    } catch (error) {
      if (!(error instanceof ClosedWhileAsking) || attempt >= maxAsks) throw asFault(error, deps.target);
    }
  }
}

/** The server went away during a question that has been answered since. */
class ClosedWhileAsking extends Error {}

async function attemptConnection(deps: ConnectionDeps): Promise<Connection> {
  const { target, hostKeys, questions, timings } = deps;
  const abort = new AbortController();
  const signal = AbortSignal.any([deps.signal, abort.signal]);
  const clock = new StageClock(timings.stageTimeoutMs, (stage) =>
    abort.abort(timedOut(target, stage, timings.stageTimeoutMs)),
  );
  let stream: Duplex | null = null;
  let client: SshClient | null = null;
  try {
    stream = deps.hop ?? (await openSocket(target, signal));
    clock.enter("greeting");
    await readGreeting(stream, signal).catch((error: unknown) => {
      throw error instanceof NotSshError ? notSsh(target, error.said, error.message) : error;
    });
    clock.enter("key exchange");
    const offer = offerAlgorithms(target.legacy, await hostKeys.knownTypes(target), supported);
    client = new ssh2.Client();
    return await login({ ...deps, signal, questions }, client, stream, offer, clock, abort);
  } catch (error) {
    client?.on("error", () => undefined);
    client?.destroy();
    stream?.destroy();
    if (deps.signal.aborted) throw deps.signal.reason;
    if (abort.signal.aborted) throw abort.signal.reason;
    throw asFault(error, target, clock.stage);
  } finally {
    clock.stop();
  }
}

function openSocket(target: Target, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  // Nagle's algorithm with delayed acknowledgement costs 40 ms for each short command
  const socket = connectTcp({ host: target.host, port: target.port, noDelay: true });
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  socket.once("connect", () => resolve(socket)).on("error", reject);
  return promise
    .catch((error: unknown) => {
      socket.destroy();
      throw error;
    })
    .finally(() => signal.removeEventListener("abort", onAbort));
}

function login(
  deps: ConnectionDeps,
  client: SshClient,
  stream: Duplex,
  offer: OfferedAlgorithms,
  clock: StageClock,
  abort: AbortController,
): Promise<Connection> {
  const { target, device, hostKeys, signal } = deps;
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  let lastError = "";
  let cipher = "";
  let refusal: Error | null = null;
  let asked: Promise<unknown> = Promise.resolve();
  /** An answer was given that the server has not reacted to yet. */
  let answerUnderWay = false;
  let theirs: OfferedAlgorithms | null = null;
  const ended = Promise.withResolvers<string>();
  let gone = false;
  let closedHere = false;
  /** The host key this connection began with. */
  let trusted: Buffer | null = null;
  const refuse = (why: Error) => {
    refusal ??= why;
    reject(refusal);
  };
  const whileAsking = <T>(answer: Promise<T>): Promise<T> => {
    asked = answer;
    return clock.whileAsking(answer);
  };
  const attempt = new Login({
    target,
    device,
    agentSocket: deps.agentSocket,
    secrets: deps.secrets,
    keyRing: deps.keyRing,
    questions: deps.questions,
    signal,
    whileAsking: async (answer) => {
      const given = await whileAsking(answer);
      answerUnderWay = true;
      return given;
    },
    onStep: () => {
      answerUnderWay = false;
      clock.enter("authentication");
    },
    giveUp: refuse,
  });
  const fail = (error: Error) => {
    if (refusal) return;
    if (/no matching .* (algorithm|format|cipher|MAC)/i.test(error.message) && theirs) {
      const gaps = algorithmGaps(offer, theirs);
      if (gaps.length > 0) {
        refuse(noCommonAlgorithm(target, gaps));
        return;
      }
    }
    const unanswered = hungUpAsking(target);
    if (attempt.hungUp(unanswered)) {
      refuse(unanswered);
      return;
    }
    if (clock.asking || answerUnderWay) {
      // the question outlives this connection; its answer is used in the next attempt
      asked.then(() => refuse(new ClosedWhileAsking("closed while asking")), refuse);
      return;
    }
    refuse(asFault(error, target, clock.stage));
  };
  const onAbort = () => refuse(signal.reason);
  signal.addEventListener("abort", onAbort);
  tapAlgorithms(stream, (found) => {
    theirs = found;
  });
  client
    .on("handshake", (negotiated: { sc: { cipher: string } }) => {
      cipher = negotiated.sc.cipher;
      clock.enter("authentication");
    })
    .on("ready", () => {
      signal.removeEventListener("abort", onAbort);
      client.setNoDelay(true);
      resolve({
        client,
        authenticatedBy: attempt.authenticatedBy,
        factoryLogin: attempt.factoryLogin,
        cipher,
        get gone() {
          return gone;
        },
        ended: ended.promise,
        get closedHere() {
          return closedHere;
        },
        close() {
          closedHere = true;
          client.end();
          setTimeout(() => stream.destroy(), closeGraceMs).unref();
        },
      });
    })
    .on("error", (error: Error & { level?: string }) => {
      // a key that cannot sign is passed over; the login goes on with the next
      if (error.level === "agent" || (error.level === "client-authentication" && refusal === null && !gone)) return;
      lastError = error.message;
      fail(error);
    })
    .on("close", () => {
      gone = true;
      signal.removeEventListener("abort", onAbort);
      fail(Object.assign(new Error(lastError || "Connection closed"), { code: "ECONNRESET" }));
      ended.resolve(lastError);
    });
  client.connect({
    sock: stream,
    username: target.user,
    authHandler: attempt.handler,
    algorithms: {
      kex: offer.kex,
      cipher: offer.cipher,
      hmac: offer.hmac,
      serverHostKey: offer.hostKey,
      compress: ["none"],
    } as Algorithms,
    hostVerifier: (key: Buffer, verify: (ok: boolean) => void) => {
      if (trusted?.equals(key)) return verify(true); // the keys are exchanged anew from time to time
      clock.enter("host key");
      const checked = hostKeys.check(target, device, key, signal);
      whileAsking(checked).then(
        (wasAsked) => {
          answerUnderWay = wasAsked;
          trusted = Buffer.from(key);
          verify(true);
        },
        (error: unknown) => {
          refuse(error instanceof Error ? error : new Error(String(error)));
          abort.abort(error);
          if (trusted === null) return;
          // Another key in the middle of a session: nothing more is sent, and the next attempt says what is wrong.
          lastError = messageOf(error);
          stream.destroy();
        },
      );
    },
    readyTimeout: 0,
    keepaliveInterval: deps.timings.keepaliveIntervalMs,
    keepaliveCountMax: 3,
  });
  return promise;
}

/** Listens to what the server offers, which ssh2 tells nobody; stops after the first packet. */
function tapAlgorithms(stream: Duplex, found: (offered: OfferedAlgorithms) => void): void {
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]);
    const start = /^(?:[^\n]*\n)*?SSH-[^\n]*\n/.exec(seen.toString("latin1", 0, 70_000))?.[0].length;
    const offered = start === undefined ? "more" : readKexInit(seen.subarray(start));
    if (offered === "more" && seen.length < 70_000 + maxKexInitBytes) return;
    stream.off("data", onData);
    if (offered !== null && offered !== "more") found(offered);
  };
  stream.on("data", onData);
  stream.pause(); // listening starts the flow; ssh2 starts it when it is ready
}

function asFault(error: unknown, target: Target, stage: Parameters<typeof socketFailed>[1] = "connecting"): Error {
  if (error instanceof FaultError || error instanceof ClosedWhileAsking) return error;
  const message = messageOf(error);
  const code = errorCode(error);
  const level = error instanceof Error && "level" in error ? String(error.level) : "";
  if (/^E[A-Z_]+$/.test(code)) return socketFailed(target, stage, code, message);
  if (/^(Connection lost before handshake|Connection closed)/.test(message))
    return socketFailed(target, stage, "ECONNRESET", message);
  if (level === "client-socket" || level === "client-timeout") return socketFailed(target, stage, code, message);
  return handshakeFailed(target, stage, message);
}
