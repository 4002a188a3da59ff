/** What the admin can do from more than one place (rack, inspector, palette, keyboard). */
import { client } from "./client.ts";
import { attempt } from "./kit/attempt.ts";
import { leaveTerminals } from "./kit/focus.ts";
import { select, useLab, useUi } from "./stores.ts";
import { focusDock } from "./terminal/groups.ts";

export async function openLab(path: string): Promise<boolean> {
  select(null);
  return (await attempt(client.lab.open({ path }))) !== null;
}

export async function openPracticeLab(): Promise<void> {
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
  const picked = await attempt(client.app.pickFile({ purpose: "open-lab" }));
  if (picked?.path) await openLab(picked.path);
}

/** Connects every device again that waits, failed or was disconnected, for instance after the laptop slept. */
export async function reconnectAll(devices: readonly string[]): Promise<void> {
  await Promise.allSettled(devices.map((device) => client.ssh.connect({ device })));
}

/** Takes back the last edit of the lab file, where there is one and the file can be edited. */
export function undoEdit(): void {
  if (useLab.getState().value?.canUndo) void attempt(client.lab.undo());
}

export function redoEdit(): void {
  if (useLab.getState().value?.canRedo) void attempt(client.lab.redo());
}

/** Closes the lab; the practice lab's servers end with it. */
export async function closeLab(): Promise<void> {
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
