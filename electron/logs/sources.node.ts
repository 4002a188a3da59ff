/** Owns what a run asks with: how each source is read, and the passwords that the admin gives for it. */
import { FaultError } from "../contract/error.ts";
import type { LogSelection } from "../contract/logs/collect.ts";
import type { CollectionHeader } from "../contract/logs/entry.ts";
import type { Item } from "../contract/logs/item.ts";
import { here } from "../contract/logs/target.ts";
import type { SshService } from "../ssh/types.ts";
import { type BmcLogin, createIpmiRunner } from "./collect/ipmi.node.ts";
import type { CollectDeps } from "./collect/run.node.ts";
import type { OwnSources } from "./own.node.ts";
import { ownRunner, type ShowOnSwitch, switchRunner } from "./runners.node.ts";

export interface SourcesDeps extends OwnSources {
  readonly ssh: SshService;
  readonly show: ShowOnSwitch;
}

/** How long the admin is waited for. */
const passwordMs = 5 * 60_000;

export function sourcesOf(
  deps: SourcesDeps,
  header: CollectionHeader,
  items: readonly Item[],
  { sudo, oneBmcPassword }: Pick<LogSelection, "sudo" | "oneBmcPassword">,
): Omit<CollectDeps, "onResult"> {
  const absent = new Map(items.map((item) => [item.id, item.absent]));
  const devices = new Map(header.targets.map(({ id, device }) => [id, device]));
  const deviceOf = (target: string) => devices.get(target) ?? target;
  return {
    ssh: deps.ssh,
    sudo,
    askPassword: (device) => askPassword(deps.ssh, device, `sudo on ${device}`),
    absenceOf: ({ item }) => absent.get(item),
    runners: {
      switch: switchRunner(deps.show, ({ target }) => deviceOf(target)),
      ipmi: createIpmiRunner({ loginOf: bmcLogins(deps, header, oneBmcPassword) }),
      own: ownRunner(header, deps),
    },
  };
}

/**
 * Asks for the password of each BMC once in a run's life, or once for all of them; then nothing keeps it. A BMC speaks
 * IPMI, whatever else it speaks, but one that is said to speak Redfish.
 */
function bmcLogins({ lab, ssh }: SourcesDeps, { targets }: CollectionHeader, one: boolean) {
  const passwords = new Map<string, Promise<string | null>>();
  const bmcOf = (device: string) => {
    const bmc = lab.get().lab?.devices.find(({ name }) => name === device)?.bmc;
    return bmc?.user && bmc.kind !== "redfish" ? { ...bmc, user: bmc.user } : null;
  };
  const all = targets.filter(({ kinds, device }) => kinds.includes("bmc") && bmcOf(device) !== null);
  return async (target: string): Promise<BmcLogin | null> => {
    const device = targets.find(({ id }) => id === target)?.device ?? target;
    const bmc = bmcOf(device);
    if (bmc === null) return null;
    const { host, user, port } = bmc;
    const shared = one && all.length > 1;
    const key = shared ? "" : device;
    const asked =
      passwords.get(key) ??
      askPassword(
        ssh,
        device,
        shared
          ? `the BMCs of ${all.map((each) => each.device).join(", ")}: one password for all`
          : `${user} on the BMC of ${device}`,
      );
    passwords.set(key, asked);
    const password = await asked;
    return password === null ? null : { host, user, password, ...(port === undefined ? {} : { port }) };
  };
}

/** Null where it was not given. */
async function askPassword(ssh: SshService, device: string, subject: string): Promise<string | null> {
  if (device === here) return null;
  const asking = {
    subject,
    instructions: "It is used for this collection alone and kept nowhere.",
    prompt: "Password",
    signal: AbortSignal.timeout(passwordMs),
  };
  return ssh.askSecret(device, asking).catch((error: unknown) => {
    if (error instanceof FaultError || asking.signal.aborted) return null;
    throw error;
  });
}
