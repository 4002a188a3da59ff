/** Runs sandboxed before the page: passes one kind of message on, a port for the contract, and nothing else. */
import { ipcRenderer } from "electron";

window.addEventListener("message", (event) => {
  if (event.source !== window || event.origin !== location.origin || event.data !== "halfrack:connect") return;
  const [port] = event.ports;
  if (port) ipcRenderer.postMessage("halfrack:connect", null, [port]);
});
