/** How bad what was found is, and the order in which it is listed: the worst first. */
export const severities = ["error", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

/** What is listed with it stays in its order where it is as bad. */
export const worstFirst = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity);
