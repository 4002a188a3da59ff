/** Commands about a practice node's running system. */

import { memoryOf } from "../../text/hardware.ts";
import {
  bootId,
  clock,
  ctime,
  dmesg,
  type JournalLine,
  journal,
  journalJson,
  journalText,
  kernelRelease,
  kernelVersion,
} from "../../text/kernel.ts";
import { eventLog } from "../../text/memory-errors.ts";
import * as system from "../../text/system.ts";
import { type CommandFunction, type Context, fail, parseOptions, say } from "../command.ts";
import { sleep } from "../io.ts";

const uname: CommandFunction = (context) => {
  const fields: [string, string][] = [
    ["s", "Linux"],
    ["n", context.host.name],
    ["r", kernelRelease],
    ["v", kernelVersion],
    ["m", "x86_64"],
    ["p", "x86_64"],
    ["i", "x86_64"],
    ["o", "GNU/Linux"],
  ];
  const options = parseOptions(context.args, ["a", "all", ...fields.map(([flag]) => flag)]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  const all = options.flags.has("a") || options.flags.has("all");
  const shown = fields.filter(([flag]) => all || options.flags.has(flag));
  return say(context, `${(shown.length > 0 ? shown : fields.slice(0, 1)).map(([, text]) => text).join(" ")}\n`);
};

const date: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["u", "utc", "r:", "reference:", "d:", "date:", "R", "I"]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  const { files } = context.host;
  const reference = options.values.get("r") ?? options.values.get("reference");
  const given = options.values.get("d") ?? options.values.get("date");
  let now = context.host.clock();
  if (reference !== undefined) {
    const entry = files.find(files.absolute(context.cwd, reference));
    if (!entry) return fail(context, `'${reference}': No such file or directory`);
    now = entry.mtime;
  } else if (given !== undefined) {
    const parsed = /^@\d+$/.test(given)
      ? Number(given.slice(1)) * 1000
      : given === "now"
        ? now
        : Date.parse(`${given}Z`);
    if (!Number.isFinite(parsed)) return fail(context, `invalid date '${given}'`);
    now = parsed;
  }
  const format = options.words.find((word) => word.startsWith("+"));
  const iso = new Date(now).toISOString();
  if (options.flags.has("I")) return say(context, `${iso.slice(0, 10)}\n`);
  if (format === undefined) return say(context, `${ctime(now).replace(/ (\d{4})$/, " UTC $1")}\n`);
  const parts: Readonly<Record<string, string>> = {
    s: String(Math.floor(now / 1000)),
    N: `${String(Math.floor(now % 1000)).padStart(3, "0")}000000`,
    F: iso.slice(0, 10),
    T: clock(now),
    Y: iso.slice(0, 4),
    y: iso.slice(2, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    a: ctime(now).slice(0, 3),
    b: ctime(now).slice(4, 7),
    e: ctime(now).slice(8, 10),
    c: ctime(now),
    z: "+0000",
    Z: "UTC",
    n: "\n",
    t: "\t",
    "%": "%",
  };
  return say(context, `${format.slice(1).replace(/%(.)/g, (whole, one: string) => parts[one] ?? whole)}\n`);
};

const id: CommandFunction = (context) => {
  const options = parseOptions(context.args, ["u", "g", "G", "n", "r"]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  if (options.words.some((word) => word !== "root" && word !== "0"))
    return fail(context, `${options.words[0]}: no such user`);
  if (options.flags.size === 0) return say(context, "uid=0(root) gid=0(root) groups=0(root)\n");
  return say(context, options.flags.has("n") ? "root\n" : "0\n");
};

const top: CommandFunction = async (context) => {
  const frame = () => system.top(context.host, context.host.world.now());
  if (!context.terminal || context.args.some((arg) => arg.includes("b"))) return say(context, frame());
  await context.out.write(`\x1b[H\x1b[2J${frame()}`);
  for (;;) {
    const key = await context.terminal.readKey(context.signal);
    if (key === "q" || key === "Q") return 0;
    await context.out.write(`\x1b[H\x1b[2J${frame()}`);
  }
};

/** `--since`: a date and time of this node's clock, `@` and seconds, or how long ago; null for what is none. */
function momentOf(word: string | undefined, now: number): number | null | undefined {
  if (word === undefined) return undefined;
  const [, count, unit] = /^-?(\d+) ?(s|m|min|h|d|minutes?|hours?|days?|seconds?)(?: ago)?$/.exec(word) ?? [];
  if (unit !== undefined) {
    const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit[0] ?? "s"] ?? 1000;
    return now - Number(count) * unitMs;
  }
  if (/^@\d+(?:\.\d+)?$/.test(word)) return Number(word.slice(1)) * 1000;
  if (word === "now") return now;
  if (word === "today") return Math.floor(now / 86_400_000) * 86_400_000;
  const at = Date.parse(
    `${word.replace(/ UTC$/, "").replace(" ", "T")}${/^\d{4}-\d\d-\d\d$/.test(word) ? "T00:00:00" : ""}Z`,
  );
  return Number.isNaN(at) ? null : at;
}

const journalctl: CommandFunction = async (context) => {
  const options = parseOptions(context.args, [
    "n:",
    "lines:",
    "u:",
    "unit:",
    "k",
    "dmesg",
    "b",
    "boot",
    "f",
    "follow",
    "no-pager",
    "e",
    "x",
    "r",
    "q",
    "S:",
    "since:",
    "U:",
    "until:",
    "p:",
    "o:",
    "output:",
    "a",
    "all",
    "quiet",
    "disk-usage",
    "list-boots",
  ]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  const { world } = context.host;
  const unit = (options.values.get("u") ?? options.values.get("unit"))?.replace(/\.service$/, "");
  const kernelOnly = options.flags.has("k") || options.flags.has("dmesg");
  const server = context.host.server();
  const since = momentOf(options.values.get("S") ?? options.values.get("since"), context.host.clock());
  const until = momentOf(options.values.get("U") ?? options.values.get("until"), context.host.clock());
  if (since === null || until === null) return fail(context, "Failed to parse timestamp");
  // of `FIELD=value` nothing that the practice lab logs has any
  const hasMatch = options.words.some((word) => word.includes("="));
  const lines = () =>
    journal(world, server).filter(
      (line) =>
        !hasMatch &&
        (unit === undefined || line.unit === unit) &&
        (!kernelOnly || line.source === "kernel") &&
        line.at >= (since ?? 0) &&
        line.at <= (until ?? Number.POSITIVE_INFINITY),
    );
  if (options.flags.has("list-boots")) {
    const whole = journal(world, server);
    const [from, to] = [whole[0]?.at ?? 0, whole.at(-1)?.at ?? 0];
    return say(context, ` 0 ${bootId(world, server)} ${system.journalDate(from)}—${system.journalDate(to)}\n`);
  }
  if (options.flags.has("disk-usage")) return say(context, "Archived and active journals take up 8.0M on disk.\n");
  const isQuiet = options.flags.has("q") || options.flags.has("quiet");
  const isJson = /^json/.test(options.values.get("o") ?? options.values.get("output") ?? "");
  const textOf = (line: JournalLine) => (isJson ? journalJson(world, server, line) : journalText(server, line));
  const follows = options.flags.has("f") || options.flags.has("follow");
  const word = options.values.get("n") ?? options.values.get("lines");
  const count = word === undefined ? (follows ? 10 : Number.POSITIVE_INFINITY) : Number(word);
  if (Number.isNaN(count)) return fail(context, "Failed to parse lines");
  const all = lines();
  const shown = count === Number.POSITIVE_INFINITY ? all : count === 0 ? [] : all.slice(-count);
  if (options.flags.has("r")) shown.reverse();
  const first = all[0];
  if (first && !isQuiet && !isJson) {
    await context.out.write(
      `-- Logs begin at ${system.journalDate(first.at)}, end at ${system.journalDate(all.at(-1)?.at ?? first.at)}. --\n`,
    );
  }
  if (all.length === 0 && !isQuiet && !isJson) await context.out.write("-- No entries --\n");
  await context.out.write(shown.map(textOf).join(""));
  let seen = all.length;
  while (follows) {
    await sleep(250, context.signal);
    const now = lines();
    if (now.length > seen) await context.out.write(now.slice(seen).map(textOf).join(""));
    seen = now.length;
  }
  return 0;
};

const dmesgCommand: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["T", "ctime", "H", "w", "follow", "x", "k", "l:", "level:", "color:"]);
  if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
  const { world } = context.host;
  const text = () => dmesg(world, context.host.server(), options.flags.has("T") || options.flags.has("ctime"));
  let shown = text();
  await context.out.write(shown);
  while (options.flags.has("w") || options.flags.has("follow")) {
    await sleep(250, context.signal);
    const now = text();
    await context.out.write(now.startsWith(shown) ? now.slice(shown.length) : now);
    shown = now;
  }
  return 0;
};

const systemctl: CommandFunction = async (context) => {
  const words = context.args.filter((arg) => !arg.startsWith("-"));
  const [verb = "list-units", ...units] = words;
  const services = system.services(context.host.server());
  const find = (name: string) => services.find((one) => one.name === name.replace(/\.service$/, ""));
  if (verb === "list-units" || verb === "list-unit-files") return say(context, system.unitList(services));
  if (verb === "status") {
    const [name] = units;
    if (name === undefined) return say(context, system.systemStatus(context.host));
    const service = find(name);
    if (service) return say(context, system.serviceStatus(context.host, service));
    await context.err.write(`Unit ${name.replace(/\.service$/, "")}.service could not be found.\n`);
    return 4;
  }
  if (verb === "is-active" || verb === "is-enabled") {
    let status = 3;
    for (const name of units) {
      const known = find(name) !== undefined || name === "default.target";
      if (known) status = 0;
      await context.out.write(
        `${known ? (verb === "is-active" ? "active" : "enabled") : verb === "is-active" ? "unknown" : "disabled"}\n`,
      );
    }
    return status;
  }
  if (verb === "is-system-running") return say(context, "running\n");
  return fail(context, `\`${verb}' is not part of the practice lab`);
};

const ping: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["c:", "i:", "W:", "w:", "q", "n", "4", "s:"]);
  const [target] = options.words;
  if (target === undefined) return fail(context, "usage: ping [-c count] destination", 2);
  const { servers } = context.host.world.cube;
  const local = target === "localhost" || target === "127.0.0.1" ? context.host.server() : undefined;
  const server = local ?? servers.find((one) => one.name === target || one.address === target);
  if (!server) return fail(context, `${target}: Name or service not known`, 2);
  const address = local ? "127.0.0.1" : server.address;
  const count = options.values.has("c")
    ? Math.min(10_000, Number(options.values.get("c")) || 1)
    : Number.POSITIVE_INFINITY;
  await context.out.write(`PING ${target} (${address}) 56(84) bytes of data.\n`);
  let sent = 0;
  let received = 0;
  const alive = () => context.host.world.cube.servers.find((one) => one.name === server.name)?.on === true;
  try {
    while (sent < count) {
      sent += 1;
      if (alive()) {
        received += 1;
        await context.out.write(
          `64 bytes from ${target} (${address}): icmp_seq=${sent} ttl=64 time=0.${(118 + ((sent * 37) % 60)).toString()} ms\n`,
        );
      } else
        await context.out.write(
          `From ${context.host.server().address} icmp_seq=${sent} Destination Host Unreachable\n`,
        );
      if (sent < count) await sleep(Math.max(200, Number(options.values.get("i") ?? 1) * 1000 || 1000), context.signal);
    }
  } finally {
    const lost = Math.round(((sent - received) / sent) * 100);
    await context.out
      .write(
        `\n--- ${target} ping statistics ---\n${sent} packets transmitted, ${received} received, ${lost}% packet loss, time ${Math.max(0, sent - 1) * 1000}ms\n`,
      )
      .catch(() => {});
  }
  return received > 0 ? 0 : 1;
};

const own =
  (make: (context: Context) => string): CommandFunction =>
  (context) =>
    say(context, make(context));

export const systemCommands: readonly [string, CommandFunction, string][] = [
  ["uname", uname, "kernel and machine (-a -r)"],
  ["hostname", (context) => say(context, `${context.host.name}\n`), "name of this node"],
  ["whoami", own(() => "root\n"), "who you are"],
  ["id", id, "user and groups (-u -g -n)"],
  [
    "tty",
    (context) => (context.terminal ? say(context, "/dev/pts/0\n") : say(context, "not a tty\n").then(() => 1)),
    "which terminal this is",
  ],
  ["arch", own(() => "x86_64\n"), "machine"],
  ["date", date, "time of this node (UTC; +FORMAT)"],
  ["uptime", own((context) => system.uptime(context.host)), "how long it has been up"],
  ["who", own((context) => system.who(context.host)), "who is logged in"],
  ["w", own((context) => system.w(context.host)), "who is logged in and what the load is"],
  ["ps", own((context) => system.ps(context.host, context.args)), "processes (aux, -ef)"],
  ["top", top, "processes, live (q ends)"],
  ["free", own((context) => system.free(memoryOf(context.host.server()), context.args)), "memory (-h -m -g)"],
  [
    "df",
    own((context) =>
      system.df(
        context.host.server(),
        context.args.some((arg) => arg.includes("h")),
        context.host.world.diskFullSince(context.host.name) !== null,
      ),
    ),
    "file systems (-h)",
  ],
  ["lsblk", own((context) => system.lsblk(context.host.server())), "disks"],
  ["mount", own(() => system.mounts), "what is mounted"],
  [
    "ip",
    (context) => {
      const words = context.args.filter((arg) => !arg.startsWith("-"));
      const topic = words[0] ?? "";
      if ("address".startsWith(topic) && topic !== "")
        return say(context, system.ipAddress(context.host.server(), true));
      if ("link".startsWith(topic) && topic !== "") return say(context, system.ipAddress(context.host.server(), false));
      if ("route".startsWith(topic) && topic !== "")
        return say(context, `10.20.0.0/24 dev eno1 proto kernel scope link src ${context.host.server().address}\n`);
      if ("neighbour".startsWith(topic) && topic !== "") return say(context, system.neighbours(context.host));
      return fail(context, "only addr, link, neigh and route are part of the practice lab", 255);
    },
    "network interfaces (addr, link, neigh, route)",
  ],
  ["ss", own((context) => system.sockets(context.host)), "sockets"],
  ["ping", ping, "reach another node (-c)"],
  ["systemctl", systemctl, "services (status, is-active, list-units)"],
  ["journalctl", journalctl, "the journal (-n -u -k -b -f)"],
  ["dmesg", dmesgCommand, "messages of the kernel (-T, -w)"],
  ["last", own((context) => system.lastLogins(context.host)), "starts of this node"],
  [
    "ipmitool",
    (context) =>
      /^sel e?list$/.test(context.args.join(" "))
        ? say(context, eventLog(context.host.world, context.host.name))
        : fail(context, "only sel list and sel elist are part of the practice lab"),
    "event log of this node's BMC (sel elist)",
  ],
  ["lsmod", own(() => system.modules), "kernel modules"],
  [
    "history",
    (context) =>
      say(
        context,
        (context.terminal?.history ?? []).map((line, index) => `${String(index + 1).padStart(5)}  ${line}\n`).join(""),
      ),
    "lines typed before",
  ],
  ["clear", own(() => "\x1b[H\x1b[2J\x1b[3J"), "clear the screen"],
  ["true", () => 0, "succeed"],
  ["false", () => 1, "fail"],
  [
    "du",
    (context) => say(context, `4\t${context.args.find((arg) => !arg.startsWith("-")) ?? "."}\n`),
    "size of a folder",
  ],
  ["sync", () => 0, "write to disk"],
];
