import { Fragment } from "react";
import { Dialog } from "../kit/Dialog.tsx";
import { commandKey } from "../kit/platform.ts";
import { readerShortcuts } from "../logs/FindBar.tsx";
import { rackShortcuts } from "../rack/shortcuts.ts";
import { openDialog, useUi } from "../stores.ts";
import { shortcuts as terminalShortcuts } from "../terminal/shortcuts.ts";
import { places } from "./places.ts";

interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly { readonly keys: string; readonly does: string }[];
}

const everywhere: ShortcutGroup = {
  title: "Everywhere",
  shortcuts: [
    { keys: `${commandKey}+K`, does: "Go to a device or run an action" },
    { keys: `${commandKey}+Shift+K`, does: "The same from a terminal" },
    ...places.map(({ label }, index) => ({ keys: `${commandKey}+${index + 1}`, does: label })),
    { keys: `${commandKey}+\``, does: "Show or hide the terminals" },
    { keys: `${commandKey}+Z`, does: "Undo the last edit of the lab file" },
    { keys: `${commandKey}+Shift+Z`, does: "Redo it" },
    { keys: "?", does: "This list" },
  ],
};

/** Every key that does something, in one list. */
export function Shortcuts() {
  const open = useUi((ui) => ui.dialog?.kind === "shortcuts");
  const groups: readonly ShortcutGroup[] = [
    everywhere,
    { title: "Rack", shortcuts: rackShortcuts },
    { title: "Terminals", shortcuts: terminalShortcuts },
    { title: "Logs", shortcuts: readerShortcuts },
  ];
  if (!open) return null;
  return (
    <Dialog onClose={() => openDialog(null)} title="Keyboard" size="xl">
      <div className="hr-shortcuts">
        {groups.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {shortcuts.map(({ keys, does }) => (
                <Fragment key={`${keys} ${does}`}>
                  <dt>{does}</dt>
                  <dd>
                    <kbd className="hr-kbd">{keys}</kbd>
                  </dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
