import { memo } from "react";
import type { PortSpot } from "./ports.ts";

/** One connector on a face: its shroud and mouth, its printed name, and the link light that tells the live state. */
export const PortView = memo(function PortView({ spot, tone }: { readonly spot: PortSpot; readonly tone: string }) {
  const { cage, label, led } = spot;
  const anchor = { start: label.x, middle: label.x + label.w / 2, end: label.x + label.w }[spot.labelAlign];
  const size = Math.min(5, label.h, (label.w / Math.max(1, spot.port.length)) * 1.62);
  return (
    <g data-tone={tone}>
      <Mouth spot={spot} />
      {spot.kind !== "power" && (
        <rect x={led.x - 1.3} y={led.y - 1.3} width="2.6" height="2.6" rx="0.8" className="rk-link-led" />
      )}
      <text
        x={anchor}
        y={label.y + label.h / 2 + size * 0.35}
        textAnchor={spot.labelAlign}
        fontSize={size}
        className="rk-port-name"
      >
        {spot.port.length > 14 ? `${spot.port.slice(0, 13)}\u2026` : spot.port}
      </text>
      <rect x={cage.x} y={cage.y} width={cage.w} height={cage.h} rx="1" className="rk-port-ring" />
    </g>
  );
});

function Mouth({ spot }: { readonly spot: PortSpot }) {
  const { x, y, w, h } = spot.cage;
  if (spot.connector.startsWith("C1")) {
    return (
      <g>
        <path
          d={`M${x} ${y + h * 0.3}L${x + w * 0.2} ${y}H${x + w * 0.8}L${x + w} ${y + h * 0.3}V${y + h}H${x}Z`}
          className="rk-mouth"
        />
        {[0.25, 0.5, 0.75].map((at) => (
          <rect
            key={at}
            x={x + w * at - 1}
            y={y + h * (at === 0.5 ? 0.26 : 0.5)}
            width="2"
            height={h * 0.3}
            className="rk-pin"
          />
        ))}
      </g>
    );
  }
  if (spot.connector.startsWith("RJ")) {
    const up = y + h * 0.22;
    return (
      <g>
        <rect x={x} y={y} width={w} height={h} rx="0.8" className="rk-shroud" />
        <path
          d={`M${x + 1} ${up}h${w * 0.24}v${-h * 0.12}h${w * 0.36}v${h * 0.12}H${x + w - 1}V${y + h - 1}H${x + 1}Z`}
          className="rk-mouth"
        />
        <path d={`M${x + 2.6} ${y + h - 2.4}h${w - 5.2}`} className="rk-contacts" />
      </g>
    );
  }
  const lip = spot.flipped ? y + 1 : y + h - 2;
  return (
    <g>
      <rect x={x} y={y} width={w} height={h} rx="1" className="rk-shroud" />
      <rect x={x + 1} y={y + 1} width={w - 2} height={h - 2} rx="0.6" className="rk-mouth" />
      <path d={`M${x + 2.2} ${y + h / 2}h${w - 4.4}`} className="rk-card" />
      <path d={`M${x + 1.4} ${lip}h${w - 2.8}v1h${-(w - 2.8)}z`} className="rk-lip" />
    </g>
  );
}
