/** Owns one terminal's life: its stream (session), its way to a shell (link), its recording, what is told of it. */
import type { Terminal, TerminalOutput } from "../contract/terminal.ts";
import type { ShellChannel, SshService } from "../ssh/types.ts";
import { inputBacklog, terminalNotOpen } from "./faults.ts";
import { Link, type LinkState, type LinkStatus } from "./link.ts";
import { Recorder } from "./recorder.node.ts";
import { Session } from "./session.ts";
import { cleanTitle } from "./title.ts";

/** Keys typed before the first shell is there, in code units. */
const maxTypeAheadUnits = 64 * 1024;
/** Input that may wait for a far side that does not read. */
const maxUnsentBytes = 4 * 1024 * 1024;
/** How often titles and bells are told at most: a program may set them thousands of times a second. */
const tellEveryMs = 100;

export interface HeldTerminalOptions {
  readonly id: string;
  readonly device: string;
  readonly cols: number;
  readonly rows: number;
  readonly ssh: Pick<SshService, "shell" | "state">;
  readonly recordingsDir: string;
  readonly scrollbackUnits: number;
  /** What is shown of the terminal changed. */
  readonly onChange: (terminal: Terminal) => void;
  readonly retryMs?: number;
  readonly stallMs?: number;
}

/** A terminal held by the main process, whoever looks at it. */
export class HeldTerminal {
  readonly #options: HeldTerminalOptions;
  readonly #session: Session;
  readonly #link: Link;
  #terminal: Terminal;
  #held = false;
  #everOpen = false;
  #typeAhead = "";
  #recorder: Recorder | null = null;
  #recordingTurn: Promise<unknown> = Promise.resolve();
  #tellTimer: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(options: HeldTerminalOptions) {
    const { id, device, cols, rows } = options;
    this.#options = options;
    this.#terminal = {
      id,
      device,
      title: "",
      status: "connecting",
      openedAt: Date.now(),
      cols,
      rows,
      exitCode: null,
      fault: null,
      recording: null,
      bells: 0,
    };
    this.#session = new Session({
      scrollbackUnits: options.scrollbackUnits,
      ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
      events: {
        onMarks: ({ title, bells }) => this.#marks(title, bells),
        onHold: (held) => this.#hold(held),
      },
    });
    this.#link = new Link({
      ssh: options.ssh,
      device,
      size: () => ({ cols: this.#terminal.cols, rows: this.#terminal.rows }),
      onState: (state, before) => this.#linkChanged(state, before),
      onChannel: (channel) => this.#use(channel),
      ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
    });
  }

  /** What is told of the terminal now. */
  get value(): Terminal {
    return this.#terminal;
  }

  setScrollbackLimit(units: number): void {
    this.#session.setScrollbackLimit(units);
  }

  /** Opens the first shell, or another one for a closed terminal. Settles when that came to a shell or a fault. */
  connect(): Promise<void> {
    return this.#link.start();
  }

  attach(view: string, from: number | undefined, signal?: AbortSignal): AsyncGenerator<TerminalOutput, void, void> {
    return this.#session.attach(view, from, signal);
  }

  ack(view: string, offset: number): void {
    this.#session.ack(view, offset);
  }

  /** Sends keys, ahead of all output. Throws a FaultError when there is no shell to take them. */
  input(data: string): void {
    const channel = this.#link.channel;
    if (channel) {
      if (channel.unsentBytes > maxUnsentBytes) throw inputBacklog(this.#terminal.device);
      channel.write(data);
      return;
    }
    // Keys typed ahead go to the first shell only: one that was lost had another prompt in front of them.
    const fits = this.#typeAhead.length + data.length <= maxTypeAheadUnits;
    if (this.#link.status !== "connecting" || this.#everOpen || !fits) throw terminalNotOpen(this.#terminal.device);
    this.#typeAhead += data;
  }

  resize(cols: number, rows: number): void {
    if (cols === this.#terminal.cols && rows === this.#terminal.rows) return;
    this.#link.channel?.resize(cols, rows);
    this.#recorder?.resize(cols, rows);
    this.#tell({ cols, rows });
  }

  /** Starts or stops recording; calls are dealt with one after the other. Throws a FaultError when it cannot start. */
  record(on: boolean): Promise<void> {
    const turn = this.#recordingTurn.then(() => (on ? this.#startRecording() : this.#stopRecording()));
    this.#recordingTurn = turn.catch(() => undefined);
    return turn;
  }

  /** Closes the shell and every view; nothing is told any more. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#tellTimer) clearTimeout(this.#tellTimer);
    this.#link.stop();
    this.#session.end();
    await this.record(false);
  }

  #use(channel: ShellChannel): void {
    if (this.#everOpen) this.#notice("connected again");
    this.#everOpen = true;
    // The size may have changed while the shell was being opened; asking twice for the same changes nothing.
    channel.resize(this.#terminal.cols, this.#terminal.rows);
    channel.onData((bytes) => this.#session.receive(bytes));
    if (this.#held) channel.pause();
    if (this.#typeAhead) channel.write(this.#typeAhead);
    this.#typeAhead = "";
  }

  #hold(held: boolean): void {
    this.#held = held;
    if (held) this.#link.channel?.pause();
    else this.#link.channel?.resume();
  }

  #linkChanged({ status, exitCode, fault }: LinkState, before: LinkStatus): void {
    if (this.#ended) return;
    if (status === "reconnecting" && before === "open") this.#notice("connection lost");
    if (status === "closed" && before !== "connecting") {
      const why = fault ? fault.title : exitCode === null ? "shell ended" : `shell ended with exit code ${exitCode}`;
      this.#notice(cleanTitle(why));
    }
    if (status === "closed") {
      this.#typeAhead = "";
      void this.record(false);
    }
    this.#tell({ status, exitCode, fault });
  }

  /** Writes a line of Halfrack's own, with the local time of day. */
  #notice(what: string): void {
    const line = `${what} ${new Date().toTimeString().slice(0, 8)}`;
    this.#recorder?.marker(line);
    this.#session.notice(line);
  }

  #marks(title: string | null, bells: number): void {
    this.#terminal = {
      ...this.#terminal,
      bells: this.#terminal.bells + bells,
      ...(title === null ? {} : { title: cleanTitle(title) }),
    };
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = null;
      this.#tell({});
    }, tellEveryMs).unref();
  }

  #tell(change: Partial<Terminal>): void {
    this.#terminal = { ...this.#terminal, ...change };
    if (!this.#ended) this.#options.onChange(this.#terminal);
  }

  async #startRecording(): Promise<void> {
    if (this.#recorder) return;
    const { device, title, cols, rows, status } = this.#terminal;
    if (this.#ended || status === "closed") throw terminalNotOpen(device);
    // It takes in at once what is typed while its file is being made.
    const recorder = new Recorder({
      dir: this.#options.recordingsDir,
      device,
      title,
      cols,
      rows,
      onProgress: () => this.#session.regulate(),
      onFault: ({ fault }) => {
        if (this.#recorder !== recorder) return;
        this.#recorder = null;
        this.#session.setTap(null);
        this.#tell({ recording: null, fault });
      },
    });
    this.#recorder = recorder;
    this.#session.setTap(recorder);
    try {
      await recorder.opened;
    } catch (error) {
      if (this.#recorder === recorder) this.#recorder = null;
      this.#session.setTap(null);
      throw error;
    }
    if (this.#recorder !== recorder) return;
    this.#tell({ recording: { id: recorder.id, since: recorder.startedAt }, fault: null });
  }

  async #stopRecording(): Promise<void> {
    const recorder = this.#recorder;
    if (!recorder) return;
    this.#recorder = null;
    this.#session.setTap(null);
    await recorder.stop();
    this.#tell({ recording: null });
  }
}
