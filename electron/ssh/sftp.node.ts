/** One SFTP channel on a shared connection, by node-ssh: every call ends, whatever becomes of server and connection. */
import { NodeSSH } from "node-ssh";
import type { SFTPWrapper } from "ssh2";
import { untilAborted } from "../abort.ts";
import { messageOf } from "../contract/error.ts";
import type { Connection } from "./connection.node.ts";
import { ChannelRefused } from "./exec.node.ts";
import { cancelled, connectionLost, disconnected, notReadyInTime } from "./faults.ts";
import { changedMeanwhile, noSftp, stalled, transferEnded } from "./transfer-faults.ts";

/** A server that accepts the subsystem must greet within this. */
const openTimeoutMs = 20_000;
/** A channel that was closed from here is given up after this. */
const closeGraceMs = 2000;
/** Time for the connection's end to be known after its channels ended. */
const endGraceMs = 500;
/** Reads in a row that bring nothing: the file is shorter than it was. */
const maxEmptyReads = 3;

type Done<T> = (error: Error | undefined | null, value: T) => void;

export class SftpLink {
  readonly node: NodeSSH;
  readonly sftp: SFTPWrapper;
  readonly #connection: Connection;
  readonly #device: string;
  readonly #stallMs: number;
  readonly #broken = Promise.withResolvers<never>();
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;
  #stallTimer: ReturnType<typeof setTimeout> | undefined;
  #emptyReads = 0;

  private constructor(node: NodeSSH, sftp: SFTPWrapper, connection: Connection, device: string, stallMs: number) {
    this.node = node;
    this.sftp = sftp;
    this.#connection = connection;
    this.#device = device;
    this.#stallMs = stallMs;
    this.#broken.promise.catch(() => undefined);
    const over = () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#closed.resolve();
      void this.#tellEnd();
    };
    sftp.on("close", over);
    sftp.on("error", () => undefined); // every call under way is told as well
    void connection.ended.then(over);
  }

  /** Rejects with ChannelRefused when the server refuses a channel, else with a FaultError. */
  static async open(connection: Connection, device: string, signal: AbortSignal, stallMs: number): Promise<SftpLink> {
    const node = new NodeSSH();
    node.connection = connection.client;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), openTimeoutMs);
    const opening = node.requestSFTP();
    opening.then(
      (late) => signal.aborted && late.end(),
      () => undefined,
    );
    try {
      const sftp = await untilAborted(opening, AbortSignal.any([signal, timeout.signal]));
      return new SftpLink(node, sftp, connection, device, stallMs);
    } catch (error) {
      if (signal.aborted) throw cancelled(device);
      if (timeout.signal.aborted) throw notReadyInTime(device, openTimeoutMs, "its sftp server does not answer");
      if (connection.gone) throw connection.closedHere ? disconnected(device) : connectionLost(device, String(error));
      const message = messageOf(error);
      if (error instanceof Error && "reason" in error && typeof error.reason === "number")
        throw new ChannelRefused(message);
      throw noSftp(device, message);
    } finally {
      clearTimeout(timer);
    }
  }

  get usable(): boolean {
    return !this.#isClosed;
  }

  /** Ends the transfer under way with this error. */
  break(why: Error): void {
    this.#broken.reject(why);
  }

  /** The result of `work`, or a FaultError as soon as nothing can come of it any more. */
  async race<T>(work: Promise<T>): Promise<T> {
    this.#watch();
    try {
      return await Promise.race([work, this.#broken.promise]);
    } catch (error) {
      // the calls under way are told before the connection's end is known
      if (!this.#isClosed && error instanceof Error && error.message !== "No response from server") throw error;
      return await this.#broken.promise;
    } finally {
      clearTimeout(this.#stallTimer);
    }
  }

  call<T>(begin: (done: Done<T>) => void): Promise<T> {
    return this.race(
      new Promise((resolve, reject) => {
        begin((error, value) => (error ? reject(error) : resolve(value)));
      }),
    );
  }

  /** Options for node-ssh's getFile and putFile: tell that something moved, stop when a file got shorter. */
  stepFor(path: string): { step: (total: number, bytes: number) => void } {
    return {
      step: (_total, bytes) => {
        this.#watch();
        this.#emptyReads = bytes === 0 ? this.#emptyReads + 1 : 0;
        // ssh2 would read beyond the end for ever
        if (this.#emptyReads >= maxEmptyReads) this.break(changedMeanwhile(path));
      },
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.#stallTimer);
    this.sftp.end();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeGraceMs);
    });
    await Promise.race([this.#closed.promise, grace]);
    clearTimeout(timer);
  }

  async #tellEnd(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, endGraceMs);
    });
    await Promise.race([this.#connection.ended, grace]);
    clearTimeout(timer);
    if (!this.#connection.gone) this.break(transferEnded(this.#device));
    else this.break(this.#connection.closedHere ? disconnected(this.#device) : connectionLost(this.#device, ""));
  }

  #watch(): void {
    clearTimeout(this.#stallTimer);
    if (this.#isClosed) return;
    this.#stallTimer = setTimeout(() => this.break(stalled(this.#device, this.#stallMs)), this.#stallMs);
  }
}
