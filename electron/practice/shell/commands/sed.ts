/** The sed of the practice shell: addresses with p, d, q and s. */
import { type CommandFunction, fail, parseOptions } from "../command.ts";
import { allLines, Batch, inputs, unknownOption } from "./input.ts";
import { maxMatched, patternOf } from "./pattern.ts";

interface SedStep {
  readonly from: number | RegExp | null;
  readonly to: number | RegExp | null;
  readonly act: "p" | "d" | "q" | { readonly pattern: RegExp; readonly replacement: string; readonly prints: boolean };
}

function sedSteps(script: string, extended: boolean): SedStep[] | null {
  const steps: SedStep[] = [];
  let rest = script.trim();
  const address = (): number | RegExp | null | undefined => {
    const number = /^(\d+|\$)/.exec(rest)?.[0];
    if (number !== undefined) {
      rest = rest.slice(number.length);
      return number === "$" ? Number.MAX_SAFE_INTEGER : Number(number);
    }
    const match = /^\/((?:[^/\\]|\\.)*)\//.exec(rest);
    if (!match) return null;
    rest = rest.slice(match[0].length);
    return patternOf(match[1] ?? "", extended, false, "") ?? undefined;
  };
  while (rest !== "") {
    const from = address();
    let to: number | RegExp | null | undefined = null;
    if (rest.startsWith(",")) {
      rest = rest.slice(1);
      to = address();
    }
    if (from === undefined || to === undefined) return null;
    const substitute = /^s([^\w\s])((?:(?!\1)[^\\]|\\.)*)\1((?:(?!\1)[^\\]|\\.)*)\1([gipI]*)/.exec(rest);
    const plain = /^[pdq]/.exec(rest);
    if (substitute) {
      const flags = substitute[4] ?? "";
      const pattern = patternOf(
        substitute[2] ?? "",
        extended,
        false,
        `${flags.includes("g") ? "g" : ""}${/i/i.test(flags) ? "i" : ""}`,
      );
      if (!pattern) return null;
      steps.push({ from, to, act: { pattern, replacement: substitute[3] ?? "", prints: flags.includes("p") } });
      rest = rest.slice(substitute[0].length);
    } else if (plain) {
      steps.push({ from, to, act: plain[0] as "p" | "d" | "q" });
      rest = rest.slice(1);
    } else return null;
    const next = /^\s*;?\s*/.exec(rest);
    rest = rest.slice(next?.[0].length ?? 0);
  }
  return steps;
}

const sed: CommandFunction = async (context) => {
  const options = parseOptions(context.args, ["n", "E", "r", "e:"]);
  if (options.unknown !== null) return unknownOption(context, options.unknown);
  const words = [...options.words];
  const script = options.values.get("e") ?? words.shift();
  if (script === undefined) return fail(context, "no script specified");
  const steps = sedSteps(script, options.flags.has("E") || options.flags.has("r"));
  if (!steps) return fail(context, "-e expression #1: unknown or unsupported command");
  const { found, status } = await inputs(context, words);
  const batch = new Batch(context.out);
  const open = steps.map(() => false);
  let number = 0;
  const lines = allLines(found);
  let next = await lines.next();
  while (!next.done) {
    let line = next.value;
    number += 1;
    next = await lines.next();
    const isLast = next.done === true;
    const hits = (at: number | RegExp) =>
      typeof at === "number"
        ? at === number || (at === Number.MAX_SAFE_INTEGER && isLast)
        : at.test(line.slice(0, maxMatched));
    let deleted = false;
    let quit = false;
    for (const [index, { from, to, act }] of steps.entries()) {
      let applies = from === null || hits(from) || open[index] === true;
      if (to !== null && from !== null) {
        const started = open[index] === true;
        if (applies) open[index] = !(typeof to === "number" ? number >= to : started && hits(to));
        if (started && typeof to === "number" && number > to) applies = false;
      }
      if (!applies) continue;
      if (act === "p") await batch.add(`${line}\n`);
      else if (act === "q") quit = true;
      else if (act === "d") {
        deleted = true;
        break;
      } else {
        const { pattern, replacement, prints } = act;
        let isHit = false;
        pattern.lastIndex = 0;
        line = line.slice(0, maxMatched).replace(pattern, (...groups: unknown[]) => {
          isHit = true;
          return replacement.replace(/\\([0-9&n/])|&/g, (one, escaped?: string) => {
            if (one === "&" || escaped === "0") return String(groups[0]);
            if (escaped === "n") return "\n";
            return escaped !== undefined && /[1-9]/.test(escaped)
              ? String(groups[Number(escaped)] ?? "")
              : (escaped ?? one);
          });
        });
        if (isHit && prints) await batch.add(`${line}\n`);
      }
    }
    if (!deleted && !options.flags.has("n")) await batch.add(`${line}\n`);
    if (quit) break;
  }
  await batch.flush();
  return status;
};

export const sedCommands: readonly (readonly [string, CommandFunction, string])[] = [
  ["sed", sed, "edit lines (p, d, q, s///)"],
];
