/** How severe a line can be, in the order of syslog's numbers (RFC 5424, 6.2.1). By itself, for threads that load no schemas. */
export const logSeverities = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"] as const;
