/** The colours and small marks a drawing takes; read from the theme once, not in every frame. */
import { stateWords } from "../../electron/contract/words.ts";
import { pageTheme } from "../kit/use-page-theme.ts";
import { type Look, looks, type Verdicts } from "./verdict.ts";

export interface Paint {
  /** Whose colours these are. */
  readonly theme: string;
  readonly bg: string;
  readonly surface: string;
  readonly plate: string;
  readonly border: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly sans: string;
  readonly look: Readonly<Record<Look, string>>;
}

/** From the custom properties that hold at `element`. */
export function paintOf(element: Element): Paint {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    theme: pageTheme(),
    bg: token("--hr-bg"),
    surface: token("--hr-surface"),
    plate: token("--hr-surface-2"),
    border: token("--gr-line"),
    text: token("--hr-text"),
    dim: token("--hr-text-dim"),
    accent: token("--hr-accent"),
    accentSoft: token("--hr-accent-soft"),
    sans: token("--hr-sans"),
    look: {
      fine: token("--hr-healthy"),
      unknown: token("--hr-unknown"),
      unexpected: token("--hr-rack-unexpected"),
      waiting: token("--hr-degraded"),
      slow: token("--hr-degraded"),
      absent: token("--hr-absent"),
      down: token("--hr-down"),
    },
  };
}

export const lookAt = (index: number): Look => looks[index] ?? "unknown";

/** How the line of a link is broken: state by shape as well as by colour. */
export const dashes: Readonly<Record<Look, readonly number[]>> = {
  fine: [],
  unknown: [1, 3],
  unexpected: [10, 3],
  waiting: [3, 4],
  slow: [],
  absent: [2, 4],
  down: [7, 5],
};

/** Path of a look's mark in a box of 10 by 10; `stroke` where it is drawn as a line. */
export const marks: Readonly<Record<Look, { readonly d: string; readonly stroke: boolean; readonly dash?: string }>> = {
  fine: { d: "M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8z", stroke: false },
  unknown: { d: "M1 2.4h8M1 5h8M1 7.6h8", stroke: true },
  unexpected: { d: "M1 3.2h8M1 6.8h8", stroke: true },
  waiting: { d: "M1.8 1.8h6.4v6.4h-6.4z", stroke: true },
  slow: { d: "M5 0.8 9.6 9H0.4Z", stroke: false },
  absent: { d: "M5 1.4a3.6 3.6 0 1 1 0 7.2a3.6 3.6 0 1 1 0-7.2z", stroke: true, dash: "2 1.6" },
  down: { d: "M1.6 1.6l6.8 6.8M8.4 1.6L1.6 8.4", stroke: true },
};

/**
 * What the looks are called, of links and of nodes alike, so that it holds for all that gives them that look: in the
 * rack's words where links are compared with the plan.
 */
export function lookWords(look: Look, { plan, peers }: Verdicts["compared"]): string {
  switch (look) {
    case "fine":
      return [...(plan ? [stateWords.healthy] : []), ...(peers ? ["as its peers"] : [])].join(" or ");
    case "unknown":
      return plan ? stateWords.unknown : "state or link not told";
    case "unexpected":
      return "not as planned";
    case "waiting":
      return "not Active";
    case "slow":
      return `${plan ? stateWords.degraded : "slow"} or with a warning`;
    case "absent":
      return stateWords.absent;
    case "down":
      return `${stateWords.down} or at fault`;
  }
}
