/** Lab, SSH and fabric services on one lab file, as the app builds them; all is gone when it is disposed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FabricState } from "../../electron/contract/fabric.ts";
import { createFabricService, type FabricService } from "../../electron/fabric/service.ts";
import { createHistoryService, type HistoryService } from "../../electron/history/service.ts";
import { createLabService, type LabService } from "../../electron/lab/service.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { createSshService, type SshService } from "../../electron/ssh/service.ts";

export interface Station extends AsyncDisposable {
  readonly lab: LabService;
  readonly ssh: SshService;
  readonly fabric: FabricService;
  readonly history: HistoryService;
  state(): FabricState;
  /** Watches the fabric, so that it is polled; returns what came and how to stop. */
  watch(): { readonly messages: unknown[]; end(): Promise<void> };
}

export async function openStation(options: {
  readonly labFile: string;
  readonly homeDir: string;
  readonly knownHosts: readonly string[];
}): Promise<Station> {
  const profileDir = await mkdtemp(join(tmpdir(), "halfrack-fabric-"));
  const lab = createLabService({ homeDir: options.homeDir });
  await lab.open({ path: options.labFile });
  const ssh = createSshService({
    lab: lab.state,
    homeDir: options.homeDir,
    agentSocket: null,
    secrets: memorySecrets(),
    knownHosts: () => ({ own: join(profileDir, "known_hosts"), readOnly: options.knownHosts }),
  });
  const limits = () => ({ mostAgeMs: 86_400_000, mostBytes: 50 * 1024 * 1024 });
  const history = createHistoryService({ dir: profileDir, lab: lab.state, limits });
  const counterIntervalMs = () => 1000;
  const fabric = createFabricService({ lab: lab.state, ssh, history, pollIntervalMs: () => 300, counterIntervalMs });
  return {
    lab,
    ssh,
    fabric,
    history,
    state: () => fabric.state.get(),
    watch() {
      const stopped = new AbortController();
      const messages: unknown[] = [];
      const done = (async () => {
        for await (const message of fabric.state.watch(stopped.signal)) messages.push(message);
      })();
      return {
        messages,
        end() {
          stopped.abort();
          return done;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await fabric[Symbol.asyncDispose]();
      history[Symbol.dispose]();
      await ssh[Symbol.asyncDispose]();
      await lab[Symbol.asyncDispose]();
      await rm(profileDir, { recursive: true, force: true });
    },
  };
}
