/** Owns the order of names as people count (node2 before node10, on every machine alike). */
const collator = new Intl.Collator("en", { numeric: true });

export const byNumber = (a: string, b: string): number => collator.compare(a, b);
