/** Decides what in a switch's own words is out of order: a saved session, or one command's answer. */
import type { Problem } from "../../contract/fabric.ts";
import { readSwitchPorts, splitSession } from "./mlnxos.ts";

/** Total. Lines count from the text's start. */
export function readSwitchText(source: string, text: string): readonly Problem[] {
  const commands = splitSession(text);
  const answers = commands.length === 0 ? [{ line: 0, text }] : commands;
  return answers.flatMap(({ line: before, text }) => {
    const { value, refused } = readSwitchPorts(text);
    const evidence = (line: number, words: string) => ({ source, line: before + line, text: words });
    const warnings = value.flatMap(({ line, name, warning }): Problem[] =>
      warning === null
        ? []
        : [
            {
              code: "fabric.port-warning",
              severity: "warning",
              subject: `switch port ${name}`,
              evidence: evidence(line, warning),
            },
          ],
    );
    if (refused === null) return warnings;
    const words = `% ${refused}`;
    return [
      ...warnings,
      { code: "fabric.refused-command", severity: "info", subject: source, evidence: evidence(1, words) },
    ];
  });
}
