/** Owns the order of names as people count (node2 before node10, on every machine alike), and of what is wrong. */
import { type Severity, severities } from "./fabric.ts";

const collator = new Intl.Collator("en", { numeric: true });

export const byNumber = (a: string, b: string): number => collator.compare(a, b);

/** What is listed with it stays in its order where it is as bad. */
export const worstFirst = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity);
