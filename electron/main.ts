/** Electron's entry: nothing here but the start; the host is electron-host.ts. */
import { join } from "node:path";
import * as electron from "electron";
import { createApp } from "./app.ts";
import { faultOf } from "./contract/fault-of.ts";
import { pickFile, registerScheme, startElectronHost } from "./electron-host.ts";
import { hostDeps, parseWindowOptions } from "./host-options.ts";
import { createRouter, startPractice } from "./router.ts";
import { systemSecrets } from "./safe-storage.node.ts";

async function run(): Promise<void> {
  const args = process.argv
    .slice(electron.app.isPackaged ? 1 : 2)
    .filter((arg) => !arg.startsWith("--remote-debugging"));
  const options = parseWindowOptions(args);
  electron.app.enableSandbox();
  registerScheme(electron);
  if (options.profile) electron.app.setPath("userData", options.profile);
  await electron.app.whenReady();

  const profile = electron.app.getPath("userData");
  const app = await createApp(
    hostDeps(
      "electron",
      { ...options, profile },
      {
        secrets: systemSecrets(electron.safeStorage, join(profile, "secrets.json")),
        pickFile: (purpose) => pickFile(electron, purpose),
      },
    ),
  );
  let disposed = false;
  electron.app.on("will-quit", (event) => {
    if (disposed) return;
    event.preventDefault();
    disposed = true;
    void Promise.resolve(app[Symbol.asyncDispose]()).finally(() => electron.app.quit());
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
  electron.dialog.showErrorBox("Halfrack could not start", faultOf(error).detail);
  electron.app.exit(1);
});
