/** The tr of the practice shell: bytes into bytes. */
import { type CommandFunction, fail, parseOptions } from "../command.ts";
import { classMembers } from "../glob.ts";
import { unescaped } from "./escapes.ts";
import { unknownOption } from "./input.ts";

const allBytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** The characters a set names, in their order; null where a range runs backwards. */
function setOf(text: string): string[] | null {
  const found: string[] = [];
  let rest = text;
  const one = (): string => {
    const written = /^\\(?:[0-7]{1,3}|[\s\S])/.exec(rest)?.[0];
    const taken = written ?? rest.slice(0, 1);
    rest = rest.slice(taken.length);
    return written === undefined ? taken : /^\\[0-7abfnrtv\\]/.test(written) ? unescaped(written) : written.slice(1);
  };
  while (rest !== "") {
    const named = /^\[:([a-z]+):\]/.exec(rest);
    const members = named && classMembers(named[1] ?? "");
    if (named && members) {
      found.push(...members);
      rest = rest.slice(named[0].length);
      continue;
    }
    const from = one();
    if (rest.startsWith("-") && rest.length > 1) {
      rest = rest.slice(1);
      const [low, high] = [from.charCodeAt(0), one().charCodeAt(0)];
      if (high < low) return null;
      found.push(...allBytes.slice(low, high + 1));
    } else found.push(from);
  }
  return found;
}

const tr: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["d", "s", "c", "C", "delete", "squeeze-repeats", "complement"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const has = (...names: string[]) => names.some((name) => options.flags.has(name));
  const [fromWord, toWord] = options.words;
  if (fromWord === undefined) return fail(context, "missing operand");
  const deletes = has("d", "delete");
  const squeezes = has("s", "squeeze-repeats");
  if (toWord === undefined && !deletes && !squeezes) return fail(context, `missing operand after '${fromWord}'`);
  const named = setOf(fromWord);
  const to = setOf(toWord ?? "");
  if (!named || !to) return fail(context, "range-endpoints are in reverse collating sequence order");
  const from = has("c", "C", "complement") ? allBytes.filter((one) => !named.includes(one)) : named;
  const inSet = new Set(from);
  const map = new Map<string, string>();
  if (!deletes && to.length > 0)
    for (const [at, char] of from.entries()) map.set(char, to[Math.min(at, to.length - 1)] ?? char);
  const squeezed = new Set(toWord === undefined ? from : to);
  let last = "";
  for (let chunk = await context.in.read(); chunk !== null; chunk = await context.in.read()) {
    let out = "";
    for (const char of chunk) {
      if (deletes && inSet.has(char)) continue;
      const mapped = map.get(char) ?? char;
      if (squeezes && mapped === last && squeezed.has(mapped)) continue;
      out += mapped;
      last = mapped;
    }
    await context.out.write(out);
  }
  return 0;
};

export const trCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["tr", tr, "translate, delete or squeeze bytes (-d -s -c)"],
];
