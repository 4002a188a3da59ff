/** Owns which commands a practice node has. */
import type { CommandFunction, CommandTable } from "./command.ts";
import { blockCommands } from "./commands/blocks.ts";
import { fabricCommands } from "./commands/fabric.ts";
import { fileCommands } from "./commands/files.ts";
import { findCommands } from "./commands/find.ts";
import { grepCommands } from "./commands/grep.ts";
import { hardwareCommands } from "./commands/hardware.ts";
import { lineCommands } from "./commands/lines.ts";
import { perftestCommands } from "./commands/perftest.ts";
import { printCommands } from "./commands/print.ts";
import { runnerCommands } from "./commands/runners.ts";
import { sedCommands } from "./commands/sed.ts";
import { showCommands } from "./commands/show.ts";
import { statCommands } from "./commands/stat.ts";
import { systemCommands } from "./commands/system.ts";
import { testCommands } from "./commands/test.ts";
import { trCommands } from "./commands/tr.ts";

const all: readonly (readonly [string, CommandFunction, string])[] = [
  ...blockCommands,
  ...fabricCommands,
  ...fileCommands,
  ...findCommands,
  ...grepCommands,
  ...hardwareCommands,
  ...lineCommands,
  ...perftestCommands,
  ...printCommands,
  ...runnerCommands,
  ...sedCommands,
  ...showCommands,
  ...statCommands,
  ...systemCommands,
  ...testCommands,
  ...trCommands,
  [
    "help",
    async (context) => {
      const width = Math.max(...all.map(([name]) => name.length));
      await context.out.write(
        `Commands of this practice node (everything else is not part of the practice lab):\n\n${all
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([name, , help]) => `  ${name.padEnd(width)}  ${help}\n`)
          .join("")}`,
      );
      return 0;
    },
    "this list",
  ],
  [
    "man",
    async (context) => {
      const [name] = context.args;
      if (name === undefined) {
        await context.err.write("What manual page do you want?\n");
        return 1;
      }
      const found = all.find(([one]) => one === name);
      if (!found) {
        await context.err.write(`No manual entry for ${name}\n`);
        return 16;
      }
      await context.out.write(
        `${name}: ${found[2]}\n\nFull manual pages are not part of the practice lab; \`help' lists what is here.\n`,
      );
      return 0;
    },
    "one line about a command",
  ],
];

export const commandTable: CommandTable = new Map(all.map(([name, run, help]) => [name, { run, help }]));
