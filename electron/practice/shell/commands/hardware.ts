/** Commands about a practice node's hardware. */
import { dmidecode, lscpu, lspci, lspciTree, numactl, numaPolicy } from "../../text/hardware.ts";
import { type CommandFunction, fail, parseOptions, say } from "../command.ts";

const threads = (server: { sockets: number; cpu: { coresPerSocket: number; threadsPerCore: number } }) =>
  server.sockets * server.cpu.coresPerSocket * server.cpu.threadsPerCore;

const lspciCommand: CommandFunction = (context) => {
  const options = parseOptions(context.args, ["v", "n", "k", "D", "t", "x", "s:", "d:"]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  const text = context.args.join(" ");
  if (options.flags.has("t")) return say(context, lspciTree(context.host.server(), options.flags.has("v")));
  return say(
    context,
    lspci(context.host.server(), {
      verbose: options.flags.has("v"),
      numbers: options.flags.has("n"),
      domain: options.flags.has("D"),
      address: options.values.get("s") ?? null,
      id: options.values.get("d") ?? null,
      bothNames: /-\w*nn/.test(text),
      bytes: options.flags.has("x"),
    }),
  );
};

export const hardwareCommands: readonly [string, CommandFunction, string][] = [
  ["lspci", lspciCommand, "PCI devices (-v, -t, -s ADDRESS, -d 15b3:, -nn)"],
  ["lscpu", (context) => say(context, lscpu(context.host.server())), "processors"],
  ["nproc", (context) => say(context, `${threads(context.host.server())}\n`), "number of processors"],
  [
    "numactl",
    (context) => {
      const asks = (...names: string[]) => context.args.some((arg) => names.includes(arg));
      if (asks("--hardware", "-H")) return say(context, numactl(context.host.server()));
      if (asks("--show", "-s")) return say(context, numaPolicy(context.host.server()));
      return fail(context, "only --hardware and --show are part of the practice lab");
    },
    "memory nodes (--hardware, --show)",
  ],
  [
    "dmidecode",
    (context) => {
      const options = parseOptions(context.args, ["t:", "type:", "s:", "string:", "q"]);
      const type = options.values.get("t") ?? options.values.get("type") ?? null;
      const keyword = options.values.get("s") ?? options.values.get("string") ?? null;
      const text = dmidecode(context.host.server(), type, keyword);
      return text === null ? fail(context, `Invalid type or keyword: ${type ?? keyword}`, 2) : say(context, text);
    },
    "what the firmware tells (-t bios|system|processor|memory, -s)",
  ],
];
