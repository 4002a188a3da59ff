/** How much is read of saved outputs, and taken of what is dropped: one limit for window, hand-over and reading. */
export const savedLimits = { files: 20_000, bytes: 512 * 2 ** 20 } as const;
