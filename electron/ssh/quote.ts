/** Owns how an argv becomes the one command string that SSH carries: the only place where arguments are quoted. */
import { FaultError } from "../contract/error.ts";

/** Words of these characters alone mean the same to every POSIX shell with and without quotes. */
const plainWord = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+:,./=-]*$/;

/**
 * Quotes an argv for `sh -c`: each argument reaches the program byte for byte. An assignment-like first word is
 * quoted, so it stays a command name. Throws FaultError `ssh.bad-argument` for what no shell can carry: NUL, broken
 * UTF-16, no command at all.
 */
export function quotePosix(argv: readonly string[]): string {
  requireCommand(argv);
  return argv
    .map((argument, index) => {
      if (argument.includes("\0")) throw badArgument(index, "it holds a NUL character, which ends a string in C");
      if (!argument.isWellFormed()) throw badArgument(index, "it is not well-formed Unicode");
      const plain = plainWord.test(argument) && !(index === 0 && argument.includes("="));
      return plain ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
    })
    .join(" ");
}

/**
 * Joins an argv for the MLNX-OS command line, which is no shell: words are separated by blanks, a word with blanks
 * stands in double quotes, and nothing can be escaped. Throws FaultError `ssh.bad-argument` for what it cannot carry
 * unchanged: control characters, quotes, backslashes, `?` (asks for help) and anything beyond ASCII.
 */
export function joinMlnxOs(argv: readonly string[]): string {
  requireCommand(argv);
  return argv
    .map((argument, index) => {
      if (!/^[\x20-\x7e]*$/.test(argument)) throw badArgument(index, "the switch takes printable ASCII only");
      if (/["'\\?]/.test(argument)) throw badArgument(index, "the switch cannot take quotes, backslashes or ?");
      return argument === "" || argument.includes(" ") ? `"${argument}"` : argument;
    })
    .join(" ");
}

/** The same command with messages and numbers in the C locale: for everything that is parsed. POSIX shells only. */
export function inCLocale(argv: readonly string[]): string[] {
  return ["env", "LC_ALL=C", ...argv];
}

function requireCommand(argv: readonly string[]): void {
  if (argv.length === 0 || argv[0] === "") throw badArgument(0, "there is no command");
}

function badArgument(index: number, why: string): FaultError {
  return new FaultError({
    code: "ssh.bad-argument",
    title: "The command cannot be sent",
    detail: `Argument ${index} cannot be passed on unchanged: ${why}.`,
    next: "Change the argument.",
  });
}
