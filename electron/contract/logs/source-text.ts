import type { EntrySource } from "./entry.ts";

/** Where an entry came from, in one line: on a bundle's page and in the window alike. */
export function sourceText(source: EntrySource): string {
  switch (source.how) {
    case "command":
      return `$ ${source.argv.join(" ")}`;
    case "ipmi":
      return `$ ipmitool ... ${source.argv.join(" ")}`;
    case "file":
      return source.path;
    case "range":
      return `${source.path}, ${source.lengthBytes} bytes at ${source.offsetBytes}`;
    case "switch":
      return `> ${source.line}`;
    case "own":
      return `Halfrack: ${source.what}`;
  }
}
