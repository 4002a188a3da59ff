export function Logo({ sizePx }: { readonly sizePx: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 32 32" aria-hidden="true">
      <rect x="4" y="2" width="20" height="28" rx="2.5" fill="var(--hr-surface-2)" stroke="var(--hr-border)" />
      <g fill="var(--hr-text-dim)" opacity="0.55">
        <rect x="7" y="5" width="14" height="4" rx="1" />
        <rect x="7" y="11" width="14" height="6" rx="1" />
        <rect x="7" y="19" width="14" height="8" rx="1" />
      </g>
      <path
        d="M19 7h7a3 3 0 0 1 3 3v12a2 2 0 0 1-2 2h-8"
        fill="none"
        stroke="var(--hr-healthy)"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
