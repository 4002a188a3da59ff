/** The InfiniBand tools of a practice node. */
import { switchFacts } from "../../machines.ts";
import { firstPort } from "../../model.ts";
import * as counters from "../../text/counters.ts";
import * as fabric from "../../text/fabric.ts";
import { ibdev2netdev, ibstat, ibstatus } from "../../text/ibstat.ts";
import { ctime } from "../../text/kernel.ts";
import { type CommandFunction, type Context, fail, parseOptions, say } from "../command.ts";

const cubeOf = (context: Context) => context.host.world.cube;

const iblinkinfo: CommandFunction = (context) => {
  const options = parseOptions(context.args, [
    "l",
    "line",
    "d",
    "down",
    "switches-only",
    "cas-only",
    "S:",
    "G:",
    "port-guid:",
    "switch:",
    "C:",
    "P:",
    "t:",
    "timeout:",
  ]);
  if (options.unknown !== null) return fail(context, `unrecognized option '${options.unknown}'`);
  const has = (...names: string[]) => names.some((name) => options.flags.has(name));
  const guid =
    options.values.get("S") ??
    options.values.get("switch") ??
    options.values.get("G") ??
    options.values.get("port-guid");
  if (guid !== undefined && !/^0x[0-9a-fA-F]{1,16}$/.test(guid)) return fail(context, `invalid GUID ${guid}`);
  const show = has("switches-only") ? "switches" : has("cas-only") ? "hcas" : "all";
  const text = fabric.iblinkinfo(cubeOf(context), context.host.name, {
    line: has("l", "line"),
    show,
    downOnly: has("d", "down"),
    ...(guid === undefined ? {} : { guid }),
  });
  return say(context, text);
};

const ibnetdiscover: CommandFunction = (context) => {
  const options = parseOptions(context.args, ["p", "ports", "C:", "P:", "t:", "timeout:", "o:", "outstanding_smps:"]);
  if (options.unknown !== null) return fail(context, `unrecognized option '${options.unknown}'`);
  const ports = options.flags.has("p") || options.flags.has("ports");
  return say(
    context,
    ports
      ? fabric.ibnetdiscoverPorts(cubeOf(context), context.host.name)
      : fabric.ibnetdiscover(cubeOf(context), context.host.name, ctime(context.host.world.now())),
  );
};

function countsOf({ host: { world } }: Context): counters.CountsOf {
  return { card: ({ name }) => world.countsOfCard(name), port: (number) => world.countsOfPort(number) };
}

const perfquery: CommandFunction = (context) => {
  const options = parseOptions(context.args, ["x", "extended", "C:", "P:", "t:"]);
  if (options.unknown !== null) return fail(context, `unrecognized option '${options.unknown}'`);
  const [lidWord, portWord] = options.words;
  const own = firstPort(context.host.server());
  const lid = lidWord === undefined ? own.lid : Number(lidWord);
  const port = portWord === undefined ? 1 : Number(portWord);
  const known =
    lid === switchFacts.lid
      ? port >= 1 && port <= switchFacts.ports && cubeOf(context).ports[port - 1]?.up === true
      : port === 1 && cubeOf(context).servers.some((server) => firstPort(server).up && firstPort(server).lid === lid);
  // A port that is down still answers its own node.
  if (
    !known &&
    !(lid === own.lid && port === 1) &&
    !(own.up && lid === switchFacts.lid && port >= 1 && port <= switchFacts.ports)
  ) {
    return noAnswer(context, lid);
  }
  if (lid !== own.lid && !own.up) return noAnswer(context, lid);
  const extended = options.flags.has("x") || options.flags.has("extended");
  const server = cubeOf(context).servers.find((one) => firstPort(one).lid === lid);
  const counts = countsOf(context);
  const counted = lid === switchFacts.lid || !server ? counts.port(port) : counts.card(server);
  return say(context, (extended ? counters.perfqueryExtended : counters.perfquery)(lid, port, counted));
};

const ibqueryerrors: CommandFunction = async (context) => {
  const names = [
    "counters",
    "data",
    "details",
    "report-port",
    "r",
    "c",
    "suppress-common",
    "threshold-file:",
    "C:",
    "P:",
    "t:",
    "o:",
  ];
  const options = parseOptions(context.args, names);
  if (options.unknown !== null) return fail(context, `unrecognized option '${options.unknown}'`);
  const { flags } = options;
  const links = flags.has("report-port") || flags.has("r");
  const show = { counters: flags.has("counters"), data: flags.has("data"), links };
  const { text, code } = counters.ibqueryerrors(cubeOf(context), context.host.name, countsOf(context), show);
  await say(context, text);
  return code;
};

async function noAnswer(context: Context, lid: number): Promise<number> {
  await context.err.write(
    `ibwarn: [4012] mad_rpc: _do_madrpc failed; dport (Lid ${lid})\n${context.name}: iberror: failed: perfquery\n`,
  );
  return 255;
}

const sminfo: CommandFunction = async (context) => {
  const { world } = context.host;
  const text = fabric.sminfo(
    world.cube,
    context.host.name,
    Math.floor((world.now() - world.bootedAt("node1")) / 10_000),
  );
  if (text !== null) return say(context, text);
  await context.err.write("ibwarn: [4011] mad_rpc: _do_madrpc failed; dport (Lid 1)\n");
  await context.out.write("sminfo: iberror: failed: query\n");
  return 255;
};

export const fabricCommands: readonly [string, CommandFunction, string][] = [
  [
    "ibstat",
    async (context) => {
      const { out, err, code } = ibstat(context.host.server(), context.args);
      await context.out.write(out);
      if (err !== "") await context.err.write(err);
      return code;
    },
    "state of the InfiniBand adapter (-l, -s, -p, CA [port])",
  ],
  ["ibstatus", (context) => say(context, ibstatus(context.host.server())), "the same from sysfs"],
  ["ibdev2netdev", (context) => say(context, ibdev2netdev(context.host.server())), "network device of each port"],
  ["iblinkinfo", iblinkinfo, "every link of the fabric (-l, -d, --switches-only, --cas-only, -S GUID)"],
  ["ibnetdiscover", ibnetdiscover, "the fabric's topology (-p)"],
  ["ibhosts", (context) => say(context, fabric.ibhosts(cubeOf(context), context.host.name)), "HCAs of the fabric"],
  [
    "ibswitches",
    (context) => say(context, fabric.ibswitches(cubeOf(context), context.host.name)),
    "switches of the fabric",
  ],
  [
    "ibnodes",
    (context) =>
      say(
        context,
        fabric.ibhosts(cubeOf(context), context.host.name) + fabric.ibswitches(cubeOf(context), context.host.name),
      ),
    "HCAs and switches",
  ],
  ["sminfo", sminfo, "who is the subnet manager"],
  ["perfquery", perfquery, "counters of a port (-x, LID, port)"],
  ["ibqueryerrors", ibqueryerrors, "ports with errors (--data), traffic of all ports (--counters)"],
];
