/** The real app with a profile of its own: no agent, secrets in memory, nothing of who runs the tests. */
import { join } from "node:path";
import { type App, createApp } from "../electron/app.ts";
import type { Opened } from "../electron/contract/logs/opened.ts";
import { memorySecrets } from "../electron/secrets.ts";

/** `dir` takes the home folder's place; `lab` is a lab file to open. */
export async function appIn(
  dir: string,
  {
    profileDir = join(dir, "profile"),
    ...more
  }: { profileDir?: string; knownHosts?: readonly string[]; lab?: string } = {},
): Promise<App> {
  const { knownHosts = [], lab } = more;
  const secrets = memorySecrets();
  const app = await createApp({ host: "cli", profileDir, homeDir: dir, agentSocket: null, secrets, knownHosts });
  if (lab !== undefined) await app.lab.open({ path: lab });
  return app;
}

/** What an archive is that `app` opens as a collection. */
export async function openedIn(app: App, path: string): Promise<Opened> {
  for await (const told of app.logs.open(path, new AbortController().signal)) if (told.kind === "ended") return told;
  throw new Error("it was opened without an answer");
}
