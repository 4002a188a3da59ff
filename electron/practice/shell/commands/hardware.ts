/** Commands about a practice node's hardware. */
import { dmidecode, lscpu, lspci, numactl } from "../../text/hardware.ts";
import { type CommandFunction, fail, parseOptions, say } from "../command.ts";

const threads = (server: { sockets: number; cpu: { coresPerSocket: number; threadsPerCore: number } }) =>
  server.sockets * server.cpu.coresPerSocket * server.cpu.threadsPerCore;

const lspciCommand: CommandFunction = (context) => {
  const options = parseOptions(context.args, ["v", "n", "k", "D", "s:", "d:"]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  const text = context.args.join(" ");
  return say(
    context,
    lspci(context.host.server(), {
      verbose: options.flags.has("v"),
      numbers: options.flags.has("n"),
      domain: options.flags.has("D"),
      address: options.values.get("s") ?? null,
      id: options.values.get("d") ?? null,
      bothNames: /-\w*nn/.test(text),
    }),
  );
};

export const hardwareCommands: readonly [string, CommandFunction, string][] = [
  ["lspci", lspciCommand, "PCI devices (-v, -s ADDRESS, -d 15b3:, -nn)"],
  ["lscpu", (context) => say(context, lscpu(context.host.server())), "processors"],
  ["nproc", (context) => say(context, `${threads(context.host.server())}\n`), "number of processors"],
  [
    "numactl",
    (context) =>
      context.args.some((arg) => arg === "--hardware" || arg === "-H")
        ? say(context, numactl(context.host.server()))
        : fail(context, "only --hardware is part of the practice lab"),
    "memory nodes (--hardware)",
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
