/** A state as shape and colour together: colour is never the only signal. */
export type StateName = "healthy" | "degraded" | "down" | "absent" | "unknown" | "busy";

const shapes: Readonly<Record<StateName, React.ReactNode>> = {
  healthy: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  degraded: <path d="M5 0.8 9.6 9H0.4Z" fill="currentColor" />,
  down: <path d="M1.6 1.6l6.8 6.8M8.4 1.6L1.6 8.4" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />,
  absent: <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2 1.6" />,
  unknown: <path d="M0.8 5h8.4M0.8 2h8.4M0.8 8h8.4" stroke="currentColor" strokeWidth="1.3" />,
  busy: (
    <path d="M5 1.2a3.8 3.8 0 1 1-3.8 3.8" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
  ),
};

/** Decorative by default: the words beside it say the same; `label` names it where it stands alone. */
export function StateMark({ state, label }: { readonly state: StateName; readonly label?: string }) {
  const style = { color: state === "busy" ? "var(--hr-accent)" : `var(--hr-${state})`, flex: "none" };
  if (!label) {
    return (
      <svg viewBox="0 0 10 10" width="10" height="10" style={style} aria-hidden="true">
        {shapes[state]}
      </svg>
    );
  }
  return (
    <svg viewBox="0 0 10 10" width="10" height="10" style={style} role="img" aria-label={label}>
      {shapes[state]}
    </svg>
  );
}
