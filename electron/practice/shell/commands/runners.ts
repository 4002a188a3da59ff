/** Commands that run other commands, or set what they run with. */
import { type CommandFunction, type Context, fail, parseOptions, say } from "../command.ts";
import { type Source, sleep } from "../io.ts";

const environment = (context: Context) => [...context.env].map(([name, value]) => `${name}=${value}\n`).join("");

const env: CommandFunction = (context) => {
  const changed = new Map(context.env);
  let i = 0;
  for (; i < context.args.length; i += 1) {
    const arg = context.args[i] ?? "";
    if (arg === "-i") changed.clear();
    else if (arg === "-u") {
      i += 1;
      changed.delete(context.args[i] ?? "");
    } else if (/^[A-Za-z_]\w*=/.test(arg)) changed.set(arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1));
    else break;
  }
  const argv = context.args.slice(i);
  if (argv.length > 0) return context.run(argv, { env: changed });
  return say(context, environment({ ...context, env: changed }));
};

const timeout: CommandFunction = async (context) => {
  const options = parseOptions(
    context.args,
    ["s:", "k:", "signal:", "kill-after:", "preserve-status", "foreground"],
    true,
  );
  const [limit = "", ...argv] = options.words;
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(limit);
  if (!match || argv.length === 0) return fail(context, `invalid time interval ‘${limit}’`, 125);
  const factor = { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] || "s"] ?? 1;
  const expiry = new AbortController();
  const timer = setTimeout(() => expiry.abort(), Math.min(2 ** 31 - 1, Number(match[1]) * factor * 1000));
  try {
    return await context.run(argv, { signal: AbortSignal.any([context.signal, expiry.signal]) });
  } catch (error) {
    if (expiry.signal.aborted && !context.signal.aborted) return 124;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

const xargs: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["n:", "r", "I:", "0"], true);
  const argv = options.words.length > 0 ? options.words : ["echo"];
  const text = await wholeInput(context);
  const nothing: Source = { read: () => Promise.resolve(null) };
  const mark = options.values.get("I");
  if (mark !== undefined) {
    for (const line of text.split("\n").filter((one) => one !== ""))
      await context.run(
        argv.map((arg) => arg.replaceAll(mark, line)),
        { in: nothing },
      );
    return 0;
  }
  const words = text.split(options.flags.has("0") ? "\0" : /[ \t\n]+/).filter((one) => one !== "");
  const size = Number(options.values.get("n") ?? words.length) || words.length || 1;
  let status = 0;
  for (let i = 0; i < Math.max(1, words.length); i += size) {
    if (words.length === 0 && options.flags.has("r")) break;
    const ended = await context.run([...argv, ...words.slice(i, i + size)], { in: nothing });
    if (ended === 126 || ended === 127) return ended;
    if (ended !== 0) status = 123;
  }
  return status;
};

/** Runs the command behind the options; with one of `instead` nothing is run. */
const wrapper =
  (known: readonly string[], instead: readonly string[] = []): CommandFunction =>
  (context) => {
    const options = parseOptions(context.args, [...known, ...instead], true);
    if (options.unknown !== null) return fail(context, `invalid option -- '${options.unknown.replace(/^-+/, "")}'`);
    const isChange = instead.some((name) => options.values.has(name.replace(":", "")));
    return options.words.length === 0 || isChange ? 0 : context.run(options.words);
  };

/** Text one script may have. */
const maxScript = 1024 * 1024;

async function wholeInput(context: Context): Promise<string> {
  let text = "";
  for (let chunk = await context.in.read(); chunk !== null && text.length < maxScript; chunk = await context.in.read())
    text += chunk;
  return text;
}

const shell: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["c", "l", "e", "x", "i", "s", "norc", "noprofile"], true);
  const [text, ...positional] = options.words;
  if (text === undefined && options.flags.has("s")) return context.script(await wholeInput(context), [context.name]);
  if (text === undefined) return fail(context, "a shell inside a shell is not part of the practice lab");
  if (options.flags.has("c")) return context.script(text, positional.length > 0 ? positional : [context.name]);
  return context.script(context.host.files.read(context.host.files.absolute(context.cwd, text)), [text, ...positional]);
};

export const runnerCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["env", env, "run with other variables, or show them"],
  [
    "printenv",
    (context) => {
      const [name] = context.args;
      if (name === undefined) return say(context, environment(context));
      const value = context.env.get(name);
      return value === undefined ? 1 : say(context, `${value}\n`);
    },
    "show variables",
  ],
  ["timeout", timeout, "run with a time limit"],
  ["xargs", xargs, "run with words from input (-n -I)"],
  ["nice", wrapper(["n:", "adjustment:"]), "run a command"],
  ["ionice", wrapper(["c:", "n:", "t"], ["p:"]), "run a command, or change how one runs (-p)"],
  ["renice", () => 0, "change how a process runs"],
  ["sudo", wrapper(["n", "u:", "E", "H", "i", "S", "k"]), "run a command (you are root already)"],
  ["nohup", wrapper([]), "run a command"],
  ["setsid", wrapper(["w"]), "run a command"],
  ["stdbuf", wrapper(["o:", "e:", "i:"]), "run a command"],
  ["sh", shell, "run a script (-c)"],
  ["bash", shell, "run a script (-c)"],
  [
    "sleep",
    async (context) => {
      const seconds = Number.parseFloat(context.args[0] ?? "");
      if (!(seconds >= 0)) return fail(context, `invalid time interval ‘${context.args[0] ?? ""}’`);
      await sleep(Math.min(2 ** 31 - 1, seconds * 1000), context.signal);
      return 0;
    },
    "wait",
  ],
];
