/**
 * Owns every use of ssh2's insides, each of which does nothing where ssh2 differs from 1.17.
 *
 * Window: ssh2 grants every channel 2 MiB; after Ctrl-C under a flood all of that still has to be drawn. Here a shell's
 * server is granted 256 KiB, and more only as bytes are taken. ssh2 counts down a window of 2 MiB by itself and tops it
 * up at 1 MiB; as the server never has more than our 256 KiB, that count stays above 1 MiB when the bytes taken are
 * added back, and ssh2's own top-up never happens.
 *
 * Signal: ssh2 sends none once standard input was closed, which is at the start of every command.
 */
import type { Client, ClientChannel } from "ssh2";

/** 256 KiB: 25 ms of drawing at 10 MB/s; still 6 MB/s over a 40 ms line. */
export const shellWindowBytes = 256 * 1024;

interface ProtocolInside {
  session(id: number, window: number, packetSize: number): void;
  channelWindowAdjust(id: number, bytes: number): void;
  signal(id: number, name: string): void;
}
interface ChannelInside {
  readonly incoming: { window: number; state: string };
  readonly outgoing: { id: number; state: string };
}

/** Runs `open`, which must call ssh2's shell or exec at once; the channel it opens gets the small window. */
export function withSmallWindow<T>(client: Client, open: () => T): T {
  const protocol = protocolOf(client);
  if (!protocol) return open();
  const original = protocol.session;
  protocol.session = function (id, _window, packetSize) {
    original.call(this, id, shellWindowBytes, packetSize);
  };
  try {
    return open();
  } finally {
    protocol.session = original;
  }
}

/** Tells the server that it may send as many bytes more as were taken, in steps of half the window. */
export function createWindowCredit(client: Client, channel: ClientChannel): (takenBytes: number) => void {
  const protocol = protocolOf(client);
  if (!protocol) return () => undefined;
  const inside = channel as unknown as ChannelInside;
  let owed = 0;
  return (takenBytes) => {
    owed += takenBytes;
    if (owed < shellWindowBytes / 2 || inside.outgoing.state === "closed" || inside.incoming.state === "closed") return;
    inside.incoming.window += owed;
    protocol.channelWindowAdjust(inside.outgoing.id, owed);
    owed = 0;
  };
}

/**
 * Kills what runs on a channel. OpenSSH passes the signal on for every login but root's; there the program ends when
 * it next writes, or lives on.
 */
export function killChannel(client: Client, channel: ClientChannel): void {
  const { outgoing } = channel as unknown as ChannelInside;
  if (outgoing.state === "open" || outgoing.state === "eof") protocolOf(client)?.signal(outgoing.id, "KILL");
}

function protocolOf(client: Client): ProtocolInside | null {
  const inside: unknown = Reflect.get(client, "_protocol");
  if (typeof inside !== "object" || inside === null) return null;
  const fits = ["session", "channelWindowAdjust", "signal"].every(
    (method) => typeof Reflect.get(inside, method) === "function",
  );
  return fits ? (inside as ProtocolInside) : null;
}
