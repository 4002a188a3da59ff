/** Owns how a cable tells its state in form as well as colour: tube, dashes, notches, split or ghost; and its label. */
import { memo, useRef } from "react";
import type { CableLive } from "../../electron/contract/fabric.ts";
import { cableText, cableWords } from "../../electron/contract/words.ts";
import { useNow } from "../kit/now.ts";
import { ageText } from "../kit/time.ts";
import { type PillLabel, pillGlyphPx, pillHeightPx, pillWidthPx } from "./labels.ts";
import type { PortSpot } from "./ports.ts";
import type { Route } from "./routing.ts";
import { svgButton, unspoken } from "./svg-button.ts";
import type { CableState } from "./words.ts";

/** From notch to notch on a degraded cable: far enough not to read as a pattern. */
const notchPitchMm = 92;

/** A cable as a tube. Its state is told by colour and by form: notches, breaks, dashes, hatching, a double line. */
export const CableView = memo(function CableView({
  route,
  state,
  from,
  to,
  crossed = false,
  lifted = false,
}: {
  readonly route: Route;
  readonly state: CableState;
  readonly from: PortSpot | undefined;
  readonly to: PortSpot | undefined;
  /** Exchanged with another planned cable. */
  readonly crossed?: boolean;
  readonly lifted?: boolean;
}) {
  const changes = useChanges(state);
  const t = route.thicknessMm;
  const d = route.path;
  if (state === "absent") {
    return (
      <g className="rk-cable" data-state={state} data-lifted={lifted || undefined}>
        <path d={d} className="rk-ghost" style={{ strokeWidth: Math.max(1.6, t) }} />
        {[route.points[0], route.points.at(-1)].map(
          (end, index) =>
            end && <circle key={index === 0 ? "from" : "to"} cx={end.x} cy={end.y} r={t} className="rk-ghost-end" />,
        )}
        {!lifted && <path d={d} className="rk-hit" data-cable={route.id} />}
      </g>
    );
  }
  const dash = state === "down" ? `${t * 2.6} ${t * 1.25}` : undefined;
  return (
    <g className="rk-cable" data-state={state} data-lifted={lifted || undefined}>
      <path
        d={d}
        className="rk-tube-shadow"
        style={{ strokeWidth: t * 1.05 }}
        strokeDasharray={dash}
        transform={`translate(${t * 0.2} ${t * 0.34})`}
      />
      {changes > 0 && <path key={changes} d={d} className="rk-glow" style={{ strokeWidth: t * 3 }} />}
      <path d={d} className="rk-tube-side" style={{ strokeWidth: t }} strokeDasharray={dash} />
      <path d={d} className="rk-tube" style={{ strokeWidth: t * 0.74 }} strokeDasharray={dash} />
      {state === "unexpected" ? (
        <path d={d} className="rk-tube-split" style={{ strokeWidth: t * 0.34 }} />
      ) : (
        <path
          d={d}
          className="rk-tube-light"
          style={{ strokeWidth: t * 0.2 }}
          strokeDasharray={dash}
          transform={`translate(${-t * 0.13} ${-t * 0.15})`}
        />
      )}
      {state === "degraded" && (
        <path
          d={d}
          className="rk-notch"
          style={{ strokeWidth: t * 0.9 }}
          strokeDasharray={`${t * 0.45} ${notchPitchMm}`}
          strokeDashoffset={-notchPitchMm / 2}
        />
      )}
      {crossed && !route.tucked && <CrossedMark route={route} />}
      <Plug spot={from} route={route} end={0} />
      <Plug spot={to} route={route} end={1} />
      {!lifted && <path d={d} className="rk-hit" data-cable={route.id} />}
    </g>
  );
});

/**
 * Counts how often the state changed while this cable was on the screen; each change glows once. The first look is none,
 * and neither is not to know for a while: then what is known again is compared with what was known before.
 */
function useChanges(state: CableState): number {
  const seen = useRef({ known: state === "unknown" ? null : state, changes: 0 });
  const { known, changes } = seen.current;
  if (state !== "unknown" && state !== known) {
    seen.current = { known: state, changes: changes + (known === null ? 0 : 1) };
  }
  return seen.current.changes;
}

/** Two strands that cross, on a disc on the cable half way along its longest straight: swapped, told without colour. */
function CrossedMark({ route }: { readonly route: Route }) {
  const { points, thicknessMm: t } = route;
  const lengths = points.slice(1).map((point, at) => {
    const before = points[at] ?? point;
    return Math.abs(point.x - before.x) + Math.abs(point.y - before.y);
  });
  const at = lengths.indexOf(Math.max(...lengths));
  const [one, two] = [points[at], points[at + 1]];
  if (!one || !two) return null;
  const r = t * 1.55;
  return (
    <g className="rk-crossed" transform={`translate(${(one.x + two.x) / 2} ${(one.y + two.y) / 2}) scale(${r})`}>
      <circle r="1" />
      <path d="M-0.62 -0.42C0 -0.42 0 0.42 0.62 0.42M-0.62 0.42C0 0.42 0 -0.42 0.62 -0.42" />
    </g>
  );
}

/** The connector in the port: body, boot that narrows to the cable, pull tab in the cable's colour. */
function Plug({
  spot,
  route,
  end,
}: {
  readonly spot: PortSpot | undefined;
  readonly route: Route;
  readonly end: 0 | 1;
}) {
  const points = end === 0 ? route.points : route.points.toReversed();
  const [at, next] = points;
  if (!spot || !at || !next || route.tucked) return null;
  const level = at.y === next.y;
  const angle = level ? (next.x > at.x ? 0 : 180) : next.y > at.y ? 90 : -90;
  const along = (level ? spot.cage.w : spot.cage.h) / 2 - 0.7;
  const across = (level ? spot.cage.h : spot.cage.w) / 2 - 0.9;
  const t = route.thicknessMm / 2;
  const shoulder = Math.min(across - 0.4, Math.max(t + 0.6, across * 0.72));
  const cx = spot.cage.x + spot.cage.w / 2;
  const cy = spot.cage.y + spot.cage.h / 2;
  const boot = 5 + t;
  return (
    <g transform={`translate(${level ? cx : at.x} ${level ? at.y : cy}) rotate(${angle})`} className="rk-plug">
      <rect x={-along} y={-across} width={along * 2} height={across * 2} rx="0.9" className="rk-plug-body" />
      <path
        d={`M${along - 0.5} ${-shoulder}L${along + boot} ${-t}V${t}L${along - 0.5} ${shoulder}Z`}
        className="rk-plug-boot"
      />
      <rect
        x={-along + 1.4}
        y={-across * 0.42}
        width={Math.min(6, along)}
        height={across * 0.84}
        rx="0.7"
        className="rk-plug-tab"
      />
    </g>
  );
}

const glyphs: Readonly<Record<CableState, React.ReactNode>> = {
  healthy: <circle r="3.4" fill="currentColor" />,
  degraded: <path d="M0 -3.8L4 3.2H-4Z" fill="currentColor" />,
  down: <path d="M-2.8 -2.8L2.8 2.8M2.8 -2.8L-2.8 2.8" stroke="currentColor" strokeWidth="1.9" strokeLinecap="round" />,
  absent: <circle r="3" fill="none" stroke="currentColor" strokeWidth="1.3" strokeDasharray="1.8 1.4" />,
  unexpected: <path d="M-3.4 -1.6h6.8M-3.4 1.6h6.8" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />,
  unknown: <path d="M-3.4 -2.6h6.8M-3.4 0h6.8M-3.4 2.6h6.8" stroke="currentColor" strokeWidth="1.1" />,
};

const crossedGlyph = (
  <path
    d="M-3.6 -2.4C0 -2.4 0 2.4 3.6 2.4M-3.6 2.4C0 2.4 0 -2.4 3.6 -2.4"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
  />
);

const glyphOf = ({ state, difference }: CableLive) =>
  state === "unexpected" && difference === "swapped" ? crossedGlyph : glyphs[state];

/** The label of a cable: what it runs at or what is wrong, and how old that is. Sized in pixels, placed in millimetres. */
export const Pill = memo(function Pill({
  label,
  cable,
  note,
  tab,
  selected,
  dim,
}: {
  readonly label: PillLabel;
  readonly cable: CableLive;
  /** What findings add to a link that is as planned. */
  readonly note: string | null;
  readonly tab: boolean;
  readonly selected: boolean;
  readonly dim: boolean;
}) {
  const { at, from, text } = label;
  const words = `Cable from ${cableText(cable)}, ${cableWords(cable)}${note === null ? "" : `, ${note}`}: ${cable.reason}`;
  const widthPx = text === null ? pillGlyphPx : pillWidthPx(text);
  const half = text === null ? 6 : pillHeightPx / 2;
  return (
    <g
      className="rk-pill"
      data-state={note === null ? cable.state : "degraded"}
      data-dim={dim || undefined}
      data-selected={selected || undefined}
    >
      <path d={`M${from.x} ${from.y}L${at.x - 10} ${at.y}H${at.x}`} className="rk-leader" />
      <g style={{ transform: `translate(${at.x}px, ${at.y}px) scale(var(--rk-label))` }}>
        {(text !== null || selected) && (
          <rect x="0" y={-half} width={widthPx} height={2 * half} rx={half} className="rk-pill-box" />
        )}
        <g transform={`translate(${text === null ? widthPx / 2 : 10.5} 0)`}>
          {note === null ? glyphOf(cable) : glyphs.degraded}
        </g>
        {text !== null && (
          <text x={pillGlyphPx} y="4.3" className="rk-pill-text">
            {text}
          </text>
        )}
        {label.age && <AgeMark at={cable.observedAt} x={widthPx + 6} />}
        <rect
          x="-2"
          y={-half - 1}
          width={widthPx + 4}
          height={2 * half + 2}
          rx={half + 1}
          className="rk-target"
          data-cable={cable.id}
          {...svgButton({ kind: "cable", id: cable.id }, words, selected, tab)}
        >
          <title>{words}</title>
        </rect>
      </g>
    </g>
  );
});

function AgeMark({ at, x }: { readonly at: number | null; readonly x: number }) {
  const now = useNow();
  return (
    <text x={x} y="4.3" className="rk-pill-age" {...unspoken}>
      {at === null ? "never" : ageText(at, now)}
    </text>
  );
}
