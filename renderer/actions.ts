/** What the admin can do from more than one place (rack, inspector, palette, keyboard). */
import { client } from "./client.ts";
import { attempt } from "./kit/attempt.ts";
import { select, useUi } from "./stores.ts";

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
