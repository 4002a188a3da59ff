/** The dock of terminals: tabs and splits over the sessions the main process holds. It never unmounts with a place. */
import "@fontsource-variable/jetbrains-mono/index.css";
import "@xterm/xterm/css/xterm.css";
import "dockview-react/dist/styles/dockview.css";
import "./dock.css";
import { useComputedColorScheme } from "@mantine/core";
import { type DockviewApi, DockviewReact, type DockviewReadyEvent, type DockviewTheme } from "dockview-react";
import { useCallback, useEffect, useState } from "react";
import { actionFor } from "./actions.ts";
import { BroadcastBar } from "./BroadcastBar.tsx";
import { BroadcastDialog } from "./BroadcastDialog.tsx";
import { useBells } from "./bells.ts";
import { EmptyDock } from "./EmptyDock.tsx";
import { EndingDialog } from "./EndingDialog.tsx";
import { GroupActions, NewTerminal } from "./GroupActions.tsx";
import { connectDock } from "./groups.ts";
import { LinkDialog, LinkTip } from "./LinkDialog.tsx";
import { EnterDialog, PasteDialog } from "./PasteDialog.tsx";
import { PlayerDialog } from "./PlayerDialog.tsx";
import { RecordingsDialog } from "./RecordingsDialog.tsx";
import { TerminalPane } from "./TerminalPane.tsx";
import { TerminalTab } from "./TerminalTab.tsx";
import { useDock } from "./ui.ts";

const components = { terminal: TerminalPane };
const themes: Readonly<Record<"light" | "dark", DockviewTheme>> = {
  dark: { name: "halfrack-dark", className: "hr-dockview", colorScheme: "dark", dndTabIndicator: "line" },
  light: { name: "halfrack-light", className: "hr-dockview", colorScheme: "light", dndTabIndicator: "line" },
};

export function TerminalDock() {
  const scheme = useComputedColorScheme("dark", { getInitialValueInEffect: false });
  const [api, setApi] = useState<DockviewApi | null>(null);
  const onReady = useCallback((event: DockviewReadyEvent) => setApi(event.api), []);
  useEffect(() => (api ? connectDock(api) : undefined), [api]);
  useWindowKeys();
  useBells();

  return (
    <div className="hr-term" onKeyDownCapture={runDockKey}>
      <BroadcastBar />
      <div className="hr-term-groups">
        <DockviewReact
          components={components}
          defaultTabComponent={TerminalTab}
          watermarkComponent={EmptyDock}
          leftHeaderActionsComponent={NewTerminal}
          rightHeaderActionsComponent={GroupActions}
          theme={themes[scheme]}
          disableFloatingGroups
          onReady={onReady}
        />
      </div>
      <Dialogs />
      <EndingDialog />
      <LinkTip />
    </div>
  );
}

function Dialogs() {
  const dialog = useDock((dock) => dock.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case "paste":
      return <PasteDialog question={dialog} />;
    case "enter":
      return <EnterDialog question={dialog} />;
    case "link":
      return <LinkDialog terminal={dialog.terminal} verdict={dialog.verdict} />;
    case "broadcast":
      return <BroadcastDialog />;
    case "recordings":
      return <RecordingsDialog />;
    case "replay":
      return <PlayerDialog recording={dialog.recording} />;
  }
}

/** Keys of the dock come before the terminal's own handling; dialogs keep theirs. */
function runDockKey(event: React.KeyboardEvent): void {
  const target = event.target as Element;
  if (target.closest("[role=dialog]")) return;
  const action = actionFor(event.nativeEvent, "dock");
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  if (action.available()) action.run();
}

function useWindowKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = actionFor(event, "window");
      if (!action?.available() || (event.target as Element | null)?.closest?.("[role=dialog]")) return;
      event.preventDefault();
      event.stopPropagation();
      action.run();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, []);
}
