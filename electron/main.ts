/** Electron's entry: nothing here but the start; the host is electron-host.ts. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import * as electron from "electron";
import { createApp } from "./app.ts";
import { faultOf } from "./contract/fault-of.ts";
import { pickLabFile, registerScheme, startElectronHost } from "./electron-host.ts";
import { endInOrder, watchUncaught } from "./ending.node.ts";
import { defaultProfileDir, hostDeps, parseWindowOptions } from "./host-options.ts";
import { ownProfile } from "./profile.node.ts";
import { createRouter, startPractice } from "./router.ts";
import { systemSecrets } from "./safe-storage.node.ts";

/** Everything that has to be closed before the process ends, the last first. */
const held = new AsyncDisposableStack();
const end = endInOrder({ close: () => held.disposeAsync(), exit: (code) => electron.app.exit(code) });
watchUncaught(end);

async function run(): Promise<void> {
  const args = process.argv
    .slice(electron.app.isPackaged ? 1 : 2)
    .filter((arg) => !arg.startsWith("--remote-debugging"));
  const options = parseWindowOptions(args);
  electron.app.enableSandbox();
  registerScheme(electron);
  const profile = resolve(options.profile || defaultProfileDir());
  // At once, because it has to be before Electron is ready; Electron takes an absolute path to a folder that is there.
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  electron.app.setPath("userData", profile);
  // The first one brings its window to the front; see startElectronHost.
  if (!electron.app.requestSingleInstanceLock()) {
    process.stderr.write("halfrack: Halfrack already runs with this profile; its window comes to the front.\n");
    electron.app.exit(0);
    return;
  }
  await electron.app.whenReady();
  // Instead of Electron's own handlers, which are there by now: after one signal they let the next kill the process, and
  // Ctrl-C comes twice, from the terminal and from `npm start`.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      electron.app.quit(); // the windows note where they are
      end(0); // a page may keep its window open
    });

  const owner = held.use(await ownProfile(profile, "electron")); // the browser host knows no instance lock
  if (owner.fault) process.stderr.write(`halfrack: ${owner.fault.title}. ${owner.fault.detail} ${owner.fault.next}\n`);
  const app = held.use(
    await createApp(
      hostDeps(
        "electron",
        { ...options, profile },
        {
          secrets: systemSecrets(electron.safeStorage, join(profile, "secrets.json")),
          pickLabFile: () => pickLabFile(electron),
          showInFolder: (path) => electron.shell.showItemInFolder(path),
        },
      ),
    ),
  );
  electron.app.on("will-quit", (event) => {
    event.preventDefault();
    end(0);
  });

  if (options.practice) await startPractice(app);
  else if (options.lab)
    await app.lab
      .open({ path: options.lab })
      .catch((error) => electron.dialog.showErrorBox("Halfrack", faultOf(error).detail));

  const host = startElectronHost(electron, {
    router: createRouter(app),
    rendererDir: join(import.meta.dirname, "..", "renderer"),
    preload: join(import.meta.dirname, "preload.cjs"),
    profileDir: profile,
  });
  await host.openWindow();
}

run().catch((error: unknown) => {
  const { detail, next } = faultOf(error);
  electron.dialog.showErrorBox("Halfrack could not start", `${detail} ${next}`);
  end(1);
});
