/** Owns how a rack and a bench look, and where a name of one is written. */
import { memo } from "react";
import { type Bay, plinthMm, postMm, unitMm, wallMm } from "./layout.ts";
import { cut, cutMiddle } from "./words.ts";

/** A rack's cabinet with posts, unit numbers and cable managers, or the bench beside the racks. */
export const Cabinet = memo(function Cabinet({
  bay,
  farChars,
}: {
  readonly bay: Bay;
  /** How much of a name fits under a cabinet that is drawn far away. */
  readonly farChars: number;
}) {
  return bay.kind === "rack" ? <RackCabinet bay={bay} farChars={farChars} /> : <Bench bay={bay} />;
});

function RackCabinet({ bay, farChars }: { readonly bay: Bay; readonly farChars: number }) {
  const { cabinet, opening } = bay;
  const foot = cabinet.y + cabinet.h;
  const inner = { x: cabinet.x + wallMm, y: cabinet.y + wallMm, w: cabinet.w - 2 * wallMm, h: cabinet.h - wallMm - 20 };
  const leftPost = opening.x - postMm;
  const rightPost = opening.x + opening.w;
  const fingers = Array.from({ length: Math.floor(bay.units / 2) }, (_, index) => opening.y + (index * 2 + 1) * unitMm);
  return (
    <g>
      <ellipse
        cx={cabinet.x + cabinet.w / 2 + 10}
        cy={foot + 9}
        rx={cabinet.w / 2 + 24}
        ry="15"
        fill="url(#rk-shade-floor)"
      />
      <rect x={cabinet.x + 26} y={foot} width="34" height="11" rx="3" className="rk-foot" />
      <rect x={cabinet.x + cabinet.w - 60} y={foot} width="34" height="11" rx="3" className="rk-foot" />
      <rect x={cabinet.x} y={cabinet.y} width={cabinet.w} height={cabinet.h} rx="9" className="rk-cabinet" />
      <rect x={inner.x} y={inner.y} width={inner.w} height={inner.h} rx="3" fill="url(#rk-void)" />
      {[
        [bay.left.inner - bay.left.width, bay.left.width],
        [bay.right.inner, bay.right.width],
      ].map(([x = 0, width = 0]) => (
        <g key={x}>
          <rect x={x} y={inner.y} width={width} height={inner.h} fill="url(#rk-channel)" />
          {fingers.map((y) => (
            <path key={y} d={`M${x + 1} ${y}h${width - 2}`} className="rk-finger" />
          ))}
        </g>
      ))}
      {[leftPost, rightPost].map((x) => (
        <g key={x}>
          <rect x={x} y={inner.y} width={postMm} height={inner.h} className="rk-post" />
          <g transform={`translate(${x === leftPost ? x + postMm - 5 : x + 1} ${opening.y})`}>
            <rect width="4" height={opening.h} fill="url(#rk-holes)" />
          </g>
        </g>
      ))}
      <path d={unitLines(bay)} className="rk-unit-line" />
      <g className="rk-unit-names">
        {bay.unitLabels.map((box, index) => (
          <text
            key={box.y}
            x={box.x + box.w / 2}
            y={box.y + box.h / 2}
            textAnchor="middle"
            dominantBaseline="central"
            className="rk-unit-name"
          >
            {index + 1}
          </text>
        ))}
      </g>
      <path d={`M${cabinet.x + 8} ${cabinet.y + 1}h${cabinet.w - 16}`} className="rk-edge-light" />
      <text x={opening.x + opening.w / 2} y={foot - 6} textAnchor="middle" className="rk-rack-name">
        <title>{bay.name}</title>
        {cut(bay.name, 40)}
      </text>
      <text x={cabinet.x + cabinet.w / 2} y={foot} textAnchor="middle" className="rk-rack-name-far">
        {cutMiddle(bay.name, farChars)}
      </text>
    </g>
  );
}

/** The lower edge of every unit but the first. */
const unitLines = ({ opening, units }: Bay): string =>
  Array.from(
    { length: units - 1 },
    (_, index) => `M${opening.x} ${opening.y + (index + 1) * unitMm}h${opening.w}`,
  ).join("");

function Bench({ bay }: { readonly bay: Bay }) {
  const { opening, cabinet } = bay;
  const y = opening.y + opening.h;
  const x = cabinet.x + wallMm;
  const w = cabinet.w - 2 * wallMm;
  return (
    <g>
      <ellipse cx={x + w / 2} cy={y + plinthMm + 10} rx={w / 2 + 10} ry="13" fill="url(#rk-shade-floor)" />
      <rect x={x} y={y} width={w} height="13" rx="4" className="rk-cabinet" />
      <rect x={x + 34} y={y + 13} width="14" height={plinthMm - 4} className="rk-foot" />
      <rect x={x + w - 48} y={y + 13} width="14" height={plinthMm - 4} className="rk-foot" />
      <text x={opening.x + opening.w / 2} y={y + 44} textAnchor="middle" className="rk-rack-name rk-bench-name">
        {bay.name}
      </text>
    </g>
  );
}
