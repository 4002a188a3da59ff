/** Owns one SSH server of the practice lab: logins, sessions, channels, and ending all of them. */
import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { StringDecoder } from "node:string_decoder";
import ssh2, { type Connection, type ServerChannel, type ServerConfig, type Session } from "ssh2";
import { invariant } from "../contract/error.ts";
import { asBytes } from "./shell/bytes.ts";
import type { Login } from "./shell/command.ts";
import { BrokenPipe, breathe, type Sink, type Source } from "./shell/io.ts";

/** What a server offers to those who log in. */
export interface Service {
  readonly users: readonly string[];
  readonly algorithms?: ServerConfig["algorithms"];
  readonly ident: string;
  shell(io: SessionIo): Promise<number>;
  exec(command: string, io: SessionIo): Promise<number>;
}

/** One session's streams: bytes, but for what is typed. */
export interface SessionIo {
  readonly in: Source;
  readonly out: Sink;
  readonly err: Sink;
  readonly pty: { readonly cols: number; readonly rows: number; readonly term: string } | null;
  readonly variables: ReadonlyMap<string, string>;
  /** Fires when the session ends from outside. */
  readonly signal: AbortSignal;
  onInput(listener: (text: string) => void): void;
  onResize(listener: (cols: number, rows: number) => void): void;
}

export interface ServerKeys {
  readonly hostKey: string;
  /** The client key that may log in, `type base64`. */
  readonly clientKey: string;
  readonly password: string;
}

/** OpenSSH's own limit; clients must cope with it. */
const maxSessions = 10;
const maxConnections = 1000;
/** Bytes of a session's input held until read; beyond it the sender waits. */
const maxHeldInput = 256 * 1024;

/** ssh2's native ChaCha20 fails on the server side with some OpenSSL builds, so it is not offered. */
const modernAlgorithms: NonNullable<ServerConfig["algorithms"]> = {
  cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"],
};

const same = (a: string, b: string) =>
  timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());

export class PracticeServer {
  readonly #service: Service;
  readonly #connections = new Set<Connection>();
  readonly #logins = new Map<object, Login>();
  readonly #forwardable: () => ReadonlySet<number>;
  #keys: ServerKeys;
  #server: ssh2.Server | null = null;
  #terminals = 0;
  port = 0;

  constructor(service: Service, keys: ServerKeys, forwardable: () => ReadonlySet<number>) {
    this.#service = service;
    this.#keys = keys;
    this.#forwardable = forwardable;
  }

  /** Sessions of the moment. */
  logins(): readonly Login[] {
    return [...this.#logins.values()];
  }

  /** Listens on 127.0.0.1; on the port it had before when it had one, so that addresses stay. */
  async listen(): Promise<number> {
    invariant(!this.#server, "a practice server listens once");
    const server = new ssh2.Server(
      {
        hostKeys: [this.#keys.hostKey],
        ident: this.#service.ident,
        algorithms: this.#service.algorithms ?? modernAlgorithms,
      },
      (connection, info) => this.#accept(connection, `${info.ip}`),
    );
    this.#server = server;
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    server.on("error", () => {});
    const address = server.address();
    invariant(typeof address === "object" && address !== null, "a TCP server has an address");
    this.port = address.port;
    return this.port;
  }

  /** Ends every session and refuses new ones; `listen` makes it answer again. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    this.dropAll();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  dropAll(): void {
    for (const connection of this.#connections) {
      connection.end();
      // A peer that does not answer the good-bye must not hold the server.
      destroy(connection);
    }
  }

  /** Answers with another host key from now on; sessions end. */
  async changeHostKey(hostKey: string): Promise<void> {
    this.#keys = { ...this.#keys, hostKey };
    if (!this.#server) return;
    await this.close();
    await this.listen();
  }

  #accept(connection: Connection, from: string): void {
    if (this.#connections.size >= maxConnections) {
      destroy(connection);
      return;
    }
    this.#connections.add(connection);
    const gone = new AbortController();
    let user = "";
    let sessions = 0;
    connection.on("error", () => {});
    connection.on("close", () => {
      this.#connections.delete(connection);
      gone.abort();
    });
    connection.on("authentication", (context) => {
      user = context.username;
      if (!this.#service.users.includes(context.username)) return context.reject(["publickey", "password"]);
      if (context.method === "password") {
        return same(context.password, this.#keys.password)
          ? context.accept()
          : context.reject(["publickey", "password"]);
      }
      if (context.method === "publickey") {
        const key = ssh2.utils.parseKey(this.#keys.clientKey);
        const offered = `${context.key.algo} ${context.key.data.toString("base64")}`;
        if (key instanceof Error || !same(offered, this.#keys.clientKey))
          return context.reject(["publickey", "password"]);
        if (!context.signature || !context.blob) return context.accept();
        return key.verify(context.blob, context.signature, context.hashAlgo) === true
          ? context.accept()
          : context.reject(["publickey", "password"]);
      }
      context.reject(["publickey", "password"]);
    });
    connection.on("ready", () => {
      connection.on("session", (accept, reject) => {
        if (sessions >= maxSessions) {
          reject();
          return;
        }
        sessions += 1;
        const session = accept();
        session.on("close", () => {
          sessions -= 1;
        });
        this.#session(session, user, from, gone.signal);
      });
      connection.on("tcpip", (accept, reject, info) => {
        // Jumping through a node leads to the practice lab only.
        if (!["127.0.0.1", "localhost"].includes(info.destIP) || !this.#forwardable().has(info.destPort)) {
          reject();
          return;
        }
        const channel = accept();
        const socket = connect(info.destPort, "127.0.0.1");
        socket.on("error", () => channel.close());
        channel.on("error", () => socket.destroy());
        channel.on("close", () => socket.destroy());
        socket.pipe(channel).pipe(socket);
      });
    });
  }

  #session(session: Session, user: string, from: string, gone: AbortSignal): void {
    let pty: SessionIo["pty"] = null;
    const variables = new Map<string, string>();
    const resized: ((cols: number, rows: number) => void)[] = [];
    let interrupt = () => {};
    session.on("pty", (accept, _reject, info) => {
      pty = { cols: info.cols || 80, rows: info.rows || 24, term: "xterm" };
      accept?.();
    });
    session.on("window-change", (accept, _reject, info) => {
      for (const listener of resized) listener(info.cols, info.rows);
      accept?.();
    });
    session.on("env", (accept, _reject, info) => {
      const { key, val } = info as unknown as { key: string; val: string };
      if (/^(?:LC_\w+|LANG)$/.test(key) && val.length < 256) variables.set(key, val);
      accept?.();
    });
    session.on("signal", (accept, _reject, info) => {
      if (["INT", "TERM", "KILL", "HUP"].includes(info.name)) interrupt();
      accept?.();
    });
    const serve = (channel: ServerChannel, run: (io: SessionIo) => Promise<number>) => {
      const ended = new AbortController();
      interrupt = () => ended.abort();
      gone.addEventListener("abort", interrupt, { once: true });
      channel.on("close", () => {
        ended.abort();
        gone.removeEventListener("abort", interrupt);
      });
      channel.on("error", () => ended.abort());
      const login = { user, terminal: pty ? `pts/${this.#terminals++ % 1000}` : null, from, since: Date.now() };
      this.#logins.set(channel, login);
      const io = sessionIo(channel, pty, variables, ended.signal, resized);
      run(io)
        .catch(() => 255)
        .then((status) => {
          if (channel.writable) channel.exit(status & 255);
          channel.end();
        })
        .catch(() => {})
        .finally(() => this.#logins.delete(channel));
    };
    session.on("shell", (accept) => {
      pty ??= null;
      serve(accept(), (io) => this.#service.shell(io));
    });
    session.on("exec", (accept, _reject, info) => serve(accept(), (io) => this.#service.exec(info.command, io)));
  }
}

/** Closes the socket under a connection; ssh2 keeps it in a field it does not type. */
function destroy(connection: Connection): void {
  const { _sock: socket } = connection as unknown as { _sock?: { destroy(): void } };
  setImmediate(() => socket?.destroy());
}

/** Bytes written to one channel between two looks at the other sessions. */
const fairShare = 128 * 1024;

function channelSink(stream: NodeJS.WritableStream, signal: AbortSignal): Sink {
  let sinceBreath = 0;
  return {
    write: async (text) => {
      if (signal.aborted) throw new BrokenPipe();
      sinceBreath += text.length;
      if (!stream.write(Buffer.from(asBytes(text), "latin1"))) {
        await once(stream, "drain", { signal }).catch(() => {
          throw new BrokenPipe();
        });
      } else if (sinceBreath > fairShare) await breathe();
      else return;
      sinceBreath = 0;
    },
  };
}

function sessionIo(
  channel: ServerChannel,
  pty: SessionIo["pty"],
  variables: ReadonlyMap<string, string>,
  signal: AbortSignal,
  resized: ((cols: number, rows: number) => void)[],
): SessionIo {
  const decoder = new StringDecoder("utf8");
  const held: Buffer[] = [];
  let heldSize = 0;
  let ended = false;
  let wake = () => {};
  let listener: ((text: string) => void) | null = null;
  channel.on("data", (chunk: Buffer) => {
    if (listener) return listener(decoder.write(chunk));
    held.push(chunk);
    heldSize += chunk.length;
    if (heldSize > maxHeldInput) channel.pause();
    wake();
  });
  const finish = () => {
    ended = true;
    wake();
  };
  channel.on("end", finish);
  signal.addEventListener("abort", finish, { once: true });
  return {
    pty,
    variables,
    signal,
    in: {
      read: async () => {
        while (held.length === 0) {
          if (ended) return null;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const bytes = Buffer.concat(held).toString("latin1");
        held.length = 0;
        heldSize = 0;
        channel.resume();
        return bytes;
      },
    },
    out: channelSink(channel, signal),
    err: channelSink(channel.stderr, signal),
    onInput: (take) => {
      listener = take;
      for (const chunk of held.splice(0)) take(decoder.write(chunk));
    },
    onResize: (take) => resized.push(take),
  };
}
