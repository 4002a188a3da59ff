/** Collects in a process of its own, for tests that kill it: `collect-process.ts <what.json>`. Says each result in a line. */
import { readFileSync } from "node:fs";
import { CollectRun } from "../../electron/logs/collect/run.node.ts";
import { createCollectionStore } from "../../electron/logs/collect/store.node.ts";
import { Published } from "../../electron/published.ts";
import { memorySecrets } from "../../electron/secrets.ts";
import { createSshService } from "../../electron/ssh/service.ts";
import { deviceFor, labState, quick } from "../ssh/bench.ts";

const { collections, id, home, knownHosts, hosts } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const lab = labState(
  hosts.map(({ name, sshd }: { name: string; sshd: Parameters<typeof deviceFor>[1] }) => deviceFor(name, sshd)),
  [],
);
await using ssh = createSshService({
  lab: new Published(lab),
  homeDir: home,
  agentSocket: null,
  secrets: memorySecrets(),
  knownHosts: () => ({ own: `${home}/own`, readOnly: [knownHosts] }),
  ...quick,
});
const writer = await createCollectionStore({ dir: collections }).resume(id);
const none = () => Promise.reject(new Error("no such source here"));
const run = new CollectRun(
  writer,
  {
    ssh,
    sudo: "never",
    askPassword: async () => null,
    absenceOf: () => undefined,
    runners: { switch: none, ipmi: none, own: none },
    onResult: (entry, { state }) => process.stdout.write(`result ${entry.n} ${state}\n`),
  },
  new AbortController().signal,
);
const timer = setInterval(() => process.stdout.write(`bytes ${run.progress.bytes}\n`), 20);
await run.run();
clearInterval(timer);
await writer.close();
