import { Menu } from "@mantine/core";
import { useTerminals } from "../stores.ts";
import { keysText, openSearch, terminalActions, toggleRecording } from "./actions.ts";
import { closeTerminal, focusTerminal, splitActive } from "./groups.ts";
import { copySelection, pasteFromClipboard, viewOf } from "./views.ts";

const keysOf = (id: string) => {
  const keys = terminalActions.find((each) => each.id === id)?.keys[0];
  return keys ? <span className="hr-dim">{keysText(keys)}</span> : null;
};

/** The context menu of one terminal, at the pointer. */
export function PaneMenu(props: {
  readonly terminal: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly onClose: () => void;
}) {
  const { terminal, at, onClose } = props;
  const recording = useTerminals((mirror) => mirror.value?.terminals[terminal]?.recording != null);
  const view = viewOf(terminal);
  const selected = view?.screen.term.hasSelection() ?? false;
  const done = (run: () => void) => () => {
    onClose();
    focusTerminal(terminal);
    run();
  };
  return (
    <Menu
      opened
      onClose={onClose}
      position="bottom-start"
      withinPortal
      withInitialFocusPlaceholder={false}
      shadow="md"
      returnFocus={false}
    >
      <Menu.Target>
        <span className="hr-term-anchor" style={{ left: at.x, top: at.y }} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={!selected}
          rightSection={keysOf("terminal.copy")}
          onClick={done(() => void copySelection(terminal))}
        >
          Copy
        </Menu.Item>
        <Menu.Item onClick={done(() => void pasteFromClipboard(terminal))}>Paste</Menu.Item>
        <Menu.Item rightSection={keysOf("terminal.select-all")} onClick={done(() => view?.screen.term.selectAll())}>
          Select all
        </Menu.Item>
        <Menu.Item rightSection={keysOf("terminal.search")} onClick={done(() => openSearch(terminal))}>
          Search
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item rightSection={keysOf("terminal.split-right")} onClick={done(() => void splitActive("right"))}>
          Split to the right
        </Menu.Item>
        <Menu.Item rightSection={keysOf("terminal.split-down")} onClick={done(() => void splitActive("below"))}>
          Split downwards
        </Menu.Item>
        <Menu.Item onClick={done(() => toggleRecording(terminal))}>
          {recording ? "Stop recording" : "Start recording"}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item rightSection={keysOf("terminal.close")} onClick={done(() => void closeTerminal(terminal))}>
          Close and end the session
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
