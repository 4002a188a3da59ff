import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import {
  IconDots,
  IconLayoutColumns,
  IconLayoutRows,
  IconMaximize,
  IconMinimize,
  IconPlus,
  IconSearch,
} from "@tabler/icons-react";
import type { IDockviewHeaderActionsProps } from "dockview-react";
import type { Settings } from "../../electron/contract/app.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { bellChoices, settingNames, terminalSwitches } from "../settings/names.ts";
import { useLab, useSettings, useTerminals } from "../stores.ts";
import { keysText, openSearch, stopBroadcast, terminalActions, toggleRecording } from "./actions.ts";
import { focusTerminal, openTerminal, splitActive, toggleMaximised } from "./groups.ts";
import { placeText, reachableDevices } from "./labels.ts";
import { showDialog, useDock } from "./ui.ts";

const withKeys = (label: string, id: string) => {
  const keys = terminalActions.find((each) => each.id === id)?.keys[0];
  return keys ? `${label} (${keysText(keys)})` : label;
};

/** The plus beside the tabs: a terminal on any device of the lab. */
export function NewTerminal({ group }: IDockviewHeaderActionsProps) {
  const lab = useLab((mirror) => mirror.value?.lab ?? null);
  const devices = reachableDevices(lab);
  const open = (device: string) => {
    group.activePanel?.api.setActive();
    void openTerminal(device);
  };
  return (
    <div className="hr-term-actions">
      <Menu position="bottom-start" shadow="md" withinPortal withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="New terminal" disabled={devices.length === 0}>
            <IconPlus size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown className="hr-term-menu">
          <Menu.Label>New terminal on</Menu.Label>
          {devices.map((device) => (
            <Menu.Item
              key={device}
              onClick={() => open(device)}
              rightSection={<span className="hr-dim">{placeText(lab, device)}</span>}
            >
              {device}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

/** What can be done with the terminal in front of a group. */
export function GroupActions({ activePanel }: IDockviewHeaderActionsProps) {
  const id = activePanel?.id ?? null;
  const maximised = useDock((dock) => dock.maximised);
  if (id === null) return null;
  const first = (run: () => void) => () => {
    activePanel?.api.setActive();
    run();
  };
  const buttons = [
    { id: "terminal.search", label: "Search", icon: IconSearch, run: () => openSearch(id) },
    {
      id: "terminal.split-right",
      label: "Split to the right",
      icon: IconLayoutColumns,
      run: () => void splitActive("right"),
    },
    { id: "terminal.split-down", label: "Split downwards", icon: IconLayoutRows, run: () => void splitActive("below") },
    {
      id: "terminal.maximise",
      label: maximised ? "Restore" : "Maximise",
      icon: maximised ? IconMinimize : IconMaximize,
      run: toggleMaximised,
    },
  ];
  return (
    <div className="hr-term-actions">
      {buttons.map(({ id: key, label, icon: Icon, run }) => (
        <Tooltip key={key} label={withKeys(label, key)}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={first(run)}>
            <Icon size={16} />
          </ActionIcon>
        </Tooltip>
      ))}
      <MoreMenu terminal={id} />
    </div>
  );
}

function MoreMenu({ terminal }: { readonly terminal: string }) {
  const recording = useTerminals((mirror) => mirror.value?.terminals[terminal]?.recording != null);
  const broadcasting = useDock((dock) => dock.broadcast.on);
  const settings = useSettings((mirror) => mirror.value);
  const change = (changes: Partial<Settings>) => void attempt(client.app.changeSettings(changes));
  return (
    <Menu
      position="bottom-end"
      shadow="md"
      withinPortal
      withInitialFocusPlaceholder={false}
      returnFocus={false}
      onClose={() => focusTerminal(terminal)}
    >
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="More for this terminal">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className="hr-term-menu">
        <Menu.Item onClick={() => toggleRecording(terminal)}>
          {recording ? "Stop recording" : "Start recording"}
        </Menu.Item>
        <Menu.Item onClick={() => showDialog({ kind: "recordings" })}>Recordings</Menu.Item>
        <Menu.Item onClick={() => showDialog({ kind: "broadcast" })}>
          {broadcasting ? "Change broadcast targets" : "Broadcast to several terminals"}
        </Menu.Item>
        {broadcasting && <Menu.Item onClick={stopBroadcast}>Stop broadcasting</Menu.Item>}
        <Menu.Divider />
        <Menu.Label>All terminals</Menu.Label>
        <Menu.RadioGroup
          value={settings?.terminalBell ?? null}
          onChange={(bell) => change({ terminalBell: bell as Settings["terminalBell"] })}
        >
          {bellChoices.map((bell) => (
            <Menu.RadioItem key={bell} value={bell} closeMenuOnClick>
              {settingNames.terminalBell}: {bell}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {terminalSwitches.map(({ key }) => (
          <Menu.CheckboxItem
            key={key}
            checked={settings?.[key] ?? false}
            onChange={(on) => change({ [key]: on })}
            closeMenuOnClick
          >
            {settingNames[key]}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
