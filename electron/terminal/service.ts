/** Owns the set of terminals: their identifiers, how much scrollback each may hold, what watchers see of them. */
import { randomUUID } from "node:crypto";
import { FaultError } from "../contract/error.ts";
import type { Recording, Terminal, TerminalOutput } from "../contract/terminal.ts";
import { Published } from "../published.ts";
import type { SshService } from "../ssh/types.ts";
import { unknownTerminal } from "./faults.ts";
import { listRecordings, readRecording } from "./recordings.node.ts";
import { HeldTerminal } from "./terminal.node.ts";

/** Code units of scrollback one terminal holds at most, all of them together, and each at least. */
const maxScrollbackUnits = 4 * 1024 * 1024;
const allScrollbackUnits = 64 * 1024 * 1024;
const minScrollbackUnits = 512 * 1024;

export interface TerminalsState {
  readonly terminals: Record<string, Terminal>;
}

export interface TerminalService extends AsyncDisposable {
  readonly state: Published<TerminalsState>;
  /** Opens a shell. A refusal known at once (no such device) is thrown; a later one is the terminal's fault. */
  open(input: { readonly device: string; readonly cols: number; readonly rows: number }): Promise<Terminal>;
  /** Output for one view, until `signal` fires or the terminal is closed. A second attach of a view ends the first. */
  attach(
    input: { readonly terminal: string; readonly view: string; readonly from?: number | undefined },
    signal?: AbortSignal,
  ): AsyncGenerator<TerminalOutput, void, void>;
  ack(input: { readonly terminal: string; readonly view: string; readonly offset: number }): void;
  input(input: { readonly terminal: string; readonly data: string }): void;
  resize(input: { readonly terminal: string; readonly cols: number; readonly rows: number }): void;
  reconnect(input: { readonly terminal: string }): Promise<Terminal>;
  close(input: { readonly terminal: string }): Promise<void>;
  /** Ends every session. All are gone from the state at once; resolves when their recordings are on disk. */
  closeAll(): Promise<void>;
  broadcast(input: { readonly terminals: readonly string[]; readonly data: string }): {
    sent: string[];
    refused: string[];
  };
  record(input: { readonly terminal: string; readonly on: boolean }): Promise<Terminal>;
  recordings(): Promise<Recording[]>;
  recording(input: { readonly id: string }, signal?: AbortSignal): AsyncGenerator<string, void, void>;
}

export interface TerminalServiceDeps {
  readonly ssh: Pick<SshService, "shell" | "state">;
  readonly recordingsDir: string;
  /** Wait before a second shell is tried on a connection that came back; it doubles. */
  readonly retryMs?: number;
  /** How long a view may draw nothing before it stops holding its terminal back. */
  readonly stallMs?: number;
}

export function createTerminalService(deps: TerminalServiceDeps): TerminalService {
  const state = new Published<TerminalsState>({ terminals: {} });
  const held = new Map<string, HeldTerminal>();

  const find = (id: string): HeldTerminal => {
    const terminal = held.get(id);
    if (!terminal) throw unknownTerminal(id);
    return terminal;
  };

  const scrollbackUnits = (count: number) =>
    Math.max(minScrollbackUnits, Math.min(maxScrollbackUnits, Math.floor(allScrollbackUnits / Math.max(1, count))));

  const shareScrollback = () => {
    for (const terminal of held.values()) terminal.setScrollbackLimit(scrollbackUnits(held.size));
  };

  const forget = async (terminal: HeldTerminal): Promise<void> => {
    const { id } = terminal.value;
    held.delete(id);
    state.update((draft) => {
      delete draft.terminals[id];
    });
    shareScrollback();
    await terminal.end();
  };

  const closeAll = async (): Promise<void> => {
    await Promise.all([...held.values()].map(forget));
  };

  return {
    state,

    async open({ device, cols, rows }) {
      const id = randomUUID();
      const terminal = new HeldTerminal({
        ...deps,
        id,
        device,
        cols,
        rows,
        scrollbackUnits: scrollbackUnits(held.size + 1),
        onChange: (value) => {
          if (held.has(id)) {
            state.update((draft) => {
              draft.terminals[id] = value;
            });
          }
        },
      });
      held.set(id, terminal);
      shareScrollback();
      await knownOrSettled(deps.ssh, device, terminal.connect());
      if (!held.has(id)) throw unknownTerminal(id); // closed while it was being opened
      const { status, fault } = terminal.value;
      if (status === "closed" && fault) {
        await forget(terminal);
        throw new FaultError(fault);
      }
      return terminal.value;
    },

    attach: ({ terminal, view, from }, signal) => find(terminal).attach(view, from, signal),
    ack: ({ terminal, view, offset }) => find(terminal).ack(view, offset),
    input: ({ terminal, data }) => find(terminal).input(data),
    resize: ({ terminal, cols, rows }) => find(terminal).resize(cols, rows),

    async reconnect(input) {
      const terminal = find(input.terminal);
      void terminal.connect();
      return terminal.value;
    },

    close: (input) => forget(find(input.terminal)),
    closeAll,

    broadcast({ terminals, data }) {
      const sent: string[] = [];
      const refused: string[] = [];
      for (const id of new Set(terminals)) (sendTo(held.get(id), data) ? sent : refused).push(id);
      return { sent, refused };
    },

    async record(input) {
      const terminal = find(input.terminal);
      await terminal.record(input.on);
      return terminal.value;
    },

    recordings: () => listRecordings(deps.recordingsDir),
    recording: ({ id }, signal) => readRecording(deps.recordingsDir, id, signal),

    [Symbol.asyncDispose]: closeAll,
  };
}

/** Resolves when the SSH service took the device on, or when `connecting` came to an end before that. */
function knownOrSettled(ssh: TerminalServiceDeps["ssh"], device: string, connecting: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop();
      resolve();
    };
    const look = () => {
      if (Object.hasOwn(ssh.state.get().connections, device)) done();
    };
    const stop = ssh.state.onChange(look);
    void connecting.then(done);
    look();
  });
}

/** True when the terminal is open and took the keys; a broadcast is never typed ahead. */
function sendTo(terminal: HeldTerminal | undefined, data: string): boolean {
  if (terminal?.value.status !== "open") return false;
  try {
    terminal.input(data);
    return true;
  } catch {
    return false;
  }
}
