/** Owns the rows and columns of the window: what waits for the admin has a row, what passes lies over the place. */
import { useMantineColorScheme } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { defaultSettings } from "../../electron/contract/app.ts";
import { useConnection } from "../client.ts";
import { FabricPlace, SavedPlace } from "../graph/FabricPlace.tsx";
import { useGraph } from "../graph/store.ts";
import { LabDialogs } from "../lab/LabDialogs.tsx";
import { LabNotices } from "../lab/LabNotices.tsx";
import { LogsPlace } from "../logs/LogsPlace.tsx";
import { SettingsPlace } from "../settings/SettingsPlace.tsx";
import { SheetDialogs } from "../sheet/SheetDialogs.tsx";
import { SshDialogs } from "../ssh/SshDialogs.tsx";
import { useLab, useSettings, useUi } from "../stores.ts";
import { SwitchDialogs } from "../switch/SwitchDialogs.tsx";
import { TerminalDock } from "../terminal/TerminalDock.tsx";
import { ConnectionNotice, Opening } from "./ConnectionNotice.tsx";
import { DockSplitter } from "./DockSplitter.tsx";
import { Palette } from "./Palette.tsx";
import { places } from "./places.ts";
import { Rail } from "./Rail.tsx";
import { Shortcuts } from "./Shortcuts.tsx";
import { StartScreen } from "./StartScreen.tsx";
import { TopBar } from "./TopBar.tsx";
import "./frame.css";

/** The one window: rail, place, inspector, and the terminal dock that stays when the place changes. */
export function App() {
  const lab = useLab((mirror) => mirror.value);
  const place = useUi((ui) => ui.place);
  const saved = useGraph((graph) => graph.saved);
  const dockOpen = useUi((ui) => ui.dockOpen);
  const dockHeightPx = useUi((ui) => ui.dockHeightPx);
  const connected = useConnection((connection) => connection.connected);
  useAppearance();

  useTitle(lab?.lab?.name);

  if (!lab) return <Opening />;
  const open = lab.path !== null;
  const layout = !open ? "start" : place === "terminals" ? "dock-only" : dockOpen ? "dock" : "no-dock";
  return (
    <div
      className="hr-app"
      data-layout={layout}
      data-stale={!connected || undefined}
      style={{ "--hr-dock": `${dockHeightPx}px` } as React.CSSProperties}
    >
      <Rail open={open} />
      <TopBar />
      <SshDialogs />
      <div className="hr-notices">
        <ConnectionNotice />
        <LabNotices />
      </div>
      <main className="hr-place" tabIndex={-1} aria-label={places.find((each) => each.place === place)?.label}>
        {!open && place !== "settings" && place !== "logs" && (saved ? <SavedPlace saved={saved} /> : <StartScreen />)}
        {open && place === "rack" && <FabricPlace />}
        {place === "logs" && <LogsPlace />}
        {place === "settings" && <SettingsPlace />}
      </main>
      {open && (
        <section className="hr-dock" aria-label="Terminals">
          {layout === "dock" && <DockSplitter />}
          <TerminalDock />
        </section>
      )}
      <Palette />
      <Shortcuts />
      <LabDialogs />
      <SwitchDialogs />
      <SheetDialogs />
      {/* Under dialogs (200), so that none of their controls is covered. */}
      <Notifications className="hr-toasts" position="top-center" limit={3} zIndex={190} withinPortal={false} />
    </div>
  );
}

/** Several windows are told apart by the lab they show. */
function useTitle(name: string | undefined): void {
  useEffect(() => {
    document.title = name === undefined ? "Halfrack" : `${name} \u2013 Halfrack`;
  }, [name]);
}

/** Follows the settings; the theme `system` follows the desktop. */
function useAppearance(): void {
  const wanted = useSettings((mirror) => mirror.value?.theme);
  const density = useSettings((mirror) => (mirror.value ?? defaultSettings).density);
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (wanted) setColorScheme(wanted === "system" ? "auto" : wanted);
  }, [wanted, setColorScheme]);
}
