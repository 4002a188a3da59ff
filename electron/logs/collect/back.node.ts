/** Waits for a device's session to be connected again by its own attempts; makes none itself. */
import { setTimeout as delay } from "node:timers/promises";
import type { SshService } from "../../ssh/types.ts";

/** What was lost is told to the session and to who used it in no certain order. */
const settleMs = 100;

/** False when the session gave up, or `limitMs` passed. Rejects when `signal` fires. */
export async function isBack(
  ssh: Pick<SshService, "state">,
  device: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  await delay(settleMs, undefined, { signal });
  const status = () => ssh.state.get().connections[device]?.status ?? "idle";
  const answer = () => (status() === "connected" ? true : status() === "failed" ? false : null);
  const now = answer();
  if (now !== null) return now;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const stop = ssh.state.onChange(() => {
    const changed = answer();
    if (changed !== null) resolve(changed);
  });
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  const timer = setTimeout(() => resolve(false), limitMs);
  try {
    return await promise;
  } finally {
    stop();
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
