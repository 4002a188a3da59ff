/** One interactive shell on one channel: size, back-pressure down to the SSH window, and how it ended. */
import type { ClientChannel } from "ssh2";
import type { Connection } from "./connection.node.ts";
import { openChannel, watchEnd } from "./exec.node.ts";
import { connectionLost, disconnected } from "./faults.ts";
import { createWindowCredit, withSmallWindow } from "./ssh2-inside.node.ts";
import type { ShellChannel, ShellEnd } from "./types.ts";

/** Terminal type told to the far side; xterm.js speaks it. */
const terminalType = "xterm-256color";

/** Opens a login shell with a terminal. Rejects with ChannelRefused when the server refuses the channel, else with a FaultError. */
export function openShell(
  connection: Connection,
  device: string,
  size: { readonly cols: number; readonly rows: number },
): Promise<ShellChannel> {
  return openChannel(
    connection,
    device,
    (done) =>
      withSmallWindow(connection.client, () =>
        connection.client.shell({ term: terminalType, cols: size.cols, rows: size.rows, width: 0, height: 0 }, done),
      ),
    (channel) => wrap(connection, device, channel),
  );
}

function wrap(connection: Connection, device: string, channel: ClientChannel): ShellChannel {
  const credit = createWindowCredit(connection.client, channel);
  const closed = Promise.withResolvers<ShellEnd>();
  const end = watchEnd();
  let closing = false;
  const deliver = (listener: (chunk: Uint8Array) => void) => (chunk: Buffer) => {
    listener(chunk);
    credit(chunk.length);
  };
  channel.on("exit", end.onExit);
  channel.on("error", () => undefined); // its connection tells
  channel.on("close", () => {
    const lost = !end.told && !closing && connection.gone;
    const why = connection.closedHere ? disconnected(device) : connectionLost(device, "");
    closed.resolve({ exitCode: end.code, signal: end.signal, lost, fault: lost ? why.fault : null });
  });
  // a paused shell ends only when what is left has been read: at most one window, so it is let through
  connection.ended.then(() => {
    channel.resume();
    channel.stderr.resume();
  });
  return {
    write(data) {
      if (channel.writable) channel.write(data);
    },
    get unsentBytes() {
      return channel.writableLength;
    },
    resize(cols, rows) {
      channel.setWindow(rows, cols, 0, 0);
    },
    pause() {
      channel.pause();
      channel.stderr.pause();
    },
    resume() {
      channel.resume();
      channel.stderr.resume();
    },
    close() {
      closing = true;
      channel.close();
      channel.resume();
      channel.stderr.resume();
    },
    onData(listener) {
      channel.removeAllListeners("data");
      channel.stderr.removeAllListeners("data");
      channel.on("data", deliver(listener));
      channel.stderr.on("data", deliver(listener));
    },
    closed: closed.promise,
  };
}
