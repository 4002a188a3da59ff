/** Decides when a fabric is so much larger than the lab file that the rack no longer shows it. */
export const outgrows = (nodes: number, devices: number): boolean => nodes > 16 && nodes > devices * 3;
