/** The readers of outputs that tell of a whole fabric, by tool: the same ones in every thread. */
import { readIblinkinfo } from "./read/iblinkinfo.ts";
import { readIbnetdiscover } from "./read/ibnetdiscover.ts";
import { readIbqueryerrors } from "./read/ibqueryerrors.ts";

export const outputReaders = {
  iblinkinfo: (text: string) => readIblinkinfo(text),
  ibnetdiscover: (text: string) => readIbnetdiscover(text),
  ibqueryerrors: (text: string) => readIbqueryerrors(text),
};

export type OutputKind = keyof typeof outputReaders;
