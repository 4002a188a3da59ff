import { vi } from "vitest";

/** Checks again and again until `check` passes; fails with its last complaint. For what real processes bring about. */
export const eventually = (check: () => void, timeout = 20_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 20 });
