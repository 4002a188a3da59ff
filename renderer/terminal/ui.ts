/** What the terminal dock of this window knows by itself: focus, dialogs, broadcast, marks. */
import { create } from "zustand";
import type { Recording } from "../../electron/contract/terminal.ts";
import type { LinkVerdict } from "./links.ts";
import type { PasteAnalysis } from "./paste.ts";

export type BroadcastResult = "sent" | "refused";

export interface PasteQuestion {
  readonly kind: "paste";
  readonly terminal: string;
  readonly targets: readonly string[];
  readonly raw: string;
  readonly analysis: PasteAnalysis;
  readonly bracketed: boolean;
  readonly destructive: { readonly line: string; readonly what: string } | null;
}
export type DockDialog =
  | PasteQuestion
  | {
      readonly kind: "enter";
      readonly terminal: string;
      readonly targets: readonly string[];
      readonly keys: string;
      readonly line: string;
      readonly what: string;
    }
  | { readonly kind: "link"; readonly terminal: string; readonly verdict: Extract<LinkVerdict, { open: true }> }
  | { readonly kind: "broadcast" }
  | { readonly kind: "recordings" }
  | { readonly kind: "replay"; readonly recording: Recording };

export interface LinkTipState {
  readonly x: number;
  readonly y: number;
  readonly verdict: LinkVerdict;
}

interface DockUi {
  readonly active: string | null;
  readonly maximised: boolean;
  readonly searching: string | null;
  readonly broadcast: {
    readonly on: boolean;
    readonly targets: readonly string[];
    readonly results: Readonly<Record<string, BroadcastResult>>;
  };
  readonly dialog: DockDialog | null;
  readonly linkTip: LinkTipState | null;
  /** Bells each terminal had rung when it was last looked at. */
  readonly seenBells: Readonly<Record<string, number>>;
  /** One short line for a terminal, e.g. what became of a copy; it goes by itself. */
  readonly notices: Readonly<Record<string, string>>;
}

export const useDock = create<DockUi>(() => ({
  active: null,
  maximised: false,
  searching: null,
  broadcast: { on: false, targets: [], results: {} },
  dialog: null,
  linkTip: null,
  seenBells: {},
  notices: {},
}));

const noticeMs = 3500;
const noticeTimers = new Map<string, ReturnType<typeof setTimeout>>();

/** Shows one short line in a terminal's corner. */
export function notice(terminal: string, text: string): void {
  clearTimeout(noticeTimers.get(terminal));
  useDock.setState(({ notices }) => ({ notices: { ...notices, [terminal]: text } }));
  noticeTimers.set(
    terminal,
    setTimeout(() => {
      useDock.setState(({ notices }) => {
        const { [terminal]: _gone, ...rest } = notices;
        return { notices: rest };
      });
    }, noticeMs),
  );
}

export const showDialog = (dialog: DockDialog | null) => useDock.setState({ dialog });
