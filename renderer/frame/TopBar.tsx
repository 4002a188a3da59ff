/** Owns what stands in the top bar and how it folds in a narrow window, and what can be done to the lab file. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconSearch } from "@tabler/icons-react";
import type { LabState } from "../../electron/contract/lab.ts";
import { chooseLab, closeLab, reconnectDevices, redoEdit, undoEdit } from "../actions.ts";
import { client, useConnection } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { commandKey } from "../kit/platform.ts";
import { countText } from "../kit/time.ts";
import { PracticeMenu } from "../practice/PracticeMenu.tsx";
import { readOnlyWhy } from "../read-only.ts";
import { type Dialog, openDialog, useLab, useUi } from "../stores.ts";
import { Health } from "./Health.tsx";
import { openPalette } from "./Palette.tsx";

/** Which lab this is, how it fares, and the way to everything by name. */
export function TopBar() {
  const lab = useLab((mirror) => mirror.value);
  const connected = useConnection((connection) => connection.connected);
  const boards = lab?.lab?.devices.filter(({ role }) => role === "primary" || role === "secondary").length ?? 0;
  const facts = lab?.lab
    ? [
        countText(lab.lab.devices.length, "device"),
        ...(boards > 0 ? [countText(boards, "board")] : []),
        countText(lab.lab.cables.length, "cable"),
      ]
    : [];
  return (
    <header className="hr-top">
      <div className="hr-top-lab">
        <div className="hr-top-name">
          <h1 title={lab?.path ?? undefined}>{lab?.lab?.name ?? (lab?.path ? "Broken lab file" : "Halfrack")}</h1>
          {lab?.practice && <span className="hr-badge">practice</span>}
        </div>
        <span className="hr-top-facts hr-dim">{facts.join(" · ")}</span>
      </div>
      <button type="button" className="hr-search" onClick={openPalette}>
        <IconSearch size={16} className="hr-folded" aria-hidden />
        <span className="hr-fold">Go to a device or run an action</span>
        <kbd className="hr-kbd">{commandKey} Shift K</kbd>
      </button>
      <div className="hr-top-state">
        {connected ? <Health /> : <span role="status">Connecting again…</span>}
        {lab?.practice && <PracticeMenu />}
        {lab?.path && <LabMenu lab={lab} />}
      </div>
    </header>
  );
}

/** Everything that can be done to the lab file; where it cannot, the menu says why. */
function LabMenu({ lab }: { readonly lab: LabState }) {
  const selected = useUi(({ selection }) => (selection && selection.kind !== "cable" ? selection.device : null));
  const device = lab.lab?.devices.find(({ name }) => name === selected)?.name ?? null;
  const why = readOnlyWhy(lab);
  const fixed = why !== null;
  const item = (label: string, dialog: Dialog | null) => (
    <Menu.Item disabled={fixed || dialog === null} onClick={() => openDialog(dialog)}>
      <span className="hr-clip">{label}</span>
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" withArrow width={280} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Lab menu">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {why !== null && <div className="hr-menu-why">{why}</div>}
        {item("Add a device…", { kind: "add-device" })}
        {item(`Edit ${device ?? "the selected device"}…`, device === null ? null : { kind: "edit-device", device })}
        {item(`Remove ${device ?? "the selected device"}…`, device === null ? null : { kind: "remove-device", device })}
        {item("Import hosts…", { kind: "import-hosts" })}
        {item("Import a device type…", { kind: "import-device-type" })}
        {item("Import cables from CSV…", { kind: "import-cables" })}
        {item("Lab and racks…", { kind: "edit-lab" })}
        <Menu.Divider />
        {lab.dirty && (
          <Menu.Item disabled={lab.conflict !== "none"} onClick={() => attempt(client.lab.save())}>
            Save again
          </Menu.Item>
        )}
        <Menu.Item
          disabled={fixed || !lab.canUndo}
          rightSection={<kbd className="hr-kbd">{commandKey} Z</kbd>}
          onClick={undoEdit}
        >
          Undo edit
        </Menu.Item>
        <Menu.Item
          disabled={fixed || !lab.canRedo}
          rightSection={<kbd className="hr-kbd">{commandKey} Shift Z</kbd>}
          onClick={redoEdit}
        >
          Redo edit
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          // Mantine gives the keyboard to the first item; where that is off, to none, and Escape closes nothing.
          data-autofocus={fixed || undefined}
          onClick={() => reconnectDevices((lab.lab?.devices ?? []).filter(({ ssh }) => ssh).map(({ name }) => name))}
        >
          Reconnect all devices
        </Menu.Item>
        <Menu.Item onClick={() => openDialog({ kind: "open-saved" })}>Open saved outputs…</Menu.Item>
        <Menu.Item disabled={lab.lab === null} onClick={() => openDialog({ kind: "cabling-sheet" })}>
          Cabling sheet…
        </Menu.Item>
        <Menu.Item onClick={chooseLab}>Open another lab…</Menu.Item>
        <Menu.Item onClick={closeLab}>Close this lab</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
