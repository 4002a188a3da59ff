/** perftest on a practice node: a receiver waits on a TCP port of its node, a sender finds it, both run for the time asked. */
import type { Server } from "../../model.ts";
import { opening, type Perftest, report, waiting } from "../../text/perftest.ts";
import type { World } from "../../world.ts";
import { type CommandFunction, type Context, fail, parseOptions } from "../command.ts";
import { sleep } from "../io.ts";

/** Receivers that wait, by `node:port`. */
const waitingIn = new WeakMap<World, Map<string, (sender: Server) => void>>();
const usualSeconds = 5;

function perftest(tool: Perftest): CommandFunction {
  return async (context) => {
    const options = parseOptions(context.args, ["d:", "i:", "p:", "D:", "F", "report_gbits"]);
    if (options.unknown !== null) return fail(context, `unrecognized option '${options.unknown}'`);
    const value = (name: string, usual: string) => options.values.get(name) ?? usual;
    const { world } = context.host;
    const own = context.host.server();
    const device = value("d", own.hca.name);
    if (device !== own.hca.name) {
      await context.err.write(`IB device ${device} not found\n Unable to find the Infiniband/RoCE device\n`);
      return 1;
    }
    const number = Number(value("i", "1"));
    if (!own.hca.ports.some((port) => port.number === number && port.up)) {
      await context.err.write(` Port number ${number} state is Down\n Couldn't set the link layer\n`);
      return 1;
    }
    const port = Number(value("p", "18515"));
    const seconds = Number(value("D", String(usualSeconds)));
    const [address] = options.words;
    const places = waitingIn.get(world) ?? new Map<string, (sender: Server) => void>();
    waitingIn.set(world, places);
    const peer =
      address === undefined ? await receiver(context, places, port) : sender(world, places, own, address, port);
    if (peer === null) {
      const why = address === undefined ? "listen to port" : `connect to ${address}:`;
      await context.err.write(
        `Couldn't ${why}${address === undefined ? ` ${port}` : port}\n Unable to init the socket connection\n`,
      );
      return 1;
    }
    const run = { tool, own, peer, sends: address !== undefined, seconds, gigabits: options.flags.has("report_gbits") };
    await context.out.write(opening(run));
    await sleep(seconds * 1000, context.signal);
    await context.out.write(report(run));
    return 0;
  };
}

/** Waits for a sender; null when another program has the port. */
async function receiver(
  context: Context,
  places: Map<string, (sender: Server) => void>,
  port: number,
): Promise<Server | null> {
  const place = `${context.host.name}:${port}`;
  if (places.has(place)) return null;
  const found = Promise.withResolvers<Server>();
  const leave = () => found.reject(context.signal.reason);
  places.set(place, found.resolve);
  context.signal.addEventListener("abort", leave);
  try {
    await context.out.write(waiting);
    return await found.promise;
  } finally {
    context.signal.removeEventListener("abort", leave);
    places.delete(place);
  }
}

/** The server behind the address, told that this one sends to it; null where nobody waits there. */
function sender(
  { cube }: World,
  places: ReadonlyMap<string, (sender: Server) => void>,
  own: Server,
  address: string,
  port: number,
): Server | null {
  const peer = cube.servers.find((server) => server.address === address || server.name === address) ?? null;
  const meet = peer && places.get(`${peer.name}:${port}`);
  if (!peer || !meet) return null;
  meet(own);
  return peer;
}

export const perftestCommands: readonly [string, CommandFunction, string][] = [
  [
    "ib_write_bw",
    perftest("ib_write_bw"),
    "throughput of RDMA writes between two nodes (-d, -i, -p, -D, --report_gbits)",
  ],
  ["ib_send_bw", perftest("ib_send_bw"), "throughput of sends between two nodes (-d, -i, -p, -D, --report_gbits)"],
];
