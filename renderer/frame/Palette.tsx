/** Owns which actions can be run by name, and when. */
import { useHotkeys } from "@mantine/hooks";
import { createSpotlight, Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useEffect } from "react";
import type { LabState } from "../../electron/contract/lab.ts";
import { typeOf } from "../../electron/contract/units.ts";
import { cableText } from "../../electron/contract/words.ts";
import { chooseLab, closeLab, openPracticeLab, reconnectDevices, redoEdit, toggleDock, undoEdit } from "../actions.ts";
import { client } from "../client.ts";
import { openSaved, showView, useGraph } from "../graph/store.ts";
import { attempt } from "../kit/attempt.ts";
import { isTyping, modalOpen, overlayClosed, overlayOpen } from "../kit/focus.ts";
import { beginNew } from "../logs/store.ts";
import { readOnlyWhy } from "../read-only.ts";
import { go, openDialog, select, useFabric, useLab, usePractice, useSsh } from "../stores.ts";
import { terminalActions } from "../terminal/actions.ts";
import { openTerminal } from "../terminal/groups.ts";
import { places } from "./places.ts";

const [store, palette] = createSpotlight();

export const openPalette = () => palette.open();

/** Not over a dialog: an action that opens another one would throw away what was typed into it. */
const togglePalette = () => {
  if (!modalOpen()) palette.toggle();
};

/** Every device and every action by name, and the keys that work everywhere. */
export function Palette() {
  const actions = useActions();
  useHotkeys(
    [
      ["mod+K", togglePalette],
      // In a terminal Ctrl+K is the shell's.
      ["mod+shift+K", togglePalette],
      ...places.map(({ place }, index): [string, () => void] => [`mod+${index + 1}`, () => go(place)]),
      ["mod+`", toggleDock],
    ],
    [],
  );
  // Not in fields and terminals, which useHotkeys leaves alone, and not behind a dialog.
  useHotkeys([
    ["mod+Z", () => !overlayOpen() && undoEdit()],
    ["mod+shift+Z", () => !overlayOpen() && redoEdit()],
    ["mod+Y", () => !overlayOpen() && redoEdit()],
  ]);
  useQuestionMark();
  return (
    <Spotlight
      store={store}
      actions={actions}
      returnFocus={false}
      transitionProps={{
        transition: "pop",
        duration: 120,
        // Once it is gone: what it opened (a dialog, a terminal) keeps the keyboard.
        onExited: () => setTimeout(overlayClosed),
      }}
      shortcut={null}
      // Names the dialog; frame.css keeps it for screen readers only.
      title="Go to a device or run an action"
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "group", "aria-label": "What was found" } }}
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

/** The key by what it writes: keyboards differ in where it is and whether it takes Shift. */
function useQuestionMark(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping() || overlayOpen()) return;
      event.preventDefault();
      openDialog({ kind: "shortcuts" });
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function collectLogs(): void {
  beginNew();
  go("logs");
}

function useActions(): SpotlightActionData[] {
  const lab = useLab((mirror) => mirror.value);
  const cables = useFabric((mirror) => mirror.value?.cables) ?? [];
  const ssh = useSsh((mirror) => mirror.value);
  const scenarios = usePractice((mirror) => mirror.value);
  const view = useGraph((graph) => graph.view);
  const saved = useGraph((graph) => graph.saved !== null);
  const devices = lab?.lab?.devices ?? [];
  const reachable = devices.filter(({ ssh }) => ssh).map(({ name }) => name);
  const goRack = (work: () => void) => () => {
    go("rack");
    openSaved(null);
    showView("rack");
    work();
  };
  const goGraph = () => {
    go("rack");
    showView("graph");
  };
  return [
    ...devices.map(({ name, type, role }) => ({
      id: `device ${name}`,
      label: name,
      description: ["Device", typeOf({ type }, lab?.deviceTypes ?? {})?.model ?? type, role]
        .filter(Boolean)
        .join(" · "),
      onClick: goRack(() => select({ kind: "device", device: name })),
    })),
    ...reachable.map((name) => ({
      id: `terminal ${name}`,
      label: `Open a terminal on ${name}`,
      onClick: () => void openTerminal(name),
    })),
    ...cables.map((cable) => ({
      id: `cable ${cable.id}`,
      label: `Cable ${cableText(cable)}`,
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
    ...(lab && readOnlyWhy(lab) === null ? editActions(lab) : []),
    ...(reachable.length > 0
      ? [{ id: "reconnect", label: "Reconnect all devices", onClick: () => void reconnectDevices(reachable) }]
      : []),
    ...(ssh?.changedKeys ?? []).map(({ device }) => ({
      id: `changed-key ${device}`,
      label: `Compare the host keys of ${device}`,
      onClick: () => openDialog({ kind: "changed-key", device }),
    })),
    ...reachable
      .filter((name) => ssh?.connections[name]?.status === "failed")
      .map((name) => ({
        id: `connect ${name}`,
        label: `Connect ${name} again`,
        onClick: () => void reconnectDevices([name]),
      })),
    ...(lab?.lab
      ? [
          {
            id: "sheet",
            label: "Cabling sheet: print, save, labels",
            onClick: () => openDialog({ kind: "cabling-sheet" }),
          },
        ]
      : []),
    ...(lab?.path ? [{ id: "close-lab", label: "Close this lab", onClick: () => void closeLab() }] : []),
    ...(lab?.path && !saved
      ? [
          view === "rack"
            ? { id: "graph", label: "Show the fabric as a graph", onClick: goGraph }
            : { id: "rack", label: "Show the rack", onClick: goRack(() => undefined) },
        ]
      : []),
    ...(lab?.path ? [{ id: "collect", label: "Collect logs", onClick: collectLogs }] : []),
    {
      id: "log-catalogue",
      label: "Catalogue of logs and stick layouts…",
      onClick: () => openDialog({ kind: "log-catalogue" }),
    },
    { id: "open-bundle", label: "Open a bundle of logs…", onClick: () => openDialog({ kind: "open-bundle" }) },
    { id: "open-saved", label: "Open saved outputs…", onClick: () => openDialog({ kind: "open-saved" }) },
    ...(saved ? [{ id: "close-saved", label: "Close the saved outputs", onClick: () => openSaved(null) }] : []),
    ...(lab?.lab
      ? [{ id: "plan", label: "Compare plan and fabric", onClick: goRack(() => openDialog({ kind: "plan" })) }]
      : []),
    { id: "open-lab", label: "Open a lab file", onClick: () => void chooseLab() },
    { id: "new-lab", label: "Make a lab file", onClick: () => openDialog({ kind: "new-lab" }) },
    { id: "practice", label: "Open the practice lab", onClick: () => void openPracticeLab() },
    { id: "shortcuts", label: "Show all keys", onClick: () => openDialog({ kind: "shortcuts" }) },
  ];
}

/** What changes the lab file; offered only while it can be changed. */
function editActions({ lab, canUndo, canRedo }: LabState): SpotlightActionData[] {
  const { devices = [] } = lab ?? {};
  return [
    { id: "add-device", label: "Add a device", onClick: () => openDialog({ kind: "add-device" }) },
    ...devices.flatMap(({ name }) => [
      { id: `edit ${name}`, label: `Edit ${name}`, onClick: () => openDialog({ kind: "edit-device", device: name }) },
      {
        id: `remove ${name}`,
        label: `Remove ${name}`,
        onClick: () => openDialog({ kind: "remove-device", device: name }),
      },
    ]),
    {
      id: "import",
      label: "Import hosts from ssh_config or Ansible",
      onClick: () => openDialog({ kind: "import-hosts" }),
    },
    {
      id: "import-device-type",
      label: "Import a device type from a NetBox file",
      onClick: () => openDialog({ kind: "import-device-type" }),
    },
    { id: "import-cables", label: "Import cables from CSV", onClick: () => openDialog({ kind: "import-cables" }) },
    { id: "edit-lab", label: "Edit lab and racks", onClick: () => openDialog({ kind: "edit-lab" }) },
    ...(canUndo ? [{ id: "undo", label: "Undo edit", onClick: undoEdit }] : []),
    ...(canRedo ? [{ id: "redo", label: "Redo edit", onClick: redoEdit }] : []),
  ];
}
