/** What is a log, of all that a collection holds: what was collected for its content at one moment is not. */

/** Places where systems keep their logs, also unpacked from somebody else's archive. */
const logPlace = /(?:^|\/)(?:var\/)?log\//;

/**
 * Where lines have stamps of their own it is a log; where none was understood, what stands in a folder of logs is one,
 * and what a command printed or a settings file holds is not. `date` and `uptime` print one stamp, and stay outputs.
 */
export function isLogSource({
  format,
  path,
  lines,
}: {
  readonly format: string;
  readonly path: string;
  readonly lines: number;
}): boolean {
  if (format === "binary") return false;
  return format === "text" ? logPlace.test(path) : lines > 1 || logPlace.test(path);
}
