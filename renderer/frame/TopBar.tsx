/** Owns which counts stand for the health of the lab, and what can be done to its file. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { LabState } from "../../electron/contract/lab.ts";
import { chooseLab, closeLab, reconnectDevices, redoEdit, undoEdit } from "../actions.ts";
import { client, useConnection } from "../client.ts";
import { Age } from "../kit/Age.tsx";
import { attempt } from "../kit/attempt.ts";
import { commandKey } from "../kit/platform.ts";
import { StateMark } from "../kit/StateMark.tsx";
import { PracticeMenu } from "../practice/PracticeMenu.tsx";
import { readOnlyWhy } from "../read-only.ts";
import { type Dialog, openDialog, useFabric, useLab, useUi } from "../stores.ts";
import { healthOf } from "./health.ts";
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
        <h1 title={lab?.path ?? undefined}>{lab?.lab?.name ?? (lab?.path ? "Broken lab file" : "Halfrack")}</h1>
        {lab?.practice && <span className="hr-badge">practice</span>}
        <span className="hr-dim">{facts.join(" · ")}</span>
      </div>
      <button type="button" className="hr-search" onClick={openPalette}>
        <span>Go to a device or run an action</span>
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

const countText = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

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

/** Counts of what is down and what wants a look, and how old that knowledge is. */
function Health() {
  const fabric = useFabric((mirror) => mirror.value);
  const open = useLab((mirror) => mirror.value?.path != null);
  const reachable = useLab((mirror) => mirror.value?.lab?.devices.some(({ ssh }) => ssh) ?? false);
  if (!fabric || !open) return null;
  const devices = Object.values(fabric.devices);
  // Without a fabric to see, the last answer of any device is what is known.
  const seenAt =
    fabric.observedAt ??
    devices.reduce<number | null>((at, { lastSeenAt }) => Math.max(at ?? 0, lastSeenAt ?? 0) || null, null);
  const { down, look } = healthOf(fabric);
  const trying = devices.some(({ reach }) => reach === "unknown" || reach === "reaching" || reach === "reachable");
  return (
    <>
      {down > 0 && (
        <span className="hr-count">
          <StateMark state="down" />
          {down} down
        </span>
      )}
      {look > 0 && (
        <span className="hr-count">
          <StateMark state="degraded" />
          {look} to look at
        </span>
      )}
      {down + look === 0 && seenAt !== null && (
        <span className="hr-count">
          <StateMark state="healthy" />
          all well
        </span>
      )}
      {seenAt === null ? (
        <span className="hr-dim">
          {!reachable ? "no device has an SSH address" : trying ? "observing…" : "no device answered yet"}
        </span>
      ) : (
        <Age at={seenAt} prefix={fabric.observedAt === null ? "seen " : "observed "} />
      )}
    </>
  );
}
