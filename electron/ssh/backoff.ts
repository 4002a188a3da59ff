/** Decides how long to wait before the next automatic attempt to connect, and when to stop trying. */

export interface BackoffRules {
  /** Wait before the second attempt; it doubles after each. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Attempts in a row before Halfrack stops by itself. */
  readonly maxAttempts: number;
}

export const usualBackoff: BackoffRules = { firstDelayMs: 1000, maxDelayMs: 30_000, maxAttempts: 10 };

/**
 * Milliseconds until the next attempt after `failures` failed ones, or null when no more are made. `random` in [0, 1)
 * spreads the waits over the upper half, so that five hosts which went down together do not come back in step.
 */
export function backoffDelayMs(failures: number, rules: BackoffRules, random: number): number | null {
  if (failures >= rules.maxAttempts) return null;
  const full = Math.min(rules.maxDelayMs, rules.firstDelayMs * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (0.5 + random / 2));
}
