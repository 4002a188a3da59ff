/**
 * Decides which time is believed. Age is counted back from the newest time that is: a clock that jumps by more than two
 * days, ahead or back, is believed once readings of the new time have gone on for a day, none more than two days from the
 * one before. Until then nothing is older than it was. A pause of a week looks the same, and costs nothing but that day;
 * where nothing is read but now and then, nothing goes by age, and the bound on size holds alone.
 */
export interface Clock {
  /** The newest time that is believed. */
  readonly sureAt: number;
  /** Since when another one is told; null where there is no doubt. */
  readonly doubtAt: number | null;
  /** The time that was told last in this doubt; null where there is none. */
  readonly toldAt: number | null;
}

const jumpMs = 2 * 86_400_000;
const settledMs = 86_400_000;

/** What is believed after something was read at `at`. */
export function clockAfter(clock: Clock | null, at: number): Clock {
  const sure = { sureAt: at, doubtAt: null, toldAt: null };
  if (clock === null) return sure;
  const { sureAt, doubtAt, toldAt } = clock;
  if (Math.abs(at - sureAt) <= jumpMs) return sure;
  const goesOn = doubtAt !== null && toldAt !== null && at >= doubtAt && Math.abs(at - toldAt) <= jumpMs;
  if (!goesOn) return { sureAt, doubtAt: at, toldAt: at };
  return at - doubtAt >= settledMs ? sure : { sureAt, doubtAt, toldAt: at };
}
