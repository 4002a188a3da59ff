import { memo } from "react";

/** Gradients and patterns every part of the picture shares; light comes from the upper left. */
export const Defs = memo(function Defs() {
  return (
    <defs>
      <linearGradient id="rk-metal" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="var(--hr-rack-face-1)" />
        <stop offset="0.12" stopColor="var(--hr-rack-face-2)" />
        <stop offset="1" stopColor="var(--hr-rack-face-3)" />
      </linearGradient>
      <linearGradient id="rk-ear" x1="0" y1="0" x2="1" y2="0">
        <stop offset="0" stopColor="var(--hr-rack-ear-1)" />
        <stop offset="1" stopColor="var(--hr-rack-ear-2)" />
      </linearGradient>
      <linearGradient id="rk-bay" x1="0" y1="0" x2="1" y2="1">
        <stop offset="0" stopColor="var(--hr-rack-bay-1)" />
        <stop offset="1" stopColor="var(--hr-rack-bay-2)" />
      </linearGradient>
      <linearGradient id="rk-inset" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="var(--hr-rack-inset-1)" />
        <stop offset="1" stopColor="var(--hr-rack-inset-2)" />
      </linearGradient>
      <linearGradient id="rk-frame" x1="0" y1="0" x2="1" y2="0">
        <stop offset="0" stopColor="var(--hr-rack-frame-1)" />
        <stop offset="0.5" stopColor="var(--hr-rack-frame-2)" />
        <stop offset="1" stopColor="var(--hr-rack-frame-3)" />
      </linearGradient>
      <linearGradient id="rk-post" x1="0" y1="0" x2="1" y2="0">
        <stop offset="0" stopColor="var(--hr-rack-post-1)" />
        <stop offset="0.25" stopColor="var(--hr-rack-post-2)" />
        <stop offset="1" stopColor="var(--hr-rack-post-3)" />
      </linearGradient>
      <linearGradient id="rk-channel" x1="0" y1="0" x2="1" y2="0">
        <stop offset="0" stopColor="var(--hr-rack-void-1)" />
        <stop offset="0.3" stopColor="var(--hr-rack-void-2)" />
        <stop offset="1" stopColor="var(--hr-rack-void-2)" />
      </linearGradient>
      <linearGradient id="rk-void" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="var(--hr-rack-void-1)" />
        <stop offset="0.06" stopColor="var(--hr-rack-void-2)" />
        <stop offset="1" stopColor="var(--hr-rack-void-2)" />
      </linearGradient>
      <linearGradient id="rk-shroud" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="var(--hr-rack-steel-1)" />
        <stop offset="0.5" stopColor="var(--hr-rack-steel-2)" />
        <stop offset="1" stopColor="var(--hr-rack-steel-3)" />
      </linearGradient>
      <linearGradient id="rk-plug" x1="0" y1="0" x2="0" y2="1">
        <stop offset="0" stopColor="var(--hr-rack-plug-1)" />
        <stop offset="1" stopColor="var(--hr-rack-plug-2)" />
      </linearGradient>
      <radialGradient id="rk-screw" cx="0.35" cy="0.3" r="0.8">
        <stop offset="0" stopColor="var(--hr-rack-steel-1)" />
        <stop offset="1" stopColor="var(--hr-rack-steel-3)" />
      </radialGradient>
      <radialGradient id="rk-shade-floor">
        <stop offset="0" stopColor="#000" stopOpacity="0.42" />
        <stop offset="1" stopColor="#000" stopOpacity="0" />
      </radialGradient>
      <pattern id="rk-mesh" width="4.6" height="4" patternUnits="userSpaceOnUse">
        <circle cx="1.15" cy="1" r="0.86" className="rk-hole" />
        <circle cx="3.45" cy="3" r="0.86" className="rk-hole" />
      </pattern>
      <pattern id="rk-grill" width="3" height="3" patternUnits="userSpaceOnUse">
        <rect x="0.5" y="0.5" width="2" height="2" rx="0.5" className="rk-hole" />
      </pattern>
      <pattern id="rk-holes" width="30" height="44.45" patternUnits="userSpaceOnUse">
        <rect x="0" y="4" width="4" height="5" rx="0.8" className="rk-hole" />
        <rect x="0" y="19.6" width="4" height="5" rx="0.8" className="rk-hole" />
        <rect x="0" y="35.4" width="4" height="5" rx="0.8" className="rk-hole" />
      </pattern>
      <pattern id="rk-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" className="rk-hatch-ground" />
        <rect width="2.4" height="5" className="rk-hatch-line" />
      </pattern>
    </defs>
  );
});
