/**
 * Owns what becomes of a window that is closed, reloaded or quit while it holds changes that are saved nowhere. Electron by itself
 * lets such a window stay and says nothing. The question does not block the process: sessions go on meanwhile.
 */
import type { BrowserWindow } from "electron";
import type { ElectronModule } from "./electron-host.ts";

const question = {
  type: "question" as const,
  message: "Leave with changes that are not saved?",
  detail:
    "What stands in an open dialog is lost. Changes of the lab that could not be saved are saved at the end where its file can be written by then, and lost otherwise.",
  buttons: ["Keep editing", "Leave"],
  defaultId: 0,
  cancelId: 0,
  noLink: true,
};
const leaves = 1;

/** Returns how to have a window ask. */
export function createLeaving({
  app,
  dialog,
}: Pick<ElectronModule, "app" | "dialog">): (window: BrowserWindow) => void {
  let quitting = false;
  app.on("before-quit", () => {
    quitting = true;
  });
  return (window) => {
    let closing = false;
    let asking = false;
    let agreed = false;
    window.on("close", () => {
      closing = true;
    });
    window.webContents.on("will-prevent-unload", (event) => {
      const leave = quitting ? () => app.quit() : closing ? () => window.close() : () => window.webContents.reload();
      quitting = false;
      closing = false;
      if (agreed) {
        agreed = false;
        event.preventDefault(); // prevents the page from staying
        return;
      }
      if (asking) return;
      asking = true;
      void dialog.showMessageBox(window, question).then(({ response }) => {
        asking = false;
        if (response !== leaves || window.isDestroyed()) return;
        agreed = true;
        leave();
      });
    });
  };
}
