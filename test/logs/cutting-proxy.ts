/** A TCP proxy before an SSH server that cuts a connection in one of the ways in which networks do. */
import { connect, createServer, type Socket } from "node:net";

/**
 * `reset`: both ends are told at once. `end`: the stream ends where it is, in the middle of a packet.
 * `stall`: nothing passes any more, and nobody is told.
 */
export type Cut = "reset" | "end" | "stall";
export const cuts: readonly Cut[] = ["reset", "end", "stall"];

/** What the server has said in clear so far, and so how far the first connection is. */
export type Stage = "banner" | "key exchange" | "authentication";

export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that were made to it. */
  readonly connections: number;
  /** How often it has cut. */
  readonly cut: number;
  /** Cuts every connection there is now, once the server has sent so many bytes more; those that come later pass. */
  cutAfter(bytes: number): void;
  /** The same at once. */
  cutNow(): void;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  /** How many bytes of a chunk from the server pass; fewer than it has where the connection is cut. */
  limit: ((chunk: Buffer) => number) | null;
}

/** Bytes of a stage that still pass before it is cut: the cut is within a packet of it. */
const into = { banner: 4, "key exchange": 200, authentication: 40 } as const;

/** With `at`, the first connection is cut at that stage by itself. */
export async function startCuttingProxy(
  to: { readonly host: string; readonly port: number },
  how: Cut,
  at: Stage | null,
): Promise<CuttingProxy> {
  const open = new Set<Pair>();
  const sockets = new Set<Socket>();
  let connections = 0;
  let cut = 0;
  const cutOne = (pair: Pair) => {
    cut++;
    open.delete(pair);
    for (const [from, other] of [
      [pair.near, pair.far],
      [pair.far, pair.near],
    ] as const) {
      from.removeAllListeners("data");
      from.pause();
      if (how === "reset") from.resetAndDestroy();
      else if (how === "end") from.end();
      // who gives up closes its end, which the other hears of
      else from.resume().once("close", () => other.destroy());
    }
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ ...to, noDelay: true });
    const first = connections++ === 0;
    const pair: Pair = { near, far, limit: first && at ? stageLimit(at) : null };
    open.add(pair);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    }
    near.on("close", () => {
      open.delete(pair);
      far.destroy();
    });
    near.on("data", (chunk) => {
      if (!far.write(chunk)) held(near, far);
    });
    far.on("close", () => near.destroy());
    far.on("data", (chunk) => {
      const passing = pair.limit?.(chunk) ?? chunk.length;
      if (!near.write(chunk.subarray(0, passing))) held(far, near);
      if (passing < chunk.length) cutOne(pair);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (!address || typeof address !== "object") throw new Error("no port");
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    get cut() {
      return cut;
    },
    cutAfter(bytes) {
      for (const pair of open) pair.limit = bytesLimit(bytes);
    },
    cutNow() {
      for (const pair of [...open]) cutOne(pair);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function held(from: Socket, to: Socket): void {
  from.pause();
  to.once("drain", () => from.resume());
}

function bytesLimit(bytes: number): (chunk: Buffer) => number {
  let left = bytes;
  return (chunk) => {
    const passing = Math.min(left, chunk.length);
    left -= passing;
    return passing;
  };
}

/** How many bytes of each chunk pass: those before the stage, and a few of it. RFC 4253, sections 4.2 and 6. */
function stageLimit(at: Stage): (chunk: Buffer) => number {
  let seen = Buffer.alloc(0);
  return (chunk) => {
    const before = seen.length;
    seen = Buffer.concat([seen, chunk]);
    const begins = beginOf(at, seen);
    return begins === null ? chunk.length : Math.min(chunk.length, Math.max(0, begins + into[at] - before));
  };
}

/** Where in what the server sent a stage begins; null while it has not. */
function beginOf(at: Stage, seen: Buffer): number | null {
  if (at === "banner") return 0;
  let place = seen.indexOf("\n") + 1;
  if (place === 0) return null;
  if (at === "key exchange") return place;
  const newKeys = 21;
  while (place + 6 <= seen.length) {
    const type = seen[place + 5];
    place += 4 + seen.readUInt32BE(place);
    if (type === newKeys) return place;
  }
  return null;
}
