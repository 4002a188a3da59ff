/** The browser host with the benchmark's window instead of the app's. Arguments: window folder, profile, home, lab file. */
import { createApp } from "../../../electron/app.ts";
import { createRouter } from "../../../electron/router.ts";
import { memorySecrets } from "../../../electron/secrets.ts";
import { startWebServer } from "../../../electron/web-server.node.ts";

const [rendererDir = "", profileDir = "", homeDir = "", lab = ""] = process.argv.slice(2);
const app = await createApp({ host: "browser", profileDir, homeDir, agentSocket: null, secrets: memorySecrets() });
await app.lab.open({ path: lab });
const server = await startWebServer({ router: createRouter(app), rendererDir, port: 0 });
console.log(server.address());
