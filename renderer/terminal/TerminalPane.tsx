import { useComputedColorScheme } from "@mantine/core";
import type { IDockviewPanelProps } from "dockview-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { defaultSettings } from "../../electron/contract/app.ts";
import { client } from "../client.ts";
import { focusWhenFree } from "../kit/focus.ts";
import { useSettings, useTerminals } from "../stores.ts";
import { PaneMenu } from "./PaneMenu.tsx";
import { SearchBar } from "./SearchBar.tsx";
import { StatusBar } from "./StatusBar.tsx";
import { Screen, type ScreenLook, terminalFont } from "./screen.ts";
import { SessionView } from "./session-view.ts";
import { useLabels } from "./TerminalTab.tsx";
import { notice, useDock } from "./ui.ts";
import {
  clipboardRequest,
  copySelection,
  linkClicked,
  linkHovered,
  pasteInto,
  registerView,
  typeInto,
} from "./views.ts";

/** What terminals look like now: settings and theme together. */
export function useScreenLook(): ScreenLook {
  const scheme = useComputedColorScheme("dark", { getInitialValueInEffect: false });
  const settings = useSettings((mirror) => mirror.value) ?? defaultSettings;
  return useMemo(
    () => ({
      scheme,
      fontSizePx: settings.terminalFontSizePx,
      scrollbackLines: settings.terminalScrollbackLines,
      screenReader: settings.terminalScreenReader,
    }),
    [scheme, settings],
  );
}

/** Resolves when the terminal font can be measured; a machine without it gets the fallback. */
export async function fontReady(sizePx: number): Promise<void> {
  await Promise.allSettled(
    ["400", "700"].map((weight) => document.fonts.load(`${weight} ${sizePx}px ${terminalFont}`)),
  );
}

/** One terminal in the dock. */
export function TerminalPane({ api }: IDockviewPanelProps) {
  const id = api.id;
  const box = useRef<HTMLDivElement>(null);
  const look = useScreenLook();
  const firstLook = useRef(look);
  const [view, setView] = useState<SessionView | null>(null);
  const [menu, setMenu] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const terminal = useTerminals((mirror) => mirror.value?.terminals[id]);
  const searching = useDock((dock) => dock.searching === id);
  const casting = useDock((dock) => dock.broadcast.on && dock.broadcast.targets.includes(id));
  const text = useDock((dock) => dock.notices[id]);
  const label = useLabels().get(id) ?? "terminal";
  firstLook.current = look;

  useEffect(() => {
    const holder = box.current;
    if (!holder) return;
    let stop: (() => void) | null = null;
    let gone = false;
    void fontReady(firstLook.current.fontSizePx).then(() => {
      if (gone) return;
      const opened = openView(id, holder, firstLook.current);
      stop = opened.stop;
      setView(opened.view);
    });
    return () => {
      gone = true;
      stop?.();
      setView(null);
    };
  }, [id]);

  useEffect(() => {
    if (!view) return;
    view.screen.setLook(look);
    view.fit();
    if (box.current) box.current.dataset.painted = look.scheme;
  }, [view, look]);

  const status = terminal?.status;
  useEffect(() => {
    if (status !== undefined && status !== "closed") view?.follow();
    if (status === "open") view?.tellSize();
  }, [view, status]);

  useEffect(() => {
    const textarea = view?.screen.term.textarea;
    textarea?.setAttribute("aria-label", `Terminal ${label}, input`);
  }, [view, label]);

  return (
    <section
      className="hr-term-pane"
      aria-label={`Terminal ${label}`}
      data-terminal={id}
      data-device={terminal?.device}
      data-status={status}
      data-broadcast={casting || undefined}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      {casting && (
        <div className="hr-term-cast-strip" aria-hidden="true">
          Broadcast: what is typed here goes to all targets
        </div>
      )}
      <div className="hr-term-box" ref={box} />
      {searching && view && <SearchBar view={view} />}
      {text !== undefined && (
        <div className="hr-term-notice-line">
          <div className="hr-term-notice" role="status">
            {text}
          </div>
        </div>
      )}
      {terminal && <StatusBar terminal={terminal} />}
      {menu && <PaneMenu terminal={id} at={menu} onClose={() => setMenu(null)} />}
    </section>
  );
}

/** Builds the view of a terminal inside `holder` and wires what the browser tells to it. */
function openView(id: string, holder: HTMLElement, look: ScreenLook) {
  const screen = new Screen(look, { onLink: (link) => linkClicked(id, link), onLinkHover: linkHovered });
  const view = new SessionView({
    client: client.terminal,
    terminal: id,
    screen,
    send: (keys) => typeInto(id, keys),
    onFault: (fault) => notice(id, fault.title),
    onClipboardWrite: (text) => clipboardRequest(id, text),
  });
  screen.open(holder);
  const unregister = registerView(view);
  const seen = new IntersectionObserver((entries) => {
    const shown = entries.at(-1)?.isIntersecting ?? false;
    view.setShown(shown);
    holder.dataset.renderer = screen.renderer;
    if (shown && useDock.getState().active === id && !busyElsewhere() && screen.term.textarea) {
      focusWhenFree(screen.term.textarea);
    }
  });
  seen.observe(holder);
  const sized = new ResizeObserver(() => view.fit());
  sized.observe(holder);
  const leave = new AbortController();
  // xterm.js would paste by itself; every paste goes through the rules instead. Capture comes before its listeners.
  holder.addEventListener(
    "paste",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      pasteInto(id, event.clipboardData?.getData("text/plain") ?? "");
    },
    { capture: true, signal: leave.signal },
  );
  holder.addEventListener(
    "mouseup",
    () => {
      if (useSettings.getState().value?.terminalCopyOnSelect && screen.term.hasSelection()) void copySelection(id);
    },
    { signal: leave.signal },
  );
  return {
    view,
    stop: () => {
      leave.abort();
      seen.disconnect();
      sized.disconnect();
      unregister();
      view.dispose();
    },
  };
}

/** The keyboard stays where the admin is asked or writes. */
function busyElsewhere(): boolean {
  const { activeElement } = document;
  return (
    useDock.getState().dialog !== null ||
    (activeElement !== null && activeElement !== document.body && !activeElement.closest(".hr-term"))
  );
}
