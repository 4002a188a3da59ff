/** What the admin can do from more than one place (rack, inspector, palette, keyboard). */
import { notifications } from "@mantine/notifications";
import { client } from "./client.ts";
import { attempt } from "./kit/attempt.ts";
import { leaveTerminals } from "./kit/focus.ts";
import { madeAtLeast, mayUnsavedGo } from "./lab/unsaved.ts";
import { select, useLab, useUi } from "./stores.ts";
import { maySessionsEnd } from "./terminal/ending.ts";
import { focusDock } from "./terminal/groups.ts";

/**
 * Opens a lab file; asks first where sessions end by it. False when the admin kept them. Throws the fault of a file that
 * cannot be opened, before anything is asked.
 */
export async function replaceLab(path: string): Promise<boolean> {
  const { path: target } = await client.lab.check({ path });
  const isOpen = target === useLab.getState().value?.path;
  if (!isOpen && !(await maySessionsEnd("Open the other lab"))) return false;
  if (!(await mayUnsavedGo("open the other lab"))) return false;
  await client.lab.open({ path });
  select(null);
  return true;
}

/** Writes a new lab file and opens it; asks first where sessions end by it. False when the admin kept them. */
export async function createLab(input: Parameters<typeof client.lab.create>[0]): Promise<boolean> {
  if (!(await maySessionsEnd("Open the new lab"))) return false;
  if (!(await mayUnsavedGo("make the new lab"))) return false;
  await client.lab.create(input);
  select(null);
  return true;
}

/** Messages of lab files that could not be opened: of no use any more once another is. */
const notOpened: string[] = [];

useLab.subscribe(({ value }, before) => {
  if (value?.path == null || value.path === before.value?.path) return;
  for (const id of notOpened.splice(0)) notifications.hide(id);
});

export async function openLab(path: string): Promise<boolean> {
  return (await attempt(replaceLab(path), (id) => notOpened.push(id))) ?? false;
}

export async function openPracticeLab(): Promise<void> {
  if (!useLab.getState().value?.practice && !(await maySessionsEnd("Open the practice lab"))) return;
  if (!(await mayUnsavedGo("open the practice lab"))) return;
  select(null);
  await attempt(client.practice.start());
}

/** Asks for a lab file with the system's dialog where there is one, else with the app's own. */
export async function chooseLab(): Promise<void> {
  const info = await attempt(client.app.info());
  if (!info) return;
  if (!info.nativeFileDialog) {
    useUi.setState({ dialog: { kind: "open-lab" } });
    return;
  }
  const picked = await attempt(client.app.pickLabFile());
  if (picked?.path) await openLab(picked.path);
}

/** Connects every device again that waits, failed or was disconnected, for instance after the laptop slept. */
export async function reconnectDevices(devices: readonly string[]): Promise<void> {
  await Promise.allSettled(devices.map((device) => client.ssh.connect({ device })));
}

/** Takes back the last edit of the lab file, where there is one and the file can be edited. */
export function undoEdit(): void {
  if (useLab.getState().value?.canUndo) void attempt(madeAtLeast(client.lab.undo()));
}

export function redoEdit(): void {
  if (useLab.getState().value?.canRedo) void attempt(madeAtLeast(client.lab.redo()));
}

/** Closes the lab; the practice lab's servers end with it. */
export async function closeLab(): Promise<void> {
  if (!(await maySessionsEnd("Close this lab"))) return;
  if (!(await mayUnsavedGo("close this lab", () => client.lab.close({ dropUnsaved: true })))) return;
  select(null);
  await (useLab.getState().value?.practice ? attempt(client.practice.stop()) : attempt(client.lab.close()));
}

/** Shows or hides the terminals; the keyboard goes with them, and back to where it was. */
export function toggleDock(): void {
  const { dockOpen, place } = useUi.getState();
  // The place of terminals is the dock itself: there is nothing beside it to go to.
  const stays = place === "terminals";
  if (!stays) useUi.setState({ dockOpen: !dockOpen });
  requestAnimationFrame(dockOpen && !stays ? leaveTerminals : focusDock);
}
