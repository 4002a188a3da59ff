/**
 * Decides which time is believed. Age is counted back from the newest time that is: a clock that jumps by more than two
 * days, ahead or back, is believed once readings of the new time have gone on for a day. Until then nothing is older than
 * it was. A pause of a week looks the same, and costs nothing but that day.
 */
export interface Clock {
  /** The newest time that is believed. */
  readonly sureAt: number;
  /** Since when another one is told; null where there is no doubt. */
  readonly doubtAt: number | null;
}

const jumpMs = 2 * 86_400_000;
const settledMs = 86_400_000;

/** What is believed after something was read at `at`. */
export function clockAfter(clock: Clock | null, at: number): Clock {
  if (clock === null) return { sureAt: at, doubtAt: null };
  const { sureAt, doubtAt } = clock;
  if (Math.abs(at - sureAt) <= jumpMs) return { sureAt: at, doubtAt: null };
  const since = doubtAt === null || at < doubtAt ? at : doubtAt;
  return at - since >= settledMs ? { sureAt: at, doubtAt: null } : { sureAt, doubtAt: since };
}
