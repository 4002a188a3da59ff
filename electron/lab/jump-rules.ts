/** Owns which ways through jump hosts lead anywhere. */
import type { Device, Lab } from "../contract/lab.ts";
import { type Context, type Found, show } from "./finding.ts";
import { didYouMean } from "./nearest.ts";

export function checkJumps(lab: Lab, devices: ReadonlyMap<string, Device>, { unreadable }: Context): Found[] {
  const looping = jumpLoops(devices);
  return lab.devices.flatMap((device, index) =>
    (device.ssh?.jump ?? []).flatMap((name, at): Found[] => {
      const path = ["devices", index, "ssh", "jump", at];
      const hop = devices.get(name);
      if (hop === undefined) {
        if (unreadable.has(`device ${name}`)) return [];
        const message = () => `There is no device ${show(name)} to hop through.${didYouMean(name, devices.keys())}`;
        return [{ code: "lab.jump-unknown-device", severity: "error", path, message }];
      }
      if (hop.ssh === undefined) {
        const message = () => `${show(name)} cannot be hopped through: it has no ssh address.`;
        return [{ code: "lab.jump-without-ssh", severity: "error", path, message }];
      }
      if (!looping.has(device.name) || !looping.has(name)) return [];
      const message = () => `The way to ${show(device.name)} leads through ${show(name)} back to itself.`;
      return [{ code: "lab.jump-cycle", severity: "error", path, message }];
    }),
  );
}

/** Names of devices whose jumps lead back to themselves: what stays when devices without open jumps are taken away. */
function jumpLoops(devices: ReadonlyMap<string, Device>): Set<string> {
  const waiting = new Map<string, number>();
  const usedBy = new Map<string, string[]>();
  for (const [name, device] of devices) {
    const hops = [...new Set(device.ssh?.jump ?? [])].filter((hop) => devices.has(hop));
    waiting.set(name, hops.length);
    for (const hop of hops) usedBy.set(hop, [...(usedBy.get(hop) ?? []), name]);
  }
  const free = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    waiting.delete(name);
    for (const user of usedBy.get(name) ?? []) {
      const left = (waiting.get(user) ?? 1) - 1;
      waiting.set(user, left);
      if (left === 0) free.push(user);
    }
  }
  return new Set(waiting.keys());
}
