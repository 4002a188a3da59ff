/** Decides what in a switch's own words is out of order: a saved session, or one command's answer. */
import type { Problem } from "../../contract/fabric.ts";
import type { ProblemCode } from "../../contract/fabric-words.ts";
import { problem } from "../problems.ts";
import { isOk, readFans, readSupplies, readSwitchPorts, readTemperatures, splitSession } from "./mlnxos.ts";

/** Total. Lines count from the text's start. */
export function readSwitchText(source: string, text: string): readonly Problem[] {
  const commands = splitSession(text);
  const answers = commands.length === 0 ? [{ line: 0, command: "", text }] : commands;
  return answers.flatMap(({ line: before, command, text }) => {
    const { value: ports, refused } = readSwitchPorts(text);
    const tell = (code: ProblemCode, severity: Problem["severity"], subject: string, line: number, words: string) =>
      problem(code, severity, subject, source, before + line, words);
    const lines = text.split("\n");
    const said = (line: number) => lines[line - 1]?.trim() ?? "";
    return [
      ...ports.flatMap(({ line, name, warning }) =>
        warning === null ? [] : [tell("fabric.port-warning", "warning", `switch port ${name}`, line, warning)],
      ),
      ...brokenParts(command, text).map(({ line, words }) =>
        tell("fabric.switch-part", "error", words, line, said(line)),
      ),
      ...(refused === null ? [] : [tell("fabric.refused-command", "info", source, 1, `% ${refused}`)]),
    ];
  });
}

/** A file that holds one answer does not say of which command: then the columns tell. */
function brokenParts(command: string, text: string): readonly { readonly line: number; readonly words: string }[] {
  const isOf = (name: string, title: RegExp) => (command === "" ? title.test(text) : command.includes(name));
  if (isOf("show fan", /^\s*Module\s+Device\s+Fan\b/m)) {
    return readFans(text).value.flatMap(({ line, module, fan, status }) =>
      isOk(status) === false ? [{ line, words: `${module} fan ${fan} is ${status}` }] : [],
    );
  }
  if (isOf("show temperature", /^\s*Module\s+Component\s+Reg\b/m)) {
    return readTemperatures(text).value.flatMap(({ line, module, component, sensor, celsius, status }) =>
      isOk(status) === false ? [{ line, words: `${module} ${component} ${sensor}, ${celsius} °C, is ${status}` }] : [],
    );
  }
  if (!command.includes("show power")) return [];
  return readSupplies(text).value.flatMap(({ line, module, status }) =>
    isOk(status) === false ? [{ line, words: `${module} is ${status}` }] : [],
  );
}
