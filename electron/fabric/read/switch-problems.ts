/** Decides what in a switch's own words is out of order: a saved session, or one command's answer. */
import type { Problem } from "../../contract/fabric.ts";
import { problem } from "../problems.ts";
import { readSwitchPorts, splitSession } from "./mlnxos.ts";

/** Total. Lines count from the text's start. */
export function readSwitchText(source: string, text: string): readonly Problem[] {
  const commands = splitSession(text);
  const answers = commands.length === 0 ? [{ line: 0, text }] : commands;
  return answers.flatMap(({ line: before, text }) => {
    const { value, refused } = readSwitchPorts(text);
    const warnings = value.flatMap(({ line, name, warning }) =>
      warning === null
        ? []
        : [problem("fabric.port-warning", "warning", `switch port ${name}`, source, before + line, warning)],
    );
    return refused === null
      ? warnings
      : [...warnings, problem("fabric.refused-command", "info", source, source, before + 1, `% ${refused}`)];
  });
}
