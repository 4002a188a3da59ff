/** Owns how a cable's ends and its state are written: in findings, in the window, in the history and on paper alike. */
import type { CableLive } from "./fabric.ts";
import type { CablePort } from "./lab.ts";

/** `sw1 port 3`, `node3 mlx4_0/1`. */
export const endText = ({ device, port }: CablePort): string =>
  `${device} ${/^\d+$/.test(port) ? `port ${port}` : port}`;

/** As short as it is written on labels: `sw1 p3`, `node3 mlx4_0/1`. */
export const endLabel = ({ device, port }: CablePort): string => `${device} ${/^\d+$/.test(port) ? `p${port}` : port}`;

/** The same text for the same port of the lab file; for maps, not to be shown. */
export const endKey = ({ device, port }: CablePort): string => JSON.stringify([device, port]);

/** `node3 mlx4_0/1 to sw1 port 3`. */
export const cableText = ({ a, b }: { readonly a: CablePort; readonly b: CablePort }): string =>
  `${endText(a)} to ${endText(b)}`;

export const stateWords: Readonly<Record<CableLive["state"], string>> = {
  healthy: "as planned",
  degraded: "degraded",
  down: "down",
  absent: "absent",
  unexpected: "not planned",
  unknown: "not observed",
};

/** What a link beside the plan is, where that is no surprise. */
export const insteadWords: Partial<Readonly<Record<CableLive["difference"], string>>> = {
  swapped: "swapped",
  moved: "moved",
  "wrong-hca-port": "wrong port",
};

/** A cable's state in a word; of a link beside the plan, what it is instead of a surprise. */
export const cableWords = ({ state, difference }: Pick<CableLive, "state" | "difference">): string =>
  (state === "unexpected" ? insteadWords[difference] : undefined) ?? stateWords[state];

/** Whether a cable of which {@link cableWords} says this is a link beside the plan. */
export const isBesidePlan = (words: string): boolean =>
  words === stateWords.unexpected || Object.values(insteadWords).includes(words);
