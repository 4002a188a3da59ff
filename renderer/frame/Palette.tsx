import { useHotkeys } from "@mantine/hooks";
import { createSpotlight, Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { chooseLab, openPracticeLab, reconnectAll } from "../actions.ts";
import { client } from "../client.ts";
import { attempt } from "../kit/attempt.ts";
import { go, openDialog, select, useFabric, useLab, usePractice, useUi } from "../stores.ts";
import { terminalActions } from "../terminal/actions.ts";
import { openTerminal } from "../terminal/groups.ts";
import { places } from "./places.ts";

const [store, palette] = createSpotlight();

export const openPalette = () => palette.open();

/** Every device and every action by name, and the keys that work everywhere. */
export function Palette() {
  const actions = useActions();
  useHotkeys(
    [
      ["mod+K", () => palette.toggle()],
      // In a terminal Ctrl+K is the shell's.
      ["mod+shift+K", () => palette.toggle()],
      ...places.map(({ place }, index): [string, () => void] => [`mod+${index + 1}`, () => go(place)]),
      ["mod+`", () => useUi.setState(({ dockOpen }) => ({ dockOpen: !dockOpen }))],
    ],
    [],
  );
  useHotkeys([["shift+?", () => openDialog({ kind: "shortcuts" })]]);
  return (
    <Spotlight
      store={store}
      actions={actions}
      shortcut={null}
      highlightQuery
      scrollable
      maxHeight={420}
      limit={60}
      nothingFound="Nothing by that name"
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: "Go to a device or run an action",
        "aria-label": "Go to a device or run an action",
      }}
    />
  );
}

function useActions(): SpotlightActionData[] {
  const lab = useLab((mirror) => mirror.value);
  const cables = useFabric((mirror) => mirror.value?.cables) ?? [];
  const scenarios = usePractice((mirror) => mirror.value);
  const devices = lab?.lab?.devices ?? [];
  const reachable = devices.filter(({ ssh }) => ssh).map(({ name }) => name);
  const goRack = (work: () => void) => () => {
    go("rack");
    work();
  };
  return [
    ...devices.map(({ name, type, role }) => ({
      id: `device ${name}`,
      label: name,
      description: ["Device", lab?.deviceTypes[type]?.model ?? type, role].filter(Boolean).join(" · "),
      onClick: goRack(() => select({ kind: "device", device: name })),
    })),
    ...reachable.map((name) => ({
      id: `terminal ${name}`,
      label: `Open a terminal on ${name}`,
      onClick: () => void openTerminal(name),
    })),
    ...cables.map((cable) => ({
      id: `cable ${cable.id}`,
      label: `Cable ${cable.a.device} ${cable.a.port} to ${cable.b.device} ${cable.b.port}`,
      description: cable.reason,
      onClick: goRack(() => select({ kind: "cable", id: cable.id })),
    })),
    ...terminalActions
      .filter(({ available }) => available())
      .map(({ id, label, run }) => ({ id: `terminals ${id}`, label, onClick: run })),
    ...(lab?.practice ? (scenarios?.scenarios ?? []) : []).map(({ id, title, active }) => ({
      id: `practice ${id}`,
      label: active ? `Practice: mend “${title}”` : `Practice: ${title}`,
      onClick: () => void attempt(client.practice.set({ scenario: id, active: !active })),
    })),
    ...places.map(({ place, label }) => ({
      id: `place ${place}`,
      label: `Go to ${label.toLowerCase()}`,
      onClick: () => go(place),
    })),
    ...(lab?.lab && !lab.readOnly
      ? [
          { id: "add-device", label: "Add a device", onClick: () => openDialog({ kind: "add-device" }) },
          {
            id: "import",
            label: "Import hosts from ssh_config or Ansible",
            onClick: () => openDialog({ kind: "import-hosts" }),
          },
        ]
      : []),
    ...(reachable.length > 0
      ? [{ id: "reconnect", label: "Reconnect all devices", onClick: () => void reconnectAll(reachable) }]
      : []),
    { id: "open-lab", label: "Open a lab file", onClick: () => void chooseLab() },
    { id: "new-lab", label: "Make a lab file", onClick: () => openDialog({ kind: "new-lab" }) },
    { id: "practice", label: "Open the practice lab", onClick: () => void openPracticeLab() },
    { id: "shortcuts", label: "Show all keys", onClick: () => openDialog({ kind: "shortcuts" }) },
  ];
}
